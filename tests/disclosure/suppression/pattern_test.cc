// FindPattern() against the enumeration of every pattern and every table of integers.
#include "disclosure/suppression/pattern.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <iostream>
#include <limits>
#include <set>

#include "tests/disclosure/suppression/small_tables.h"

namespace kluis {
namespace {

using Mask = uint32_t;  // one bit per cell

// Per side of each requirement: the smallest sets of cells in which a table that reaches it differs
// from the true one. A pattern is safe when it holds one set of each side.
std::vector<std::vector<Mask>> ProofsOf(const SmallTable& table) {
  std::vector<std::set<Mask>> found;
  const auto& requirements = table.system.scenarios[0].requirements;
  found.resize(2 * requirements.size());
  ForEachTable(table, [&](const std::vector<int>& deviation) {
    Mask mask = 0;
    for (size_t i = 0; i < deviation.size(); ++i) mask |= Mask{deviation[i] != 0} << i;
    for (size_t r = 0; r < requirements.size(); ++r) {
      const int cell = requirements[r].cell;
      const absl::int128 value = table.system.cells[cell].value + deviation[cell];
      if (value >= requirements[r].high) found[2 * r].insert(mask);
      if (value <= requirements[r].low) found[2 * r + 1].insert(mask);
    }
  });
  std::vector<std::vector<Mask>> proofs;
  for (const std::set<Mask>& masks : found) {
    auto& smallest = proofs.emplace_back();
    for (const Mask mask : masks) {
      const bool smaller = std::any_of(masks.begin(), masks.end(), [&](Mask other) {
        return other != mask && (other & mask) == other;
      });
      if (!smaller) smallest.push_back(mask);
    }
  }
  return proofs;
}

bool IsSafe(const std::vector<std::vector<Mask>>& proofs, Mask suppressed) {
  return std::all_of(proofs.begin(), proofs.end(), [&](const std::vector<Mask>& of_side) {
    return std::any_of(of_side.begin(), of_side.end(),
                       [&](Mask proof) { return (proof & suppressed) == proof; });
  });
}

Mask MaskOf(const std::vector<bool>& suppressed) {
  Mask mask = 0;
  for (size_t i = 0; i < suppressed.size(); ++i) mask |= Mask{suppressed[i]} << i;
  return mask;
}

double CostOf(const System& system, Mask suppressed) {
  double cost = 0;
  for (size_t i = 0; i < system.cells.size(); ++i) {
    if ((suppressed >> i) & 1 && !system.cells[i].open) cost += system.cells[i].cost;
  }
  return cost;
}

// The cost of the cheapest safe pattern; infinite when there is none.
double Optimum(const SmallTable& table, const std::vector<std::vector<Mask>>& proofs) {
  double best = std::numeric_limits<double>::infinity();
  for (Mask mask = 0; mask < Mask{1} << table.system.cells.size(); ++mask) {
    bool with_open = true;
    for (size_t i = 0; i < table.system.cells.size(); ++i) {
      with_open &= !table.system.cells[i].open || ((mask >> i) & 1);
    }
    if (with_open && CostOf(table.system, mask) < best && IsSafe(proofs, mask)) {
      best = CostOf(table.system, mask);
    }
  }
  return best;
}

TEST(PatternTest, EveryPatternIsSafeAndNeverCheaperThanTheEnumeratedOptimum) {
  Random random(11);
  std::vector<double> excess;
  int impossible = 0;
  for (int draw = 0; draw < 150; ++draw) {
    const SmallTable table = DrawSmallTable(&random, 2, 3, 5, 3);
    const auto proofs = ProofsOf(table);
    const double optimum = Optimum(table, proofs);
    WorkBudget budget;
    const auto pattern = FindPattern(table.system, {}, &budget);
    if (std::isinf(optimum)) {
      EXPECT_TRUE(absl::IsFailedPrecondition(pattern.status())) << "draw " << draw;
      ++impossible;
      continue;
    }
    ASSERT_TRUE(pattern.ok()) << "draw " << draw << ": " << pattern.status();
    const Mask mask = MaskOf(pattern->suppressed);
    EXPECT_TRUE(IsSafe(proofs, mask)) << "draw " << draw;
    const double cost = CostOf(table.system, mask);
    EXPECT_GE(cost, optimum - 1e-9) << "draw " << draw;
    if (optimum > 0) excess.push_back(cost / optimum - 1);
  }
  std::sort(excess.begin(), excess.end());
  ASSERT_GT(excess.size(), 50u);
  std::cout << excess.size() << " patterns, " << impossible
            << " tables without one; excess over the "
            << "optimum: median " << excess[excess.size() / 2] << ", 90th percentile "
            << excess[excess.size() * 9 / 10] << ", largest " << excess.back() << "\n";
  EXPECT_LE(excess[excess.size() / 2], 0.25);
}

TEST(PatternTest, IntervalsAreProvenAndReachWhatIsRequired) {
  Random random(12);
  for (int draw = 0; draw < 50; ++draw) {
    const SmallTable table = DrawSmallTable(&random, 3, 2, 4, 2);
    WorkBudget budget;
    const auto pattern = FindPattern(table.system, {}, &budget);
    if (!pattern.ok()) continue;
    const auto& requirements = table.system.scenarios[0].requirements;
    std::vector<ProvenInterval> reachable(requirements.size());
    for (size_t r = 0; r < requirements.size(); ++r) reachable[r] = {1e9, -1e9};
    ForEachTable(table, [&](const std::vector<int>& deviation) {
      for (size_t i = 0; i < deviation.size(); ++i) {
        if (deviation[i] != 0 && !pattern->suppressed[i]) return;
      }
      for (size_t r = 0; r < requirements.size(); ++r) {
        const int cell = requirements[r].cell;
        const auto value = static_cast<double>(
            static_cast<int64_t>(table.system.cells[cell].value) + deviation[cell]);
        reachable[r].low = std::min(reachable[r].low, value);
        reachable[r].high = std::max(reachable[r].high, value);
      }
    });
    for (size_t r = 0; r < requirements.size(); ++r) {
      const ProvenInterval& proven = pattern->intervals[0][r];
      EXPECT_LE(proven.low, static_cast<double>(static_cast<int64_t>(requirements[r].low)));
      EXPECT_GE(proven.high, static_cast<double>(static_cast<int64_t>(requirements[r].high)));
      EXPECT_GE(proven.low, reachable[r].low) << "draw " << draw;
      EXPECT_LE(proven.high, reachable[r].high) << "draw " << draw;
    }
  }
}

TEST(PatternTest, EqualSystemsGiveEqualPatterns) {
  Random random(13);
  for (int draw = 0; draw < 50; ++draw) {
    const SmallTable table = DrawSmallTable(&random, 3, 3, 6, 3);
    WorkBudget first_budget, second_budget;
    const auto first = FindPattern(table.system, {}, &first_budget);
    const auto second = FindPattern(table.system, {}, &second_budget);
    ASSERT_EQ(first.status().code(), second.status().code());
    EXPECT_EQ(first_budget.iterations_left, second_budget.iterations_left);
    if (!first.ok()) continue;
    EXPECT_EQ(first->suppressed, second->suppressed);
  }
}

// Cell i of the result is cell order[i] of the system.
System Permuted(const System& system, const std::vector<int>& order) {
  System result = system;
  std::vector<int> place(order.size());
  for (size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<int>(i);
  for (size_t i = 0; i < order.size(); ++i) {
    result.cells[i] = system.cells[order[i]];
    for (size_t s = 0; s < system.scenarios.size(); ++s) {
      result.scenarios[s].known[i] = system.scenarios[s].known[order[i]];
      result.scenarios[s].bounds[i] = system.scenarios[s].bounds[order[i]];
    }
  }
  for (LinearRow& row : result.rows) {
    for (auto& term : row.terms) term.first = place[term.first];
    std::sort(row.terms.begin(), row.terms.end());
  }
  for (Scenario& scenario : result.scenarios) {
    for (Requirement& requirement : scenario.requirements) {
      requirement.cell = place[requirement.cell];
    }
  }
  std::reverse(result.rows.begin(), result.rows.end());
  return result;
}

TEST(PatternTest, CellsInAnotherOrderGetAPatternThatIsAsSafe) {
  Random random(14);
  for (int draw = 0; draw < 80; ++draw) {
    const SmallTable table = DrawSmallTable(&random, 2, 3, 5, 3);
    const auto proofs = ProofsOf(table);
    std::vector<int> order(table.system.cells.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
    for (size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[random.Below(i + 1)]);
    WorkBudget budget, other_budget;
    const auto pattern = FindPattern(table.system, {}, &budget);
    const auto permuted = FindPattern(Permuted(table.system, order), {}, &other_budget);
    ASSERT_EQ(pattern.status().code(), permuted.status().code()) << "draw " << draw;
    if (!pattern.ok()) continue;
    std::vector<bool> back(order.size());
    for (size_t i = 0; i < order.size(); ++i) back[order[i]] = permuted->suppressed[i];
    EXPECT_TRUE(IsSafe(proofs, MaskOf(back))) << "draw " << draw;
  }
}

double CostOf(const System& system, const std::vector<bool>& suppressed) {
  double cost = 0;
  for (size_t i = 0; i < system.cells.size(); ++i) {
    if (suppressed[i] && !system.cells[i].open) cost += system.cells[i].cost;
  }
  return cost;
}

TEST(PatternTest, TheCleanUpSavesCostsAndKeepsProofs) {
  Random random(15);
  int saved = 0;
  for (int draw = 0; draw < 60; ++draw) {
    const SmallTable table = DrawSmallTable(&random, 2, 3, 5, 3);
    WorkBudget budget, other_budget;
    PatternOptions without;
    without.clean_up = false;
    const auto clean = FindPattern(table.system, {}, &budget);
    const auto rough = FindPattern(table.system, without, &other_budget);
    ASSERT_EQ(clean.status().code(), rough.status().code());
    if (!clean.ok()) continue;
    const double cost = CostOf(table.system, clean->suppressed);
    const double before = CostOf(table.system, rough->suppressed);
    EXPECT_LE(cost, before);
    saved += cost < before;
    EXPECT_TRUE(IsSafe(ProofsOf(table), MaskOf(clean->suppressed))) << "draw " << draw;
  }
  EXPECT_GT(saved, 0);
  std::cout << "the clean-up saved costs of " << saved << " tables\n";
}

// With less of the budget than it takes, what is given is safe, and says that it was cut short.
TEST(PatternTest, ASmallBudgetGivesASafePatternOrNone) {
  Random random(19);
  int cut_short = 0, none = 0, whole = 0;
  for (int draw = 0; draw < 40; ++draw) {
    const SmallTable table = DrawSmallTable(&random, 2, 3, 5, 3);
    WorkBudget unlimited;
    const int64_t start = unlimited.iterations_left;
    const auto best = FindPattern(table.system, {}, &unlimited);
    if (!best.ok()) continue;
    const auto proofs = ProofsOf(table);
    const int64_t used = start - unlimited.iterations_left;
    for (const int64_t share : {8, 4, 2, 1}) {
      WorkBudget budget;
      budget.iterations_left = used / share;
      const auto pattern = FindPattern(table.system, {}, &budget);
      none += !pattern.ok();
      if (!pattern.ok()) {
        ASSERT_EQ(pattern.status().code(), absl::StatusCode::kDeadlineExceeded);
        continue;
      }
      cut_short += pattern->cut_short;
      whole += !pattern->cut_short;
      EXPECT_TRUE(IsSafe(proofs, MaskOf(pattern->suppressed))) << "draw " << draw;
      if (CostOf(table.system, pattern->suppressed) > CostOf(table.system, best->suppressed)) {
        EXPECT_TRUE(pattern->cut_short) << "draw " << draw << ", 1/" << share << " of the work";
      }
    }
  }
  std::cout << cut_short << " cut short, " << whole << " whole, " << none << " none\n";
  EXPECT_GT(cut_short, none);
}

// One row of 1 and 4 under a known total of 5.
SmallTable OneRow() {
  SmallTable table = MakeSmallTable({{1, 4}}, 9);
  table.system.cells[4].open = true;
  return table;
}

TEST(PatternTest, WhatCannotBeMetIsAnErrorUnlessItMayGiveWay) {
  SmallTable table = OneRow();
  table.scenario().requirements = {{.cell = 4, .low = 0, .high = 6}};
  for (const int total : {0, 3}) table.scenario().known[total] = true;
  WorkBudget budget;
  EXPECT_TRUE(absl::IsFailedPrecondition(FindPattern(table.system, {}, &budget).status()));
  table.scenario().requirements[0].relaxable = true;
  const auto relaxed = FindPattern(table.system, {}, &budget);
  ASSERT_TRUE(relaxed.ok()) << relaxed.status();
  EXPECT_EQ(relaxed->intervals[0][0].low, 0);
  EXPECT_EQ(relaxed->intervals[0][0].high, 5);
  for (const int cell : {1, 2, 5}) table.system.cells[cell].fixed = true;
  EXPECT_TRUE(absl::IsFailedPrecondition(FindPattern(table.system, {}, &budget).status()))
      << "a relaxable requirement may not become exact";
}

// Most of what gives way is told by single rows, and then no program looks for it in vain: cells of
// a support of at most 4 that are asked to look like 9 take as much work as if 4 had been asked.
TEST(PatternTest, WhatRowsExcludeCostsNoWork) {
  SmallTable table = MakeSmallTable(std::vector<std::vector<int>>(2, std::vector<int>(20, 1)), 4);
  int64_t work[2] = {0, 0};
  for (const bool relaxed : {false, true}) {
    table.scenario().requirements.clear();
    for (int column = 1; column <= 20; ++column) {
      const int cell = table.Cell(1, column);
      table.system.cells[cell].open = true;
      table.scenario().requirements.push_back(
          {.cell = cell, .low = 0, .high = relaxed ? 9 : 4, .relaxable = relaxed});
    }
    WorkBudget budget;
    const auto pattern = FindPattern(table.system, {}, &budget);
    ASSERT_TRUE(pattern.ok()) << pattern.status();
    work[relaxed] = WorkBudget{}.iterations_left - budget.iterations_left;
    for (const ProvenInterval& proven : pattern->intervals[0]) {
      EXPECT_EQ(proven.low, 0);
      EXPECT_EQ(proven.high, 4);
    }
  }
  EXPECT_GT(work[0], 0);
  EXPECT_EQ(work[1], work[0]);
}

TEST(PatternTest, EveryScenarioIsServed) {
  SmallTable table = MakeSmallTable({{1, 4, 3}, {5, 2, 4}}, 9);
  table.system.cells[5].open = true;
  table.scenario().requirements = {{.cell = 5, .low = 0, .high = 3}};
  Scenario informed = table.scenario();
  informed.name = "totals known";
  for (const int total : {0, 1, 2, 3, 4, 8}) informed.known[total] = true;
  table.system.scenarios.push_back(informed);
  WorkBudget budget;
  const auto pattern = FindPattern(table.system, {}, &budget);
  ASSERT_TRUE(pattern.ok()) << pattern.status();
  for (size_t s = 0; s < 2; ++s) {
    EXPECT_EQ(pattern->intervals[s][0].low, 0) << s;
    EXPECT_GE(pattern->intervals[s][0].high, 3) << s;
  }
  const auto& suppressed = pattern->suppressed;
  EXPECT_GE(std::count(suppressed.begin() + 5, suppressed.begin() + 8, true), 2);
  EXPECT_GE(std::count(suppressed.begin() + 9, suppressed.end(), true), 2);
}

TEST(PatternTest, ABudgetOrACancellationEndsWithoutAPattern) {
  SmallTable table = OneRow();
  table.scenario().requirements = {{.cell = 4, .low = 0, .high = 6}};
  WorkBudget spent{.iterations_left = 0};
  EXPECT_TRUE(absl::IsDeadlineExceeded(FindPattern(table.system, {}, &spent).status()));
  const std::atomic<bool> cancelled = true;
  WorkBudget stopped{.cancelled = &cancelled};
  EXPECT_TRUE(absl::IsCancelled(FindPattern(table.system, {}, &stopped).status()));
}

TEST(PatternTest, ASystemThatContradictsItselfIsRefused) {
  const struct {
    const char* name;
    std::function<void(System*)> spoil;
  } kCases[] = {
      {"a row does not add up", [](System* s) { s->cells[0].value += 1; }},
      {"a value outside its bounds", [](System* s) { s->scenarios[0].bounds[4].high = 0; }},
      {"knowledge of too few cells", [](System* s) { s->scenarios[0].known.pop_back(); }},
      {"bounds of too few cells", [](System* s) { s->scenarios[0].bounds.pop_back(); }},
  };
  for (const auto& c : kCases) {
    SmallTable table = OneRow();
    c.spoil(&table.system);
    WorkBudget budget;
    EXPECT_TRUE(absl::IsInvalidArgument(FindPattern(table.system, {}, &budget).status())) << c.name;
  }
}

}  // namespace
}  // namespace kluis
