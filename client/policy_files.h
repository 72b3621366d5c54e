// A policy folder on disk, as text.
#ifndef KLUIS_CLIENT_POLICY_FILES_H_
#define KLUIS_CLIENT_POLICY_FILES_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"

namespace kluis {

// Path below the folder -> text of every *.yaml, *.yml and *.csv (.gz too, unzipped, under the name
// without it) in it and its folders; hidden files and folders, those of microdata beside their
// entries, and folders that are policies of their own are left out. A folder that holds `policies/`
// stands for that one. INVALID_ARGUMENT names a path and the reason, or says what a policy is.
absl::StatusOr<std::map<std::string, std::string>> ReadPolicyFiles(const std::string& folder);

}  // namespace kluis

#endif  // KLUIS_CLIENT_POLICY_FILES_H_
