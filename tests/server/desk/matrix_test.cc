// The transition table: what it says, that the code does it, and that the document says it too.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/server/desk/story.h"

namespace kluis {
namespace {

// Two reviewers who did not act on the way to a state can vote there; in a conflict those who did.
DeskActor ActorOf(DeskRole role, CaseState state) {
  switch (role) {
    case DeskRole::kResearcher:
      return Anna();
    case DeskRole::kReviewer:
      return Reviewer(state == CaseState::kConflict ? "b" : "e");
    case DeskRole::kDesk:
      return TheDesk();
    default:
      return {"x@cbs.nl", "x", role};
  }
}

TEST(MatrixTest, EveryRoleInEveryStateMayDoWhatTheTableSaysAndNothingElse) {
  int allowed = 0, refused = 0;
  for (const CaseState state : CaseStates()) {
    for (const DeskAction action : DeskActions()) {
      for (const DeskRole role : DeskRoles()) {
        Story story;
        story.Reach(state);
        const DeskActor actor = ActorOf(role, state);
        const bool needs_look = action == DeskAction::kApprove || action == DeskAction::kConfirm;
        if (needs_look && role == DeskRole::kReviewer) story.Do(DeskAction::kView, actor);
        if (action == DeskAction::kEndPrecedent && role == DeskRole::kReviewer)
          story.Do(DeskAction::kPrecedent, actor);
        const CaseState before = story.state();
        const std::string code = story.Do(action, actor);
        const Transition* row = FindTransition(state, action, role);
        const std::string where =
            absl::StrCat(StateName(state), ", ", ActionName(action), ", ", DeskRoleName(role));
        EXPECT_EQ(code.empty(), row != nullptr) << where << ": " << code;
        (code.empty() ? allowed : refused)++;
        if (row == nullptr) {
          EXPECT_EQ(story.state(), before) << where;
        } else {
          EXPECT_EQ(std::count(row->to.begin(), row->to.end(), story.state()), 1) << where;
        }
      }
    }
  }
  EXPECT_EQ(allowed, static_cast<int>(DeskTransitions().size()));
  EXPECT_EQ(allowed + refused, 10 * 16 * 5);
}

TEST(MatrixTest, TheDocumentHasTheTableOfTheCode) {
  std::ifstream file(KLUIS_SOURCE_DIR "/docs/desk.md");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_THAT(text.str(), ::testing::HasSubstr("\n\n" + TransitionsMarkdown() + "\n"))
      << "put this into docs/desk.md:\n"
      << TransitionsMarkdown();
}

TEST(MatrixTest, NoRowStandsTwiceAndEveryStateIsReached) {
  std::set<CaseState> reached = {CaseState::kHeld};
  for (const Transition& row : DeskTransitions()) {
    EXPECT_EQ(FindTransition(row.from, row.action, row.role), &row);
    reached.insert(row.to.begin(), row.to.end());
  }
  EXPECT_EQ(reached.size(), CaseStates().size());
}

TEST(MatrixTest, NamesReadBack) {
  for (const CaseState state : CaseStates()) {
    CaseState read;
    EXPECT_TRUE(ParseState(StateName(state), &read) && read == state);
  }
  for (const DeskAction action : DeskActions()) {
    DeskAction read;
    EXPECT_TRUE(ParseAction(ActionName(action), &read) && read == action);
  }
  for (const DeskRole role : DeskRoles()) {
    DeskRole read;
    EXPECT_TRUE(ParseDeskRole(DeskRoleName(role), &read) && read == role);
  }
}

}  // namespace
}  // namespace kluis
