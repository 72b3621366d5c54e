// The rules that look at numbers of contributors, at zeros, requests, rows and sides.
#include <gtest/gtest.h>

#include "disclosure/rules/degrees_of_freedom.h"
#include "disclosure/rules/frequency.h"
#include "disclosure/rules/group_disclosure.h"
#include "disclosure/rules/mean_and_ratio.h"
#include "disclosure/rules/missing.h"
#include "disclosure/rules/percentile.h"
#include "disclosure/rules/request.h"
#include "disclosure/rules/shadow.h"
#include "disclosure/rules/zero.h"
#include "tests/disclosure/rules/cells.h"

namespace kluis {
namespace {

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

// Weights have one decimal: 29.9 is 299.
TEST(FrequencyTest, RecordsAndWeightsAreAskedWhereTheRuleSetSaysSo) {
  const struct { const char* what; FrequencyCounts counts; int records, weighted; bool sensitive; } cases[] = {
      {"only contributors are asked",       {3, 3, 1, 1},      0,  0,  false},
      {"too few contributors",              {90, 2, 900, 1},   0,  0,  true},
      {"one record too few",                {9, 3, 900, 1},    10, 0,  true},
      {"exactly enough records",            {10, 3, 900, 1},   10, 0,  false},
      {"a sum of weights just below",       {10, 3, 299, 1},   0,  30, true},
      {"exactly the sum of weights",        {10, 3, 300, 1},   0,  30, false},
      {"nobody, whatever is asked",         {0, 0, 0, 1},      10, 30, false},
  };
  for (const auto& c : cases) {
    const FrequencyParameters parameters{.minimum = 3, .records = c.records, .weighted = c.weighted};
    EXPECT_EQ(IsBelowFrequency(c.counts, parameters), c.sensitive) << c.what;
  }
}

TEST(FrequencyTest, LevelsAreTheLargestOfRangePAndOneUnit) {
  const FrequencyParameters parameters{.range_percent = 15};
  EXPECT_EQ(FrequencyLevel(1000, 90, 1, parameters), Symmetric(150));
  EXPECT_EQ(FrequencyLevel(-1001, 90, 1, parameters), Symmetric(151));
  EXPECT_EQ(FrequencyLevel(100, 90, 1, parameters), Symmetric(90));
  EXPECT_EQ(FrequencyLevel(0, 0, 100, parameters), Symmetric(100));
}

// {value, weight, request code}. Codes: 1 at 70 per cent, 2 at 40 per cent; minimum frequency 3.
TEST(RequestTest, OnlyWhoAskedIsProtected) {
  const struct { const char* what; std::vector<Unit> units; bool sensitive; int level; } cases[] = {
      {"nobody asked",                          {{99}, {1}, {0}},                     false, 0},
      {"the largest asked, 71 of 100",          {{71, 1, 1}, {20}, {9}},              true,  15},
      {"the largest asked, exactly 70",         {{70, 1, 1}, {20}, {10}},             false, 0},
      {"code 2 protects above 40",              {{41, 1, 2}, {39}, {20}},             true,  15},
      {"code 2, exactly 40",                    {{40, 1, 2}, {35}, {25}},             false, 0},
      {"the second asked: not protected",       {{80}, {19, 1, 1}, {1}},              false, 0},
      {"asked, two contributors of 3",          {{60, 1, 1}, {40}},                   true,  15},
      {"not asked, two contributors",           {{60}, {40}},                         false, 0},
      {"alone and asked",                       {{7, 1, 1}},                          true,  2},
      {"a negative contribution, by its size",  {{-80, 1, 1}, {10}, {10}},            true,  15},
      {"the total is weighted: 71 of 200",      {{71, 1, 1}, {20, 6}, {9}},           false, 0},
      {"empty",                                 {},                                   false, 0},
      {"asked, without a value",                {{0, 1, 1}},                          false, 0},
  };
  const RequestParameters parameters{.variable = "verzoek", .codes = {{"1", 700'000}, {"2", 400'000}}, .minimum = 3, .range_percent = 15};
  for (const auto& c : cases) {
    const ProtectionLevel level = JudgeRequest(Microdata(c.units), 1, parameters);
    EXPECT_EQ(level.sensitive, c.sensitive) << c.what;
    EXPECT_EQ(level.upper_level, c.level) << c.what;
  }
}

// Weights have one decimal: 80 with weight 1.0 of 100.0 in all.
TEST(RequestTest, SampleValuesAreComparedInTheUnitOfTheTotal) {
  const RequestParameters parameters{.variable = "v", .codes = {{"1", 700'000}}};
  EXPECT_EQ(JudgeRequest(Microdata({{80, 10, 1}, {20, 10}}, 1), 10, parameters), Symmetric(150));
  EXPECT_FALSE(JudgeRequest(Microdata({{70, 10, 1}, {30, 10}}, 1), 10, parameters).sensitive);
}

TEST(ZeroTest, ASumOfZeroWithRecords) {
  const struct { const char* what; int64_t total, records; bool any_sign; ProtectionLevel level; } cases[] = {
      {"empty",                        0, 0, false, {}},
      {"one record of zero",           0, 1, false, {.sensitive = true, .upper_level = 500}},
      {"one unit is no zero",          1, 9, false, {}},
      {"gains and losses cancel",      0, 9, true,  {.sensitive = true, .upper_level = 500, .lower_level = 500}},
      {"a loss is no zero",           -1, 9, true,  {}},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(JudgeZero(c.total, c.records, c.any_sign, 100, {.range = 5}), c.level) << c.what;
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

// Count of a cell against the totals of its row and its column; `none: protect` in the last column.
TEST(GroupDisclosureTest, SharesOfRowAndColumn) {
  const struct { const char* what; int64_t count; std::vector<int64_t> lines; bool protect_none; ProtectionLevel level; } cases[] = {
      {"90 per cent of its row",                 90, {100, 500}, true,  {}},
      {"91 per cent of its row",                 91, {100, 500}, true,  {.sensitive = true, .lower_level = 1}},
      {"91 per cent of its column",              91, {500, 100}, false, {.sensitive = true, .lower_level = 1}},
      {"100 per cent of one",                    10, {10, 500},  false, {.sensitive = true, .lower_level = 1}},
      {"all of a large group",                  100, {100},      false, {.sensitive = true, .lower_level = 10}},
      {"0 per cent, protected",                   0, {100},      true,  {.sensitive = true, .upper_level = 1}},
      {"0 per cent, published",                   0, {100},      false, {}},
      {"an empty line tells nothing",             0, {0},        true,  {}},
      {"one of a line of one",                    1, {1, 50},    false, {.sensitive = true, .lower_level = 1}},
      {"no lines",                                5, {},         true,  {}},
  };
  for (const auto& c : cases) {
    const GroupDisclosureParameters parameters{.share_ppm = 900'000, .every_line = true, .protect_none = c.protect_none};
    EXPECT_EQ(JudgeGroup(c.count, c.lines, parameters), c.level) << c.what;
  }
}

// Type 7: the median of 19 values is the 10th, which has 10 at or below and 10 at or above.
TEST(PercentileTest, EnoughContributorsOnEachSide) {
  const struct { const char* what; int64_t n; int percent; int64_t below, above; bool sensitive; int level; } cases[] = {
      {"the median of 19",                      19,  50, 10, 10, false, 0},
      {"the median of 18: between two",         18,  50,  9,  9, true,  1},
      {"the median of 20",                      20,  50, 10, 10, false, 0},
      {"the first quartile of 37",              37,  25, 10, 28, false, 0},
      {"the first quartile of 36",              36,  25,  9, 27, true,  1},
      {"the 10th percentile of 91",             91,  10, 10, 82, false, 0},
      {"the 10th percentile of 90",             90,  10,  9, 81, true,  1},
      {"the 90th percentile of 91",             91,  90, 82, 10, false, 0},
      {"the minimum is one contributor's",   1'000,   0,  1, 1'000, true, 9},
      {"the maximum too",                    1'000, 100, 1'000, 1, true,  9},
      {"one contributor",                        1,  50,  1,  1, true,  9},
  };
  for (const auto& c : cases) {
    const PercentileSides sides = SidesOfPercentile(c.n, c.percent);
    EXPECT_EQ(sides.at_or_below, c.below) << c.what;
    EXPECT_EQ(sides.at_or_above, c.above) << c.what;
    const ProtectionLevel level = JudgePercentile(sides, 10);
    EXPECT_EQ(level.sensitive, c.sensitive) << c.what;
    EXPECT_EQ(level.lower_level, c.level) << c.what;
  }
}

TEST(PercentileTest, WhoSharesThePointHidesInIt) {
  EXPECT_FALSE(JudgePercentile({.at_or_below = 12, .at_or_above = 15}, 10).sensitive);
  EXPECT_TRUE(JudgePercentile({.at_or_below = 9, .at_or_above = 40}, 10).sensitive);
  EXPECT_TRUE(JudgePercentile({.at_or_below = 0, .at_or_above = 40}, 10).sensitive);
  EXPECT_FALSE(JudgePercentile({.at_or_below = 0, .at_or_above = 0}, 10).sensitive) << "empty";
}

TEST(DegreesOfFreedomTest, UnitsMinusParameters) {
  const struct { const char* what; int64_t contributors, parameters; bool sensitive; } cases[] = {
      {"a deviation of 11",               11, 1, false},
      {"a deviation of 10",               10, 1, true},
      {"a regression of 20 on 10",        20, 10, false},
      {"a regression of 20 on 11",        20, 11, true},
      {"a saturated model",               50, 50, true},
      {"more parameters than units",       5, 9, true},
      {"nobody",                           0, 1, false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(HasTooFewDegreesOfFreedom(c.contributors, c.parameters, 10), c.sensitive) << c.what;
  }
}

TEST(MeanTest, TheContributorsWithAValueDecide) {
  const FrequencyParameters ten{.minimum = 10};
  const ProtectionLevel safe, dominated = Symmetric(40), few = Symmetric(15);
  const struct { const char* what; ProtectionLevel sum; int64_t contributors; ProtectionLevel mean; } cases[] = {
      {"a safe sum of ten",                  safe,      10, safe},
      {"a safe sum of nine",                 safe,       9, few},
      {"a sensitive sum of ten",             dominated, 10, dominated},
      {"a sensitive sum of nine",            dominated,  9, dominated},
      {"nobody has a value",                 safe,       0, safe},
  };
  for (const auto& c : cases) EXPECT_EQ(JudgeMean(c.sum, c.contributors, few, ten), c.mean) << c.what;
}

TEST(RatioTest, BothPartsAreJudged) {
  EXPECT_FALSE(IsRatioSensitive({}, {}));
  EXPECT_TRUE(IsRatioSensitive(Symmetric(1), {}));
  EXPECT_TRUE(IsRatioSensitive({}, Symmetric(1)));
}

TEST(ShareTest, NumeratorAndComplementAreJudged) {
  const struct { const char* what; int64_t numerator, support; bool protect_zeros, sensitive; } cases[] = {
      {"30 of 60",                      30, 60, true,  false},
      {"10 of 60",                      10, 60, true,  false},
      {"9 of 60",                        9, 60, true,  true},
      {"51 of 60: nine have not",       51, 60, true,  true},
      {"50 of 60",                      50, 60, true,  false},
      {"none of 60, zeros protected",    0, 60, true,  true},
      {"all of 60, zeros protected",    60, 60, true,  true},
      {"none of 60, zeros published",    0, 60, false, false},
      {"all of 60, zeros published",    60, 60, false, false},
      {"4 of 9: the group is small",     4,  9, false, true},
      {"none of none",                   0,  0, true,  false},
  };
  for (const auto& c : cases) {
    const FrequencyParameters parameters{.minimum = 10, .protect_zeros = c.protect_zeros};
    EXPECT_EQ(IsShareSensitive(c.numerator, c.support, parameters), c.sensitive) << c.what;
  }
}

TEST(ShareTest, ItsDecimalsGiveTheNumerator) {
  EXPECT_TRUE(ShareGivesNumerator(99, 0));
  EXPECT_FALSE(ShareGivesNumerator(100, 0));
  EXPECT_TRUE(ShareGivesNumerator(999, 1));
  EXPECT_FALSE(ShareGivesNumerator(1000, 1));
  EXPECT_FALSE(ShareGivesNumerator(0, 1));
}

// tau-ARGUS: level = |response| D / shadow total, not below a minimum.
TEST(ShadowTest, LevelsAreScaledToTheResponse) {
  const ProtectionLevel level{.sensitive = true, .upper_level = 40, .lower_level = 20, .sliding_level = 10};
  const struct { const char* what; ProtectionLevel level; ShadowScale scale; ProtectionLevel scaled; } cases[] = {
      {"turnover 400, 60 employed",   level, {.response = 60, .shadow = 400},                {true, 6, 3, 2}},
      {"a large response",            level, {.response = 40'000, .shadow = 400},            {true, 4000, 2000, 1000}},
      {"rounded up",                  level, {.response = 61, .shadow = 400},                {true, 7, 4, 2}},
      {"a loss is shown",             level, {.response = -60, .shadow = 400},               {true, 6, 3, 2}},
      {"at least one unit",           level, {.response = 1, .shadow = 400, .unit = 5},      {true, 5, 5, 1}},
      {"no shadow total",             level, {.response = 60, .shadow = 0},                  {true, 9, 9, 0}},
      {"not sensitive",               {},    {.response = 60, .shadow = 400},                {}},
  };
  for (const auto& c : cases) EXPECT_EQ(ScaleToResponse(c.level, c.scale), c.scaled) << c.what;
}

TEST(MissingTest, IsACategoryUnlessTheRuleSetSkipsIt) {
  EXPECT_TRUE(IsJudged({"GM0917", "_U"}, true));
  EXPECT_FALSE(IsJudged({"GM0917", "_U"}, false));
  EXPECT_TRUE(IsJudged({"GM0917", "_T"}, false));
}

TEST(ProtectionLevelTest, TheStrictestIsTheLargestOfEachLevel) {
  const ProtectionLevel a{.sensitive = true, .upper_level = 5, .lower_level = 1, .sliding_level = 2};
  const ProtectionLevel b{.sensitive = true, .upper_level = 3, .lower_level = 4, .sliding_level = 1};
  EXPECT_EQ(Strictest(a, b), (ProtectionLevel{true, 5, 4, 2}));
  EXPECT_EQ(Strictest(b, a), Strictest(a, b));
  EXPECT_EQ(Strictest(a, {}), a);
  EXPECT_FALSE(Strictest({}, {}).sensitive);
}

}  // namespace
}  // namespace kluis
