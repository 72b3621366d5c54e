#include "client/notices.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/files.h"
#include "client/format/text.h"
#include "client/review_text.h"

namespace kluis {
namespace {

constexpr double kSeconds = 20;

}  // namespace

void ShowRecalls(const Console& console, Session& session) {
  v1::ListRecallsResponse recalls;
  if (!session.review().ListRecalls(Session::Context(kSeconds).get(), {}, &recalls).ok()) return;
  const std::string file = absl::StrCat(session.profile().folder, "/recalls");
  const auto known = ReadWholeFile(file);
  std::set<std::string> told;
  if (known.ok()) told = absl::StrSplit(*known, '\n', absl::SkipEmpty());
  const size_t before = told.size();
  for (const v1::RecalledRelease& recall : recalls.recalls()) {
    const std::string& cause = recall.precedent().empty() ? recall.rests_on() : recall.precedent();
    if (!told.insert(absl::StrCat(recall.name(), " ", cause)).second) continue;
    if (!recall.precedent().empty()) {
      console.err << "release " << Printable(IdOf(recall.name()))
                  << " left under a precedent that reviewers have ended (case "
                  << Printable(IdOf(recall.precedent())) << ", " << Printable(recall.time())
                  << "); ask them before you publish it\n";
      continue;
    }
    console.err << "recalled: release " << Printable(IdOf(recall.name()));
    if (!recall.rests_on().empty())
      console.err << " rests on " << Printable(IdOf(recall.rests_on())) << ", which was recalled";
    console.err << " (" << Printable(recall.time()) << "); do not use or publish it\n";
  }
  // Told again next time where it cannot be kept.
  if (told.size() > before)
    (void)WriteWholeFile(file, absl::StrCat(absl::StrJoin(told, "\n"), "\n"), 0600);
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
  for (const std::string& asked : held.asked())
    console.err << "asked: " << Printable(asked) << "\n";
}

}  // namespace kluis
