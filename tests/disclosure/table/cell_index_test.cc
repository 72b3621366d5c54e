// Cells by their key, against looking through all of them.
#include "disclosure/table/cell_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "disclosure/table/grid.h"

namespace kluis {
namespace {

std::vector<Axis> FlatAxes(int axes, int categories) {
  Axis axis;
  axis.categories.resize(categories);
  for (int c = 1; c < categories; ++c) axis.categories[c].parent = 0;
  return std::vector<Axis>(axes, axis);
}

CellKey RandomKey(int axes, int categories, std::mt19937* random) {
  CellKey key(axes);
  for (int& category : key) category = static_cast<int>((*random)() % categories);
  return key;
}

int LookThrough(const std::vector<CellKey>& keys, const CellKey& key) {
  const auto found = std::find(keys.begin(), keys.end(), key);
  return found == keys.end() ? -1 : static_cast<int>(found - keys.begin());
}

struct Shape {
  const char* name;
  int axes, categories;
  bool numbered;
};

TEST(CellIndexTest, FindsWhatThereIsAndNothingElse) {
  constexpr Shape kShapes[] = {{"a full table", 3, 6, true},
                               {"few cells in many places", 5, 60, true},
                               {"more places than 62 bits number", 12, 50, false}};
  for (const Shape& shape : kShapes) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
      std::mt19937 random(seed);
      std::vector<CellKey> keys;
      for (int i = 0; i < 150; ++i) keys.push_back(RandomKey(shape.axes, shape.categories, &random));
      std::sort(keys.begin(), keys.end());
      keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
      std::shuffle(keys.begin(), keys.end(), random);
      const std::vector<Axis> axes = FlatAxes(shape.axes, shape.categories);
      const CellIndex index(axes, keys);
      EXPECT_EQ(index.numbered(), shape.numbered) << shape.name;
      EXPECT_FALSE(index.repeats()) << shape.name;
      for (size_t i = 0; i < keys.size(); ++i) ASSERT_EQ(index.Find(keys[i]), static_cast<int>(i));
      for (int i = 0; i < 150; ++i) {
        const CellKey key = RandomKey(shape.axes, shape.categories, &random);
        ASSERT_EQ(index.Find(key), LookThrough(keys, key)) << shape.name << ", seed " << seed;
      }
      keys.push_back(keys[7]);
      EXPECT_TRUE(CellIndex(axes, keys).repeats()) << shape.name;
      EXPECT_EQ(CellIndex(axes, keys).Find(keys[7]), 7) << shape.name;
    }
  }
}

TEST(CellIndexTest, WithoutAxesThereIsOneCell) {
  EXPECT_EQ(CellIndex({}, {{}}).Find({}), 0);
  EXPECT_EQ(CellIndex({}, {}).Find({}), -1);
}

TEST(CellIndexTest, AGridIsThereWherePlacesHaveNumbers) {
  const std::vector<CellKey> two = {CellKey(12, 0), CellKey(12, 1)};
  EXPECT_EQ(Grid::Create(FlatAxes(12, 50), two), nullptr);
  const auto grid = Grid::Create(FlatAxes(12, 20), two);
  ASSERT_NE(grid, nullptr);
  EXPECT_EQ(grid->CellAt(0), 0);
  EXPECT_EQ(grid->CellAt(1), -1);
  EXPECT_EQ(grid->CategoryOf(1, 11), 1);
}

}  // namespace
}  // namespace kluis
