// From files below DIR/policies to a policy that may be in force.
#ifndef KLUIS_SERVER_ENCLAVE_POLICIES_H_
#define KLUIS_SERVER_ENCLAVE_POLICIES_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "disclosure/policy/load.h"
#include "server/catalogue/catalogue.h"

namespace kluis {

// Paths as "rules/standard.yaml" and texts: all that a policy is made of.
using PolicyFiles = std::map<std::string, std::string>;

// Rules, projects, indicators, presets, officers and witnesses.
absl::StatusOr<PolicyFiles> ReadPolicyFiles(const std::string& policies_dir);

// Checks them against the datasets in force. INVALID_ARGUMENT holds every diagnostic as a compiler
// shows it; then nothing is loaded.
absl::StatusOr<std::shared_ptr<const PolicyBundle>> ParsePolicies(const PolicyFiles& files,
                                                                  const CatalogueView& catalogue);

// Keeps the files of a policy under its hash, before it is in force for the first time: what was
// released under it can be executed again for as long as they are there. Whole or not at all.
absl::Status KeepPolicy(const std::string& archive, const std::string& sha256,
                        const PolicyFiles& files);
// NOT_FOUND: there is none of this hash. DATA_LOSS: it was changed. The hash of what is read is the
// caller's to compare.
absl::StatusOr<PolicyFiles> KeptPolicy(const std::string& archive, const std::string& sha256);

// The policies that came with the program: KLUIS_SHARE_DIR in the environment, else where it was
// built or installed. NOT_FOUND names the places.
absl::StatusOr<std::string> SharedPolicies();

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_POLICIES_H_
