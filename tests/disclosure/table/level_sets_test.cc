#include "disclosure/table/level_sets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <random>

#include "disclosure/table/relations.h"
#include "tests/disclosure/table/axes.h"

namespace kluis {
namespace {

TEST(LevelSetsTest, WhatIsAdded) {
  struct Case {
    const char* name;
    std::set<LevelSet> displayed, closed;
  };
  const Case cases[] = {
      {"one set", {{2, 1}}, {{2, 1}}},
      {"a cube is closed", {{0, 0}, {1, 0}, {0, 1}, {1, 1}}, {{0, 0}, {1, 0}, {0, 1}, {1, 1}}},
      {"a step of one axis is none to add", {{0, 0}, {2, 0}}, {{0, 0}, {2, 0}}},
      {"a step of two axes", {{0, 0}, {1, 1}}, {{0, 0}, {1, 0}, {1, 1}}},
      {"two margins share the total", {{1, 0}, {0, 1}}, {{0, 0}, {1, 0}, {0, 1}}},
      {"two margins share a level", {{2, 1}, {1, 2}}, {{1, 1}, {2, 1}, {1, 2}}},
      {"a chain of margins", {{1, 1, 0}, {0, 1, 1}}, {{0, 1, 0}, {1, 1, 0}, {0, 1, 1}}},
      {"a ring of margins",
       {{1, 1, 0}, {0, 1, 1}, {1, 0, 1}},
       {{0, 0, 0}, {0, 0, 1}, {0, 1, 0}, {0, 1, 1}, {1, 0, 0}, {1, 0, 1}, {1, 1, 0}, {1, 1, 1}}},
  };
  for (const Case& one : cases)
    EXPECT_EQ(CloseLevelSets(one.displayed, 100), one.closed) << one.name;
}

TEST(LevelSetsTest, TooManySetsAreRefused) {
  EXPECT_FALSE(CloseLevelSets({{1, 1, 0}, {0, 1, 1}, {1, 0, 1}}, 7).has_value());
  EXPECT_TRUE(CloseLevelSets({{1, 1, 0}, {0, 1, 1}, {1, 0, 1}}, 8).has_value());
}

// A regular tree of two children each, as deep as it must be, and its categories per level.
struct Tree {
  Axis axis;
  std::vector<std::vector<int>> levels;
};

Tree MakeTree(int depth) {
  Tree tree{.axis = {.name = "a",
                     .kind = VariableKind::kIdentifying,
                     .categories = {{.code = kTotalCode}}},
            .levels = {{0}}};
  for (int level = 1; level <= depth; ++level) {
    auto& next = tree.levels.emplace_back();
    for (const int parent : tree.levels[level - 1]) {
      for (int child = 0; child < 2; ++child) {
        next.push_back(static_cast<int>(tree.axis.categories.size()));
        tree.axis.categories.push_back({.code = "c", .parent = parent, .level = level});
      }
    }
  }
  return tree;
}

std::vector<CellKey> KeysOf(const std::vector<Tree>& trees, const std::set<LevelSet>& sets) {
  std::vector<CellKey> keys;
  for (const LevelSet& set : sets) {
    std::vector<CellKey> some = {{}};
    for (size_t a = 0; a < set.size(); ++a) {
      std::vector<CellKey> longer;
      for (const CellKey& start : some) {
        for (const int category : trees[a].levels[set[a]]) {
          longer.push_back(start);
          longer.back().push_back(category);
        }
      }
      some = std::move(longer);
    }
    keys.insert(keys.end(), some.begin(), some.end());
  }
  return keys;
}

constexpr int64_t kPrime = 1'000'003;

int64_t Inverse(int64_t value) {
  int64_t result = 1;
  for (int64_t exponent = kPrime - 2; exponent > 0;
       exponent >>= 1, value = value * value % kPrime) {
    if (exponent & 1) result = result * value % kPrime;
  }
  return result;
}

int Rank(std::vector<std::vector<int64_t>> rows) {
  int rank = 0;
  const size_t columns = rows.empty() ? 0 : rows[0].size();
  for (size_t c = 0; c < columns && rank < static_cast<int>(rows.size()); ++c) {
    const auto pivot =
        std::find_if(rows.begin() + rank, rows.end(), [&](const auto& row) { return row[c] != 0; });
    if (pivot == rows.end()) continue;
    std::swap(rows[rank], *pivot);
    const int64_t inverse = Inverse(rows[rank][c]);
    for (size_t r = rank + 1; r < rows.size(); ++r) {
      const int64_t factor = rows[r][c] * inverse % kPrime;
      if (factor == 0) continue;
      for (size_t k = c; k < columns; ++k) {
        rows[r][k] = ((rows[r][k] - factor * rows[rank][k]) % kPrime + kPrime) % kPrime;
      }
    }
    ++rank;
  }
  return rank;
}

// Cells as sums of leaves: every linear dependency between them is one that somebody can use.
int RankOfCells(const std::vector<Tree>& trees, const std::vector<CellKey>& keys) {
  LevelSet finest;
  for (const Tree& tree : trees) finest.push_back(static_cast<int>(tree.levels.size()) - 1);
  const std::vector<CellKey> atoms = KeysOf(trees, {finest});
  std::vector<std::vector<int64_t>> rows;
  for (const CellKey& key : keys) {
    auto& row = rows.emplace_back(atoms.size(), 0);
    for (size_t i = 0; i < atoms.size(); ++i) {
      bool inside = true;
      for (size_t a = 0; a < key.size(); ++a) {
        inside &= IsWithin(trees[a].axis, atoms[i][a], key[a]);
      }
      row[i] = inside ? 1 : 0;
    }
  }
  return Rank(std::move(rows));
}

TEST(LevelSetsTest, TheRelationsOfAClosedTableSayAllThatCanBeAddedUp) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<Tree> trees;
    std::vector<Axis> axes;
    const size_t dimensions = 1 + random() % 3;
    for (size_t a = 0; a < dimensions; ++a) {
      trees.push_back(MakeTree(1 + static_cast<int>(random() % 2)));
      axes.push_back(trees.back().axis);
    }
    std::set<LevelSet> displayed;
    for (size_t i = 0; i <= random() % 4; ++i) {
      LevelSet set;
      for (const Tree& tree : trees) set.push_back(static_cast<int>(random() % tree.levels.size()));
      displayed.insert(std::move(set));
    }
    const auto closed = CloseLevelSets(displayed, 1000);
    ASSERT_TRUE(closed.has_value());
    const std::vector<CellKey> keys = KeysOf(trees, *closed);
    std::vector<std::vector<int64_t>> rows;
    for (const Relation& relation : BuildRelations(axes, keys)) {
      auto& row = rows.emplace_back(keys.size(), 0);
      row[relation.parent] = 1;
      for (const int child : relation.children) row[child] = kPrime - 1;
    }
    EXPECT_EQ(Rank(std::move(rows)), static_cast<int>(keys.size()) - RankOfCells(trees, keys))
        << "seed " << seed;
  }
}

}  // namespace
}  // namespace kluis
