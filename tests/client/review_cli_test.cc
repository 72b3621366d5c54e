// kluis review: what each command asks, prints and ends with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/client/desk_workshop.h"

namespace kluis {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// A complete call of every command, and what it asks the server.
struct Good {
  const char* command;
  const char* asked;
};
constexpr Good kGood[] = {
    {"list", "ListCases"},
    {"list --state held --state conflict --project toy --all",
     R"(ListCases states: "held" states: "conflict" project: "toy" all: true)"},
    {"show k3", R"(GetCase name: "cases/k3" figures: true)"},
    {"show cases/k3 --no-figures", R"(GetCase name: "cases/k3")"},
    {"show k3 --minimum 20 --round-to 5",
     R"(GetCase name: "cases/k3" figures: true minimum: 20 round_to: 5)"},
    {"claim k3", R"(Claim name: "cases/k3")"},
    {R"(approve k3 --reason "seen with great care")",
     R"(Vote name: "cases/k3" vote: "approve" reason: "seen with great care")"},
    {R"(approve k3 --reason "seen with great care" --minimum 20 --round-to 5)",
     R"(Vote name: "cases/k3" vote: "approve" reason: "seen with great care" minimum: 20 round_to: 5)"},
    {R"(deny k3 --reason "seen with great care")",
     R"(Vote name: "cases/k3" vote: "deny" reason: "seen with great care" code: "OTHER")"},
    {R"(deny k3 --reason "seen with great care" --code DOMINANCE)",
     R"(Vote name: "cases/k3" vote: "deny" reason: "seen with great care" code: "DOMINANCE")"},
    {R"(request-changes k3 --reason "seen with great care")",
     R"(Vote name: "cases/k3" vote: "request changes" reason: "seen with great care")"},
    {R"(comment k3 --reason "seen with great care" --to-researcher)",
     R"(Comment name: "cases/k3" text: "seen with great care" to_researcher: true)"},
    {R"(reopen k3 --reason "seen with great care")",
     R"(Reopen name: "cases/k3" reason: "seen with great care")"},
    {R"(recall m4 --reason "seen with great care")",
     R"(Recall name: "releases/m4" reason: "seen with great care")"},
    {R"(precedent k3 --until 2027-12-31 --reason "seen with great care")",
     R"(MakePrecedent name: "cases/k3" until: "2027-12-31" reason: "seen with great care")"},
    {R"(end-precedent k3 --reason "seen with great care")",
     R"(EndPrecedent name: "cases/k3" reason: "seen with great care")"},
    {R"(confirm k3 --reason "seen with great care")",
     R"(Confirm name: "cases/k3" reason: "seen with great care")"},
    {"precedents", "ListPrecedents"},
    {"report", "GetReport"},
    {"report --from 2027-01-01 --until 2027-03-31",
     R"(GetReport from: "2027-01-01" until: "2027-03-31")"},
    {"watch", "WatchCases from_now: true"},
    {"watch --all", "WatchCases"},
    {R"(reply k3 --reason "seen with great care")",
     R"(Reply name: "cases/k3" text: "seen with great care")"},
    {"withdraw k3", R"(Withdraw name: "cases/k3")"},
};

class ReviewCliTest : public DeskCliTest {
 protected:
  ReviewCliTest() {
    enclave_.role = "reviewer";
    desk_.held.set_name("cases/k3");
    desk_.held.set_state("in review");
    desk_.held.set_held_at("2026-11-22T12:00:00Z");
    desk_.held.set_project("projects/toy");
    desk_.held.set_caller("anna@heerlen.nl");
    desk_.held.add_conditions("statistic sum");
    desk_.held.set_votes(1);
    desk_.held.set_votes_needed(2);
    v1::CasePart part;
    *part.mutable_detail()->mutable_case_() = desk_.held;
    part.mutable_detail()->set_words("population: Toy");
    part.mutable_detail()->add_dimensions("wijk");
    v1::CaseVote* vote = part.mutable_detail()->add_votes();
    vote->set_by("bea@cbs.nl"), vote->set_vote("approve"), vote->set_round_to(5);
    desk_.parts.push_back(part);
    AddFigure("a", "12", "12", "", 0);
    AddFigure("b", "3", ".", "frequency", -1);
    v1::CaseChange& change = desk_.changes.emplace_back();
    change.set_index(7), change.set_time("2026-11-22T12:00:00Z"), change.set_case_("cases/k3");
    change.set_action("claim"), change.set_state("in review");
    v1::Precedent* precedent = desk_.precedents.add_precedents();
    precedent->set_case_("cases/k3"), precedent->set_until("2027-12-31");
    precedent->set_in_force(true);
    desk_.report.set_cases(3), desk_.report.set_turnaround_median_s(5400);
    (*desk_.report.mutable_by_state())["held"] = 2;
  }
  void AddFigure(const char* code, const char* before, const char* after, const char* rule,
                 double largest) {
    v1::CasePart part;
    v1::Figure* figure = part.mutable_figures()->add_figures();
    figure->add_codes(code), figure->set_statistic("n"), figure->set_before(before);
    figure->set_after(after), figure->set_rule(rule), figure->set_largest(largest);
    figure->set_contributors(3), figure->set_decision(*rule == 0 ? "" : "primary");
    figure->set_required_high(10), figure->set_interval_high(12);
    desk_.parts.push_back(part);
  }
  Result Review(const std::string& line) { return Ask("review " + line); }
};

TEST_F(ReviewCliTest, EveryCommandAsksWhatItSays) {
  for (const Good& good : kGood) {
    const Result result = Review(good.command);
    EXPECT_EQ(result.exit, 0) << good.command << ": " << result.err;
    EXPECT_EQ(Asked(), good.asked) << good.command;
    EXPECT_THAT(result.out, Not(IsEmpty())) << good.command;
    EXPECT_THAT(result.err, IsEmpty()) << good.command;
  }
}

TEST_F(ReviewCliTest, EveryCommandEndsWithTheCodeOfTheFailure) {
  for (const Good& good : kGood) {
    for (const CallEnd& end : kCallEnds) {
      desk_.error = grpc::Status(end.code, "the \x1b[31m reason");
      const Result result = Review(good.command);
      EXPECT_EQ(result.exit, end.exit) << good.command << ", " << end.code;
      EXPECT_THAT(result.out, IsEmpty()) << good.command;
      EXPECT_THAT(result.err, StartsWith("error: the ")) << good.command;
      EXPECT_THAT(result.err, Not(HasSubstr("\x1b"))) << good.command;
    }
  }
}

TEST_F(ReviewCliTest, JsonHasTheFieldsOfTheMessage) {
  for (const Good& good : kGood) {
    const std::string command = absl::StrCat(good.command, " --format json");
    const Result result = Review(command);
    EXPECT_EQ(result.exit, 0) << command;
    EXPECT_FALSE(json::parse(result.out, nullptr, false).is_discarded()) << command << result.out;
  }
  const json cases = json::parse(Review("list --format json").out);
  EXPECT_EQ(cases[0]["name"], "cases/k3");
  EXPECT_EQ(cases[0]["conditions"], json::array({"statistic sum"}));
  EXPECT_FALSE(cases[0].contains("release")) << "what is empty is not there";
  const json shown = json::parse(Review("show k3 --format json").out);
  EXPECT_EQ(shown["case"]["state"], "in review");
  ASSERT_EQ(shown["figures"].size(), 2u) << "of all parts";
  EXPECT_EQ(shown["figures"][1]["after"], ".");
  EXPECT_EQ(json::parse(Review("claim k3 --format json").out)["votes"], 1);
  EXPECT_EQ(json::parse(Review("precedents --format json").out)[0]["in_force"], true);
  EXPECT_EQ(json::parse(Review("report --format json").out)["by_state"]["held"], 2);
  EXPECT_EQ(json::parse(Review("watch --format json").out)["action"], "claim");
  EXPECT_THAT(Review("watch --format json").out, Not(HasSubstr("\n{"))) << "an event is one line";
}

TEST_F(ReviewCliTest, TextIsForPeople) {
  EXPECT_EQ(Review("claim k3").out, "k3: in review, votes 1 of 2\n");
  EXPECT_EQ(Review("watch").out, "2026-11-22T12:00:00Z entry 7 k3: claim, in review\n");
  EXPECT_THAT(Review("list").out, HasSubstr("k3    in review  2026-11-22T12:00:00Z  toy"));
  const std::string shown = Review("show k3").out;
  for (const char* line :
       {"population: Toy", "asked by:   anna@heerlen.nl", "because of: statistic sum",
        "approve, rounded to 5", "before and after protection", "0..10", "0..12"})
    EXPECT_THAT(shown, HasSubstr(line));
  EXPECT_THAT(Review("report").out, HasSubstr("median 1 h 30 min"));
  EXPECT_THAT(Review("precedents").out, HasSubstr("yes"));
}

TEST_F(ReviewCliTest, ARecallNamesTheReleasesThatRestOnIt) {
  desk_.held.set_state("recalled"), desk_.held.set_release("releases/m4");
  desk_.held.add_dependants("releases/m5"), desk_.held.add_dependants("releases/m6");
  *desk_.parts[0].mutable_detail()->mutable_case_() = desk_.held;
  const char* line = "recalled; releases that rest on it: m5, m6\n";
  EXPECT_THAT(Review("show k3").out, HasSubstr(absl::StrCat("\n", line)));
  EXPECT_THAT(Review("list --all").out, HasSubstr(absl::StrCat("\nk3: ", line)));
  EXPECT_THAT(Review(R"(recall m4 --reason "seen with great care")").out, HasSubstr(line));
  desk_.held.clear_dependants();
  EXPECT_THAT(Review("list --all").out, Not(HasSubstr("rest on it"))) << "a researcher is not told";
  desk_.held.set_state("released");
  EXPECT_THAT(Review("list --all").out, Not(HasSubstr("recalled")));
}

TEST_F(ReviewCliTest, WhatTwoReviewersAskAlikeIsAskedOnce) {
  for (const char* asked : {"fewer cells", "another year", "fewer cells"})
    desk_.held.add_asked(asked);
  *desk_.parts[0].mutable_detail()->mutable_case_() = desk_.held;
  EXPECT_THAT(Review("show k3").out,
              HasSubstr("asked of the researcher:\n  fewer cells\n  another year\nin words"));
  enclave_.answer = std::string(kReleased);
  enclave_.answer.replace(enclave_.answer.find("\"released\""), 10, "\"held\"");
  const Result held = Ask("releases r1");
  EXPECT_EQ(held.exit, 4);
  EXPECT_THAT(held.err, HasSubstr("asked: fewer cells\nasked: another year\n"));
  EXPECT_EQ(held.err.find("fewer cells"), held.err.rfind("fewer cells"));
}

TEST_F(ReviewCliTest, AHeldQuestionSaysWhatToDoAndCountsNothing) {
  enclave_.answer = std::string(kReleased);
  enclave_.answer.replace(enclave_.answer.find("\"released\""), 10, "\"held\"");
  const Result held = Ask("query -e x");
  EXPECT_EQ(held.exit, 4);
  EXPECT_THAT(held.err, HasSubstr("held for review: release r1\nhint: `kluis releases r1`"));
  EXPECT_THAT(held.err, HasSubstr("no figures yet; rules standard; release r1, receipt verified"));
  EXPECT_THAT(held.err, Not(HasSubstr("cells")));
}

TEST_F(ReviewCliTest, TheFiguresOfARecalledReleaseNeverComeWithoutAWarning) {
  const auto add = [this](const char* name, const char* rests_on) {
    v1::RecalledRelease* recall = desk_.recalls.add_recalls();
    recall->set_name(name), recall->set_time("2026-11-22T12:00:00Z"),
        recall->set_rests_on(rests_on);
  };
  add("releases/r1", ""), add("releases/r5", "releases/r1"), add("releases/r6", "releases/r1");
  for (int time = 0; time < 3; ++time) {
    for (const char* command :
         {"releases r1", "releases releases/r1 --format json", "releases r1 --format csv"}) {
      const Result result = Ask(command);
      EXPECT_EQ(result.exit, 0) << result.err;
      EXPECT_THAT(result.err, HasSubstr("warning: recalled: release r1 (2026-11-22T12:00:00Z)"));
      EXPECT_THAT(result.err, HasSubstr("recalled; your releases that rest on it: r5, r6\n"));
      EXPECT_EQ(result.err.find("release r5 rests on") != std::string::npos,
                time == 0 && command == std::string("releases r1"))
          << "others are told once";
    }
    EXPECT_THAT(Ask("releases r5").err, HasSubstr("warning: recalled: release r5 rests on r1"));
  }
  v1::ReleaseSummary* listed = enclave_.releases.add_releases();
  listed->set_name("releases/r1"), listed->set_index(7), listed->set_cells(2);
  EXPECT_THAT(Ask("releases").out,
              HasSubstr("\nr1: recalled; your releases that rest on it: r5, r6\n"));
  const json list = json::parse(Ask("releases --format json").out);
  EXPECT_EQ(list["releases"][0]["release"], "r1");
  EXPECT_EQ(list["releases"][0]["entry"], 7);
  EXPECT_EQ(list["releases"][0]["suppressed"], 0);
  desk_.recalls.clear_recalls();
  EXPECT_THAT(Ask("releases r1").err, Not(HasSubstr("recalled")));
}

TEST_F(ReviewCliTest, WhatAServerSendsCannotSteerTheTerminal) {
  desk_.held.set_caller("anna\x1b]0;x\x07");
  desk_.held.set_query("SELECT \x1b[2J");
  *desk_.parts[0].mutable_detail()->mutable_case_() = desk_.held;
  desk_.parts[0].mutable_detail()->mutable_votes(0)->set_reason("why\x1b[31m\nnot");
  for (const Good& good : kGood) {
    for (const char* format : {"", " --format json"}) {
      const Result result = Review(absl::StrCat(good.command, format));
      EXPECT_THAT(result.out, Not(HasSubstr("\x1b"))) << good.command << format;
    }
  }
}

TEST_F(ReviewCliTest, WhoIsNoReviewerAsksForNoFigures) {
  for (const char* role : {"researcher", "privacy-officer"}) {
    enclave_.role = role;
    EXPECT_EQ(Review("show k3").exit, 0);
    EXPECT_EQ(Asked(), R"(GetCase name: "cases/k3")") << role;
  }
}

TEST_F(ReviewCliTest, WrongUseIsExit2AndNotSent) {
  for (const char* command : {"",
                              "steal k3",
                              "list k3",
                              "list --state",
                              "list --format csv",
                              "show",
                              "show k3 k4",
                              "show k3 --minimum 0",
                              "show k3 --minimum x",
                              "show k3 --round-to 1",
                              "show k3 --round-to 1000001",
                              "claim",
                              "claim k3 --reason because",
                              "approve",
                              "approve k3",
                              "approve k3 --reason",
                              "approve k3 --reason caf\xE9",
                              "approve \xE9 --reason x",
                              "approve k3 --reason x --code OTHER",
                              "deny k3",
                              "deny k3 --reason x --code BORED",
                              "deny k3 --reason x --round-to 5",
                              "request-changes k3",
                              "comment k3",
                              "reopen k3",
                              "recall",
                              "recall m4",
                              "precedent k3 --reason x",
                              "precedent k3 --until 2027-12-31",
                              "end-precedent k3",
                              "confirm",
                              "confirm k3",
                              "precedents k3",
                              "report 2027",
                              "report --from",
                              "report --from 2027-01-01 --until 2026-01-01",
                              "watch k3",
                              "reply k3",
                              "withdraw",
                              "withdraw k3 k4",
                              "list --profile ../x"}) {
    const Result result = Review(command);
    EXPECT_EQ(result.exit, 2) << command;
    EXPECT_THAT(result.err, Not(IsEmpty())) << command;
    EXPECT_THAT(result.out, IsEmpty()) << command;
  }
  EXPECT_THAT(desk_.asked, IsEmpty());
}

TEST_F(ReviewCliTest, WithoutAProfileItIsExit5) {
  for (const Good& good : kGood)
    EXPECT_EQ(Review(absl::StrCat(good.command, " --profile none")).exit, 5) << good.command;
  EXPECT_THAT(desk_.asked, IsEmpty());
}

TEST_F(ReviewCliTest, HelpOfEveryCommandHasAnExampleThatParses) {
  std::set<std::string> commands;
  for (const Good& good : kGood) commands.insert(Words(good.command).front());
  EXPECT_EQ(commands.size(), 17u);
  for (const std::string& command : commands) {
    const Result help = Review(command + " --help");
    EXPECT_EQ(help.exit, 0);
    const std::string example = ExampleIn(help.out, "kluis review " + command);
    desk_.asked.clear();
    EXPECT_EQ(Ask(example).exit, 0) << example;
    EXPECT_THAT(desk_.asked, Not(IsEmpty())) << example;
    EXPECT_THAT(Ask("review --help").out, HasSubstr(command));
  }
}

}  // namespace
}  // namespace kluis
