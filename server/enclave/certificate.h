// The enclave's own certificate authority: P-256 keys, SHA-256 signatures (RFC 5280).
#ifndef KLUIS_SERVER_ENCLAVE_CERTIFICATE_H_
#define KLUIS_SERVER_ENCLAVE_CERTIFICATE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

struct KeyAndCertificate {
  std::string key_pem;  // PKCS#8
  std::string certificate_pem;
};

// Seconds from now; both may be negative.
struct Validity {
  int64_t from_s = -300;
  int64_t until_s = int64_t{2} * 365 * 86'400;
};

constexpr Validity kTenYears = {-300, int64_t{3652} * 86'400};

// A self-signed authority that may sign leaves only (pathlen 0).
absl::StatusOr<KeyAndCertificate> MakeAuthority(const std::string& name);

// SAN: `host` (a DNS name or an address), localhost, 127.0.0.1, ::1; EKU serverAuth.
absl::StatusOr<KeyAndCertificate> IssueServerCertificate(const KeyAndCertificate& authority,
                                                         const std::string& host,
                                                         Validity validity = {});

// One URI SAN for each of `uris`, EKU clientAuth. A user's certificate has exactly one.
absl::StatusOr<KeyAndCertificate> IssueClientCertificate(const KeyAndCertificate& authority,
                                                         const std::vector<std::string>& uris,
                                                         Validity validity = {});

// What identity is judged on.
struct CertificateFacts {
  std::vector<std::string> uris;  // URI SANs, in order
  std::string sha256;             // of the DER bytes, lower-case hex
  std::string serial;             // lower-case hex
  int64_t not_before = 0;         // seconds since 1970
  int64_t not_after = 0;
};

// INVALID_ARGUMENT when it is not one PEM certificate, or when a name in it holds a NUL byte.
absl::StatusOr<CertificateFacts> ReadCertificate(absl::string_view pem);

// kluis://<enclave>/users/<id>, the id percent-encoded outside RFC 3986's unreserved characters.
std::string UserUri(absl::string_view enclave, absl::string_view id);
// The id, or INVALID_ARGUMENT when `uri` is not exactly what UserUri() writes for this enclave.
absl::StatusOr<std::string> UserOfUri(absl::string_view enclave, absl::string_view uri);

// `count` bytes of OpenSSL's private generator. Aborts when there is no entropy.
std::string RandomKey(int count);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_CERTIFICATE_H_
