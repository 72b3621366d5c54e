// Attackers that never object would pass every other test of this folder. Here the search and the
// rules are spoilt on purpose, one fault at a time, and each must be caught. Environment:
// KLUIS_INSTANCES tables per fault, KLUIS_FIRST_SEED the first seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "disclosure/protect/protect.h"
#include "disclosure/suppression/pattern.h"
#include "tests/attacks/audit.h"
#include "tests/attacks/optimum.h"
#include "tests/attacks/random.h"
#include "tests/attacks/small_systems.h"

namespace kluis {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Tally {
  uint64_t first = FromEnvironment("KLUIS_FIRST_SEED", 1);
  int64_t planted = 0, caught = 0;

  // So many of a quick run, and then until one is caught, within reason: a fault does no harm to
  // most tables.
  bool Enough(uint64_t seed, int64_t quick) const {
    constexpr uint64_t kSeedsMax = 600;
    const bool all = std::getenv("KLUIS_INSTANCES") != nullptr;
    if (all) return seed >= first + FromEnvironment("KLUIS_INSTANCES", 0);
    return (planted >= quick && caught > 0) || seed >= first + kSeedsMax;
  }

  void Print(const std::string& fault) const {
    std::cout << fault << ", seeds from " << first << ": " << caught << " of " << planted
              << " caught\n";
  }
};

// What the search is told instead of the truth, and what is done to its pattern.
struct SearchFault {
  const char* name;
  Response response;
  std::function<void(System*)> spoil = [](System*) {};
  std::function<void(const System&, Random*, CellSet*)> change = [](const System&, Random*,
                                                                    CellSet*) {};
  int coalition = 1;  // that the rules ask for
};

void DropOneSecondary(const System& system, Random* random, CellSet* suppressed) {
  std::vector<size_t> secondaries;
  for (size_t i = 0; i < system.cells.size(); ++i) {
    if ((*suppressed >> i) & 1 && !system.cells[i].open) secondaries.push_back(i);
  }
  if (!secondaries.empty()) *suppressed &= ~(CellSet{1} << random->Pick(secondaries));
}

std::vector<SearchFault> SearchFaults() {
  const auto each_requirement = [](const std::function<void(Requirement*, absl::int128)>& change) {
    return [change](System* system) {
      for (Requirement& requirement : system->scenarios[0].requirements) {
        change(&requirement, system->cells[requirement.cell].value);
      }
    };
  };
  const auto exact_only = each_requirement([](Requirement* requirement, absl::int128 value) {
    requirement->low = std::max(requirement->low, value - 1);
    requirement->high = std::min(requirement->high, value + 1);
  });
  const auto upper_only = each_requirement(
      [](Requirement* requirement, absl::int128 value) { requirement->low = value; });
  const auto lower_only = each_requirement(
      [](Requirement* requirement, absl::int128 value) { requirement->high = value; });
  const auto no_floors = [](System* system) {
    for (Bounds& bounds : system->scenarios[0].bounds) bounds.low = 0;
  };
  const auto zeros_as_partners = [](System* system) {
    for (SystemCell& cell : system->cells) cell.fixed = false;
  };
  const auto one_relation_less = [](System* system) { system->rows.pop_back(); };
  const auto no_insiders = [](System* system) { system->contributors.clear(); };
  const auto singles_only = [](System* system) {
    for (Contributors& contributors : system->contributors) {
      if (contributors.count > 1) contributors.largest.clear();
    }
  };
  const auto no_coalition = [](System* system) { system->coalition = 1; };
  const Response counts = Response::kCounts, sums = Response::kSums;
  return {
      {.name = "a secondary is dropped from a pattern of counts",
       .response = counts,
       .change = DropOneSecondary},
      {.name = "a secondary is dropped from a pattern of sums",
       .response = sums,
       .change = DropOneSecondary},
      {.name = "counts are kept from being exact only", .response = counts, .spoil = exact_only},
      {.name = "sums are kept from being exact only", .response = sums, .spoil = exact_only},
      {.name = "counts are protected upwards only", .response = counts, .spoil = upper_only},
      {.name = "sums are protected upwards only", .response = sums, .spoil = upper_only},
      {.name = "counts are protected downwards only", .response = counts, .spoil = lower_only},
      {.name = "sums are protected downwards only", .response = sums, .spoil = lower_only},
      {.name = "what is not zero may be zero", .response = counts, .spoil = no_floors},
      {.name = "zeros protect", .response = counts, .spoil = zeros_as_partners},
      {.name = "empty cells protect", .response = sums, .spoil = zeros_as_partners},
      {.name = "a relation of counts is forgotten", .response = counts, .spoil = one_relation_less},
      {.name = "a relation of sums is forgotten", .response = sums, .spoil = one_relation_less},
      {.name = "contributors are outsiders", .response = sums, .spoil = no_insiders},
      {.name = "only who is alone in a cell knows a part of it",
       .response = sums,
       .spoil = singles_only},
      {.name = "contributors do not talk to each other",
       .response = sums,
       .spoil = no_coalition,
       .coalition = 2},
  };
}

TEST(PlantedFaultsTest, FaultsOfTheSearchAreCaught) {
  const std::vector<Shape> shapes = {Shape::kTree, Shape::kTwoWay, Shape::kTreeByRow};
  for (const SearchFault& fault : SearchFaults()) {
    Tally tally;
    for (uint64_t seed = tally.first; !tally.Enough(seed, 24); ++seed) {
      SmallSystem small = DrawSmallSystem(shapes[seed % shapes.size()], fault.response, seed);
      small.system.coalition = fault.coalition;
      System spoilt = small.system;
      fault.spoil(&spoilt);
      WorkBudget budget;
      const auto pattern = FindPattern(spoilt, {}, &budget);
      if (!pattern.ok()) continue;
      CellSet suppressed = SetOf(pattern->suppressed);
      Random random(seed);
      fault.change(small.system, &random, &suppressed);
      ++tally.planted;
      tally.caught += Optimiser(small.system).Breach(suppressed) != nullptr;
    }
    tally.Print(fault.name);
    EXPECT_GT(tally.caught, 0) << fault.name;
  }
}

// A cell that moves by even numbers only, and by one at most, moves over the reals alone.
TEST(PlantedFaultsTest, ABoundOfLinearProgrammingIsNoProofForCounts) {
  System system;
  Scenario scenario{.name = "nothing known", .known = {}, .bounds = {}, .requirements = {}};
  for (const int64_t value : {1, 3, 3, 8}) {
    system.cells.push_back({.value = value, .cost = 1, .open = true});
    scenario.known.push_back(false);
    scenario.bounds.push_back({});
  }
  // cell 3 = 2 x cell 0 + 2 x cell 1, and cell 1 = cell 2.
  system.rows.push_back({.terms = {{3, 1}, {0, -2}, {1, -2}}});
  system.rows.push_back({.terms = {{1, 1}, {2, -1}}});
  scenario.bounds[3] = {.low = 7, .high = 9};
  scenario.requirements = {{.cell = 3, .low = 7, .high = 9}};
  system.scenarios.push_back(scenario);
  System spoilt = system;
  spoilt.integral = false;
  WorkBudget budget;
  const auto pattern = FindPattern(spoilt, {}, &budget);
  ASSERT_TRUE(pattern.ok()) << "over the reals it moves by one: " << pattern.status();
  EXPECT_NE(Optimiser(system).Breach(SetOf(pattern->suppressed)), nullptr);
  const absl::Status honest = FindPattern(system, {}, &budget).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(honest)) << honest;
  system.scenarios[0].bounds[3] = {};
  EXPECT_EQ(Optimiser(system).Breach(SetOf(pattern->suppressed)), nullptr) << "two is enough";
}

// Protect() on a table, or by rules, that are not the true ones.
struct ProtectFault {
  const char* name;
  // False: nothing to spoil in this instance.
  std::function<bool(Instance*)> spoil;
};

bool DropComplements(Instance* instance) {
  AggregateTable& table = instance->table;
  const size_t filter = table.axes.size() - 1;
  if (table.axes[filter].name != "where") return false;
  const auto is_complement = [&](size_t i) { return table.keys[i][filter] == 2; };
  std::vector<int> place(table.keys.size(), -1);
  AggregateTable kept = table;
  kept.keys.clear();
  kept.uses.clear();
  kept.units.clear();
  for (MeasureColumn& measure : kept.measures) measure.cells.clear();
  for (DistinctColumn& distinct : kept.distincts) distinct.cells.clear();
  for (size_t i = 0; i < table.keys.size(); ++i) {
    if (is_complement(i)) continue;
    place[i] = static_cast<int>(kept.keys.size());
    kept.keys.push_back(table.keys[i]);
    kept.uses.push_back(table.uses[i]);
    kept.units.push_back(table.units[i]);
    for (size_t m = 0; m < table.measures.size(); ++m) {
      kept.measures[m].cells.push_back(table.measures[m].cells[i]);
    }
    for (size_t d = 0; d < table.distincts.size(); ++d) {
      kept.distincts[d].cells.push_back(table.distincts[d].cells[i]);
    }
  }
  for (ReleaseRow& row : kept.shape.rows) row.cell = place[row.cell];
  table = std::move(kept);
  return true;
}

bool ReadMixedAs(VariableKind kind, Instance* instance) {
  bool any = false;
  for (Axis& axis : instance->table.axes) {
    if (axis.kind != VariableKind::kMixed) continue;
    axis.kind = kind;
    any = true;
  }
  return any;
}

bool IgnoreMissingValues(Instance* instance) {
  bool any = false;
  for (MeasureColumn& measure : instance->table.measures) {
    for (size_t i = 0; i < measure.cells.size(); ++i) {
      any |= measure.cells[i].rows != instance->table.units[i].rows;
      measure.cells[i].rows = instance->table.units[i].rows;
    }
  }
  return any;
}

std::vector<ProtectFault> ProtectFaults() {
  const auto rules = [](const std::function<bool(RuleSet*)>& spoil) {
    return [spoil](Instance* instance) { return spoil(&instance->rules); };
  };
  return {
      {"hidden complements are left out", DropComplements},
      {"the minimum is one lower",
       rules([](RuleSet* rules) { return --rules->frequency.minimum > 0; })},
      {"counts are kept from being exact only",
       rules([](RuleSet* rules) { return std::exchange(rules->frequency.threshold, false); })},
      {"zeros are shown",
       rules([](RuleSet* rules) { return std::exchange(rules->frequency.protect_zeros, false); })},
      {"sums are kept from being exact only",
       rules([](RuleSet* rules) { return std::exchange(rules->secondary.interval, false); })},
      {"no rule of concentration", rules([](RuleSet* rules) {
         const bool any = !rules->dominance.empty() || rules->p_percent.has_value();
         rules->dominance.clear();
         rules->p_percent.reset();
         return any;
       })},
      {"no group disclosure", rules([](RuleSet* rules) {
         return std::exchange(rules->group_disclosure, std::nullopt).has_value();
       })},
      {"coalitions of one",
       rules([](RuleSet* rules) { return std::exchange(rules->frequency.coalition, 1) > 1; })},
      {"nobody knows a mixed variable",
       [](Instance* instance) { return ReadMixedAs(VariableKind::kConfidential, instance); }},
      {"everybody knows a mixed variable",
       [](Instance* instance) { return ReadMixedAs(VariableKind::kIdentifying, instance); }},
      {"missing values are not counted", IgnoreMissingValues},
  };
}

// What a release of a spoilt table shows of the true one, of which it may have left out cells.
Published Placed(const AggregateTable& truth, const AggregateTable& spoilt,
                 const Published& published) {
  std::map<CellKey, size_t> places;
  for (size_t i = 0; i < spoilt.keys.size(); ++i) places[spoilt.keys[i]] = i;
  const auto place = [&](const std::vector<bool>& cells) {
    std::vector<bool> placed;
    for (const CellKey& key : truth.keys) {
      const auto found = places.find(key);
      placed.push_back(found != places.end() && cells[found->second]);
    }
    return placed;
  };
  Published result{.units = place(published.units), .distincts = {}, .measures = {}};
  for (const auto& cells : published.distincts) result.distincts.push_back(place(cells));
  for (const auto& cells : published.measures) result.measures.push_back(place(cells));
  return result;
}

TEST(PlantedFaultsTest, FaultsOfWhatIsProtectedAreCaught) {
  for (const ProtectFault& fault : ProtectFaults()) {
    Tally tally;
    for (uint64_t seed = tally.first; !tally.Enough(seed, 12); ++seed) {
      const Instance truth = MakeInstance(seed, {});
      Instance spoilt = truth;
      if (!fault.spoil(&spoilt)) continue;
      const auto release = Protect(spoilt.table, spoilt.rules, {});
      if (!release.ok()) continue;
      const Published published =
          Placed(truth.table, spoilt.table, PublishedIn(spoilt.table, *release));
      const auto attacks = AttacksOn(truth.table, truth.rules, published);
      ++tally.planted;
      tally.caught += !Audit(truth.table.axes, truth.table.keys, attacks, Reasoning::kCells, true)
                           .breaches.empty();
    }
    tally.Print(fault.name);
    EXPECT_GT(tally.caught, 0) << fault.name;
  }
}

}  // namespace
}  // namespace kluis
