// One test of a policy (*_test.yaml), on the pipeline of an enclave: imported, authorised, planned,
// aggregated and protected as there, without keys and log.
#ifndef KLUIS_SERVER_LOCAL_POLICY_TRIAL_H_
#define KLUIS_SERVER_LOCAL_POLICY_TRIAL_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/policy_check/policy_test_file.h"
#include "server/local/policy_folder_files.h"

namespace kluis {

struct TrialFault {
  int line = 0;  // of the test file
  std::string message;
};

struct TrialResult {
  std::vector<TrialFault> faults;  // empty: all came out as expected
  int outcomes = 0;                // that were compared
  // "standard: frequency", "standard: stricter rules/standard.yaml:18": rules that hid a cell, or
  // held for a query.
  std::set<std::string> covered;
};

// Rules of every rule set that a project of the folder uses, named as in TrialResult::covered.
std::set<std::string> RulesToCover(const PolicyFolder& folder);

// INVALID_ARGUMENT: the rows do not fit the dataset, or the project or a dataset is not there.
// INTERNAL: a fault of ours.
absl::StatusOr<TrialResult> RunTrial(const LoadedPolicy& policy, const PolicyTest& test);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_POLICY_TRIAL_H_
