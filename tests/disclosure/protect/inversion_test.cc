// Attack P25, inversion (safety.md 9 and 24): who knows the algorithm runs it on every table that
// agrees with an answer, and keeps those for which it gives the same answer. With costs that depend
// on a secret key the attacker must try every key, and a table stays possible when some key gives
// the answer; here the keys are samples.
//
// No key helps where no costs whatever give the answer: a table of which the pattern leaves out a
// sensitive cell, or holds a cell that it does not need, is not what any suppressor without waste
// was given. A lone count of 1 in an empty line, say, is "." up to the grand total, and were it 3,
// all of it would be shown. What such reasoning narrows is counted apart, as "by any costs". At
// worst it is exact: of the rows 0 2 2 and 3 3 3, minimum 3, the square of 2 2 and 3 3 is hidden.
// Were it 1 3 and 4 2, the second 2 would have to look like 1, which the square does not allow, and
// 3 1 and 2 4 likewise. What is demanded of a table tells the table, whatever the key. A pattern
// that is safe for the tables that are its own proofs, too, would close this. Environment:
// KLUIS_INSTANCES tables per layout, KLUIS_FIRST_SEED the first seed, KLUIS_SHOW_TABLES shows what
// was narrowed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "tests/disclosure/protect/machine.h"

namespace kluis {
namespace {

constexpr int kKeysMax = 256;  // that are tried before a table counts as impossible

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

Layout Counts(int rows, int columns, int minimum, bool confidential) {
  const VariableKind kind = confidential ? VariableKind::kConfidential : VariableKind::kIdentifying;
  return {.name = std::to_string(rows) + "x" + std::to_string(columns) +
                  (confidential ? " by a confidential variable" : "") + ", minimum " +
                  std::to_string(minimum),
          .axes = {MakeAxis("a", VariableKind::kIdentifying, std::vector<int>(rows, 0)),
                   MakeAxis("b", kind, std::vector<int>(columns, 0))},
          .minimum = minimum,
          .count_max = minimum + 2};
}

struct Tally {
  int64_t tables = 0, primaries = 0, narrowed = 0, exact = 0;
  int64_t by_any_costs = 0, exact_by_any_costs = 0;  // by what no costs could hide
  int keys_most = 0;                                 // that were needed for one end of an interval
};

class Inversion {
 public:
  Inversion(const Layout& layout, bool keyed) : layout_(layout), machine_(layout), keyed_(keyed) {}

  void Attack(const Inner& truth, const std::string& name) {
    pattern_ = machine_.Pattern(truth, keyed_ ? kTrueKey : kNoKey);
    truth_ = truth;
    tables_.clear();
    machine_.ForEachTable(truth, pattern_, [&](const Inner& table) {
      tables_.push_back(table);
      return true;
    });
    // Those that differ least first: they have most in common with the truth.
    std::stable_sort(tables_.begin(), tables_.end(),
                     [&](const Inner& a, const Inner& b) { return Distance(a) < Distance(b); });
    ++tally_.tables;
    for (size_t cell = 0; cell < machine_.cells(); ++cell) {
      FoundInterval demand = machine_.DemandOf(truth, cell);
      if (demand.high == 0) continue;
      EXPECT_TRUE(pattern_[cell]) << name;
      Relax(cell, &demand);
      Judge(cell, demand, name);
    }
  }

  const Tally& tally() const { return tally_; }
  int64_t runs() const { return machine_.runs(); }

 private:
  static constexpr int kTrueKey = 1'000'000;

  int64_t Distance(const Inner& table) const {
    int64_t distance = 0;
    for (size_t l = 0; l < table.size(); ++l) distance += std::abs(table[l] - truth_[l]);
    return distance;
  }

  // Beside a confidential variable a demand gives way to what is left when everything is hidden;
  // brute_force_test judges that. What inversion takes is counted from there.
  void Relax(size_t cell, FoundInterval* demand) const {
    FoundInterval left;
    for (const Inner& table : tables_) {
      left.low = std::min(left.low, machine_.Value(table, cell));
      left.high = std::max(left.high, machine_.Value(table, cell));
    }
    demand->low = std::max(demand->low, left.low);
    demand->high = std::min(demand->high, left.high);
  }

  std::vector<const Inner*> TablesBeyond(size_t cell, int64_t limit, int sign) const {
    std::vector<const Inner*> beyond;
    for (const Inner& table : tables_) {
      if ((machine_.Value(table, cell) - limit) * sign >= 0) beyond.push_back(&table);
    }
    return beyond;
  }

  bool SomeCostsReach(size_t cell, int64_t limit, int sign) {
    for (const Inner* table : TablesBeyond(cell, limit, sign)) {
      if (machine_.IsWithoutWaste(*table, pattern_)) return true;
    }
    return false;
  }

  // Few keys on every table first: a pattern that can come comes soon, as a rule.
  bool Reaches(size_t cell, int64_t limit, int sign) {
    const std::vector<const Inner*> beyond = TablesBeyond(cell, limit, sign);
    if (!keyed_) {
      return std::any_of(beyond.begin(), beyond.end(), [&](const Inner* table) {
        return machine_.Pattern(*table, kNoKey) == pattern_;
      });
    }
    for (int first = 0, last = 1; first < kKeysMax; first = last, last *= 4) {
      for (const Inner* table : beyond) {
        if (!machine_.IsWithoutWaste(*table, pattern_)) continue;
        for (int key = first; key < last; ++key) {
          if (machine_.Pattern(*table, key) != pattern_) continue;
          tally_.keys_most = std::max(tally_.keys_most, key + 1);
          return true;
        }
      }
    }
    return false;
  }

  void Judge(size_t cell, const FoundInterval& demand, const std::string& name) {
    ++tally_.primaries;
    const int64_t n = machine_.Value(truth_, cell);
    const bool down = n <= demand.low || Reaches(cell, demand.low, -1);
    const bool up = n >= demand.high || Reaches(cell, demand.high, 1);
    if (down && up) return;
    ++tally_.narrowed;
    const bool by_any_costs = (!down && !SomeCostsReach(cell, demand.low, -1)) ||
                              (!up && !SomeCostsReach(cell, demand.high, 1));
    tally_.by_any_costs += by_any_costs;
    const bool exact = !(n > demand.low && Reaches(cell, n - 1, -1)) && !Reaches(cell, n + 1, 1);
    tally_.exact += exact;
    tally_.exact_by_any_costs += exact && by_any_costs;
    const bool show = std::getenv("KLUIS_SHOW_TABLES") != nullptr;
    if (show || (keyed_ && (exact || !by_any_costs))) {
      Show(cell, demand, name + (exact ? ", exact" : "") + (by_any_costs ? ", by any costs" : ""));
    }
  }

  void Show(size_t cell, const FoundInterval& demand, const std::string& how) const {
    std::cout << "  " << how << ": cell " << cell << " is " << machine_.Value(truth_, cell)
              << ", required " << demand.low << ".." << demand.high << ", leaves";
    for (const int64_t leaf : truth_) std::cout << " " << leaf;
    std::cout << ", not shown:";
    for (size_t i = 0; i < pattern_.size(); ++i) {
      if (pattern_[i]) std::cout << " " << i;
    }
    std::cout << "\n";
  }

  const Layout layout_;
  Machine machine_;
  const bool keyed_;
  Tally tally_;
  Inner truth_;
  std::vector<bool> pattern_;
  std::vector<Inner> tables_;
};

Inner DrawInner(const Layout& layout, size_t leaves, uint64_t seed) {
  std::mt19937_64 generator(seed);
  Inner inner;
  for (size_t l = 0; l < leaves; ++l) {
    const auto a = static_cast<int64_t>(generator() % (layout.count_max + 1));
    const auto b = static_cast<int64_t>(generator() % (layout.count_max + 1));
    inner.push_back(generator() % 2 == 0 ? std::min(a, b) : a);
  }
  return inner;
}

Tally Play(const Layout& layout, bool keyed, uint64_t instances) {
  const uint64_t first = FromEnvironment("KLUIS_FIRST_SEED", 1);
  const uint64_t count = FromEnvironment("KLUIS_INSTANCES", instances);
  Inversion inversion(layout, keyed);
  const size_t leaves =
      (layout.axes[0].categories.size() - 1) * (layout.axes[1].categories.size() - 1);
  for (uint64_t seed = first; seed < first + count; ++seed) {
    inversion.Attack(DrawInner(layout, leaves, seed), "seed " + std::to_string(seed));
  }
  const Tally& tally = inversion.tally();
  std::cout << layout.name << (keyed ? ", key unknown" : ", no key") << ", seeds " << first << ".."
            << first + count - 1 << ": " << tally.primaries << " primaries of " << tally.tables
            << " tables, narrowed " << tally.narrowed << " (of these by any costs "
            << tally.by_any_costs << "), exactly " << tally.exact << " (of these by any costs "
            << tally.exact_by_any_costs << ")";
  if (keyed) std::cout << "; keys tried until a table was found: " << tally.keys_most << " at most";
  std::cout << " (" << inversion.runs() << " runs)\n";
  return tally;
}

bool AllAsked() { return std::getenv("KLUIS_INSTANCES") != nullptr; }

std::vector<Layout> Ordinary() {
  if (!AllAsked()) return {Counts(2, 2, 3, false), Counts(3, 3, 3, false)};
  return {Counts(2, 2, 3, false), Counts(2, 3, 3, false), Counts(3, 3, 3, false),
          Counts(2, 3, 5, false)};
}

std::vector<Layout> BesideConfidential() {
  std::vector<Layout> layouts = {Counts(2, 2, 3, true)};
  if (AllAsked()) layouts.push_back(Counts(2, 3, 3, true));
  return layouts;
}

TEST(InversionTest, WithoutTheKeyNothingIsLostThatOtherCostsWouldKeep) {
  for (const Layout& layout : Ordinary()) {
    const Tally tally = Play(layout, true, 10);
    EXPECT_EQ(tally.exact, tally.exact_by_any_costs) << layout.name;
    // Some keys are too rare for the sample.
    EXPECT_LE((tally.narrowed - tally.by_any_costs) * 100, tally.primaries) << layout.name;
  }
}

// The attack is real: an attacker who knows the costs narrows what the intervals promise, and finds
// cells exactly.
TEST(InversionTest, CostsThatEveryoneKnowsAreRunBackwards) {
  int64_t exact = 0, narrowed = 0;
  for (const Layout& layout : Ordinary()) {
    const Tally tally = Play(layout, false, 10);
    narrowed += tally.narrowed - tally.by_any_costs;
    exact += tally.exact;
  }
  EXPECT_GT(narrowed, 0);
  EXPECT_GT(exact, 0);
}

// The same hole beside known counts: rows 3 5 and 0 2 by a confidential variable, minimum 3. The
// second row is blank, being of two units, and the columns 3 and 7 are shown. Were it 1 1, the
// first row were 2 6, whose 2 must look like 0, and that would take a column more. So it is 0 2.
TEST(InversionTest, WhatIsDemandedBesideAConfidentialVariableTellsSome) {
  for (const Layout& layout : BesideConfidential()) {
    const Tally with = Play(layout, true, 20), without = Play(layout, false, 20);
    EXPECT_LE(with.narrowed, without.narrowed) << layout.name;
    EXPECT_LE(with.exact * 20, with.primaries) << layout.name;
  }
}

}  // namespace
}  // namespace kluis
