// Internal to this folder: the names of texts.
#ifndef KLUIS_DISCLOSURE_POLICY_SHA256_H_
#define KLUIS_DISCLOSURE_POLICY_SHA256_H_

#include <string>

#include "absl/strings/string_view.h"

namespace kluis {

// SHA-256 (FIPS 180-4) in lower-case hex.
std::string Sha256Hex(absl::string_view bytes);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_SHA256_H_
