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
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr double kSeconds = 60;
constexpr char kSuffix[] = ".receipt";

absl::Status List(const Console& console, Session& session) {
  std::vector<std::vector<std::string>> rows = {
      {"release", "entry", "time", "status", "project", "cells", "suppressed"}};
  v1::ListReleasesRequest request;
  do {
    v1::ListReleasesResponse page;
    KLUIS_RETURN_IF_ERROR(
        FromGrpc(session.enclave().ListReleases(Session::Context(kSeconds).get(), request, &page)));
    for (const v1::ReleaseSummary& release : page.releases()) {
      rows.push_back({Printable(release.name().substr(release.name().find('/') + 1)),
                      std::to_string(release.index()), Printable(release.time()),
                      Printable(release.status()),
                      Printable(release.project().substr(release.project().find('/') + 1)),
                      std::to_string(release.cells()), std::to_string(release.suppressed())});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  console.out << AlignColumns(rows, {Align::kLeft, Align::kRight, Align::kLeft, Align::kLeft,
                                     Align::kLeft, Align::kRight, Align::kRight});
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
  auto profile = LoadProfile(console, options.profile);
  if (!profile.ok()) return Fail(console, profile.status());
  const auto files = OpenOutput(options.output);
  if (!files.ok()) return Fail(console, files.status());
  auto session = Session::Open(*std::move(profile));
  if (!session.ok()) return Fail(console, session.status());
  ShowRecalls(console, *session);
  if (options.id.empty()) {
    const absl::Status listed = List(console, *session);
    return listed.ok() ? kExitDone : Fail(console, listed);
  }
  const auto received = Fetch(*session, options.id);
  if (!received.ok()) return Fail(console, received.status());
  if (received->view.status == "held") ShowState(console, *session, received->view.release);
  return PrintReceived(console, *received, options.format, *files, "");
}

int VerifyReceiptFile(const Console& console, const std::string& profile, const std::string& named,
                      const std::string& trust) {
  const auto verifier = Trusted(console, profile, trust);
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
