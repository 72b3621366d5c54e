#include "server/desk/event_checks.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"

namespace kluis {
namespace {

using Kind = Objection::Kind;

std::optional<Objection> Wrong(std::string code, std::string message) {
  return Objection{Kind::kInput, std::move(code), std::move(message)};
}

// Code points of UTF-8 without white space at both ends.
size_t Characters(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

// What a person decides has a reason; what says that somebody looks, or that the desk went on, has
// none.
bool NeedsReason(DeskAction action) {
  switch (action) {
    case DeskAction::kApprove:
    case DeskAction::kRequestChanges:
    case DeskAction::kDeny:
    case DeskAction::kReopen:
    case DeskAction::kRecall:
    case DeskAction::kPrecedent:
    case DeskAction::kEndPrecedent:
    case DeskAction::kConfirm:
      return true;
    default:
      return false;
  }
}

std::optional<Objection> CheckReason(const DeskEvent& event) {
  if (event.reason.size() > kReasonMost) {
    return Wrong("REASON_TOO_LONG", absl::StrCat("a text has at most ", kReasonMost, " bytes"));
  }
  if (NeedsReason(event.action) && Characters(event.reason) < kReasonLeast) {
    return Wrong("NO_REASON", absl::StrCat("a reason has at least ", kReasonLeast,
                                           " characters: say why, for who reads it in years"));
  }
  const bool text = event.action == DeskAction::kComment || event.action == DeskAction::kReply;
  if (text && Characters(event.reason) == 0) return Wrong("NO_TEXT", "there is no text");
  return std::nullopt;
}

std::optional<Objection> CheckCode(const DeskEvent& event) {
  const std::vector<std::string>& codes = DenyCodes();
  const bool known = std::count(codes.begin(), codes.end(), event.code) == 1;
  if (event.action == DeskAction::kDeny && !known) {
    return Wrong("NO_REASON_CODE",
                 absl::StrCat("a denial has one of the codes ", absl::StrJoin(codes, ", ")));
  }
  if (event.action != DeskAction::kDeny && event.action != DeskAction::kRefuse &&
      !event.code.empty()) {
    return Wrong("CODE_WITHOUT_DENIAL", "only a denial has a reason code");
  }
  return std::nullopt;
}

std::optional<Objection> CheckStrength(const DeskEvent& event) {
  const bool may = event.action == DeskAction::kApprove || event.action == DeskAction::kView;
  if (!may && event.strength != Strength()) {
    return Wrong("STRENGTH_WITHOUT_APPROVAL", "only an approval has a protection of its own");
  }
  if (event.strength.minimum < 0 || event.strength.minimum > 1'000'000 ||
      event.strength.round_to < 0 || event.strength.round_to > 1'000'000 ||
      event.strength.round_to == 1) {
    return Wrong("BAD_STRENGTH", "a minimum is 1 to 1,000,000, a rounding base 2 to 1,000,000");
  }
  return std::nullopt;
}

}  // namespace

bool IsDate(const std::string& text) {
  absl::CivilDay day;
  return text.size() == 10 && absl::ParseCivilTime(text, &day) &&
         absl::FormatCivilTime(day) == text;
}

std::optional<Objection> CheckForm(const DeskEvent& event) {
  if (auto objection = CheckReason(event)) return objection;
  if (auto objection = CheckCode(event)) return objection;
  if (auto objection = CheckStrength(event)) return objection;
  const bool counted = IsVote(event.action) || event.action == DeskAction::kPrecedent;
  if (counted && event.required < 1) return Wrong("BAD_REQUIRED", "at least one vote is needed");
  if (event.action == DeskAction::kView && event.digest.empty())
    return Wrong("NO_DIGEST", "a look says what was seen");
  if (event.action == DeskAction::kRelease && event.release.empty())
    return Wrong("NO_RELEASE", "a release has an id");
  return std::nullopt;
}

std::optional<Objection> CheckPrecedent(const DeskEvent& event, const Case& held,
                                        const std::vector<Precedent>& precedents) {
  if (!IsDate(event.until) || event.until < event.time.substr(0, 10))
    return Wrong("BAD_END", "a precedent ends on a day, YYYY-MM-DD, that is not past");
  if (event.shape.empty() || event.cells < 1)
    return Wrong("NO_SHAPE", "a precedent is of tables of one shape and size");
  if (!held.held || !held.decision || held.decision->strength != Strength()) {
    return Objection{Kind::kState, "NOT_AS_ASKED",
                     "only what was approved as the rules protect it can become a rule"};
  }
  for (const Precedent& known : precedents) {
    if (known.case_id != event.case_id || known.until != event.until) continue;
    const bool asked = std::any_of(known.by.begin(), known.by.end(), [&](const DeskActor& by) {
      return by.person == event.by.person;
    });
    if (asked) {
      return Objection{Kind::kForbidden, "HAS_ASKED",
                       "you have asked for this precedent; another person must"};
    }
  }
  return std::nullopt;
}

std::optional<Objection> CheckEnd(const DeskEvent& event,
                                  const std::vector<Precedent>& precedents) {
  const bool there = std::any_of(precedents.begin(), precedents.end(), [&](const Precedent& one) {
    return one.case_id == event.case_id && !one.ended;
  });
  if (there) return std::nullopt;
  return Objection{Kind::kState, "NO_PRECEDENT", "no precedent has been made of this, or it ended"};
}

}  // namespace kluis
