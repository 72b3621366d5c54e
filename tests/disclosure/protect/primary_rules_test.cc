// What a key of the rule set changes in a table: one region of three is judged each time.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "disclosure/protect/protect.h"
#include "tests/disclosure/protect/microdata.h"

namespace kluis {
namespace {

// Values and weights of region 1; regions 2 and 3 have twenty of 50 each.
struct Firm {
  int64_t value = 0;
  int64_t weight = 1;
};

AggregateTable TableOf(const std::vector<Firm>& firms, bool weighted, bool any_sign) {
  std::vector<Unit> units;
  const auto add = [&](int region, const Firm& firm) {
    const auto id = static_cast<int64_t>(units.size());
    units.push_back({.codes = {region}, .contributor = id, .value = firm.value, .holding = id,
                     .weight = firm.weight});
  };
  for (const Firm& firm : firms) add(1, firm);
  for (int i = 0; i < 40; ++i) add(2 + i % 2, {50, 1});
  TableOptions options;
  options.measure = true;
  options.weighted = weighted;
  AggregateTable table =
      Tabulate({MakeAxis("regio", VariableKind::kIdentifying, {0, 0, 0})}, units, options);
  table.measures[0].any_sign = any_sign;
  return table;
}

// The rule for which the sum of region 1 is primary; "" when it is published or secondary.
std::string RuleOf(const AggregateTable& table, const RuleSet& rules) {
  const auto release = Protect(table, rules, {});
  EXPECT_TRUE(release.ok()) << release.status();
  if (!release.ok()) return "error";
  for (const CellReview& cell : release->review()) {
    if (cell.variable == "omzet" && cell.codes[0] == "regio1" && cell.decision == "primary") {
      return cell.rule;
    }
  }
  return "";
}

RuleSet Base() {
  RuleSet rules;
  rules.frequency.minimum = 3;
  return rules;
}

TEST(PrimaryRulesTest, DominanceSeveralAtOnce) {
  const AggregateTable table = TableOf({{45}, {44}, {6}, {5}}, false, false);
  RuleSet rules = Base();
  rules.dominance = {{.n = 1, .share_ppm = 500'000}};
  EXPECT_EQ(RuleOf(table, rules), "");
  rules.dominance.push_back({.n = 2, .share_ppm = 850'000});
  EXPECT_EQ(RuleOf(table, rules), "dominance(2,85)");
}

TEST(PrimaryRulesTest, CoalitionsOfPPercent) {
  const AggregateTable table = TableOf({{100}, {100}, {10}, {5}}, false, false);
  RuleSet rules = Base();
  rules.p_percent = PPercentParameters{.p_ppm = 100'000, .coalition = 1};
  EXPECT_EQ(RuleOf(table, rules), "");
  rules.p_percent->coalition = 2;
  EXPECT_EQ(RuleOf(table, rules), "p_percent");
}

TEST(PrimaryRulesTest, PriorPosterior) {
  const AggregateTable table = TableOf({{100}, {100}, {10}, {9}}, false, false);
  RuleSet rules = Base();
  rules.prior_posterior = {{.p_ppm = 100'000, .q_ppm = 1'000'000, .coalition = 1}};
  EXPECT_EQ(RuleOf(table, rules), "");
  rules.prior_posterior = {{.p_ppm = 100'000, .q_ppm = 500'000, .coalition = 1}};
  EXPECT_EQ(RuleOf(table, rules), "prior_posterior(10,50)");
}

TEST(PrimaryRulesTest, NegativeContributions) {
  const AggregateTable table = TableOf({{100}, {-95}, {4}, {3}}, false, true);
  RuleSet rules = Base();
  rules.p_percent = PPercentParameters{.p_ppm = 100'000, .coalition = 1};
  EXPECT_EQ(RuleOf(table, rules), "p_percent") << "sizes: 7 left of 100";
  rules.negative = {.policy = NegativePolicy::kDivide, .divisor_percent = 200};
  EXPECT_EQ(RuleOf(table, rules), "") << "p = 5";
  rules.negative.policy = NegativePolicy::kFrequency;
  EXPECT_EQ(RuleOf(table, rules), "");
  rules.frequency.minimum = 5;
  EXPECT_EQ(RuleOf(table, rules), "frequency") << "never a silent pass";
}

TEST(PrimaryRulesTest, WeightsMethod) {
  const AggregateTable table = TableOf({{100, 2}, {1, 3}, {1, 3}, {1, 3}}, true, false);
  RuleSet rules = Base();
  rules.p_percent = PPercentParameters{.p_ppm = 100'000, .coalition = 1};
  EXPECT_EQ(RuleOf(table, rules), "") << "sample: 209 - 100 - 1";
  rules.weights = WeightsMethod::kSpread;
  EXPECT_EQ(RuleOf(table, rules), "p_percent") << "spread: 209 - 100 - 100";
  rules.weights = WeightsMethod::kPublic;
  EXPECT_EQ(RuleOf(table, rules), "p_percent");
}

TEST(PrimaryRulesTest, ASumOfZero) {
  const AggregateTable table = TableOf({{0}, {0}, {0}, {0}}, false, false);
  RuleSet rules = Base();
  rules.frequency.protect_zeros = false;
  EXPECT_EQ(RuleOf(table, rules), "");
  rules.zero = ZeroParameters{.range = 5};
  EXPECT_EQ(RuleOf(table, rules), "zero");
}

// Two units in a region: whoever is in it is hidden in every category, so the sum of the missing
// ones is a secret too, though missing values are not judged.
TEST(PrimaryRulesTest, InARowOfFewTheSumOfMissingValuesIsSecretThoughTheyAreSkipped) {
  std::vector<Axis> axes = {MakeAxis("regio", VariableKind::kIdentifying, {0, 0, 0}),
                            MakeAxis("ziek", VariableKind::kConfidential, {0, 0})};
  axes[1].categories[2].code = kMissingCode;
  std::vector<Unit> units;
  for (int i = 0; i < 62; ++i) {
    units.push_back({.codes = {i < 2 ? 1 : 2 + i % 2, i % 4 < 2 ? 2 : 1}, .contributor = i,
                     .value = 50, .holding = i, .weight = 1});
  }
  TableOptions options;
  options.measure = true;
  RuleSet rules = Base();
  rules.judge_missing = false;
  const auto release = Protect(Tabulate(axes, units, options), rules, {});
  ASSERT_TRUE(release.ok()) << release.status();
  std::map<std::string, std::string> decisions;
  for (const CellReview& cell : release->review()) {
    if (cell.variable == "omzet") decisions[cell.codes[0] + cell.codes[1]] = cell.decision + cell.rule;
  }
  EXPECT_EQ(decisions["regio1_U"], "primaryrow");
  EXPECT_NE(decisions["regio2_U"].substr(0, 7), "primary");
}

// Sums alone, when only what is shown is protected: two firms are too few to show their sum, but no
// count is hidden beside it.
TEST(PrimaryRulesTest, SumsAloneHaveNoPatternOfCounts) {
  const AggregateTable with_count = TableOf({{45}, {44}}, false, false);
  AggregateTable sums = with_count;
  std::erase_if(sums.shape.statistics,
                [](const StatisticColumn& column) { return column.kind != StatisticKind::kSum; });
  ProtectOptions options;
  options.only_shown = true;
  const auto suppressed = [](const ProtectedTable& table, const std::string& variable) {
    std::map<std::string, std::string> decisions;  // code -> decision
    for (const CellReview& cell : table.review()) {
      if (cell.variable == variable) decisions[cell.codes[0]] = cell.decision + " " + cell.rule;
    }
    return decisions;
  };
  const auto shown = Protect(sums, Base(), options);
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(suppressed(*shown, "omzet").at("regio1"), "primary frequency");
  EXPECT_EQ(suppressed(*shown, "omzet").size(), 2u);
  // In the layer of units the primary is named, and nothing is suppressed for it.
  EXPECT_EQ(suppressed(*shown, "units").size(), 1u);
  EXPECT_EQ(suppressed(*Protect(sums, Base(), {}), "units").size(), 2u);
  // A count that is shown has its pattern, whatever the option says.
  EXPECT_EQ(suppressed(*Protect(with_count, Base(), options), "units"),
            suppressed(*Protect(with_count, Base(), {}), "units"));
}

}  // namespace
}  // namespace kluis
