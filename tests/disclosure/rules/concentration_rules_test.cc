// Dominance, p%, (p,q). Known answers: SDC Handbook (2024), 4.2, examples 1, 1d, 2, 4 and 5.
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "disclosure/base/exact.h"
#include "disclosure/rules/dominance.h"
#include "disclosure/rules/p_percent.h"
#include "disclosure/rules/prior_posterior.h"
#include "tests/disclosure/rules/cells.h"

namespace kluis {
namespace {

const absl::int128 kHuge = kExactMax / 32 * 10;  // times a million it needs 143 bits

TEST(DominanceTest, TheLargestHoldMoreThanTheirShare) {
  const struct { const char* what; int n; int64_t share_ppm; Concentration cell; bool sensitive; absl::int128 level; } cases[] = {
      {"one firm of two holds 90 of 100",     1, 800'000, Cell(100, {90, 10}),               true,  13},
      {"exactly at k is safe",                1, 800'000, Cell(100, {80, 15, 5}),            false, 0},
      {"one cent above k",                    1, 800'000, Cell(1000, {801, 100, 99}),        true,  2},
      {"fewer contributors than n",           3, 750'000, Cell(100, {60, 40}),               true,  34},
      {"empty cell",                          1, 800'000, Cell(0, {}),                       false, 0},
      {"only zeros",                          2, 800'000, Cell(0, {0, 0}),                   false, 0},
      {"Handbook example 1: (1,90) is blind", 1, 900'000, Cell(100'000, {50'000, 49'000}),   false, 0},
      {"Handbook example 1d: 99 % is one's",  1, 900'000, Cell(5000, {4950, 1, 1}),          true,  500},
      {"Handbook example 2: (2,90.9) unsafe", 2, 909'090, Cell(110'000, {52'000, 50'000}),   true,  2201},
      {"Handbook example 4: up to 352.94",    1, 850'000, Cell(330, {300, 20, 10}),          true,  23},
      {"huge, exactly half",                  1, 500'000, Cell(kHuge, {kHuge / 2}),          false, 0},
      {"huge, one unit above half",           1, 500'000, Cell(kHuge, {kHuge / 2 + 1}),      true,  2},
  };
  for (const auto& c : cases) {
    const ProtectionLevel level = JudgeDominance(c.cell, {.n = c.n, .share_ppm = c.share_ppm});
    EXPECT_EQ(level.sensitive, c.sensitive) << c.what;
    EXPECT_EQ(level.upper_level, c.level) << c.what;
    EXPECT_EQ(level.lower_level, c.level) << c.what;
    EXPECT_EQ(level.sliding_level, 0) << c.what;
  }
}

TEST(DominanceTest, NamesShowTheShareInPerCent) {
  EXPECT_EQ(DominanceName({.n = 2, .share_ppm = 850'000}), "dominance(2,85)");
  EXPECT_EQ(DominanceName({.n = 1, .share_ppm = 125'000}), "dominance(1,12.5)");
}

TEST(PPercentTest, TheOthersHideTooLittleOfTheLargest) {
  const struct { const char* what; int64_t p_ppm; int coalition; Concentration cell; bool sensitive; absl::int128 level; } cases[] = {
      {"exactly p per cent is safe",            100'000, 1, Cell(210, {100, 100, 10}),          false, 0},
      {"one unit less",                         100'000, 1, Cell(209, {100, 100, 9}),           true,  1},
      {"a single contributor",                  100'000, 1, Cell(100, {100}),                   true,  10},
      {"two contributors",                      100'000, 1, Cell(150, {100, 50}),               true,  10},
      {"a level is rounded up",                 100'000, 1, Cell(101, {101}),                   true,  11},
      {"empty cell",                            100'000, 1, Cell(0, {}),                        false, 0},
      {"only zeros",                            100'000, 1, Cell(0, {0, 0, 0}),                 false, 0},
      {"two intruders know x2 and x3",          100'000, 2, Cell(215, {100, 100, 10, 5}),       true,  5},
      {"two intruders, exactly p per cent",     100'000, 2, Cell(220, {100, 100, 10, 10}),      false, 0},
      {"more intruders than contributors",      100'000, 5, Cell(150, {100, 50}),               true,  10},
      {"Handbook example 1: within 2 %",         20'000, 1, Cell(100'000, {50'000, 49'000}),    false, 0},
      {"and any larger p tells",                 20'001, 1, Cell(100'000, {50'000, 49'000}),    true,  1},
      {"Handbook example 2: 15.4 % is enough",  100'000, 1, Cell(110'000, {52'000, 50'000}),    false, 0},
      {"Handbook, weights: sensitive if p > 3",  30'000, 1, Cell(203, {100, 100}),              false, 0},
      {"the same, p = 3.0001",                   30'001, 1, Cell(203, {100, 100}),              true,  1},
      {"huge, exactly p per cent",              100'000, 1, Cell(kHuge + kHuge / 10, {kHuge, 0}), false, 0},
      {"huge, one unit less",                   100'000, 1, Cell(kHuge + kHuge / 10 - 1, {kHuge, 0}), true, 1},
  };
  for (const auto& c : cases) {
    const ProtectionLevel level =
        JudgePPercent(c.cell, {.p_ppm = c.p_ppm, .coalition = c.coalition});
    EXPECT_EQ(level.sensitive, c.sensitive) << c.what;
    EXPECT_EQ(level.upper_level, c.level) << c.what;
    EXPECT_EQ(level.lower_level, c.level) << c.what;
  }
}

// Handbook example 5: with U = p/100 x1 - (X - x1 - x2) the second contributor's bound X + U - x2
// on the first is (1 + p/100) x1, and with one less it is closer.
TEST(PPercentTest, AtTheLevelTheBoundOnTheLargestIsPPerCentAway) {
  for (int x1 = 50; x1 <= 100; ++x1) {
    for (int x2 = 1; x2 <= 50; ++x2) {
      for (int others = 0; others <= 12; ++others) {
        const Concentration cell = Cell(x1 + x2 + others, {x1, x2});
        const ProtectionLevel level = JudgePPercent(cell, {.p_ppm = 100'000, .coalition = 1});
        const absl::int128 bound = cell.total + level.upper_level - x2;
        EXPECT_GE(bound * 10, x1 * 11) << x1 << " " << x2 << " " << others;
        if (level.sensitive) {
          EXPECT_LT((bound - 1) * 10, x1 * 11) << x1 << " " << x2 << " " << others;
        }
      }
    }
  }
}

TEST(PriorPosteriorTest, WhatWasKnownBeforeCounts) {
  const struct { const char* what; int64_t p_ppm, q_ppm; int coalition; Concentration cell; bool sensitive; absl::int128 level; } cases[] = {
      {"q = 100 is the p% rule, at p",     100'000, 1'000'000, 1, Cell(210, {100, 100, 10}),       false, 0},
      {"q = 100, one unit less",           100'000, 1'000'000, 1, Cell(209, {100, 100, 9}),        true,  1},
      {"(10,50): 20 of 100 must be left",  100'000,   500'000, 1, Cell(220, {100, 100, 20}),       false, 0},
      {"(10,50): 19 are left",             100'000,   500'000, 1, Cell(219, {100, 100, 19}),       true,  1},
      {"(10,30): 34 is more than 33.3",    100'000,   300'000, 1, Cell(234, {100, 100, 34}),       false, 0},
      {"(10,30): 33 is less",              100'000,   300'000, 1, Cell(233, {100, 100, 33}),       true,  1},
      {"two intruders",                    100'000,   500'000, 2, Cell(229, {100, 100, 10, 10}),   true,  1},
      {"a single contributor: p/q x1",     100'000,   250'000, 1, Cell(100, {100}),                true,  40},
      {"empty cell",                       100'000,   500'000, 1, Cell(0, {}),                     false, 0},
  };
  for (const auto& c : cases) {
    const ProtectionLevel level = JudgePriorPosterior(
        c.cell, {.p_ppm = c.p_ppm, .q_ppm = c.q_ppm, .coalition = c.coalition});
    EXPECT_EQ(level.sensitive, c.sensitive) << c.what;
    EXPECT_EQ(level.upper_level, c.level) << c.what;
  }
  EXPECT_EQ(PriorPosteriorName({.p_ppm = 100'000, .q_ppm = 600'000}), "prior_posterior(10,60)");
}

std::vector<absl::int128> Draw(std::mt19937* random) {
  std::vector<absl::int128> x(1 + (*random)() % 6);
  for (absl::int128& value : x) value = (*random)() % ((*random)() % 2 == 0 ? 10 : 1000);
  std::sort(x.rbegin(), x.rend());
  return x;
}

// Handbook 4.2.1, proof of A: safe under (2,k) with k = 100 x 100 / (100 + p) implies safe under p%,
// here for p = 25, k = 80. The converse does not hold (its example 2).
TEST(ConcentrationTest, SafeUnderDominanceOfTwoIsSafeUnderTheCorrespondingP) {
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  int safe = 0, over_protected = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::vector<absl::int128> x = Draw(&random);
    const absl::int128 total = std::accumulate(x.begin(), x.end(), absl::int128{0});
    const bool dominance = JudgeDominance(Cell(total, x), {.n = 2, .share_ppm = 800'000}).sensitive;
    const bool p = JudgePPercent(Cell(total, x), {.p_ppm = 250'000, .coalition = 1}).sensitive;
    EXPECT_FALSE(!dominance && p) << "seed " << seed << " case " << i;
    safe += !dominance;
    over_protected += dominance && !p;
  }
  EXPECT_GT(safe, 1000);
  EXPECT_GT(over_protected, 100);
}

// (p,q) is the p% rule with p* = 100 p / q (Handbook, equation p-star): (10,40) is p = 25.
TEST(ConcentrationTest, PriorPosteriorIsThePRuleOfTheirQuotient) {
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    const std::vector<absl::int128> x = Draw(&random);
    const Concentration cell = Cell(std::accumulate(x.begin(), x.end(), absl::int128{0}), x);
    const int coalition = 1 + i % 3;
    EXPECT_EQ(JudgePriorPosterior(
                  cell, {.p_ppm = 100'000, .q_ppm = 400'000, .coalition = coalition}),
              JudgePPercent(cell, {.p_ppm = 250'000, .coalition = coalition}))
        << "seed " << seed << " case " << i;
  }
}

}  // namespace
}  // namespace kluis
