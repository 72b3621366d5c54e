// What a caller may know of datasets: what the projects that are valid today grant, and no more.
#ifndef KLUIS_SERVER_RPC_DATASET_VIEW_H_
#define KLUIS_SERVER_RPC_DATASET_VIEW_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kluis/v1/enclave.pb.h"
#include "server/access/authorised_query.h"
#include "server/catalogue/catalogue.h"

namespace kluis {

// The union of the caller's grants on one dataset.
struct GrantedDataset {
  std::vector<std::string> projects;
  std::set<std::string> variables;
  std::string valid_until;  // the latest of the projects
  // Variable -> the codes that every grant narrows it to; a variable that one grant leaves open is
  // absent.
  std::map<std::string, std::set<std::string>> scope;
};

// Dataset name -> grant, for the projects of which the caller is a member and `today` is a valid
// day.
std::map<std::string, GrantedDataset> GrantedDatasets(const Caller& caller,
                                                      const PolicyBundle& policy,
                                                      const std::string& today);

// The dataset without its variables.
void FillDataset(const Snapshot& snapshot, const GrantedDataset& grant, v1::Dataset* dataset);

// Adds the granted variables of dataset `name` without their codes; with `only` that one, with its
// codes. False when `only` is not granted. What is said of other datasets and variables is said of
// those in `granted` only. REQUIRES: `name` is in both.
bool FillVariables(const CatalogueView& catalogue,
                   const std::map<std::string, GrantedDataset>& granted, const std::string& name,
                   const std::string& only, v1::Dataset* dataset);

// All projects of which the caller is a member, for GetCaller.
void FillProjects(const Caller& caller, const PolicyBundle& policy, v1::Caller* out);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_DATASET_VIEW_H_
