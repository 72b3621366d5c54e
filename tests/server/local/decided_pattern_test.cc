// Patterns for what others have decided, before the audit that knows nothing of them.
#include "server/local/decided_pattern.h"

#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "disclosure/base/decimal.h"
#include "disclosure/protect/protect.h"
#include "tests/disclosure/protect/microdata.h"

namespace kluis {
namespace {

RuleSet Rules() {
  RuleSet rules;
  rules.frequency.minimum = 3;
  rules.frequency.protect_zeros = false;
  rules.frequency.threshold = false;
  rules.dominance = {{.n = 1, .share_ppm = 700'000}};
  return rules;
}

// The table's only statistic is the sum of its measure.
AggregateTable RandomSums(std::mt19937* random) {
  const std::vector<Axis> axes = {
      MakeAxis("a", VariableKind::kIdentifying, {0, 0, 1, 1, 2, 2}),
      MakeAxis("b", VariableKind::kIdentifying, {0, 0, 0}),
  };
  TableOptions options;
  options.measure = true;
  AggregateTable table =
      Tabulate(axes, DrawUnits(axes, 40 + static_cast<int>((*random)() % 60), random), options);
  auto& statistics = table.shape.statistics;
  const auto sum = std::find_if(statistics.begin(), statistics.end(), [](const auto& column) {
    return column.kind == StatisticKind::kSum;
  });
  statistics = {StatisticColumn(*sum)};
  table.shape.column_order.clear();
  return table;
}

// Some cells must be published, some are suppressed by hand, dear, or known to lie near.
void DecideAtRandom(const AggregateTable& table, std::mt19937* random,
                    std::vector<CellDecision>* decisions) {
  for (size_t i = 0; i < decisions->size(); ++i) {
    CellDecision& decision = (*decisions)[i];
    const absl::int128 total = table.measures[0].cells[i].total;
    switch ((*random)() % 12) {
      case 0:
        if (decision.state == DecidedState::kFree) decision.state = DecidedState::kPublished;
        break;
      case 1:
        if (decision.state == DecidedState::kFree) decision.state = DecidedState::kSuppressed;
        break;
      case 2:
        decision.cost = 1.0 + static_cast<double>((*random)() % 100'000);
        break;
      case 3:
        decision.low = total - total / 3;
        decision.high = total + total / 3;
        break;
      default:
        break;
    }
  }
}

TEST(DecidedPatternTest, NoPrimaryOfARandomTableIsExposedToOutsidersOrInsiders) {
  std::cout << "seeds 1 to 200\n";
  int solved = 0, primaries = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    const AggregateTable table = RandomSums(&random);
    ProtectOptions options;
    options.only_shown = true;
    const auto by_rules = Protect(table, Rules(), options);
    ASSERT_TRUE(by_rules.ok()) << "seed " << seed << ": " << by_rules.status();
    std::vector<CellDecision> decisions = DecisionsOf(table, *by_rules);
    DecideAtRandom(table, &random, &decisions);
    const auto outcome = FindDecidedPattern(table, decisions, Rules(), {});
    if (absl::IsInvalidArgument(outcome.status())) continue;  // too much must be published
    ASSERT_TRUE(outcome.ok()) << "seed " << seed << ": " << outcome.status();
    ++solved;
    for (size_t i = 0; i < decisions.size(); ++i) {
      const bool shown = outcome->status[0][i] == ValueStatus::kOk;
      const DecidedState state = decisions[i].state;
      primaries += state == DecidedState::kPrimary;
      if (state != DecidedState::kFree) {
        EXPECT_EQ(shown, state == DecidedState::kPublished) << "seed " << seed;
      }
    }
    const auto findings = Examine(table, *outcome, Rules(), AuditDepth::kAll, {});
    ASSERT_TRUE(findings.ok()) << "seed " << seed << ": " << findings.status();
    EXPECT_EQ(findings->violations, 0) << "seed " << seed;
    EXPECT_EQ(findings->insider_violations, 0) << "seed " << seed;
  }
  std::cout << solved << " solved, " << primaries << " primaries\n";
  EXPECT_GT(solved, 60);
  EXPECT_GT(primaries, 100);
}

}  // namespace
}  // namespace kluis
