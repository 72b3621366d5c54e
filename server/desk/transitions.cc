#include "server/desk/transitions.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace kluis {
namespace {

using S = CaseState;
using A = DeskAction;
using R = DeskRole;

struct StateText {
  CaseState state;
  const char* name;
};
constexpr StateText kStates[] = {{S::kHeld, "held"},
                                 {S::kInReview, "in review"},
                                 {S::kConflict, "conflict"},
                                 {S::kChangesRequested, "changes requested"},
                                 {S::kApproved, "approved"},
                                 {S::kDenied, "denied"},
                                 {S::kWithdrawn, "withdrawn"},
                                 {S::kReleased, "released"},
                                 {S::kAfterCheck, "after-check"},
                                 {S::kRecalled, "recalled"}};

struct ActionText {
  DeskAction action;
  const char* name;
};
constexpr ActionText kActions[] = {{A::kClaim, "claim"},
                                   {A::kView, "view"},
                                   {A::kComment, "comment"},
                                   {A::kApprove, "approve"},
                                   {A::kRequestChanges, "request changes"},
                                   {A::kDeny, "deny"},
                                   {A::kReopen, "reopen"},
                                   {A::kReply, "reply"},
                                   {A::kWithdraw, "withdraw"},
                                   {A::kRelease, "release"},
                                   {A::kReturn, "return"},
                                   {A::kRefuse, "refuse"},
                                   {A::kRecall, "recall"},
                                   {A::kPrecedent, "precedent"},
                                   {A::kEndPrecedent, "end precedent"},
                                   {A::kConfirm, "confirm"}};

struct RoleText {
  DeskRole role;
  const char* name;
};
constexpr RoleText kRoles[] = {{R::kResearcher, "researcher"},
                               {R::kReviewer, "reviewer"},
                               {R::kPrivacyOfficer, "privacy officer"},
                               {R::kOperator, "operator"},
                               {R::kDesk, "desk"}};

// The votes of one state; `undecided`: where one leads to that does not decide the case.
void AddVotes(S from, const std::vector<S>& undecided, std::vector<Transition>* table) {
  const auto with = [&undecided](S decided) {
    std::vector<S> all = undecided;
    all.push_back(decided);
    return all;
  };
  table->push_back({from, A::kApprove, R::kReviewer, with(S::kApproved)});
  table->push_back({from, A::kRequestChanges, R::kReviewer, with(S::kChangesRequested)});
  table->push_back({from, A::kDeny, R::kReviewer, with(S::kDenied)});
}

std::vector<Transition> MakeTable() {
  std::vector<Transition> table = {
      {S::kHeld, A::kClaim, R::kReviewer, {S::kInReview}},
      {S::kInReview, A::kClaim, R::kReviewer, {S::kInReview}},
  };
  AddVotes(S::kHeld, {S::kInReview}, &table);
  AddVotes(S::kInReview, {S::kInReview, S::kConflict}, &table);
  AddVotes(S::kConflict, {S::kConflict}, &table);
  table.push_back({S::kConflict, A::kReopen, R::kReviewer, {S::kHeld}});
  table.push_back({S::kChangesRequested, A::kReply, R::kResearcher, {S::kHeld}});
  for (const S from : {S::kHeld, S::kInReview, S::kConflict, S::kChangesRequested, S::kApproved})
    table.push_back({from, A::kWithdraw, R::kResearcher, {S::kWithdrawn}});
  table.push_back({S::kApproved, A::kRelease, R::kDesk, {S::kReleased}});
  table.push_back({S::kApproved, A::kReturn, R::kDesk, {S::kHeld}});
  table.push_back({S::kApproved, A::kRefuse, R::kDesk, {S::kDenied}});
  table.push_back({S::kReleased, A::kRecall, R::kReviewer, {S::kRecalled}});
  for (const S from : {S::kApproved, S::kReleased}) {
    table.push_back({from, A::kPrecedent, R::kReviewer, {from}});
    table.push_back({from, A::kEndPrecedent, R::kReviewer, {from}});
  }
  table.push_back({S::kAfterCheck, A::kClaim, R::kReviewer, {S::kAfterCheck}});
  table.push_back({S::kAfterCheck, A::kConfirm, R::kReviewer, {S::kReleased}});
  table.push_back({S::kAfterCheck, A::kRecall, R::kReviewer, {S::kRecalled}});
  for (const StateText& from : kStates)
    table.push_back({from.state, A::kComment, R::kReviewer, {from.state}});
  for (const StateText& from : kStates) {
    if (from.state != S::kWithdrawn)
      table.push_back({from.state, A::kView, R::kReviewer, {from.state}});
  }
  return table;
}

template <typename Value, typename Text, size_t n>
const char* NameIn(const Text (&texts)[n], Value Text::*field, Value value) {
  for (const Text& text : texts) {
    if (text.*field == value) return text.name;
  }
  return "";
}

template <typename Value, typename Text, size_t n>
bool ParseIn(const Text (&texts)[n], Value Text::*field, absl::string_view name, Value* value) {
  for (const Text& text : texts) {
    if (name != text.name) continue;
    *value = text.*field;
    return true;
  }
  return false;
}

template <typename Value, typename Text, size_t n>
std::vector<Value> AllOf(const Text (&texts)[n], Value Text::*field) {
  std::vector<Value> all;
  for (const Text& text : texts) all.push_back(text.*field);
  return all;
}

}  // namespace

const std::vector<Transition>& DeskTransitions() {
  static const auto& table = *new std::vector<Transition>(MakeTable());
  return table;
}

const Transition* FindTransition(CaseState from, DeskAction action, DeskRole role) {
  for (const Transition& row : DeskTransitions()) {
    if (row.from == from && row.action == action && row.role == role) return &row;
  }
  return nullptr;
}

const std::vector<CaseState>& CaseStates() {
  static const auto& all = *new std::vector<CaseState>(AllOf(kStates, &StateText::state));
  return all;
}
const std::vector<DeskAction>& DeskActions() {
  static const auto& all = *new std::vector<DeskAction>(AllOf(kActions, &ActionText::action));
  return all;
}
const std::vector<DeskRole>& DeskRoles() {
  static const auto& all = *new std::vector<DeskRole>(AllOf(kRoles, &RoleText::role));
  return all;
}

const char* StateName(CaseState state) { return NameIn(kStates, &StateText::state, state); }
const char* ActionName(DeskAction action) { return NameIn(kActions, &ActionText::action, action); }
const char* DeskRoleName(DeskRole role) { return NameIn(kRoles, &RoleText::role, role); }

bool ParseState(absl::string_view text, CaseState* state) {
  return ParseIn(kStates, &StateText::state, text, state);
}
bool ParseAction(absl::string_view text, DeskAction* action) {
  return ParseIn(kActions, &ActionText::action, text, action);
}
bool ParseDeskRole(absl::string_view text, DeskRole* role) {
  return ParseIn(kRoles, &RoleText::role, text, role);
}

bool IsVote(DeskAction action) {
  return action == A::kApprove || action == A::kRequestChanges || action == A::kDeny;
}

bool IsClosed(CaseState state) {
  return state == S::kDenied || state == S::kWithdrawn || state == S::kReleased ||
         state == S::kRecalled;
}

std::string TransitionsMarkdown() {
  std::string text = "| in state | who | may | then |\n|---|---|---|---|\n";
  for (const StateText& from : kStates) {
    for (const Transition& row : DeskTransitions()) {
      if (row.from != from.state) continue;
      const std::string to = absl::StrJoin(row.to, " or ", [](std::string* out, S state) {
        absl::StrAppend(out, StateName(state));
      });
      absl::StrAppend(&text, "| ", from.name, " | ", DeskRoleName(row.role), " | ",
                      ActionName(row.action), " | ", to, " |\n");
    }
  }
  return text;
}

}  // namespace kluis
