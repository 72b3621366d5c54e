// A table has one pattern, however it is written down and however often it is asked.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "tests/attacks/random.h"
#include "tests/attacks/releases.h"

namespace kluis {
namespace {

// The table with its axes backwards and its cells in another order: cell i is order[i] of `table`.
AggregateTable Shuffled(const AggregateTable& table, Random* random, std::vector<int>* order) {
  const auto n = static_cast<int64_t>(table.keys.size());
  std::vector<int> place(n);
  order->resize(n);
  std::iota(order->begin(), order->end(), 0);
  for (int64_t i = n - 1; i > 0; --i) std::swap((*order)[i], (*order)[random->Below(i + 1)]);
  for (int64_t i = 0; i < n; ++i) place[(*order)[i]] = static_cast<int>(i);
  AggregateTable result = table;
  std::reverse(result.axes.begin(), result.axes.end());
  for (int64_t i = 0; i < n; ++i) {
    const int from = (*order)[i];
    result.keys[i].assign(table.keys[from].rbegin(), table.keys[from].rend());
    result.uses[i] = table.uses[from];
    result.units[i] = table.units[from];
    for (size_t m = 0; m < table.measures.size(); ++m) {
      result.measures[m].cells[i] = table.measures[m].cells[from];
    }
    for (size_t d = 0; d < table.distincts.size(); ++d) {
      result.distincts[d].cells[i] = table.distincts[d].cells[from];
    }
  }
  for (DistinctColumn& distinct : result.distincts) {
    std::reverse(distinct.additive.begin(), distinct.additive.end());
  }
  for (ReleaseRow& row : result.shape.rows) row.cell = place[row.cell];
  return result;
}

std::vector<bool> Taken(const std::vector<bool>& values, const std::vector<int>& order) {
  std::vector<bool> taken;
  for (const int i : order) taken.push_back(values[i]);
  return taken;
}

// Two patterns of one table would show together what neither does.
TEST(AttacksTest, HoweverATableIsWrittenDownItHasOnePattern) {
  ForEachRelease(120, {}, [](const Instance& instance, const Published& published) {
    Random random(instance.seed);
    std::vector<int> order;
    const AggregateTable table = Shuffled(instance.table, &random, &order);
    const auto release = Protect(table, instance.rules, {});
    ASSERT_TRUE(release.ok()) << release.status();
    const Published other = PublishedIn(table, *release);
    EXPECT_EQ(other.units, Taken(published.units, order)) << "seed " << instance.seed;
    for (size_t d = 0; d < other.distincts.size(); ++d) {
      EXPECT_EQ(other.distincts[d], Taken(published.distincts[d], order))
          << "seed " << instance.seed;
    }
    for (size_t m = 0; m < other.measures.size(); ++m) {
      EXPECT_EQ(other.measures[m], Taken(published.measures[m], order)) << "seed " << instance.seed;
    }
  });
}

TEST(AttacksTest, TheSameTableIsProtectedTheSameTwice) {
  ForEachRelease(60, {}, [&](const Instance& instance, const Published& published) {
    const auto release = Protect(instance.table, instance.rules, {});
    ASSERT_TRUE(release.ok()) << release.status();
    const Published again = PublishedIn(instance.table, *release);
    EXPECT_EQ(again.units, published.units) << "seed " << instance.seed;
    EXPECT_EQ(again.distincts, published.distincts) << "seed " << instance.seed;
    EXPECT_EQ(again.measures, published.measures) << "seed " << instance.seed;
  });
}

}  // namespace
}  // namespace kluis
