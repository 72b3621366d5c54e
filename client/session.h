// One conversation with the server of a profile, and what the client remembers of its log.
#ifndef KLUIS_CLIENT_SESSION_H_
#define KLUIS_CLIENT_SESSION_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/console.h"
#include "client/profile.h"
#include "disclosure/evidence/receipt.h"
#include "kluis/v1/enclave.grpc.pb.h"
#include "kluis/v1/policy.grpc.pb.h"
#include "kluis/v1/review.grpc.pb.h"
#include "kluis/v1/sealed_log.grpc.pb.h"

namespace kluis {

absl::Status FromGrpc(const grpc::Status& status);

class Session {
 public:
  // Mutual TLS with the profile's key. The server's log must continue what this profile has seen,
  // or nothing is asked of it. Errors as LogVerifier(), of the connection, as Witness().
  static absl::StatusOr<Session> Open(Profile profile);

  // The same for commands that show what they find in the log and call Witness() themselves:
  // connects on the first call. Error as LogVerifier().
  static absl::StatusOr<Session> OpenUnchecked(Profile profile);

  const Profile& profile() const { return profile_; }
  const NoteVerifier& verifier() const { return verifier_; }
  v1::EnclaveService::Stub& enclave() { return *enclave_; }
  v1::LogService::Stub& log() { return *log_; }
  v1::PolicyService::Stub& policy() { return *policy_; }
  v1::ReviewService::Stub& review() { return *review_; }
  v1::SealedLogService::Stub& sealed_log() { return *sealed_log_; }

  // A context for one call that ends after `seconds`.
  static std::unique_ptr<grpc::ClientContext> Context(double seconds);

  // Verifies a signed note and that it belongs to the history that this profile has seen: demands a
  // consistency proof against the last checkpoint and remembers the larger of the two. DATA_LOSS
  // when the log was rewritten: both notes are then in a file in the profile's folder, named in the
  // message.
  absl::StatusOr<Checkpoint> Witness(const std::string& note);

  // VerifyReceipt() with the profile's key, then Witness(). Failures are DATA_LOSS.
  absl::StatusOr<VerifiedReceipt> Verify(const std::string& answer, const Receipt& receipt);

  // The last checkpoint seen; empty when there is none.
  std::string remembered() const;

 private:
  Session(Profile profile, NoteVerifier verifier);
  absl::Status ProveConsistent(const Checkpoint& older, const Checkpoint& newer);
  absl::Status Forked(const std::string& known, const std::string& shown, absl::string_view why);

  Profile profile_;
  NoteVerifier verifier_;
  std::unique_ptr<v1::EnclaveService::Stub> enclave_;
  std::unique_ptr<v1::LogService::Stub> log_;
  std::unique_ptr<v1::PolicyService::Stub> policy_;
  std::unique_ptr<v1::ReviewService::Stub> review_;
  std::unique_ptr<v1::SealedLogService::Stub> sealed_log_;
};

}  // namespace kluis

#endif  // KLUIS_CLIENT_SESSION_H_
