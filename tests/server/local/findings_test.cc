// What the suppressor makes of random tables, before the audit that knows nothing of it.
#include "server/local/findings.h"

#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "disclosure/protect/protect.h"
#include "tests/disclosure/protect/microdata.h"

namespace kluis {
namespace {

VariableKind KindOf(unsigned number) {
  return number == 0   ? VariableKind::kIdentifying
         : number == 1 ? VariableKind::kMixed
                       : VariableKind::kConfidential;
}

// Some of those of few units are given up: nothing is shown.
AggregateTable RandomTable(std::mt19937* random, int least) {
  const std::vector<Axis> axes = {
      MakeAxis("a", KindOf((*random)() % 3), {0, 0, 1, 1, 2, 2}),
      MakeAxis("b", KindOf((*random)() % 3), {0, 0, 0}),
  };
  TableOptions options;
  options.measure = true;
  options.distinct = (*random)() % 2 == 0;
  return Tabulate(axes, DrawUnits(axes, least + static_cast<int>((*random)() % (least + 60)), random), options);
}

RuleSet RandomRules(std::mt19937* random) {
  RuleSet rules;
  rules.frequency.minimum = 3 + static_cast<int>((*random)() % 4);
  rules.frequency.protect_zeros = (*random)() % 2 == 0;
  rules.frequency.threshold = (*random)() % 2 == 0;
  rules.dominance = {{.n = 1, .share_ppm = 700'000}};
  return rules;
}

TEST(FindingsTest, NoPrimaryOfARandomTableIsExposed) {
  std::cout << "seeds 1 to 400\n";
  int64_t primaries = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    std::mt19937 random(seed);
    const AggregateTable table = RandomTable(&random, seed <= 120 ? 60 : 4);
    const RuleSet rules = RandomRules(&random);
    const auto protected_table = Protect(table, rules, {});
    ASSERT_TRUE(protected_table.ok()) << "seed " << seed << ": " << protected_table.status();
    const PatternOutcome outcome = OutcomeOf(table, *protected_table);
    const auto findings = Examine(table, outcome, rules, AuditDepth::kAll, {});
    ASSERT_TRUE(findings.ok()) << "seed " << seed << ": " << findings.status();
    EXPECT_EQ(findings->violations, 0) << "seed " << seed;
    const auto judged = Examine(table, outcome, rules, AuditDepth::kJudgement, {});
    ASSERT_TRUE(judged.ok());
    EXPECT_EQ(judged->violations, findings->violations) << "seed " << seed;
    for (const auto& cells : findings->cells) {
      for (const CellFinding& cell : cells) primaries += cell.status == CellStatus::kPrimary;
    }
  }
  EXPECT_GT(primaries, 100);
}

}  // namespace
}  // namespace kluis
