#include "disclosure/table/relations.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/attacks/random.h"
#include "tests/disclosure/protect/microdata.h"

namespace kluis {
namespace {

Axis Tree(const std::vector<int>& parents) {
  return MakeAxis("a", VariableKind::kIdentifying, parents);
}

// "0=1+2 1=3+4", as keys of one axis.
std::string RelationsOf(const Axis& axis, const std::vector<int>& categories) {
  std::vector<CellKey> keys;
  for (const int category : categories) keys.push_back({category});
  std::string text;
  for (const Relation& relation : BuildRelations({axis}, keys)) {
    EXPECT_EQ(relation.axis, 0);
    if (!text.empty()) text += " ";
    text += std::to_string(keys[relation.parent][0]);
    for (size_t c = 0; c < relation.children.size(); ++c) {
      text += (c == 0 ? "=" : "+") + std::to_string(keys[relation.children[c]][0]);
    }
  }
  return text;
}

TEST(RelationsTest, AParentIsTheSumOfTheNearestCellsThatTheTableHolds) {
  const Axis flat = Tree({0, 0, 0});
  const Axis ragged = Tree({0, 0, 1, 1});      // 1 has children 3 and 4, 2 is a leaf
  const Axis deep = Tree({0, 0, 1, 1, 3, 3});  // and 3 has 5 and 6
  const Axis chain = Tree({0, 1, 2});          // parents with one child
  const struct {
    const char* name;
    const Axis& axis;
    std::vector<int> categories;
    const char* relations;
  } kCases[] = {
      {"a flat code list", flat, {0, 1, 2, 3}, "0=1+2+3"},
      {"no total", flat, {1, 2, 3}, ""},
      {"a child is missing", flat, {0, 1, 2}, ""},
      {"only the total", flat, {0}, ""},
      {"a ragged tree", ragged, {0, 1, 2, 3, 4}, "0=1+2 1=3+4"},
      {"a missing level", ragged, {0, 2, 3, 4}, "0=3+4+2"},
      {"a missing grandchild", ragged, {0, 1, 2, 3}, "0=1+2"},
      {"a missing level without one grandchild", ragged, {0, 2, 3}, ""},
      {"three levels", deep, {0, 1, 2, 3, 4, 5, 6}, "0=1+2 1=3+4 3=5+6"},
      {"only the finest", deep, {0, 2, 4, 5, 6}, "0=5+6+4+2"},
      {"the nearest, not all", deep, {0, 1, 2, 4, 5, 6}, "0=1+2 1=5+6+4"},
      {"parents with one child", chain, {0, 1, 2, 3}, "0=1 1=2 2=3"},
      {"a chain with a gap", chain, {0, 3}, "0=3"},
      {"in another order", ragged, {4, 3, 2, 1, 0}, "1=3+4 0=1+2"},
      {"no cells", flat, {}, ""},
  };
  for (const auto& c : kCases) EXPECT_EQ(RelationsOf(c.axis, c.categories), c.relations) << c.name;
}

TEST(RelationsTest, AProductHasTheRelationsOfEachAxisForEveryCombinationOfTheOthers) {
  const std::vector<Axis> axes = {Tree({0, 0}), Tree({0, 0, 0}), Tree({0, 0, 1, 1})};
  const std::vector<CellKey> keys = AllKeys(axes);
  std::vector<int> along(3, 0);
  for (const Relation& relation : BuildRelations(axes, keys)) {
    ++along[relation.axis];
    for (const int child : relation.children) {
      for (int a = 0; a < 3; ++a) {
        if (a == relation.axis) continue;
        EXPECT_EQ(keys[child][a], keys[relation.parent][a]);
      }
    }
  }
  EXPECT_EQ(along[0], 1 * 4 * 5);
  EXPECT_EQ(along[1], 1 * 3 * 5);
  EXPECT_EQ(along[2], 2 * 3 * 4);
}

// A relation along an axis exists exactly when every leaf of the parent lies in a lower cell, and
// its children partition the parent.
TEST(RelationsTest, RandomTablesHaveEveryRelationOnceAndItHolds) {
  const std::vector<Axis> axes = {Tree({0, 0, 1, 1, 3}), Tree({0, 0, 2, 2})};
  Random random(1);
  int64_t found = 0;
  for (int draw = 0; draw < 300; ++draw) {
    std::vector<CellKey> keys;
    for (const CellKey& key : AllKeys(axes)) {
      if (!random.OneIn(4)) keys.push_back(key);
    }
    std::set<std::pair<int, int>> seen;
    for (const Relation& relation : BuildRelations(axes, keys)) {
      ++found;
      const Axis& axis = axes[relation.axis];
      EXPECT_TRUE(seen.insert({relation.parent, relation.axis}).second);
      for (const int leaf : LeavesOf(axis)) {
        int holding = 0;
        for (const int child : relation.children) {
          EXPECT_NE(child, relation.parent);
          holding += IsWithin(axis, leaf, keys[child][relation.axis]);
        }
        EXPECT_EQ(holding, IsWithin(axis, leaf, keys[relation.parent][relation.axis]));
      }
    }
    const std::set<CellKey> present(keys.begin(), keys.end());
    for (size_t cell = 0; cell < keys.size(); ++cell) {
      for (int a = 0; a < 2; ++a) {
        bool covered = true;
        for (const int leaf : LeavesOf(axes[a])) {
          if (!IsWithin(axes[a], leaf, keys[cell][a])) continue;
          CellKey lower = keys[cell];
          bool held = false;
          for (int c = leaf; c != keys[cell][a]; c = axes[a].categories[c].parent) {
            lower[a] = c;
            held |= present.count(lower) > 0;
          }
          covered &= held;
        }
        EXPECT_EQ(seen.count({static_cast<int>(cell), a}) > 0, covered);
      }
    }
  }
  EXPECT_GT(found, 1000);
}

TEST(RelationsTest, CountsOfARegisterAddUp) {
  const std::vector<Axis> axes = {Tree({0, 0, 1, 1, 3}), Tree({0, 0, 2, 2})};
  std::mt19937 generator(3);
  const AggregateTable table = Tabulate(axes, DrawUnits(axes, 200, &generator), {.measure = true});
  const auto relations = BuildRelations(table.axes, table.keys);
  for (const Relation& relation : relations) {
    int64_t rows = 0;
    absl::int128 total = 0;
    for (const int child : relation.children) {
      rows += table.units[child].rows;
      total += table.measures[0].cells[child].total;
    }
    EXPECT_EQ(rows, table.units[relation.parent].rows);
    EXPECT_TRUE(total == table.measures[0].cells[relation.parent].total);
  }
  EXPECT_EQ(relations.size(), 3u * 5 + 2u * 6);
}

TEST(AggregateTableTest, ATableThatContradictsItselfIsRefused) {
  const std::vector<Axis> axes = {Tree({0, 0}), Tree({0, 0})};
  std::mt19937 generator(1);
  TableOptions options;
  options.measure = options.distinct = true;
  const AggregateTable good = Tabulate(axes, DrawUnits(axes, 20, &generator), options);
  EXPECT_TRUE(good.Validate().ok());
  const struct {
    const char* name;
    std::function<void(AggregateTable*)> spoil;
    const char* message;
  } kCases[] = {
      {"an axis without categories", [](AggregateTable* t) { t->axes[0].categories.clear(); },
       "has no total"},
      {"a total below something", [](AggregateTable* t) { t->axes[0].categories[0].parent = 1; },
       "has no total"},
      {"a parent after its child", [](AggregateTable* t) { t->axes[0].categories[1].parent = 2; },
       "stands before its parent"},
      {"its own parent", [](AggregateTable* t) { t->axes[0].categories[1].parent = 1; },
       "stands before its parent"},
      {"a second root", [](AggregateTable* t) { t->axes[0].categories[1].parent = -1; },
       "stands before its parent"},
      {"units are missing", [](AggregateTable* t) { t->units.pop_back(); }, "differ in length"},
      {"a use is missing", [](AggregateTable* t) { t->uses.pop_back(); }, "differ in length"},
      {"a measure is short", [](AggregateTable* t) { t->measures[0].cells.pop_back(); },
       "differ in length"},
      {"a distinct is short", [](AggregateTable* t) { t->distincts[0].cells.pop_back(); },
       "differ in length"},
      {"an axis too few", [](AggregateTable* t) { t->distincts[0].additive.pop_back(); },
       "differ in length"},
      {"a key outside", [](AggregateTable* t) { t->keys[0][0] = 3; }, "outside the axes"},
      {"a key that is too short", [](AggregateTable* t) { t->keys[0].pop_back(); },
       "outside the axes"},
      {"a cell twice", [](AggregateTable* t) { t->keys[0] = t->keys[1]; }, "occurs twice"},
      {"a row of no cell", [](AggregateTable* t) { t->shape.rows[0].cell = 99; }, "shows no cell"},
      {"a row without a code", [](AggregateTable* t) { t->shape.rows[0].codes.pop_back(); },
       "shows no cell"},
  };
  for (const auto& c : kCases) {
    AggregateTable table = good;
    c.spoil(&table);
    const absl::Status status = table.Validate();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << c.name;
    EXPECT_NE(std::string(status.message()).find(c.message), std::string::npos)
        << c.name << ": " << status;
  }
}

}  // namespace
}  // namespace kluis
