#include <gtest/gtest.h>

#include <vector>

#include "disclosure/rules/dominance.h"
#include "disclosure/rules/frequency.h"
#include "disclosure/rules/group_disclosure.h"
#include "disclosure/rules/magnitude.h"
#include "disclosure/rules/p_percent.h"

namespace kluis {
namespace {

Contributions Cell(int64_t contributors, int64_t total, std::vector<absl::int128> largest) {
  Contributions cell;
  cell.rows = cell.contributors = contributors;
  cell.total = cell.absolute_total = total;
  cell.largest = std::move(largest);
  return cell;
}

TEST(FrequencyTest, FewerContributorsThanTheMinimumAreSensitive) {
  const struct { const char* what; int64_t contributors; int minimum, coalition; bool sensitive; } cases[] = {
      {"empty",                      0, 10, 1, false},
      {"one",                        1, 10, 1, true},
      {"one below the minimum",      9, 10, 1, true},
      {"exactly the minimum",       10, 10, 1, false},
      {"a coalition of two",        10, 10, 2, true},
      {"enough for the coalition",  11, 10, 2, false},
  };
  for (const auto& c : cases) {
    const FrequencyParameters parameters{.minimum = c.minimum, .coalition = c.coalition};
    EXPECT_EQ(IsBelowFrequency(c.contributors, parameters), c.sensitive) << c.what;
  }
}

TEST(DominanceTest, TheLargestHoldMoreThanTheirShare) {
  const struct { const char* what; int n; int64_t share_ppm; Contributions cell; bool sensitive; int64_t level; } cases[] = {
      {"one firm of two holds 90 of 100", 1, 800'000, Cell(2, 100, {90, 10}),         true,  13},
      {"exactly at k is safe",            1, 800'000, Cell(3, 100, {80, 15, 5}),      false, 0},
      {"one cent above k",                1, 800'000, Cell(3, 1000, {801, 100, 99}),  true,  2},
      {"fewer contributors than n",       3, 750'000, Cell(2, 100, {60, 40}),         true,  34},
      {"empty cell",                      1, 800'000, Cell(0, 0, {}),                 false, 0},
  };
  for (const auto& c : cases) {
    const ProtectionLevel level = JudgeDominance(c.cell, 0, {.n = c.n, .share_ppm = c.share_ppm});
    EXPECT_EQ(level.sensitive, c.sensitive) << c.what;
    EXPECT_EQ(level.upper_level, c.level) << c.what;
  }
}

TEST(DominanceTest, NamesShowTheShareInPerCent) {
  EXPECT_EQ(DominanceName({.n = 2, .share_ppm = 850'000}), "dominance(2,85)");
  EXPECT_EQ(DominanceName({.n = 1, .share_ppm = 125'000}), "dominance(1,12.5)");
}

TEST(DominanceTest, WeightedTotalsAreComparedWithSampleValues) {
  Contributions cell = Cell(2, 0, {90, 10});
  cell.absolute_total = 4000;  // 400.0 with one decimal in the weights
  EXPECT_FALSE(JudgeDominance(cell, 1, {.n = 1, .share_ppm = 500'000}).sensitive);
  cell.absolute_total = 1790;
  EXPECT_TRUE(JudgeDominance(cell, 1, {.n = 1, .share_ppm = 500'000}).sensitive);
}

TEST(PPercentTest, TheOthersHideTooLittleOfTheLargest) {
  const struct { const char* what; int coalition; Contributions cell; bool sensitive; int64_t level; } cases[] = {
      {"exactly p per cent is safe",  1, Cell(3, 210, {100, 100, 10}),   false, 0},
      {"one unit less",               1, Cell(3, 209, {100, 100, 9}),    true,  1},
      {"a single contributor",        1, Cell(1, 100, {100}),            true,  10},
      {"two contributors",            1, Cell(2, 150, {100, 50}),        true,  10},
      {"a coalition of two",          2, Cell(4, 215, {100, 100, 10}),   true,  5},
      {"empty cell",                  1, Cell(0, 0, {}),                 false, 0},
  };
  for (const auto& c : cases) {
    const ProtectionLevel level =
        JudgePPercent(c.cell, 0, {.p_ppm = 100'000, .coalition = c.coalition});
    EXPECT_EQ(level.sensitive, c.sensitive) << c.what;
    EXPECT_EQ(level.upper_level, c.level) << c.what;
  }
}

TEST(GroupDisclosureTest, ASensitiveCategoryHoldsMoreThanTheShare) {
  const GroupDisclosureParameters parameters{.share_ppm = 900'000};
  EXPECT_FALSE(ExceedsGroupShare(90, 100, parameters));
  EXPECT_TRUE(ExceedsGroupShare(91, 100, parameters));
  EXPECT_TRUE(ExceedsGroupShare(11, 12, parameters));
  EXPECT_FALSE(ExceedsGroupShare(0, 0, parameters));
  EXPECT_EQ(LargestSafeCount(12, parameters), 10);
}

TEST(MagnitudeTest, LevelsAreTheLargestOfTheViolatedRulesAndAtLeastOneUnit) {
  RuleSet rules;
  rules.frequency.minimum = 10;
  EXPECT_EQ(JudgeMagnitude(Cell(3, 1000, {400, 300, 300}), 0, 0, rules).rule, "frequency");
  EXPECT_EQ(JudgeMagnitude(Cell(3, 1000, {400, 300, 300}), 0, 0, rules).level.upper_level, 150);
  EXPECT_EQ(JudgeMagnitude(Cell(3, 3, {1, 1, 1}), 2, 0, rules).level.lower_level, 100);
  EXPECT_FALSE(JudgeMagnitude(Cell(10, 1000, {400}), 0, 0, rules).level.sensitive);
  rules.dominance = {{.n = 1, .share_ppm = 500'000}};
  const MagnitudeVerdict verdict = JudgeMagnitude(Cell(20, 1000, {600, 10}), 0, 0, rules);
  EXPECT_EQ(verdict.rule, "dominance(1,50)");
  EXPECT_EQ(verdict.level.upper_level, 200);
}

}  // namespace
}  // namespace kluis
