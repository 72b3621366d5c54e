#include "client/notices.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/files.h"
#include "client/format/text.h"
#include "client/review_text.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr double kSeconds = 20;

std::string NoticeOf(const v1::RecalledRelease& recall) {
  const std::string id = Printable(IdOf(recall.name())), time = Printable(recall.time());
  if (!recall.precedent().empty()) {
    return absl::StrCat("release ", id, " left under a precedent that reviewers have ended (case ",
                        Printable(IdOf(recall.precedent())), ", ", time,
                        "); ask them before you publish it\n");
  }
  const std::string rests =
      recall.rests_on().empty()
          ? ""
          : absl::StrCat(" rests on ", Printable(IdOf(recall.rests_on())), ", which was recalled");
  return absl::StrCat("recalled: release ", id, rests, " (", time, "); do not use or publish it\n");
}

// The ids of releases that rest on this one.
std::vector<std::string> RestingOn(const v1::ListRecallsResponse& recalls,
                                   const std::string& name) {
  std::vector<std::string> ids;
  for (const v1::RecalledRelease& recall : recalls.recalls()) {
    if (recall.rests_on() == name) ids.push_back(Printable(IdOf(recall.name())));
  }
  return ids;
}

}  // namespace

Recalls ListRecalls(Session& session) {
  v1::ListRecallsResponse recalls;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.review().ListRecalls(Session::Context(kSeconds).get(), {}, &recalls)));
  return recalls;
}

void ShowRecalls(const Console& console, const Profile& profile, const Recalls& recalls,
                 const std::string& shown) {
  if (!recalls.ok()) {
    if (!shown.empty())
      console.err << "warning: the server did not say whether this release was recalled\n";
    return;
  }
  const std::string file = absl::StrCat(profile.folder, "/recalls");
  const auto known = ReadWholeFile(file);
  std::set<std::string> told;
  if (known.ok()) told = absl::StrSplit(*known, '\n', absl::SkipEmpty());
  const size_t before = told.size();
  for (const v1::RecalledRelease& recall : recalls->recalls()) {
    const std::string& cause = recall.precedent().empty() ? recall.rests_on() : recall.precedent();
    const bool is_new = told.insert(absl::StrCat(recall.name(), " ", cause)).second;
    const bool is_shown = !shown.empty() && IdOf(recall.name()) == IdOf(shown);
    if (is_new || is_shown) console.err << (is_shown ? "warning: " : "") << NoticeOf(recall);
  }
  // Told again next time where it cannot be kept.
  if (told.size() > before)
    (void)WriteWholeFile(file, absl::StrCat(absl::StrJoin(told, "\n"), "\n"), 0600);
  if (shown.empty()) return;
  const auto resting = RestingOn(*recalls, absl::StrCat("releases/", IdOf(shown)));
  if (!resting.empty()) {
    console.err << "recalled; your releases that rest on it: " << absl::StrJoin(resting, ", ")
                << "\n";
  }
}

std::string RecallLines(const Recalls& recalls) {
  if (!recalls.ok()) return "";
  std::string lines;
  for (const v1::RecalledRelease& recall : recalls->recalls()) {
    if (!recall.precedent().empty() || !recall.rests_on().empty()) continue;
    const auto resting = RestingOn(*recalls, recall.name());
    absl::StrAppend(&lines, Printable(IdOf(recall.name())), ": recalled",
                    resting.empty() ? "" : "; your releases that rest on it: ",
                    absl::StrJoin(resting, ", "), "\n");
  }
  return lines;
}

void ShowState(const Console& console, Session& session, const std::string& id) {
  v1::GetCaseRequest request;
  request.set_name(absl::StrCat("cases/", id));
  const auto context = Session::Context(kSeconds);
  const auto stream = session.review().GetCase(context.get(), request);
  v1::CasePart part;
  v1::Case held;
  while (stream->Read(&part)) {
    if (part.has_detail()) held = part.detail().case_();
  }
  if (!stream->Finish().ok()) return;
  console.err << "state: " << Printable(held.state()) << "\n";
  for (const std::string& asked : EachOnce(held.asked()))
    console.err << "asked: " << Printable(asked) << "\n";
}

}  // namespace kluis
