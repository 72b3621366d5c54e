// Rules on records, weights, lines and missing values, and the checks of families: on counts and sums.
#include <gmock/gmock.h>

#include "absl/strings/str_replace.h"
#include "tests/server/local/record_workshop.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

std::vector<Firm> Many(size_t firms) { return std::vector<Firm>(firms); }

// Three holdings with four records: enough contributors, too few records.
TEST_F(RecordWorkshop, FewRecordsAreFewForCountsAndSums) {
  const std::string trade = Trade({{"A,G1", {{.holding = "1"}, {.holding = "1"}, {.holding = "2"}, {}}}},
                                  Many(6));
  const std::string rules = "frequency: {minimum: 3, zeros: publish, records: 5, range: 15}\n";
  ExpectOnlyPrimary(Primaries(Run(rules, trade, "COUNT(*) AS x")), "A,G1", "frequency", 1, 5);
  ExpectOnlyPrimary(Primaries(Run(rules, trade, "SUM(omzet) AS x")), "A,G1", "frequency", 400 - 60,
                    400 + 60);
  EXPECT_THAT(Names(Primaries(Run("frequency: {minimum: 3, zeros: publish}\n", trade, "COUNT(*) AS x"))),
              UnorderedElementsAre());
}

TEST_F(RecordWorkshop, LittleWeightIsLittleForCountsAndSums) {
  Write("policies/datasets/trade.yaml", Entry("weight: weight\n"));
  std::vector<Firm> others(4);
  for (Firm& firm : others) firm.weight = "10";
  const std::string trade =
      Trade({{"A,G1", {{.weight = "10"}, {.weight = "10"}, {.weight = "5"}}},
             {"B,G2", {{.weight = "10"}, {.weight = "10"}, {.weight = "10"}}}}, others);
  const std::string rules = "frequency: {minimum: 3, zeros: publish, weighted: 30, range: 20}\n";
  ExpectOnlyPrimary(Primaries(Run(rules, trade, "COUNT(*) AS x")), "A,G1", "frequency", 20, 30);
  ExpectOnlyPrimary(Primaries(Run(rules, trade, "SUM(omzet) AS x")), "A,G1", "frequency", 2000,
                    3000);
}

// 19 of the 20 of G1 are A; all of C are in G3.
class LinesTest : public RecordWorkshop {
 protected:
  std::string Lines() const {
    return Trade({{"A,G1", Many(19)}, {"B,G1", Many(1)}, {"C,G1", {}}, {"C,G2", {}}}, Many(10));
  }
};

TEST_F(LinesTest, NoCellHoldsNearlyAllOfItsRowOrColumn) {
  const std::string rules =
      "frequency: {minimum: 1, zeros: publish}\ngroup_disclosure: {share: 0.90, of: lines}\n";
  auto primaries = Primaries(Run(rules, Lines(), "COUNT(*) AS x"));
  EXPECT_THAT(Names(primaries), UnorderedElementsAre("A,G1", "C,G3"));
  ExpectPrimary(primaries, "A,G1", "group", 18, 19);
  ExpectPrimary(primaries, "C,G3", "group", 9, 10);
  // Beside shown zeros all of C would be in G3 whatever is hidden.
  for (const auto& row : Rows(Read("out.csv"))) {
    const bool part_of_c = row.at("sbi") == "C" && row.at("place") != "_T";
    EXPECT_FALSE(part_of_c && row.at("x_status") == "ok") << row.at("place");
  }
  primaries = Primaries(Run(rules, Lines(), "SUM(omzet) AS x"));
  EXPECT_THAT(Names(primaries), UnorderedElementsAre("A,G1", "C,G3"));
  EXPECT_THAT(Names(Primaries(Run("frequency: {minimum: 1, zeros: publish}\n"
                                  "group_disclosure: {share: 0.90}\n",
                                  Lines(), "COUNT(*) AS x"))),
              UnorderedElementsAre());
}

TEST_F(LinesTest, NobodyOfALineIsDisclosureToo) {
  const std::string rules =
      "frequency: {minimum: 1, zeros: publish}\n"
      "group_disclosure: {share: 0.90, of: lines, none: protect}\nmissing: skip\n";
  const auto primaries = Primaries(Run(rules, Lines(), "COUNT(*) AS x"));
  EXPECT_THAT(Names(primaries), UnorderedElementsAre("A,G1", "C,G3", "C,G1", "C,G2"));
  for (const char* name : {"C,G1", "C,G2"}) ExpectPrimary(primaries, name, "group", 0, 1);
  // What is hidden may be nobody, as zeros are.
  const auto small = Primaries(Run(absl::StrReplaceAll(rules, {{"minimum: 1", "minimum: 3"}}),
                                   Lines(), "COUNT(*) AS x"));
  ExpectPrimary(small, "B,G1", "frequency", 0, 3);
}

// Where the activity is nobody's knowledge but the firm's, the places are known and the shares secret.
TEST_F(LinesTest, LinesOfConfidentialVariablesAreJudgedToo) {
  Write("policies/datasets/trade.yaml",
        absl::StrReplaceAll(Entry(""), {{"sbi: {role: dimension, kind: identifying",
                                         "sbi: {role: dimension, kind: confidential"}}));
  const std::string rules =
      "frequency: {minimum: 3, zeros: protect}\n"
      "group_disclosure: {share: 0.90, of: lines, none: protect}\n";
  const auto primaries = Primaries(Run(rules, Lines(), "COUNT(*) AS x"));
  ASSERT_EQ(primaries.count("A,G1"), 1u);
  EXPECT_EQ(primaries.at("A,G1")["rule"], "group");
  ASSERT_EQ(primaries.count("C,G3"), 1u);
  EXPECT_EQ(primaries.at("C,G3")["rule"], "group");
  EXPECT_EQ(primaries.at("B,G1")["rule"], "frequency");
  EXPECT_EQ(primaries.count("C,G1") + primaries.count("C,G2"), 2u);
}

TEST_F(RecordWorkshop, MissingValuesAreJudgedUnlessTheyAreSkipped) {
  const std::string trade = Trade({{",G1", Many(1)}, {",G2", Many(5)}, {",G3", Many(5)}}, Many(5));
  const std::string rules = "frequency: {minimum: 3, zeros: publish}\n";
  for (const char* statistic : {"COUNT(*) AS x", "SUM(omzet) AS x"}) {
    EXPECT_THAT(Names(Primaries(Run(rules, trade, statistic))), UnorderedElementsAre("_U,G1"));
    EXPECT_THAT(Names(Primaries(Run(rules + "missing: skip\n", trade, statistic))),
                UnorderedElementsAre())
        << statistic;
  }
}

TEST_F(RecordWorkshop, AFamilyIsJudgedByItsOwnChecks) {
  const std::string trade =
      Trade({{"A,G1", Firms({"100", "100"})}, {"B,G2", Firms({"900", "50", "50"})}});
  const std::string rules =
      "frequency: {minimum: 3, zeros: publish}\ndominance: [{n: 1, share: 0.80}]\n";
  const struct {
    const char* statistics;
    std::set<std::string> sums, counts;
  } cases[] = {
      {"", {"A,G1", "B,G2"}, {"A,G1"}},
      {"statistics: {linear_aggregations: [dominance]}\n", {"B,G2"}, {"A,G1"}},
      {"statistics: {linear_aggregations: [frequency]}\n", {"A,G1"}, {"A,G1"}},
      {"statistics: {frequencies: [history]}\n", {"A,G1", "B,G2"}, {}},
      {"statistics: {endpoints: [review]}\n", {"A,G1", "B,G2"}, {"A,G1"}},  // nobody asks for them
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Names(Primaries(Run(rules + c.statistics, trade, "SUM(omzet) AS x"))), c.sums)
        << c.statistics;
    EXPECT_EQ(Names(Primaries(Run(rules + c.statistics, trade, "COUNT(*) AS x"))), c.counts)
        << c.statistics;
  }
}

// Zeros are shown where the family does not ask for them, so the audit takes what is hidden for one at
// least, whatever the rule set says of other statistics.
TEST_F(LinesTest, TheAuditKnowsTheChecksOfTheFamily) {
  Write("policies/datasets/trade.yaml",
        absl::StrReplaceAll(Entry(""), {{"sbi: {role: dimension, kind: identifying",
                                         "sbi: {role: dimension, kind: confidential"}}));
  const auto primaries = Primaries(
      Run("frequency: {minimum: 3, zeros: protect}\nstatistics: {frequencies: [frequency]}\n",
          Trade({{"A,G1", Many(2)}, {"C,G1", {}}}, Many(10)), "COUNT(*) AS x"));
  ExpectOnlyPrimary(primaries, "A,G1", "frequency", 1, 3);
  EXPECT_EQ(primaries.at("A,G1")["interval"][0], 1);
}

TEST_F(RecordWorkshop, ACheckThatNothingMakesIsAnError) {
  const struct {
    const char *statistics, *message;
  } cases[] = {
      {"linear_aggregations: [frequency, review]", "review cannot be made"},
      {"linear_aggregations: [p_percent]", "p_percent has no p% or (p,q) rule"},
      {"linear_aggregations: [refuse]", "refuse releases no such statistic"},
      {"linear_aggregations: [group_disclosure]", "has no group_disclosure rule"},
  };
  for (const auto& c : cases) {
    const Outcome outcome = Run(absl::StrCat("frequency: {minimum: 3, zeros: publish}\n",
                                             "statistics: {", c.statistics, "}\n"),
                                Trade({}), "SUM(omzet) AS x");
    EXPECT_EQ(outcome.exit, 2) << c.statistics;
    EXPECT_THAT(outcome.err, HasSubstr(Path("rules.yaml") + ":3:35: ")) << c.statistics;
    EXPECT_THAT(outcome.err, HasSubstr(c.message)) << c.statistics;
  }
}

}  // namespace
}  // namespace kluis
