// A policy folder on disk, for `kluis-sdc policy`.
#ifndef KLUIS_SERVER_LOCAL_POLICY_FOLDER_FILES_H_
#define KLUIS_SERVER_LOCAL_POLICY_FOLDER_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "disclosure/policy_check/policy_folder.h"

namespace kluis {

struct LoadedPolicy {
  std::string root;  // the folder with rules/, projects/, datasets/, codes/
  PolicyFolder folder;
};

// `path`, or path/policies where that is the policy. INVALID_ARGUMENT: every mistake as a compiler
// shows it, or that there is no policy.
absl::StatusOr<LoadedPolicy> LoadPolicyFolder(const std::string& path);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_POLICY_FOLDER_FILES_H_
