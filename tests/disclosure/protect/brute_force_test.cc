// Counts against an attacker who enumerates every table of integers that agrees with the release.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "disclosure/protect/protect.h"
#include "tests/disclosure/protect/enumerating_attacker.h"
#include "tests/disclosure/protect/microdata.h"

namespace kluis {
namespace {

constexpr int64_t kUnlimited = int64_t{1} << 40;

RuleSet Rules(int minimum, bool protect_zeros) {
  RuleSet rules;
  rules.frequency.minimum = minimum;
  rules.frequency.protect_zeros = protect_zeros;
  return rules;
}

// What one attacker knows: released counts, the constants that `known` selects, and that "." is not
// zero where zeros are published.
struct Knowledge {
  std::function<bool(const CellKey&)> known = [](const CellKey&) { return false; };
  int64_t floor = 0;
};

class Game {
 public:
  Game(const AggregateTable& table, const ProtectedTable& release) : table_(table) {
    for (size_t i = 0; i < release.shape().rows.size(); ++i) {
      released_[release.shape().rows[i].cell] = release.values()[i][0];
    }
    std::vector<std::vector<int>> axis_leaves;
    for (const Axis& axis : table.axes) axis_leaves.push_back(LeavesOf(axis));
    for (const CellKey& key : table.keys) {
      bool leaf = true;
      for (size_t a = 0; a < key.size(); ++a) {
        leaf &= std::count(axis_leaves[a].begin(), axis_leaves[a].end(), key[a]) > 0;
      }
      if (leaf) leaves_.push_back(key);
    }
  }

  bool Suppressed(int cell) const {
    const auto found = released_.find(cell);
    return found == released_.end() || found->second.status == ValueStatus::kSuppressed;
  }

  // Zeros are published, so everyone knows that so many leaves are at least 1.
  int64_t NonZeroLeaves(int cell) const {
    int64_t leaves = 0;
    for (size_t i = 0; i < table_.keys.size(); ++i) {
      const bool leaf = std::count(leaves_.begin(), leaves_.end(), table_.keys[i]) > 0;
      if (leaf && IsWithin(table_.axes, table_.keys[i], table_.keys[cell])) {
        leaves += table_.units[i].rows > 0;
      }
    }
    return leaves;
  }

  std::vector<FoundInterval> Attack(const Knowledge& knowledge, int64_t cap) const {
    std::vector<Fact> facts;
    std::vector<std::vector<int>> targets;
    for (size_t i = 0; i < table_.keys.size(); ++i) {
      Fact fact{.leaves = LeavesBelow(table_.keys[i]), .low = 0, .high = kUnlimited};
      if (!Suppressed(i) || knowledge.known(table_.keys[i])) {
        fact.low = fact.high = table_.units[i].rows;
      } else if (released_.count(i) > 0) {
        fact.low = knowledge.floor;
      }
      targets.push_back(fact.leaves);
      facts.push_back(std::move(fact));
    }
    return EnumeratingAttacker(leaves_.size(), cap, std::move(facts)).Attack(targets);
  }

 private:
  std::vector<int> LeavesBelow(const CellKey& key) const {
    std::vector<int> below;
    for (size_t l = 0; l < leaves_.size(); ++l) {
      if (IsWithin(table_.axes, leaves_[l], key)) below.push_back(static_cast<int>(l));
    }
    return below;
  }

  const AggregateTable& table_;
  std::map<int, ReleasedValue> released_;
  std::vector<CellKey> leaves_;
};

TEST(BruteForceTest, OrdinarySmallCountsLookLikeAnyValueFromOneToTheMinimum) {
  const std::vector<Axis> axes = {MakeAxis("a", VariableKind::kIdentifying, {0, 0, 0}),
                                  MakeAxis("b", VariableKind::kIdentifying, {0, 0})};
  int primaries = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 generator(seed);
    const AggregateTable table = Tabulate(axes, DrawUnits(axes, 6 + seed % 15, &generator), {});
    const auto release = Protect(table, Rules(3, true), {});
    ASSERT_TRUE(release.ok()) << release.status();
    const Game game(table, *release);
    const auto found = game.Attack({.known = [](const CellKey&) { return false; }, .floor = 1}, 20);
    for (size_t i = 0; i < table.keys.size(); ++i) {
      const int64_t n = table.units[i].rows;
      if (n == 0 || n >= 3) continue;
      ++primaries;
      EXPECT_TRUE(game.Suppressed(i));
      EXPECT_LE(found[i].low, game.NonZeroLeaves(i)) << "cell " << i;
      EXPECT_GE(found[i].high, 3) << "cell " << i;
    }
  }
  EXPECT_GT(primaries, 500);
}

// Identifying x confidential, zeros protected: the counts of the identifying axis are known.
TEST(BruteForceTest, ConfidentialCountsHideBehindKnownSupports) {
  const std::vector<Axis> axes = {MakeAxis("a", VariableKind::kIdentifying, {0, 0}),
                                  MakeAxis("c", VariableKind::kConfidential, {0, 0, 0})};
  const auto known = [](const CellKey& key) { return key[1] == 0; };
  int primaries = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 generator(seed);
    const AggregateTable table = Tabulate(axes, DrawUnits(axes, 6 + seed % 15, &generator), {});
    const auto release = Protect(table, Rules(3, true), {});
    ASSERT_TRUE(release.ok()) << release.status();
    const Game game(table, *release);
    const auto found = game.Attack({.known = known, .floor = 0}, 24);
    for (size_t i = 0; i < table.keys.size(); ++i) {
      if (known(table.keys[i])) continue;
      const int64_t n = table.units[i].rows;
      const int64_t support = table.units[i - table.keys[i][1]].rows;
      if (n >= 3 || support == 0) continue;
      ++primaries;
      EXPECT_TRUE(game.Suppressed(i));
      EXPECT_EQ(found[i].low, 0) << "cell " << i;
      EXPECT_GE(found[i].high, std::min<int64_t>(3, support)) << "cell " << i;
    }
  }
  EXPECT_GT(primaries, 500);
}

// Mixed x confidential under an identifying axis that is not shown: both readings must hold.
TEST(BruteForceTest, MixedCountsHoldInBothReadings) {
  const std::vector<Axis> axes = {MakeAxis("m", VariableKind::kMixed, {0, 0, 0}),
                                  MakeAxis("c", VariableKind::kConfidential, {0, 0})};
  const auto struck = [](const CellKey& key) { return key[0] == 0 && key[1] == 0; };
  const auto kept = [](const CellKey& key) { return key[1] == 0; };
  int primaries = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 generator(seed);
    const AggregateTable table = Tabulate(axes, DrawUnits(axes, 6 + seed % 12, &generator), {});
    const auto release = Protect(table, Rules(3, true), {});
    ASSERT_TRUE(release.ok()) << release.status();
    const Game game(table, *release);
    const auto struck_found = game.Attack({.known = struck, .floor = 0}, 18);
    const auto kept_found = game.Attack({.known = kept, .floor = 0}, 18);
    for (size_t i = 0; i < table.keys.size(); ++i) {
      const int64_t n = table.units[i].rows;
      if (struck(table.keys[i]) || n >= 3) continue;
      ++primaries;
      EXPECT_TRUE(game.Suppressed(i));
      EXPECT_EQ(struck_found[i].low, 0) << "cell " << i;
      EXPECT_GE(struck_found[i].high, 3) << "cell " << i;
      if (kept(table.keys[i])) continue;
      const int64_t support = table.units[i - table.keys[i][1]].rows;
      EXPECT_EQ(kept_found[i].low, 0) << "cell " << i;
      EXPECT_GE(kept_found[i].high, std::min<int64_t>(3, support)) << "cell " << i;
    }
  }
  EXPECT_GT(primaries, 500);
}

// A mixed membership `m` (1: has a partner) and a confidential variable `c` of the partner. Both
// say which units have none, so half of the combinations are impossible.
struct Membership {
  const char* name;
  std::vector<int> parents_of_c;  // of categories 1, 2, ...
  std::vector<int> values;        // leaves of c that need a partner
  int none;                       // the leaf without
  std::function<bool(const CellKey&)> displayed;
};

std::vector<bool> MarkImpossible(const Membership& layout, AggregateTable* table) {
  std::vector<bool> impossible;
  for (size_t i = 0; i < table->keys.size(); ++i) {
    const int m = table->keys[i][0], c = table->keys[i][1];
    const bool none = c == layout.none;
    const bool value = c != 0 && !none;
    impossible.push_back((m == 1 && none) || (m == 2 && value));
    if (impossible.back()) table->uses[i] = CellUse::kImpossible;
  }
  return impossible;
}

TEST(BruteForceTest, WhoKnowsTheMembersOfAJoinLearnsNoMoreOfThem) {
  const std::vector<Membership> layouts = {
      {"inner join", {0, 0, 1, 1}, {3, 4}, 2,
       [](const CellKey& key) { return key[0] == 1 && (key[1] == 1 || key[1] > 2); }},
      {"left join", {0, 0, 0}, {1, 2}, 3, [](const CellKey& key) { return key[0] == 0; }}};
  int primaries = 0, shown = 0;
  for (const Membership& layout : layouts) {
    const std::vector<Axis> axes = {MakeAxis("m", VariableKind::kMixed, {0, 0}),
                                    MakeAxis("c", VariableKind::kConfidential, layout.parents_of_c)};
    for (unsigned seed = 1; seed <= 200; ++seed) {
      SCOPED_TRACE(std::string(layout.name) + ", seed " + std::to_string(seed));
      std::mt19937 generator(seed);
      std::vector<Unit> units = DrawUnits(axes, 4 + seed % 14, &generator);
      for (Unit& unit : units) unit.codes[1] = unit.codes[0] == 2 ? layout.none : layout.values[generator() % 3 == 0];
      AggregateTable table = Tabulate(axes, units, {.displayed = layout.displayed});
      const std::vector<bool> impossible = MarkImpossible(layout, &table);
      const auto release = Protect(table, Rules(3, true), {});
      ASSERT_TRUE(release.ok()) << release.status();
      const Game game(table, *release);
      const auto is_impossible = [&](const CellKey& key) {
        return impossible[std::find(table.keys.begin(), table.keys.end(), key) - table.keys.begin()];
      };
      const auto struck = [&](const CellKey& key) { return (key[0] == 0 && key[1] == 0) || is_impossible(key); };
      const auto kept = [&](const CellKey& key) { return key[1] == 0 || is_impossible(key); };
      const auto struck_found = game.Attack({.known = struck, .floor = 0}, 18);
      const auto kept_found = game.Attack({.known = kept, .floor = 0}, 18);
      const int64_t all = table.units[0].rows;
      const int64_t members = table.units[std::find(table.keys.begin(), table.keys.end(), CellKey{1, 0}) - table.keys.begin()].rows;
      for (size_t i = 0; i < table.keys.size(); ++i) {
        if (struck(table.keys[i]) || !layout.displayed(table.keys[i])) continue;
        const int64_t n = table.units[i].rows;
        shown += !game.Suppressed(i);
        if (n >= 3) continue;
        ++primaries;
        EXPECT_TRUE(game.Suppressed(i)) << "cell " << i;
        EXPECT_EQ(struck_found[i].low, 0) << "cell " << i;
        EXPECT_GE(struck_found[i].high, std::min<int64_t>(3, all)) << "cell " << i;
        const bool value = std::count(layout.values.begin(), layout.values.end(), table.keys[i][1]) > 0;
        if (!value) continue;  // the number of members itself is known in this reading
        EXPECT_EQ(kept_found[i].low, 0) << "cell " << i;
        EXPECT_GE(kept_found[i].high, std::min<int64_t>(3, members)) << "cell " << i;
      }
    }
  }
  EXPECT_GT(primaries, 300);
  EXPECT_GT(shown, 420) << "what follows from the members alone is known, and blanks no table";
}

}  // namespace
}  // namespace kluis
