// Rules that look at records, through the command: primaries and levels by hand.
#include <gmock/gmock.h>

#include "absl/strings/str_replace.h"
#include "tests/attacks/random.h"
#include "tests/server/local/record_workshop.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr char kNoMinimum[] = "frequency: {minimum: 1, zeros: publish}\n";
constexpr char kRequests[] =
    "request: {variable: ask, codes: [{code: \"1\", share: 0.70}, {code: \"2\", share: 0.40}], "
    "minimum: 3, range: 20}\n";

TEST_F(RecordWorkshop, WhoAskedIsProtectedAndNobodyElse) {
  const std::string trade = Trade({
      {"A,G1", {{.omzet = "80", .ask = "1"}, {.omzet = "10"}, {.omzet = "10"}}},
      {"B,G2", Firms({"80", "10", "10"})},                                          // did not ask
      {"C,G3", {{.omzet = "50", .ask = "2"}, {.omzet = "30"}, {.omzet = "20"}}},    // 50 > 40
      {"A,G2", {{.omzet = "70", .ask = "1"}, {.omzet = "20"}, {.omzet = "10"}}},    // exactly 70
      {"B,G1", {{.omzet = "50"}, {.omzet = "40"}, {.omzet = "10", .ask = "1"}}},    // a small one asked
      {"C,G1", {{.omzet = "60", .ask = "1"}, {.omzet = "40"}}},                     // two of three
  });
  const auto primaries = Primaries(Run(absl::StrCat(kNoMinimum, kRequests), trade, "SUM(omzet) AS x"));
  EXPECT_THAT(Names(primaries), UnorderedElementsAre("A,G1", "C,G3", "C,G1"));
  for (const char* name : {"A,G1", "C,G3", "C,G1"}) ExpectPrimary(primaries, name, "request", 80, 120);
}

// Handbook 4.2.1: s is the largest without a waiver, r the largest but s.
TEST_F(RecordWorkshop, WhoAgreedIsNotProtectedAndStillKnowsItsPart) {
  const std::vector<Firm> agreed = {{.omzet = "100", .agreed = "yes"}};
  const std::string trade = Trade({
      // 100 - 8 - 90 = 2 is more than a tenth of 8; of 90 it is less.
      {"A,G1", {{.omzet = "90", .agreed = "yes"}, {.omzet = "8"}, {.omzet = "2"}}},
      // 1 is less than 4.8, by 3.8; of 50 the level would be 4.
      {"B,G2", {{.omzet = "50", .agreed = "yes"}, {.omzet = "48"}, {.omzet = "1"}}},
      {"C,G3", agreed},           // alone, and agreed
      {"C,G1", Firms({"100"})},   // alone
  });
  const std::string rules =
      "frequency: {minimum: 3, zeros: publish, range: 15}\np_percent: {p: 10}\n";
  const std::string waiver = "waiver: {variable: agreed, code: \"yes\"}\n";
  const auto primaries = Primaries(Run(rules + waiver, trade, "SUM(omzet) AS x"));
  EXPECT_THAT(Names(primaries), UnorderedElementsAre("B,G2", "C,G1"));
  ExpectPrimary(primaries, "B,G2", "p_percent", 99 - 3.8, 99 + 3.8);
  EXPECT_EQ(Names(Primaries(Run(rules, trade, "SUM(omzet) AS x"))).size(), 4u);
}

// The cells of a row or column that are hidden, but for two.
class WaiverTest : public RecordWorkshop {
 protected:
  int HiddenBeside(const std::string& place) const {
    int hidden = 0;
    for (const auto& row : Rows(Read("out.csv"))) {
      const bool other = row.at("sbi") != "A" && row.at("sbi") != "B";
      hidden += other && row.at("place") == place && row.at("x") == "." ? 1 : 0;
    }
    return hidden;
  }
};

// The largest of B,G2 agreed, so it is an attacker; alone in A,G2 it knows that one exactly, and what
// B,G2 loses must go to a third cell of G2.
TEST_F(WaiverTest, AWaiverMakesAnInsider) {
  const std::string trade = Trade({
      {"B,G2", {{.omzet = "50", .agreed = "yes", .holding = "7"}, {.omzet = "48"}, {.omzet = "1"}}},
      {"A,G2", {{.omzet = "20", .agreed = "yes", .holding = "7"}}},
  });
  const std::string rules = absl::StrCat(
      kNoMinimum, "p_percent: {p: 10}\nwaiver: {variable: agreed, code: \"yes\"}\n");
  const auto primaries = Primaries(Run(rules, trade, "SUM(omzet) AS x"));
  ExpectOnlyPrimary(primaries, "B,G2", "p_percent", 99 - 3.8, 99 + 3.8);
  EXPECT_GT(HiddenBeside("G2"), 0);
}

// 99 of 100 are of whom has agreed. It knows that there is no less than 99, and no pattern hides that
// from it; others hold 85 possible, and it holds the other part of the interval possible.
TEST_F(WaiverTest, NobodysOwnPartIsASecretFromItself) {
  const std::string trade = Trade({
      {"B,G2", {{.omzet = "99", .agreed = "yes", .holding = "7"}, {.omzet = "1"}}},
      {"A,G2", {{.omzet = "20", .agreed = "yes", .holding = "7"}}},
      // C can give G2 no more than 8, so who knows A,G2 holds B,G2 to be 92 at least.
      {"C,G1", Firms({"1", "1", "1", "1"})},
      {"C,G2", Firms({"5", "5", "5", "5"})},
      {"C,G3", Firms({"1", "1", "1", "1"})},
  });
  const std::string rules =
      "frequency: {minimum: 3, zeros: publish, range: 15}\n"
      "waiver: {variable: agreed, code: \"yes\"}\n";
  const auto primaries = Primaries(Run(rules, trade, "SUM(omzet) AS x"));
  ExpectOnlyPrimary(primaries, "B,G2", "frequency", 85, 115);
  EXPECT_GT(HiddenBeside("G2"), 0);
  EXPECT_LT(ReadReport("out.json")["total"]["secondary"], 9);
}

TEST_F(RecordWorkshop, SumsAreJudgedOnTheirShadow) {
  const std::string trade = Trade({
      {"A,G1",
       {{.omzet = "90", .jobs = "10"}, {.omzet = "8", .jobs = "20"}, {.omzet = "2", .jobs = "30"}}},
      {"B,G2", {{.jobs = "97"}, {.jobs = "1"}, {.jobs = "1"}, {.jobs = "1"}}},
  });
  const std::string rules = absl::StrCat(kNoMinimum, "p_percent: {p: 10}\n");
  const auto primaries = Primaries(Run(rules + "shadow: omzet\n", trade, "SUM(jobs) AS x"));
  EXPECT_THAT(Names(primaries), UnorderedElementsAre("A,G1"));
  // The rest is 2 and should be 9: 7 of 100, so 4.2 of 60.
  ExpectPrimary(primaries, "A,G1", "p_percent", 60 - 4.2, 60 + 4.2);
  EXPECT_THAT(Names(Primaries(Run(rules, trade, "SUM(jobs) AS x"))), UnorderedElementsAre("B,G2"));
}

// Secrets of others than the largest: the certificates must be towards the same insiders as the
// search for the pattern had in mind.
TEST_F(RecordWorkshop, APatternForAShadowIsFollowedProofByProof) {
  Write("rules.yaml",
        "rules: firms\nfrequency: {minimum: 3, zeros: publish, protect: exact}\n"
        "p_percent: {p: 30}\nshadow: winst\n");
  for (const char* seed : {"1", "2", "3", "4"}) {
    const Outcome outcome = Sdc(Protect({"SELECT sbi, grootte, gemeente, SUM(omzet) AS omzet FROM "
                                         "firms GROUP BY CUBE (sbi, grootte, gemeente)"},
                                        {"--seed", seed, "--report", Path("out.json")}));
    ASSERT_EQ(outcome.exit, 0) << outcome.err;
    const nlohmann::json total = ReadReport("out.json")["total"];
    EXPECT_GT(total["primary"], 10);
    EXPECT_EQ(total["violations"], 0);
    EXPECT_EQ(total["insider_violations"], 0);
  }
}

// tau-ARGUS's spread: of (100, w 4) and (10, w 7) the two largest are 100 and 100; of (100, w 1) and
// (10, w 37) they are 100 and 10. Both totals are 470, of which 42 per cent are 197.4.
TEST_F(RecordWorkshop, WeightsOfSingleContributorsAreKnown) {
  Write("policies/datasets/trade.yaml", Entry("weight: weight\n"));
  const std::string trade = Trade({
      {"A,G1", {{.omzet = "100", .weight = "4"}, {.omzet = "10", .weight = "7"}}},
      {"B,G2", {{.omzet = "100", .weight = "1"}, {.omzet = "10", .weight = "37"}}},
  }, std::vector<Firm>(8));
  const std::string rules = absl::StrCat(kNoMinimum, "dominance: [{n: 2, share: 0.42}]\n");
  const auto spread = Primaries(Run(rules + "weights: spread\n", trade, "SUM(omzet) AS x"));
  EXPECT_THAT(Names(spread), UnorderedElementsAre("A,G1"));
  // 200 / 0.42 - 470 = 6.19..., in a last digit.
  EXPECT_NEAR(spread.at("A,G1")["required"][1].get<double>(), 470 + 200 / 0.42 - 470, 0.1);
  // Everyone knows the weights: 400 + 70 of 470, and 100 + 370.
  EXPECT_THAT(Names(Primaries(Run(rules + "weights: public\n", trade, "SUM(omzet) AS x"))),
              UnorderedElementsAre("A,G1", "B,G2"));
  EXPECT_THAT(Names(Primaries(Run(rules, trade, "SUM(omzet) AS x"))), UnorderedElementsAre());
}

TEST_F(RecordWorkshop, WhatTheDatasetDoesNotHaveIsAnErrorAtItsKey) {
  const struct {
    const char *rules, *place, *message;
  } cases[] = {
      {"waiver: {variable: agree, code: \"yes\"}\n", ":3:20: ", "did you mean 'agreed'?"},
      {"waiver: {variable: agreed, code: ja}\n", ":3:34: ", "agreed has no code 'ja'"},
      {"waiver: {variable: omzet, code: ja}\n", ":3:20: ", "no dimension 'omzet'"},
      {"shadow: jobz\n", ":3:9: ", "did you mean 'jobs'?"},
      {"shadow: ask\n", ":3:9: ", "no measure 'ask'"},
      {"request: {variable: ask, codes: [{code: \"3\", share: 0.7}]}\n", ":3:33: ",
       "ask has no code '3'"},
  };
  for (const auto& c : cases) {
    const Outcome outcome = Run(absl::StrCat(kNoMinimum, c.rules), Trade({}), "SUM(omzet) AS x");
    EXPECT_EQ(outcome.exit, 2) << c.rules;
    EXPECT_THAT(outcome.err, HasSubstr(Path("rules.yaml") + c.place)) << c.rules;
    EXPECT_THAT(outcome.err, HasSubstr(c.message)) << c.rules;
    EXPECT_FALSE(std::filesystem::exists(Path("out.csv"))) << c.rules;
  }
}

// The same records as a file of tau-ARGUS: its request variable, holdings and shadow variable.
class ArgusRecords : public RecordWorkshop {
 protected:
  Outcome RunArgus(const std::string& rules, const std::string& trade,
                   const std::string& specification, const std::string& request = kRequestVariable) {
    Write("rules.yaml", "rules: trade\n" + rules);
    Write("trade.asc",
          absl::StrReplaceAll(trade.substr(trade.find('\n') + 1), {{",", ";"}}));
    Write("trade.rda", absl::StrCat("<SEPARATOR> \";\"\nsbi 1\n  <RECODEABLE>\nplace 2\n  "
                                    "<RECODEABLE>\nomzet 9\n  <NUMERIC>\n  <DECIMALS> 1\n",
                                    request,
                                    "agreed 3\njobs 9\n  <NUMERIC>\n  <DECIMALS> 1\n"
                                    "weight 2\nholding 2\n  <HOLDING>\n"));
    return Sdc({"protect", "--microdata", Path("trade.asc"), "--metadata", Path("trade.rda"),
                "--rules", Path("rules.yaml"), "--specify", specification, "-o", Path("out.csv"),
                "--report", Path("out.json")});
  }

  static constexpr char kRequestVariable[] = "ask 1\n  <REQUEST> \"1\" \"2\"\n";
  static constexpr char kOmzet[] = "\"sbi\"\"place\"|\"omzet\"";
};

TEST_F(ArgusRecords, RequestsAreReadThrough) {
  const std::string trade = Trade({
      // 45 and 35 of one holding, of which one has asked: 80 of 100.
      {"A,G1",
       {{.omzet = "45", .ask = "1", .holding = "9"}, {.omzet = "35", .holding = "9"},
        {.omzet = "10"}, {.omzet = "10"}}},
      {"B,G2", Firms({"80", "10", "10"})},
      {"C,G3", {{.omzet = "50", .ask = "2"}, {.omzet = "30"}, {.omzet = "20"}}},
  });
  const auto primaries = Primaries(RunArgus(absl::StrCat(kNoMinimum, kRequests), trade, kOmzet), "omzet");
  EXPECT_THAT(Names(primaries), UnorderedElementsAre("A,G1", "C,G3"));
  ExpectPrimary(primaries, "A,G1", "request", 80, 120);
}

TEST_F(ArgusRecords, RequestsThatNoRuleJudgesAreAnError) {
  const struct {
    std::string rules;
    const char* message;
  } cases[] = {
      {"", "no request rule of the rule set has the variable ask"},
      {"request: {variable: agreed, codes: [{code: \"1\", share: 0.7}]}\n",
       "no request rule of the rule set has the variable ask"},
      {"request: {variable: ask, codes: [{code: \"1\", share: 0.7}]}\n",
       "the request rule has no code '2'"},
  };
  for (const auto& c : cases) {
    const Outcome outcome = RunArgus(kNoMinimum + c.rules, Trade({}), kOmzet);
    EXPECT_EQ(outcome.exit, 2) << c.rules;
    EXPECT_THAT(outcome.err, HasSubstr(Path("trade.rda") + ":9:1: ")) << c.rules;
    EXPECT_THAT(outcome.err, HasSubstr(c.message)) << c.rules;
  }
}

TEST_F(ArgusRecords, TheThirdPartOfASpecificationIsTheShadow) {
  const std::string trade = Trade({
      {"A,G1",
       {{.omzet = "90", .jobs = "10"}, {.omzet = "8", .jobs = "20"}, {.omzet = "2", .jobs = "30"}}},
  });
  const std::string rules = absl::StrCat(kNoMinimum, "p_percent: {p: 10}\n");
  const std::string shadowed = "\"sbi\"\"place\"|\"jobs\"|\"omzet\"";
  const auto primaries = Primaries(RunArgus(rules, trade, shadowed, "ask 1\n"), "jobs");
  ExpectOnlyPrimary(primaries, "A,G1", "p_percent", 60 - 4.2, 60 + 4.2);
  const Outcome two = RunArgus(rules + "shadow: weight\n", trade, shadowed, "ask 1\n");
  EXPECT_EQ(two.exit, 2);
  EXPECT_THAT(two.err, HasSubstr("judged on one shadow variable"));
}

// What a table cannot answer is an error at its key; the rest is judged.
TEST_F(ArgusRecords, ATableHasNoRecords) {
  Write("table.rda",
        "<SEPARATOR> \";\"\nsbi\n  <RECODEABLE>\n  <TOTCODE> \"T\"\nplace\n  <RECODEABLE>\n"
        "  <TOTCODE> \"T\"\nn\n  <FREQUENCY>\n");
  Write("table.tab", "T;T;60\nT;P;30\nT;Q;30\nA;T;30\nB;T;30\nA;P;29\nA;Q;1\nB;P;1\nB;Q;29\n");
  const auto run = [&](const std::string& rules) {
    Write("rules.yaml", "rules: trade\n" + rules);
    return Sdc({"protect", "--table-file", Path("table.tab"), "--metadata", Path("table.rda"),
                "--rules", Path("rules.yaml"), "-o", Path("out.csv"), "--report", Path("out.json")});
  };
  const struct {
    std::string rules;
    const char *place, *message;
  } cases[] = {
      {"frequency: {minimum: 3, records: 5}\n", ":2:34: ", "frequency.records looks at records"},
      {"frequency: {minimum: 3, weighted: 5}\n", ":2:35: ", "frequency.weighted looks at records"},
      {kRequests, ":2:10: ", "request looks at records"},
      {"waiver: {variable: a, code: b}\n", ":2:9: ", "waiver looks at records"},
      {"shadow: omzet\n", ":2:9: ", "shadow looks at records"},
  };
  for (const auto& c : cases) {
    const Outcome outcome = run(c.rules);
    EXPECT_EQ(outcome.exit, 2) << c.rules;
    EXPECT_THAT(outcome.err, HasSubstr(Path("rules.yaml") + c.place)) << c.rules;
    EXPECT_THAT(outcome.err, HasSubstr(c.message)) << c.rules;
    EXPECT_THAT(outcome.err, HasSubstr("give the microdata")) << c.rules;
  }
  const auto primaries = Primaries(
      run(absl::StrCat(kNoMinimum, "group_disclosure: {share: 0.90, of: lines}\n")), "n");
  EXPECT_THAT(Names(primaries), UnorderedElementsAre("A,P", "B,Q"));
}

// That nobody is in a cell is no contribution that an insider could find out.
TEST_F(RecordWorkshop, InsidersAreNotCountedOnCellsOfNobody) {
  Random random(5);
  const std::string rules =
      "frequency: {minimum: 3, zeros: publish, range: 15}\n"
      "group_disclosure: {share: 0.90, of: lines, none: protect}\n";
  int empty_and_hidden = 0;
  for (int draw = 0; draw < 40; ++draw) {
    std::map<std::string, std::vector<Firm>> cells;
    for (const char* sbi : {"A", "B", "C"}) {
      for (const char* place : {"G1", "G2", "G3"}) {
        const int firms = random.OneIn(3) ? 0 : static_cast<int>(random.Between(1, 6));
        cells[absl::StrCat(sbi, ",", place)] = std::vector<Firm>(firms);
      }
    }
    const auto primaries = Primaries(Run(rules, Trade(cells), "SUM(omzet) AS x"));
    for (const auto& [name, firms] : cells) empty_and_hidden += firms.empty() && primaries.count(name);
  }
  EXPECT_GT(empty_and_hidden, 20);
}

}  // namespace
}  // namespace kluis
