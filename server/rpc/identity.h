// Who calls: the single URI SAN of the client certificate, checked against the registry on every
// call, so that a revocation or an expiry holds on open connections too.
#ifndef KLUIS_SERVER_RPC_IDENTITY_H_
#define KLUIS_SERVER_RPC_IDENTITY_H_

#include <grpcpp/support/status.h>

#include <string>

#include "absl/strings/string_view.h"
#include "server/access/authorised_query.h"
#include "server/enclave/registry.h"

namespace grpc {
class ServerContext;
}

namespace kluis {

// The caller of a certificate at `now` (seconds since 1970). UNAUTHENTICATED, with one text for
// all: not one URI, not of this enclave, unknown, revoked, expired, or not the certificate that was
// issued to that user last.
grpc::Status CallerOfCertificate(absl::string_view pem, const std::string& enclave,
                                 const UserRegistry& registry, int64_t now, Caller* caller);

// CallerOfCertificate for the peer of a call.
grpc::Status CallerOfPeer(const grpc::ServerContext& context, const std::string& enclave,
                          const UserRegistry& registry, Caller* caller);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_IDENTITY_H_
