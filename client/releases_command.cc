#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/commands.h"
#include "client/files.h"
#include "client/format/text.h"
#include "client/notices.h"
#include "client/receipt_file.h"
#include "client/received.h"
#include "client/review_text.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

using nlohmann::ordered_json;

constexpr double kSeconds = 60;
constexpr char kSuffix[] = ".receipt";

absl::StatusOr<std::vector<v1::ReleaseSummary>> Listed(Session& session) {
  std::vector<v1::ReleaseSummary> releases;
  v1::ListReleasesRequest request;
  do {
    v1::ListReleasesResponse page;
    KLUIS_RETURN_IF_ERROR(
        FromGrpc(session.enclave().ListReleases(Session::Context(kSeconds).get(), request, &page)));
    releases.insert(releases.end(), page.releases().begin(), page.releases().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return releases;
}

std::string ReleasesText(const std::vector<v1::ReleaseSummary>& releases) {
  std::vector<std::vector<std::string>> rows = {
      {"release", "entry", "time", "status", "project", "cells", "suppressed"}};
  for (const v1::ReleaseSummary& release : releases) {
    rows.push_back({Printable(IdOf(release.name())), std::to_string(release.index()),
                    Printable(release.time()), Printable(release.status()),
                    Printable(IdOf(release.project())), std::to_string(release.cells()),
                    std::to_string(release.suppressed())});
  }
  return AlignColumns(rows, {Align::kLeft, Align::kRight, Align::kLeft, Align::kLeft, Align::kLeft,
                             Align::kRight, Align::kRight});
}

// Zeros are said here: that nothing was suppressed is a fact.
ordered_json ReleasesJson(const std::vector<v1::ReleaseSummary>& releases) {
  ordered_json list = ordered_json::array();
  for (const v1::ReleaseSummary& release : releases) {
    list.push_back({{"release", IdOf(release.name())},
                    {"entry", release.index()},
                    {"time", release.time()},
                    {"status", release.status()},
                    {"project", IdOf(release.project())},
                    {"cells", release.cells()},
                    {"suppressed", release.suppressed()}});
  }
  return {{"releases", std::move(list)}};
}

absl::Status List(const Console& console, Session& session, const Recalls& recalls,
                  const std::string& format) {
  KLUIS_ASSIGN_OR_RETURN(const auto releases, Listed(session));
  if (format == "json") {
    console.out << ReleasesJson(releases).dump(2, ' ', false,
                                               ordered_json::error_handler_t::replace)
                << "\n";
  } else {
    console.out << ReleasesText(releases) << RecallLines(recalls);
  }
  return absl::OkStatus();
}

absl::StatusOr<Received> Fetch(Session& session, const std::string& id) {
  v1::GetReleaseRequest request;
  request.set_name(absl::StartsWith(id, "releases/") ? id : absl::StrCat("releases/", id));
  const auto context = Session::Context(kSeconds);
  const auto stream = session.enclave().GetRelease(context.get(), request);
  return Receive(session, *stream, /*validate_only=*/false, [](const v1::Progress&) {});
}

absl::StatusOr<TrustPolicy> Trusted(const Console& console, const std::string& profile,
                                    const std::string& trust) {
  if (!trust.empty()) return ReadTrustFile(trust);
  KLUIS_ASSIGN_OR_RETURN(const Profile known, LoadProfile(console, profile));
  KLUIS_ASSIGN_OR_RETURN(const NoteVerifier key, LogVerifier(known));
  return TrustPolicy(key);
}

}  // namespace

int Releases(const Console& console, const ReleaseOptions& options) {
  if (options.id.empty() && options.format == "csv") {
    return Fail(console, absl::InvalidArgumentError(
                             "the list of releases is table or json; csv is of one release"));
  }
  auto profile = LoadProfile(console, options.profile);
  if (!profile.ok()) return Fail(console, profile.status());
  const auto files = OpenOutput(options.output);
  if (!files.ok()) return Fail(console, files.status());
  auto session = Session::Open(*std::move(profile));
  if (!session.ok()) return Fail(console, session.status());
  const Recalls recalls = ListRecalls(*session);
  ShowRecalls(console, session->profile(), recalls, options.id);
  if (options.id.empty()) {
    const absl::Status listed = List(console, *session, recalls, options.format);
    return listed.ok() ? kExitDone : Fail(console, listed);
  }
  const auto received = Fetch(*session, options.id);
  if (!received.ok()) return Fail(console, received.status());
  if (received->view.status == "held") ShowState(console, *session, received->view.release);
  return PrintReceived(console, *received, options.format, *files, "");
}

int VerifyReceiptFile(const Console& console, const ReceiptOptions& options) {
  const std::string& named = options.file;
  const auto verifier = Trusted(console, options.profile, options.trust);
  if (!verifier.ok()) return Fail(console, verifier.status());
  const bool of_receipt = absl::EndsWith(named, kSuffix);
  const std::string file = of_receipt ? named.substr(0, named.size() - sizeof kSuffix + 1) : named;
  const auto content = ReadWholeFile(file);
  if (!content.ok()) return Fail(console, content.status());
  const auto beside = ReadWholeFile(file + kSuffix);
  const auto verified = VerifyFile(*content, beside.ok() ? *beside : "", *verifier);
  if (!verified.ok()) {
    const absl::Status& why = verified.status();
    return Fail(console, absl::Status(why.code(), absl::StrCat(file, ": ", why.message())));
  }
  if (options.format == "json") {
    const VerifiedReceipt& receipt = verified->receipt;
    console.out << ordered_json{{"verified", true},
                                {"file", file},
                                {"release", verified->release},
                                {"status", verified->status},
                                {"time", receipt.entry.time},
                                {"origin", receipt.checkpoint.origin},
                                {"entry", receipt.entry.index},
                                {"size", receipt.checkpoint.size},
                                {"policy", absl::StrCat("sha256:", receipt.entry.policy)}}
                       .dump(2, ' ', false, ordered_json::error_handler_t::replace)
                << "\n";
    return kExitDone;
  }
  console.out << "verified: " << Printable(file) << "\n"
              << "release:  " << Printable(verified->release) << ", " << Printable(verified->status)
              << " " << verified->receipt.entry.time << "\n"
              << "log:      " << verified->receipt.checkpoint.origin << ", entry "
              << verified->receipt.entry.index << " of " << verified->receipt.checkpoint.size
              << "\n"
              << "policy:   sha256:" << verified->receipt.entry.policy << "\n";
  return kExitDone;
}

}  // namespace kluis
