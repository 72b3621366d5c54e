#include "client/session.h"

#include <grpc/support/log.h>

#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/files.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/merkle.h"
#include "disclosure/evidence/tlog_proof.h"

namespace kluis {
namespace {

constexpr double kShortCallSeconds = 30;
constexpr int kMessageBytesMax = 256 << 20;

absl::Status NotVerified(const absl::Status& status) {
  return absl::DataLossError(absl::StrCat("the receipt does not verify: ", status.message()));
}

}  // namespace

absl::Status FromGrpc(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

absl::StatusOr<Session> Session::Open(Profile profile) {
  KLUIS_ASSIGN_OR_RETURN(Session session, OpenUnchecked(std::move(profile)));
  v1::Checkpoint latest;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.log_->GetCheckpoint(Context(kShortCallSeconds).get(), {}, &latest)));
  KLUIS_RETURN_IF_ERROR(session.Witness(latest.note()).status());
  return session;
}

absl::StatusOr<Session> Session::OpenUnchecked(Profile profile) {
  KLUIS_ASSIGN_OR_RETURN(NoteVerifier verifier, LogVerifier(profile));
  return Session(std::move(profile), std::move(verifier));
}

Session::Session(Profile profile, NoteVerifier verifier)
    : profile_(std::move(profile)), verifier_(std::move(verifier)) {
  gpr_set_log_function([](gpr_log_func_args*) {});  // its lines would stand between ours
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = profile_.ca;
  tls.pem_private_key = profile_.key;
  tls.pem_cert_chain = profile_.certificate;
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
  const std::string address(absl::StripAsciiWhitespace(profile_.server));
  const auto channel = grpc::CreateCustomChannel(address, grpc::SslCredentials(tls), arguments);
  enclave_ = v1::EnclaveService::NewStub(channel);
  log_ = v1::LogService::NewStub(channel);
  policy_ = v1::PolicyService::NewStub(channel);
  review_ = v1::ReviewService::NewStub(channel);
  sealed_log_ = v1::SealedLogService::NewStub(channel);
}

std::unique_ptr<grpc::ClientContext> Session::Context(double seconds) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() +
                        std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000)));
  return context;
}

std::string Session::remembered() const {
  const auto note = ReadWholeFile(absl::StrCat(profile_.folder, "/checkpoint"));
  return note.ok() ? *note : "";
}

absl::StatusOr<Checkpoint> Session::Witness(const std::string& note) {
  auto opened = OpenCheckpoint(note, verifier_);
  if (!opened.ok())
    return absl::DataLossError(absl::StrCat("the checkpoint: ", opened.status().message()));
  const Checkpoint shown = *std::move(opened);
  const std::string known_note = remembered();
  const auto known = OpenCheckpoint(known_note, verifier_);
  if (known.ok()) {
    const bool grown = shown.size >= known->size;
    const absl::Status proven = ProveConsistent(grown ? *known : shown, grown ? shown : *known);
    if (absl::IsDataLoss(proven)) return Forked(known_note, note, proven.message());
    KLUIS_RETURN_IF_ERROR(proven);
    if (!grown || shown.size == known->size) return shown;
  }
  KLUIS_RETURN_IF_ERROR(WriteWholeFile(absl::StrCat(profile_.folder, "/checkpoint"), note, 0600));
  return shown;
}

absl::Status Session::ProveConsistent(const Checkpoint& older, const Checkpoint& newer) {
  std::vector<std::string> hashes;
  if (older.size != newer.size && older.size != 0) {
    v1::GetConsistencyProofRequest request;
    v1::ConsistencyProof response;
    request.set_first_size(older.size);
    request.set_second_size(newer.size);
    const absl::Status asked =
        FromGrpc(log_->GetConsistencyProof(Context(kShortCallSeconds).get(), request, &response));
    if (absl::IsUnavailable(asked) || absl::IsDeadlineExceeded(asked)) return asked;
    if (!asked.ok())
      return absl::DataLossError(absl::StrCat("the server gives no proof: ", asked.message()));
    hashes.assign(response.hashes().begin(), response.hashes().end());
  }
  const absl::Status proven =
      VerifyConsistency(older.size, older.root, newer.size, newer.root, hashes);
  return proven.ok() ? proven : absl::DataLossError(proven.message());
}

absl::Status Session::Forked(const std::string& known, const std::string& shown,
                             absl::string_view why) {
  const std::string path = absl::StrCat(profile_.folder, "/fork-evidence.txt");
  const std::string evidence = absl::StrCat("seen before:\n", known, "\nshown now:\n", shown);
  // What another fork left there stays; the same one seen again adds nothing.
  std::string kept_so_far = ReadWholeFile(path).value_or("");
  if (!absl::StrContains(kept_so_far, evidence)) {
    absl::StrAppend(&kept_so_far, kept_so_far.empty() ? "" : "\n", evidence);
  }
  const absl::Status kept = WriteWholeFile(path, kept_so_far, 0600);
  return absl::DataLossError(absl::StrCat(
      "THE LOG WAS REWRITTEN: what the server shows now does not continue what it showed before (",
      why, "). Tell the data owner. ",
      kept.ok() ? absl::StrCat("Both signed checkpoints are in ", path)
                : std::string(kept.message()),
      ":\n", evidence));
}

absl::StatusOr<VerifiedReceipt> Session::Verify(const std::string& answer, const Receipt& receipt) {
  auto verified = VerifyReceipt(answer, receipt, verifier_);
  if (!verified.ok()) return NotVerified(verified.status());
  const auto proof = ParseTlogProof(receipt.proof);
  if (!proof.ok()) return NotVerified(proof.status());
  KLUIS_RETURN_IF_ERROR(Witness(proof->checkpoint).status());
  return verified;
}

}  // namespace kluis
