#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/commands.h"
#include "client/files.h"
#include "client/log_files.h"
#include "client/session.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/log_check.h"

namespace kluis {
namespace {

using nlohmann::ordered_json;

constexpr double kSeconds = 60;
constexpr double kStreamSeconds = 3600;

absl::StatusOr<Session> OpenSession(const Console& console, const std::string& name) {
  KLUIS_ASSIGN_OR_RETURN(Profile profile, LoadProfile(console, name));
  return Session::OpenUnchecked(std::move(profile));
}

absl::StatusOr<v1::Checkpoint> FetchCheckpoint(Session& session) {
  v1::Checkpoint checkpoint;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.log().GetCheckpoint(Session::Context(kSeconds).get(), {}, &checkpoint)));
  return checkpoint;
}

absl::StatusOr<TrustPolicy> Trusted(const Console& console, const LogOptions& options) {
  if (!options.trust.empty()) return ReadTrustFile(options.trust);
  KLUIS_ASSIGN_OR_RETURN(const Profile profile, LoadProfile(console, options.profile));
  KLUIS_ASSIGN_OR_RETURN(const NoteVerifier key, LogVerifier(profile));
  return TrustPolicy(key);
}

// What must hold beside the entries themselves.
struct Demands {
  TrustPolicy trust;
  std::string since;  // a note that the log must continue, or nothing
};

absl::StatusOr<Demands> ReadDemands(const Console& console, const LogOptions& options) {
  KLUIS_ASSIGN_OR_RETURN(TrustPolicy trust, Trusted(console, options));
  Demands demands = {std::move(trust), ""};
  if (options.since.empty()) return demands;
  KLUIS_ASSIGN_OR_RETURN(demands.since, ReadWholeFile(options.since));
  const auto opened = demands.trust.OpenSigned(demands.since);
  if (opened.ok()) return demands;
  return absl::InvalidArgumentError(
      absl::StrCat(options.since, ": no checkpoint of this log: ", opened.status().message()));
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
    Session& session, const Demands& demands, const v1::Checkpoint& latest,
    const std::function<absl::Status(const std::string&)>& sink) {
  std::vector<std::string> notes = {latest.note()};
  for (const std::string& note : {latest.cosigned(), demands.since}) {
    if (!note.empty()) notes.push_back(note);
  }
  if (const std::string seen = session.remembered(); demands.trust.OpenSigned(seen).ok())
    notes.push_back(seen);
  auto shown = demands.trust.OpenSigned(latest.note());
  if (!shown.ok())
    return absl::DataLossError(absl::StrCat("the checkpoint: ", shown.status().message()));
  KLUIS_RETURN_IF_ERROR(session.Witness(latest.note()).status());
  return CheckServer(session, notes, demands.trust, shown->size, sink);
}

absl::StatusOr<LogSummary> VerifyFolder(const std::string& folder, const Demands& demands) {
  KLUIS_ASSIGN_OR_RETURN(std::vector<std::string> notes, ReadLogNotes(folder));
  if (!demands.since.empty()) notes.push_back(demands.since);
  KLUIS_ASSIGN_OR_RETURN(const LeafReader next, ReadLogFolder(folder));
  auto summary = CheckLog(next, notes, demands.trust);
  return summary.ok() ? summary : absl::StatusOr<LogSummary>(DataLoss(summary.status()));
}

ordered_json SummaryJson(const LogSummary& summary, const v1::Checkpoint& latest) {
  return {{"verified", true},           {"origin", summary.checkpoint.origin},
          {"entries", summary.size},    {"root", Base64(summary.root)},
          {"trusted", summary.trusted}, {"removed", latest.removed()}};
}

int Report(const Console& console, const absl::StatusOr<LogSummary>& summary,
           absl::string_view done, const v1::Checkpoint& latest, const std::string& format) {
  if (!summary.ok()) return Fail(console, summary.status());
  if (format == "json") {
    console.out << SummaryJson(*summary, latest).dump(2) << "\n";
    return kExitDone;
  }
  console.out << done << ": " << summary->checkpoint.origin << ", " << summary->size
              << " entries, root " << Base64(summary->root) << "\n";
  if (summary->trusted < summary->size)
    console.out << "cosigned: the first " << summary->trusted << " entries\n";
  if (latest.removed() > 0)
    console.out << "removed: the sealed parts of " << latest.removed()
                << " entries, after their term\n";
  return kExitDone;
}

absl::StatusOr<LogSummary> ExportTo(Session& session, const LogOptions& options,
                                    const v1::Checkpoint& latest) {
  KLUIS_ASSIGN_OR_RETURN(const auto files, LogFileWriter::Open(options.folder, options.form));
  const auto sink = [&files](const std::string& leaf) { return files->Add(leaf); };
  KLUIS_ASSIGN_OR_RETURN(const LogSummary summary,
                         VerifyServer(session, {session.verifier(), ""}, latest, sink));
  KLUIS_RETURN_IF_ERROR(files->Finish());
  if (!latest.cosigned().empty())
    KLUIS_RETURN_IF_ERROR(WriteWholeFile(options.folder + "/cosigned", latest.cosigned(), 0666));
  KLUIS_RETURN_IF_ERROR(WriteWholeFile(options.folder + "/checkpoint", latest.note(), 0666));
  return summary;
}

}  // namespace

int VerifyLog(const Console& console, const LogOptions& options) {
  const auto demands = ReadDemands(console, options);
  if (!demands.ok()) return Fail(console, demands.status());
  if (!options.folder.empty())
    return Report(console, VerifyFolder(options.folder, *demands), "verified", {}, options.format);
  auto session = OpenSession(console, options.profile);
  if (!session.ok()) return Fail(console, session.status());
  const auto latest = FetchCheckpoint(*session);
  if (!latest.ok()) return Fail(console, latest.status());
  const auto ignore = [](const std::string&) { return absl::OkStatus(); };
  return Report(console, VerifyServer(*session, *demands, *latest, ignore), "verified", *latest,
                options.format);
}

int ExportLog(const Console& console, const LogOptions& options) {
  auto session = OpenSession(console, options.profile);
  if (!session.ok()) return Fail(console, session.status());
  const auto latest = FetchCheckpoint(*session);
  if (!latest.ok()) return Fail(console, latest.status());
  return Report(console, ExportTo(*session, options, *latest), "exported and verified", *latest,
                options.format);
}

int ShowCheckpoint(const Console& console, const LogOptions& options) {
  auto session = OpenSession(console, options.profile);
  if (!session.ok()) return Fail(console, session.status());
  const auto latest = FetchCheckpoint(*session);
  if (!latest.ok()) return Fail(console, latest.status());
  const auto checkpoint = session->Witness(latest->note());
  if (!checkpoint.ok()) return Fail(console, checkpoint.status());
  if (options.format == "json") {
    console.out << ordered_json{{"origin", checkpoint->origin},
                                {"size", checkpoint->size},
                                {"root", Base64(checkpoint->root)},
                                {"note", latest->note()}}
                       .dump(2)
                << "\n";
  } else {
    console.out << latest->note();
  }
  return kExitDone;
}

}  // namespace kluis
