#include <sys/stat.h>

#include <fstream>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/commands.h"
#include "client/files.h"
#include "client/session.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/log_check.h"

namespace kluis {
namespace {

constexpr double kSeconds = 60;
constexpr double kStreamSeconds = 3600;

absl::StatusOr<Session> OpenSession(const Console& console, const std::string& name) {
  KLUIS_ASSIGN_OR_RETURN(Profile profile, LoadProfile(console, name));
  return Session::Open(std::move(profile));
}

absl::StatusOr<std::string> FetchNote(Session& session) {
  v1::Checkpoint checkpoint;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.log().GetCheckpoint(Session::Context(kSeconds).get(), {}, &checkpoint)));
  return checkpoint.note();
}

absl::StatusOr<TrustPolicy> Trusted(const Console& console, const LogOptions& options) {
  if (!options.trust.empty()) return ReadTrustFile(options.trust);
  KLUIS_ASSIGN_OR_RETURN(const Profile profile, LoadProfile(console, options.profile));
  KLUIS_ASSIGN_OR_RETURN(const NoteVerifier key, LogVerifier(profile));
  return TrustPolicy(key);
}

absl::Status DataLoss(const absl::Status& status) {
  return absl::IsPermissionDenied(status) ? absl::DataLossError(status.message()) : status;
}

// Streams the entries [0, size) of the server through CheckLog(); `sink` sees each.
absl::StatusOr<LogSummary> CheckServer(
    Session& session, const std::vector<std::string>& notes, const TrustPolicy& trust,
    uint64_t size, const std::function<absl::Status(const std::string&)>& sink) {
  v1::ListEntriesRequest request;
  request.set_end(size);
  const auto context = Session::Context(kStreamSeconds);
  std::unique_ptr<grpc::ClientReader<v1::Entry>> stream;
  if (size > 0)
    stream = session.log().ListEntries(context.get(), request);  // end 0 would mean: all
  const LeafReader next = [&](std::string* leaf) -> absl::StatusOr<bool> {
    v1::Entry entry;
    if (stream == nullptr) return false;
    if (!stream->Read(&entry)) {
      KLUIS_RETURN_IF_ERROR(FromGrpc(stream->Finish()));
      return false;
    }
    *leaf = entry.leaf();
    KLUIS_RETURN_IF_ERROR(sink(*leaf));
    return true;
  };
  auto summary = CheckLog(next, notes, trust);
  if (!summary.ok()) {
    context->TryCancel();
    return DataLoss(summary.status());
  }
  return summary;
}

// From the first entry to the checkpoint that the server shows, which must continue the one that
// this profile has seen.
absl::StatusOr<LogSummary> VerifyServer(
    Session& session, const TrustPolicy& trust, std::string* note,
    const std::function<absl::Status(const std::string&)>& sink) {
  KLUIS_ASSIGN_OR_RETURN(*note, FetchNote(session));
  std::vector<std::string> notes = {*note};
  if (const std::string seen = session.remembered(); trust.OpenSigned(seen).ok())
    notes.push_back(seen);
  auto shown = trust.OpenSigned(*note);
  if (!shown.ok())
    return absl::DataLossError(absl::StrCat("the checkpoint: ", shown.status().message()));
  KLUIS_RETURN_IF_ERROR(session.Witness(*note).status());
  return CheckServer(session, notes, trust, shown->size, sink);
}

// The folder that ExportLog() writes: `checkpoint`, and `entries`, all of one size, one after
// another.
absl::StatusOr<LogSummary> VerifyFolder(const std::string& folder, const TrustPolicy& trust) {
  KLUIS_ASSIGN_OR_RETURN(const std::string note,
                         ReadWholeFile(absl::StrCat(folder, "/checkpoint")));
  const std::string path = absl::StrCat(folder, "/entries");
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::InvalidArgumentError(absl::StrCat(path, ": cannot read"));
  const LeafReader next = [&](std::string* leaf) -> absl::StatusOr<bool> {
    leaf->resize(kEntrySize);
    file.read(leaf->data(), kEntrySize);
    if (file.gcount() == 0) return false;
    if (file.gcount() == static_cast<std::streamsize>(kEntrySize)) return true;
    return absl::DataLossError(absl::StrCat(path, ": ends within an entry"));
  };
  auto summary = CheckLog(next, {note}, trust);
  return summary.ok() ? summary : absl::StatusOr<LogSummary>(DataLoss(summary.status()));
}

int Report(const Console& console, const absl::StatusOr<LogSummary>& summary,
           absl::string_view done) {
  if (!summary.ok()) return Fail(console, summary.status());
  console.out << done << ": " << summary->checkpoint.origin << ", " << summary->size
              << " entries, root " << Base64(summary->root) << "\n";
  return kExitDone;
}

absl::StatusOr<LogSummary> ExportTo(Session& session, const std::string& folder) {
  KLUIS_RETURN_IF_ERROR(MakeDirectories(folder));
  const std::string path = absl::StrCat(folder, "/entries"), partial = path + ".tmp";
  std::ofstream file(partial, std::ios::binary | std::ios::trunc);
  std::string note;
  const auto sink = [&](const std::string& leaf) {
    file << leaf;
    return file ? absl::OkStatus()
                : absl::InvalidArgumentError(absl::StrCat(partial, ": cannot write"));
  };
  auto summary = VerifyServer(session, session.verifier(), &note, sink);
  file.close();
  if (summary.ok() && (!file || std::rename(partial.c_str(), path.c_str()) != 0)) {
    summary = absl::InvalidArgumentError(absl::StrCat(path, ": cannot write"));
  }
  if (!summary.ok()) {
    std::remove(partial.c_str());
    return summary;
  }
  KLUIS_RETURN_IF_ERROR(WriteWholeFile(absl::StrCat(folder, "/checkpoint"), note, 0666));
  return summary;
}

}  // namespace

int VerifyLog(const Console& console, const LogOptions& options) {
  const auto verifier = Trusted(console, options);
  if (!verifier.ok()) return Fail(console, verifier.status());
  if (!options.folder.empty())
    return Report(console, VerifyFolder(options.folder, *verifier), "verified");
  auto session = OpenSession(console, options.profile);
  if (!session.ok()) return Fail(console, session.status());
  std::string note;
  const auto ignore = [](const std::string&) { return absl::OkStatus(); };
  return Report(console, VerifyServer(*session, *verifier, &note, ignore), "verified");
}

int ExportLog(const Console& console, const LogOptions& options) {
  auto session = OpenSession(console, options.profile);
  if (!session.ok()) return Fail(console, session.status());
  return Report(console, ExportTo(*session, options.folder), "exported and verified");
}

int ShowCheckpoint(const Console& console, const std::string& profile) {
  auto session = OpenSession(console, profile);
  if (!session.ok()) return Fail(console, session.status());
  const auto note = FetchNote(*session);
  if (!note.ok()) return Fail(console, note.status());
  const auto checkpoint = session->Witness(*note);
  if (!checkpoint.ok()) return Fail(console, checkpoint.status());
  console.out << *note;
  return kExitDone;
}

}  // namespace kluis
