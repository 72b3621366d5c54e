// Weights, waivers, holdings, negative values: what a concentration rule gets to see.
#include "disclosure/rules/contributions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "disclosure/rules/dominance.h"
#include "disclosure/rules/negative.h"
#include "disclosure/rules/p_percent.h"
#include "disclosure/rules/waiver.h"
#include "disclosure/rules/weights.h"
#include "tests/disclosure/rules/cells.h"

namespace kluis {
namespace {

constexpr WeightsMethod kSample = WeightsMethod::kSample;
constexpr WeightsMethod kSpread = WeightsMethod::kSpread;
constexpr WeightsMethod kPublic = WeightsMethod::kPublic;

// Weights and totals have one decimal where `decimals` is 1: weight 1.5 is 15, 100 is 1000.
TEST(WeightsTest, TheLargestAndTheTotal) {
  const struct { const char* what; WeightsMethod method; int n, decimals; std::vector<Unit> units; std::vector<absl::int128> largest; int total; } cases[] = {
      {"Handbook: (100,w4), (10,w7), tau spreads",     kSpread, 2, 0, {{100, 4}, {10, 7}},            {100, 100},      470},
      {"the five largest",                             kSpread, 5, 0, {{100, 4}, {10, 7}},            {100, 100, 100, 100, 10}, 470},
      {"more slots than units",                        kSpread, 4, 0, {{100, 1}, {10, 2}},            {100, 10, 10},   120},
      {"sample rule: the values as they are",          kSample, 2, 0, {{100, 4}, {10, 7}},            {100, 10},       470},
      {"public weights: the values times them",        kPublic, 2, 0, {{100, 4}, {10, 7}},            {400, 70},       470},
      {"no weights, spread",                           kSpread, 2, 0, {{100}, {10}, {5}},             {100, 10},       115},
      {"no weights, sample",                           kSample, 2, 0, {{100}, {10}, {5}},             {100, 10},       115},
      {"no weights, public",                           kPublic, 2, 0, {{100}, {10}, {5}},             {100, 10},       115},
      {"weight 1.5: the last slot is filled in part",  kSpread, 2, 1, {{100, 15}, {10, 70}},          {1000, 550},     2200},
      {"weight 0.5: the next fills the first slot",    kSpread, 1, 1, {{100, 5}, {10, 70}},           {550},           1200},
      {"Handbook: 900 hides behind weights 1 and 9",   kSpread, 2, 0, {{100, 1}, {100, 9}},           {100, 100},      1000},
      {"Handbook: over-protection",                    kSpread, 2, 0, {{100, 2}, {1, 3}},             {100, 100},      203},
      {"the same by the sample rule",                  kSample, 2, 0, {{100, 2}, {1, 3}},             {100, 1},        203},
  };
  for (const auto& c : cases) {
    const Concentration cell = ConcentrationOf(Microdata(c.units, c.decimals), c.method, c.n);
    EXPECT_EQ(cell.largest, c.largest) << c.what;
    EXPECT_EQ(cell.total, c.total) << c.what;
    EXPECT_EQ(cell.target, c.units[0].value * (c.decimals == 1 ? 10 : 1)) << c.what;
  }
}

TEST(WeightsTest, PPercentOfWeightedCells) {
  const struct { const char* what; WeightsMethod method; int64_t p_ppm; std::vector<Unit> units; bool sensitive; } cases[] = {
      {"Handbook, over-protected: 3 < p",           kSpread,    30'001, {{100, 2}, {1, 3}},  true},
      {"3 is not less than 3 % of 100",             kSpread,    30'000, {{100, 2}, {1, 3}},  false},
      {"sample rule: 102 left, safe for any p",     kSample, 1'000'000, {{100, 2}, {1, 3}},  false},
      {"public weights: nothing left",              kPublic,         1, {{100, 2}, {1, 3}},  true},
      {"Handbook: 800 left, not sensitive",         kSpread, 1'000'000, {{100, 1}, {100, 9}}, false},
      {"a certain unit (weight 1) and a sample",    kSample,   100'000, {{100, 1}, {2, 3}},  true},
  };
  for (const auto& c : cases) {
    const Concentration cell = ConcentrationOf(Microdata(c.units), c.method, 2);
    EXPECT_EQ(JudgePPercent(cell, {.p_ppm = c.p_ppm, .coalition = 1}).sensitive, c.sensitive) << c.what;
  }
}

// With weights of at least 1 the spread method never calls a cell safe that the sample rule does not.
TEST(WeightsTest, SpreadIsAtLeastAsStrictAsTheSampleRule) {
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  int stricter = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<Unit> units(1 + random() % 5);
    for (Unit& u : units) u = {static_cast<int64_t>(random() % 100), static_cast<int64_t>(10 + random() % 30)};
    const CellContributions cell = Microdata(units, 1);
    const int n = 1 + i % 3;
    const DominanceParameters rule{.n = n, .share_ppm = 600'000};
    const bool sample = JudgeDominance(ConcentrationOf(cell, kSample, n), rule).sensitive;
    const bool spread = JudgeDominance(ConcentrationOf(cell, kSpread, n), rule).sensitive;
    EXPECT_FALSE(sample && !spread) << "seed " << seed << " case " << i;
    stricter += spread && !sample;
  }
  EXPECT_GT(stricter, 100);
}

// An AggregateTable does not know the weights of the largest: it must not be less strict for it.
TEST(WeightsTest, WithoutTheWeightsOfTheLargestNothingBecomesSafe) {
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<Unit> units(1 + random() % 5);
    for (Unit& u : units) u = {static_cast<int64_t>(random() % 100), static_cast<int64_t>(1 + random() % 30)};
    const CellContributions cell = Microdata(units, 1);
    Contributions known = Aggregated(cell.ContributorsWithValue(), 0, {});
    known.total = known.absolute_total = cell.AbsoluteTotal();
    for (const Contribution& c : cell.sorted) {
      if (c.value != 0) known.largest.push_back(c.value);
    }
    for (const WeightsMethod method : {kSample, kSpread, kPublic}) {
      const PPercentParameters rule{.p_ppm = 200'000, .coalition = 1 + i % 2};
      const int n = rule.coalition + 1;
      if (!JudgePPercent(ConcentrationOf(cell, method, n), rule).sensitive) continue;
      EXPECT_TRUE(JudgePPercent(ConcentrationOf(known, 1, true, method, n), rule).sensitive)
          << "seed " << seed << " case " << i;
    }
  }
}

TEST(WeightsTest, UnweightedTablesIgnoreTheMethod) {
  const Contributions cell = Aggregated(3, 215, {100, 100, 15});
  for (const WeightsMethod method : {kSample, kSpread, kPublic}) {
    EXPECT_EQ(ConcentrationOf(cell, 0, false, method, 2).largest,
              (std::vector<absl::int128>{100, 100}));
  }
}

// A waiver is {value, weight, request, true}. SDC Handbook (2024), 4.2.1, "Waivers": X - xs - xr.
TEST(WaiverTest, TheLargestWithoutAWaiverIsProtected) {
  const struct { const char* what; std::vector<Unit> units; bool p10, dominance_1_50, dominance_2_85; } cases[] = {
      {"nobody agreed",                       {{80}, {15}, {5}},                          true,  true,  true},
      {"the largest agreed: s = 15, r = 80",  {{80, 1, 0, true}, {15}, {5}},              false, false, true},
      {"the two largest: s = 5, r = 80",      {{80, 1, 0, true}, {15, 1, 0, true}, {5}},  false, false, false},
      {"the second agreed: s = 80, r = 15",   {{80}, {15, 1, 0, true}, {5}},              true,  true,  true},
      {"all agreed",                          {{80, 1, 0, true}, {20, 1, 0, true}},       false, false, false},
      {"two, the larger agreed: it subtracts", {{80, 1, 0, true}, {20}},                  true,  false, true},
      {"who did not agree has nothing",       {{80, 1, 0, true}, {0}},                    false, false, false},
      {"exactly p per cent of xs",            {{200, 1, 0, true}, {100}, {10}},           false, false, true},
      {"one less",                            {{200, 1, 0, true}, {100}, {9}},            true,  false, true},
  };
  for (const auto& c : cases) {
    const CellContributions cell = Microdata(c.units);
    const Concentration two = ConcentrationOf(cell, kSample, 2);
    EXPECT_EQ(JudgePPercent(two, {.p_ppm = 100'000, .coalition = 1}).sensitive, c.p10) << c.what;
    EXPECT_EQ(JudgeDominance(two, {.n = 1, .share_ppm = 500'000}).sensitive, c.dominance_1_50) << c.what;
    EXPECT_EQ(JudgeDominance(two, {.n = 2, .share_ppm = 850'000}).sensitive, c.dominance_2_85) << c.what;
  }
}

// No pair of an intruder and a contributor without a waiver comes closer than s and r.
TEST(WaiverTest, NoOtherPairIsCloser) {
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<Unit> units(1 + random() % 5);
    for (Unit& u : units) u = {static_cast<int64_t>(1 + random() % 50), 1, 0, random() % 2 == 0};
    int64_t total = 0;
    for (const Unit& u : units) total += u.value;
    bool closer = false;
    for (size_t victim = 0; victim < units.size(); ++victim) {
      if (units[victim].waiver) continue;
      closer |= units.size() == 1;
      for (size_t intruder = 0; intruder < units.size(); ++intruder) {
        if (intruder == victim) continue;
        const int64_t rest = total - units[victim].value - units[intruder].value;
        closer |= rest * 5 < units[victim].value;  // p = 20
      }
    }
    const Concentration cell = ConcentrationOf(Microdata(units), kSample, 2);
    EXPECT_EQ(JudgePPercent(cell, {.p_ppm = 200'000, .coalition = 1}).sensitive, closer)
        << "seed " << seed << " case " << i;
  }
}

TEST(WaiverTest, WithWeightsTheTargetTakesOneSlotAndTheRestStandsInLine) {
  // 50 (weight 3) agreed; of 20 (weight 2) one is the target; the largest other is a 50.
  const CellContributions cell = Microdata({{50, 3, 0, true}, {20, 2}});
  EXPECT_EQ(ConcentrationOf(cell, kSpread, 3).largest, (std::vector<absl::int128>{20, 50, 50}));
  EXPECT_EQ(ConcentrationOf(cell, kSpread, 5).largest,
            (std::vector<absl::int128>{20, 50, 50, 50, 20}));
}

TEST(HoldingTest, RecordsOfOneHoldingAreOneContribution) {
  // Three establishments of holding 7 and one of holding 8: three records of 40 are one of 120.
  const CellContributions cell = AddPerContributor(
      {{.contributor = 7, .value = 40}, {.contributor = 8, .value = 60},
       {.contributor = 7, .value = 40}, {.contributor = 7, .value = 40}}, 0);
  EXPECT_EQ(cell.records, 4);
  EXPECT_EQ(cell.ContributorsWithValue(), 2);
  EXPECT_EQ(cell.Total(), 180);
  const Concentration two = ConcentrationOf(cell, kSample, 2);
  EXPECT_EQ(two.largest, (std::vector<absl::int128>{120, 60}));
  EXPECT_TRUE(JudgeDominance(two, {.n = 1, .share_ppm = 500'000}).sensitive);
}

TEST(HoldingTest, WeightsRequestsAndWaiversOfItsRecords) {
  const struct { const char* what; std::vector<ContributionRecord> records; int64_t value, weighted, weight; int request; bool waiver; } cases[] = {
      {"one weight",                   {{1, 10, 3}, {1, 20, 3}},                          30, 90, 3, 0, false},
      {"two weights",                  {{1, 10, 3}, {1, 20, 4}},                          30, 110, kWeightsDiffer, 0, false},
      {"and back",                     {{1, 10, 3}, {1, 20, 4}, {1, 5, 3}},               35, 125, kWeightsDiffer, 0, false},
      {"opposite signs cancel",        {{1, 10, 3}, {1, -10, 3}},                         0, 0, 3, 0, false},
      {"one record asked",             {{1, 10, 1, 0}, {1, 20, 1, 2}},                    30, 30, 1, 2, false},
      {"the lowest request code",      {{1, 10, 1, 2}, {1, 20, 1, 1}, {1, 1, 1, 2}},      31, 31, 1, 1, false},
      {"all records agree",            {{1, 10, 1, 0, true}, {1, 20, 1, 0, true}},        30, 30, 1, 0, true},
      {"one record does not",          {{1, 10, 1, 0, true}, {1, 20, 1, 0, false}},       30, 30, 1, 0, false},
  };
  for (const auto& c : cases) {
    const CellContributions cell = AddPerContributor(c.records, 0);
    ASSERT_EQ(cell.sorted.size(), 1u) << c.what;
    const Contribution& sum = cell.sorted[0];
    EXPECT_EQ(sum.value, c.value) << c.what;
    EXPECT_EQ(sum.weighted, c.weighted) << c.what;
    EXPECT_EQ(sum.weight, c.weight) << c.what;
    EXPECT_EQ(sum.request, c.request) << c.what;
    EXPECT_EQ(sum.waiver, c.waiver) << c.what;
  }
}

// tau-ARGUS cannot do both; the sample rule can: 30 of a holding against a weighted total of 470.
TEST(HoldingTest, TogetherWithWeights) {
  const CellContributions cell =
      AddPerContributor({{1, 100, 1}, {1, 100, 2}, {2, 10, 17}}, 0);
  EXPECT_EQ(cell.Total(), 470);
  EXPECT_EQ(ConcentrationOf(cell, kSample, 2).largest, (std::vector<absl::int128>{200, 10}));
  EXPECT_EQ(ConcentrationOf(cell, kPublic, 2).largest, (std::vector<absl::int128>{300, 170}));
  EXPECT_EQ(ConcentrationOf(cell, kSpread, 2).largest, (std::vector<absl::int128>{200, 200}));
}

TEST(HoldingTest, TheOrderOfTheRecordsChangesNothing) {
  std::vector<ContributionRecord> records;
  for (int i = 0; i < 12; ++i) records.push_back({i % 5, i % 3 - 1, 1 + i % 2, i % 3, i % 4 == 0});
  const CellContributions expected = AddPerContributor(records, 0);
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    std::shuffle(records.begin(), records.end(), random);
    const CellContributions cell = AddPerContributor(records, 0);
    ASSERT_EQ(cell.sorted.size(), expected.sorted.size());
    for (size_t k = 0; k < cell.sorted.size(); ++k) {
      EXPECT_EQ(cell.sorted[k].value, expected.sorted[k].value);
      EXPECT_EQ(cell.sorted[k].weighted, expected.sorted[k].weighted);
      EXPECT_EQ(cell.sorted[k].request, expected.sorted[k].request);
      EXPECT_EQ(cell.sorted[k].waiver, expected.sorted[k].waiver);
    }
  }
}

TEST(NegativeTest, SizesAreCompared) {
  const CellContributions cell = Microdata({{-90}, {60}, {30}});
  EXPECT_EQ(cell.Total(), 0);
  EXPECT_EQ(cell.AbsoluteTotal(), 180);
  EXPECT_EQ(ConcentrationOf(cell, kSample, 2).largest, (std::vector<absl::int128>{90, 60}));
}

// SDC Handbook (2024), 4.2.1, "Negative contributions": p_f = p / f, 100 - k_f = (100 - k) / f.
TEST(NegativeTest, ADeclaredDivisorReducesTheRules) {
  const struct { const char* what; int percent; Concentration cell; bool p10, dominance_1_80; } cases[] = {
      {"f = 1",                          100, Cell(209, {100, 100, 9}),  true,  false},
      {"f = 2: p = 5, 5 left",           200, Cell(205, {100, 100, 5}),  false, false},
      {"f = 2: p = 5, 4 left",           200, Cell(204, {100, 100, 4}),  true,  false},
      {"f = 2: k = 90, exactly",         200, Cell(100, {90, 5, 5}),     false, false},
      {"f = 2: k = 90, above",           200, Cell(100, {91, 5, 4}),     true,  true},
      {"f = 1.25: k = 84, exactly",      125, Cell(100, {84, 1, 1}),     false, false},
      {"f = 1.25: k = 84, above",        125, Cell(100, {85, 1, 1}),     false, true},
      {"f = 100: who is alone still is", 10'000, Cell(100, {100}),       true,  true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(JudgePPercent(c.cell, {.p_ppm = 100'000, .coalition = 1}, c.percent).sensitive, c.p10) << c.what;
    EXPECT_EQ(JudgeDominance(c.cell, {.n = 1, .share_ppm = 800'000}, c.percent).sensitive, c.dominance_1_80) << c.what;
  }
  EXPECT_EQ(JudgeDominance(Cell(100, {99}), {.n = 1, .share_ppm = 800'000}, 200).upper_level, 10);
  EXPECT_EQ(JudgePPercent(Cell(204, {100, 100}), {.p_ppm = 100'000, .coalition = 1}, 200).upper_level, 1);
}

TEST(NegativeTest, ThePolicyHoldsWhereValuesMayBeNegativeOnly) {
  const NegativeParameters divide{.policy = NegativePolicy::kDivide, .divisor_percent = 200};
  const NegativeParameters frequency{.policy = NegativePolicy::kFrequency};
  EXPECT_EQ(TermsFor(false, divide).divisor_percent, 100);
  EXPECT_EQ(TermsFor(true, divide).divisor_percent, 200);
  EXPECT_TRUE(TermsFor(false, frequency).asked);
  EXPECT_FALSE(TermsFor(true, frequency).asked);
  EXPECT_TRUE(TermsFor(true, NegativeParameters{}).asked);
  EXPECT_FALSE(MayBeNegative(false, 100, 100));
  EXPECT_TRUE(MayBeNegative(true, 100, 100));
  EXPECT_TRUE(MayBeNegative(false, 98, 100));
}

}  // namespace
}  // namespace kluis
