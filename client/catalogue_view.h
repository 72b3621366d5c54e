// Datasets and variables as a researcher reads them: as text, and as JSON.
#ifndef KLUIS_CLIENT_CATALOGUE_VIEW_H_
#define KLUIS_CLIENT_CATALOGUE_VIEW_H_

#include <string>
#include <vector>

#include "kluis/v1/enclave.pb.h"

namespace kluis {

// Control characters in what a server sent are replaced.
std::string DatasetsText(const std::vector<v1::Dataset>& datasets);
// A dataset with its variables; of one variable also its codes.
std::string DatasetText(const v1::Dataset& dataset);
std::string VariableText(const v1::Variable& variable);

// One line each: a list of datasets; a dataset, with what there is of its variables and codes. Keys
// without a value are left out; `docs/cli.md` has an example.
std::string DatasetsJson(const std::vector<v1::Dataset>& datasets);
std::string DatasetJson(const v1::Dataset& dataset);

}  // namespace kluis

#endif  // KLUIS_CLIENT_CATALOGUE_VIEW_H_
