// What the attacks are worth: they are tried on all that tables may have, and find what is spoilt.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "tests/attacks/random.h"
#include "tests/attacks/releases.h"

namespace kluis {
namespace {

bool HasNegativeTotal(const AggregateTable& table) {
  const auto negative = [](const Contributions& cell) { return cell.total < 0; };
  return !table.measures.empty() &&
         std::any_of(table.measures[0].cells.begin(), table.measures[0].cells.end(), negative);
}

bool HasContributorOfTwoRows(const Instance& instance) {
  return instance.table.units[0].contributors < instance.table.units[0].rows;
}

// What no instance has, no attack above was tried on.
TEST(AttacksTest, InstancesHaveAllThatTablesMayHave) {
  std::map<std::string, int> seen;
  constexpr uint64_t kCount = 400;  // of the first seeds: how often is a matter of chance elsewhere
  for (uint64_t seed = 1; seed <= kCount; ++seed) {
    const Instance instance = MakeInstance(seed, {.more_rules = true});
    const AggregateTable& table = instance.table;
    const RuleSet& rules = instance.rules;
    const auto hidden = std::count(table.uses.begin(), table.uses.end(), CellUse::kHidden);
    seen["negative totals"] += HasNegativeTotal(table);
    seen["holdings of several rows"] += HasContributorOfTwoRows(instance);
    seen["weights"] += table.weighted;
    seen["negative totals and weights"] += HasNegativeTotal(table) && table.weighted;
    seen["holdings with a sum"] += HasContributorOfTwoRows(instance) && !table.measures.empty();
    seen["linked tables"] += instance.grouping == Grouping::kSets;
    seen["linked tables with a sum"] +=
        instance.grouping == Grouping::kSets && !table.measures.empty();
    seen["hidden cells"] += hidden > 0;
    seen["distinct units that overlap"] +=
        !table.distincts.empty() &&
        !std::all_of(table.distincts[0].additive.begin(), table.distincts[0].additive.end(),
                     [](bool additive) { return additive; });
    seen["coalitions of two"] += rules.frequency.coalition > 1;
    seen["prior-posterior"] += !rules.prior_posterior.empty() && !table.measures.empty();
    seen["rules divided for negative values"] +=
        rules.negative.policy == NegativePolicy::kDivide && HasNegativeTotal(table);
    seen["frequency only for negative values"] +=
        rules.negative.policy == NegativePolicy::kFrequency && HasNegativeTotal(table);
    seen["zero rule"] += rules.zero.has_value() && !table.measures.empty();
  }
  for (const auto& [trait, count] : seen) {
    std::cout << trait << ": " << count << " of " << kCount << "\n";
    EXPECT_GT(count, 5) << trait;
  }
}

// Cells of a variable that some attacker must not narrow.
std::vector<bool> SensitiveCells(const std::vector<Attack>& attacks, const std::string& variable) {
  std::vector<bool> sensitive;
  for (const Attack& attack : attacks) {
    sensitive.resize(attack.values.size(), false);
    if (attack.variable != variable) continue;
    for (const Demand& demand : attack.demands) sensitive[demand.cell] = true;
  }
  return sensitive;
}

// One variable of a release that is spoilt on purpose.
struct Spoilt {
  Published published;
  std::vector<bool>* cells = nullptr;       // of the variable, in `published`
  std::vector<int> primaries, secondaries;  // displayed and suppressed
};

// False where everything of the variable is hidden.
bool Spoil(const Instance& instance, const Published& published, bool measure, Spoilt* spoilt) {
  spoilt->published = published;
  if (measure && instance.table.measures.empty()) return false;
  spoilt->cells = measure ? &spoilt->published.measures[0] : &spoilt->published.units;
  const auto attacks = AttacksOn(instance.table, instance.rules, published);
  const std::vector<bool> sensitive = SensitiveCells(attacks, measure ? "value" : "units");
  bool any_shown = false;
  for (size_t i = 0; i < sensitive.size(); ++i) {
    if (instance.table.uses[i] != CellUse::kDisplayed) continue;
    any_shown |= (*spoilt->cells)[i];
    if ((*spoilt->cells)[i]) continue;
    (sensitive[i] ? spoilt->primaries : spoilt->secondaries).push_back(static_cast<int>(i));
  }
  // What everyone knows tells too much of such a variable, so one cell more adds nothing to it.
  return any_shown;
}

// An attacker who never objects would pass every test above.
TEST(AttacksTest, ReleasesThatAreSpoiltOnPurposeAreCaught) {
  struct Fault {
    int64_t planted = 0, caught = 0;
  };
  std::map<std::string, Fault> faults;
  ForEachRelease(200, {}, [&](const Instance& instance, const Published& published) {
    const auto plant = [&](const std::string& kind, const Published& spoilt) {
      const auto attacks = AttacksOn(instance.table, instance.rules, spoilt);
      const AttackResult result = Audit(instance, attacks, Reasoning::kCells, true);
      ++faults[kind].planted;
      faults[kind].caught += result.breaches.empty() ? 0 : 1;
    };
    Random random(instance.seed);
    for (const bool measure : {false, true}) {
      const std::string variable = measure ? " of a sum" : " of a count";
      Spoilt spoilt;
      if (!Spoil(instance, published, measure, &spoilt)) continue;
      for (const auto* cells : {&spoilt.primaries, &spoilt.secondaries}) {
        if (cells->empty()) continue;
        const int cell = random.Pick(*cells);
        (*spoilt.cells)[cell] = true;
        plant((cells == &spoilt.primaries ? "a primary" : "a secondary") + variable + " is shown",
              spoilt.published);
        (*spoilt.cells)[cell] = false;
      }
      if (spoilt.secondaries.empty()) continue;
      for (const int cell : spoilt.secondaries) (*spoilt.cells)[cell] = true;
      plant("no secondary" + variable, spoilt.published);
    }
  });
  EXPECT_EQ(faults.size(), 6u);
  for (const auto& [kind, fault] : faults) {
    std::cout << kind << ": " << fault.caught << " of " << fault.planted << " caught\n";
    const bool primary = kind.rfind("a primary", 0) == 0;
    EXPECT_GT(fault.caught, 0) << kind;
    EXPECT_GE(fault.caught, primary ? fault.planted : fault.planted / 3) << kind;
  }
}

}  // namespace
}  // namespace kluis
