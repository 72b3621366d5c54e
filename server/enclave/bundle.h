// A policy folder as officers sign it: what is in force in an enclave (rules, projects, indicators,
// presets, officers, witnesses), and beside it catalogue entries and code lists, which take effect
// when data are imported under them.
#ifndef KLUIS_SERVER_ENCLAVE_BUNDLE_H_
#define KLUIS_SERVER_ENCLAVE_BUNDLE_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/catalogue/catalogue.h"
#include "server/enclave/policies.h"

namespace kluis {

// Every file of the folder that a manifest lists, by its path; code lists unzipped. Each is read
// once. NOT_FOUND: there is no such folder.
absl::StatusOr<PolicyFiles> ReadBundleFiles(const std::string& dir);

// What of a bundle is in force: all but datasets/, codes/ and tests.
PolicyFiles PolicyPart(const PolicyFiles& files);

struct ParsedBundle {
  std::shared_ptr<const PolicyBundle> policy;
  // The catalogue, with the entries of the bundle in place of those of the same name.
  std::map<std::string, DatasetEntry> datasets;
};

// INVALID_ARGUMENT holds every diagnostic as a compiler shows it, or names a file that is no part
// of a policy: what is signed and not kept would be worse than none.
absl::StatusOr<ParsedBundle> ParseBundle(const PolicyFiles& files, const CatalogueView& catalogue);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_BUNDLE_H_
