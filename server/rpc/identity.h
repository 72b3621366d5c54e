// Who calls: the single URI SAN of the client certificate, checked against the registry on every
// call, so that a revocation or an expiry holds on open connections too.
#ifndef KLUIS_SERVER_RPC_IDENTITY_H_
#define KLUIS_SERVER_RPC_IDENTITY_H_

#include <grpcpp/support/status.h>

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "server/access/authorised_query.h"
#include "server/enclave/registry.h"

namespace grpc {
class ServerContextBase;
}

namespace kluis {

// Why a certificate is nobody's, for the journal alone.
struct Stranger {
  std::string reason;  // "revoked"
  std::string user;    // whom the certificate names, as far as it does
};

// Fills `caller` with the user of a certificate at `now` (seconds since 1970). A stranger: not one
// URI, not of this enclave, unknown, revoked, expired, or not the certificate that was issued to
// that user last.
std::optional<Stranger> JudgeCertificate(absl::string_view pem, const std::string& enclave,
                                         const UserRegistry& registry, int64_t now, Caller* caller);

// JudgeCertificate() for the peer of a call of `method`. UNAUTHENTICATED, with one text for all
// reasons; the journal gets the reason.
grpc::Status CallerOfPeer(const grpc::ServerContextBase& context, const char* method,
                          const std::string& enclave, const UserRegistry& registry, Caller* caller);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_IDENTITY_H_
