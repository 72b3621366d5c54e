#include "server/rpc/identity.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>
#include <grpcpp/server_context.h>

#include <ctime>

#include "server/enclave/certificate.h"
#include "server/rpc/grpc_error.h"
#include "server/rpc/journal.h"

namespace kluis {
namespace {

std::optional<Stranger> JudgePeer(const grpc::ServerContextBase& context,
                                  const std::string& enclave, const UserRegistry& registry,
                                  Caller* caller) {
  const auto authentication = context.auth_context();
  if (authentication == nullptr || !authentication->IsPeerAuthenticated())
    return Stranger{"no certificate", ""};
  const auto certificates = authentication->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (certificates.size() != 1) return Stranger{"not one certificate", ""};
  const absl::string_view pem(certificates[0].data(), certificates[0].size());
  return JudgeCertificate(pem, enclave, registry, std::time(nullptr), caller);
}

}  // namespace

std::optional<Stranger> JudgeCertificate(absl::string_view pem, const std::string& enclave,
                                         const UserRegistry& registry, int64_t now,
                                         Caller* caller) {
  const absl::StatusOr<CertificateFacts> facts = ReadCertificate(pem);
  if (!facts.ok()) return Stranger{"unreadable certificate", ""};
  if (facts->uris.size() != 1) return Stranger{"not one URI in the certificate", ""};
  const absl::StatusOr<std::string> id = UserOfUri(enclave, facts->uris[0]);
  if (!id.ok()) return Stranger{"not a user of this enclave", ""};
  const std::optional<UserRecord> user = registry.Find(*id);
  if (!user) return Stranger{"unknown user", *id};
  if (user->revoked) return Stranger{"revoked", *id};
  if (now < facts->not_before) return Stranger{"certificate not valid yet", *id};
  if (now > facts->not_after) return Stranger{"certificate expired", *id};
  if (!registry.IsCurrent(*id, facts->sha256))
    return Stranger{"not the certificate that was issued last", *id};
  if (!ParseRole(user->role, &caller->role)) return Stranger{"unknown role", *id};
  caller->id = user->id;
  caller->organisation = user->organisation;
  caller->certificate_sha256 = facts->sha256;
  return std::nullopt;
}

grpc::Status CallerOfPeer(const grpc::ServerContextBase& context, const char* method,
                          const std::string& enclave, const UserRegistry& registry,
                          Caller* caller) {
  const std::optional<Stranger> stranger = JudgePeer(context, enclave, registry, caller);
  if (!stranger) return grpc::Status::OK;
  Journal("authentication", {{"method", method},
                             {"reason", stranger->reason},
                             {"user", stranger->user},
                             {"peer", context.peer()}});
  return MakeError(grpc::StatusCode::UNAUTHENTICATED, "UNAUTHENTICATED",
                   "the certificate is not the current one of a user of this enclave");
}

}  // namespace kluis
