// From files below DIR/policies to a policy that may be in force.
#ifndef KLUIS_SERVER_ENCLAVE_POLICIES_H_
#define KLUIS_SERVER_ENCLAVE_POLICIES_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "disclosure/policy/load.h"
#include "server/catalogue/catalogue.h"

namespace kluis {

// Reads rules, projects, indicators, presets, officers and witnesses, and checks them against the
// datasets in force.
// INVALID_ARGUMENT holds every diagnostic as a compiler shows it; then nothing is loaded.
absl::StatusOr<std::shared_ptr<const PolicyBundle>> LoadPolicies(const std::string& policies_dir,
                                                                 const CatalogueView& catalogue);

// The policies that came with the program: KLUIS_SHARE_DIR in the environment, else where it was
// built or installed. NOT_FOUND names the places.
absl::StatusOr<std::string> SharedPolicies();

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_POLICIES_H_
