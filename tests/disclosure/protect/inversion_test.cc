// Attack P25, inversion (safety.md 9 and 24): who knows the algorithm runs it on every table that
// agrees with an answer, and keeps those for which it gives the same answer. Where costs and decoys
// depend on a secret key, a table stays possible when some key gives the answer.
//
// That no table is excluded rests on two things (disclosure/suppression/closure.h). A closed
// pattern is safe for every table that agrees with it: of the rows 0 2 2 and 3 3 3, minimum 3, the
// square of 2 2 and 3 3 would not do, since were it 1 3 and 4 2, the second 2 could not look
// like 1. And there are keys of which the decoys are the cells of that very pattern, whatever the
// table: nothing else needs to be suppressed then. The attacker here tries these keys, which it
// would find at last. Environment: KLUIS_INSTANCES tables per layout, KLUIS_FIRST_SEED the first
// seed, KLUIS_SHOW_TABLES shows what was narrowed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/disclosure/protect/machine.h"
#include "tests/environment.h"

namespace kluis {
namespace {

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
    // Those that differ least first: they are found soonest.
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

  bool Possible(const Inner& table) {
    const auto& found =
        keyed_ ? machine_.PatternOfDecoys(table, pattern_) : machine_.Pattern(table, kNoKey);
    return found == pattern_;
  }

  // Whether some possible table has at least `limit` in the cell, or at most, for sign -1.
  bool Reaches(size_t cell, int64_t limit, int sign) {
    return std::any_of(tables_.begin(), tables_.end(), [&](const Inner& table) {
      return (machine_.Value(table, cell) - limit) * sign >= 0 && Possible(table);
    });
  }

  void Judge(size_t cell, const FoundInterval& demand, const std::string& name) {
    ++tally_.primaries;
    const int64_t n = machine_.Value(truth_, cell);
    const bool down = n <= demand.low || Reaches(cell, demand.low, -1);
    const bool up = n >= demand.high || Reaches(cell, demand.high, 1);
    if (down && up) return;
    ++tally_.narrowed;
    const bool exact = !(n > demand.low && Reaches(cell, n - 1, -1)) && !Reaches(cell, n + 1, 1);
    tally_.exact += exact;
    if (keyed_ || std::getenv("KLUIS_SHOW_TABLES") != nullptr) {
      Show(cell, demand, name + (exact ? ", exact" : ""));
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
            << " tables, narrowed " << tally.narrowed << ", exactly " << tally.exact << " ("
            << inversion.runs() << " runs)\n";
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

TEST(InversionTest, WhoDoesNotHaveTheKeyNarrowsNothing) {
  for (const std::vector<Layout>& layouts : {Ordinary(), BesideConfidential()}) {
    for (const Layout& layout : layouts) {
      EXPECT_EQ(Play(layout, true, Instances(250)).narrowed, 0) << layout.name;
    }
  }
}

// The attack is real: an attacker who knows the costs narrows what the intervals promise, and finds
// cells exactly.
TEST(InversionTest, CostsThatEveryoneKnowsAreRunBackwards) {
  int64_t exact = 0;
  for (const std::vector<Layout>& layouts : {Ordinary(), BesideConfidential()}) {
    for (const Layout& layout : layouts) {
      const Tally tally = Play(layout, false, 40);
      EXPECT_GT(tally.narrowed, 0) << layout.name;
      exact += tally.exact;
    }
  }
  EXPECT_GT(exact, 0);
}

// The keys that the attacker above tries exist: every set of decoys is one key's.
TEST(InversionTest, EverySetOfDecoysHasAKey) {
  std::set<std::vector<bool>> found;
  for (int key = 0; key < 200'000 && found.size() < 8; ++key) {
    const auto is_decoy = KeyedDecoys("key " + std::to_string(key), "salt");
    found.insert({is_decoy("a"), is_decoy("b"), is_decoy("c")});
  }
  EXPECT_EQ(found.size(), 8u);
}

}  // namespace
}  // namespace kluis
