#include "server/rpc/identity.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>
#include <grpcpp/server_context.h>

#include <ctime>

#include "server/enclave/certificate.h"
#include "server/rpc/grpc_error.h"

namespace kluis {
namespace {

grpc::Status Unauthenticated() {
  return MakeError(grpc::StatusCode::UNAUTHENTICATED, "UNAUTHENTICATED",
                   "the certificate is not the current one of a user of this enclave");
}

}  // namespace

grpc::Status CallerOfCertificate(absl::string_view pem, const std::string& enclave,
                                 const UserRegistry& registry, int64_t now, Caller* caller) {
  const absl::StatusOr<CertificateFacts> facts = ReadCertificate(pem);
  if (!facts.ok() || facts->uris.size() != 1) return Unauthenticated();
  if (now < facts->not_before || now > facts->not_after) return Unauthenticated();
  const absl::StatusOr<std::string> id = UserOfUri(enclave, facts->uris[0]);
  if (!id.ok() || !registry.IsCurrent(*id, facts->sha256)) return Unauthenticated();
  const std::optional<UserRecord> user = registry.Find(*id);
  if (!user || !ParseRole(user->role, &caller->role)) return Unauthenticated();
  caller->id = user->id;
  caller->organisation = user->organisation;
  caller->certificate_sha256 = facts->sha256;
  return grpc::Status::OK;
}

grpc::Status CallerOfPeer(const grpc::ServerContext& context, const std::string& enclave,
                          const UserRegistry& registry, Caller* caller) {
  const auto authentication = context.auth_context();
  if (authentication == nullptr || !authentication->IsPeerAuthenticated()) return Unauthenticated();
  const auto certificates = authentication->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (certificates.size() != 1) return Unauthenticated();
  const absl::string_view pem(certificates[0].data(), certificates[0].size());
  return CallerOfCertificate(pem, enclave, registry, std::time(nullptr), caller);
}

}  // namespace kluis
