#include "tests/server/engine/definition.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/numeric/int128.h"

namespace kluis {
namespace {

int64_t UnitOf(const AggregationPlan& plan, const Row& row) {
  if (plan.contributor_unique) return row.unit;
  return plan.contributor.back() == "holding" && row.holding >= 0 ? row.holding : row.unit;
}

// Who gave most to the total: of equal ones at the end of the list all or none.
std::vector<std::pair<int64_t, absl::int128>> LargestShares(
    const std::map<int64_t, absl::int128>& plain, const std::map<int64_t, absl::int128>& weighed) {
  std::vector<std::pair<int64_t, absl::int128>> shares;
  for (const auto& [unit, sum] : weighed) {
    if (plain.at(unit) != 0) shares.emplace_back(unit, sum < 0 ? -sum : sum);
  }
  std::stable_sort(shares.begin(), shares.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (shares.size() <= 3) return shares;
  const absl::int128 next = shares[3].second;
  shares.resize(3);
  while (!shares.empty() && shares.back().second == next) shares.pop_back();
  return shares;
}

// The number that the table gives to a contributor is the same in each of its cells.
void ExpectShares(const std::vector<std::pair<int64_t, absl::int128>>& expected,
                  const Contributions& got, std::map<int64_t, int64_t>* unit_of) {
  ASSERT_EQ(got.shares.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(got.shares[i].amount, expected[i].second);
    const int64_t unit =
        unit_of->emplace(got.shares[i].contributor, expected[i].first).first->second;
    EXPECT_EQ(unit, expected[i].first);
  }
  if (got.contributors > static_cast<int64_t>(expected.size())) {
    EXPECT_GT(got.unlisted, 0);
  }
}

}  // namespace

bool IsIn(const AggregationPlan& plan, const Row& row, const CellKey& key) {
  for (const auto& set : plan.level_sets) {
    const int r = plan.axes[0].level_maps[set[0]][row.region + 1];
    const int s = plan.axes[1].level_maps[set[1]][row.size + 1];
    if (CellKey{r, s} == key) return true;
  }
  return false;
}

namespace {

void ExpectUnits(const AggregationPlan& plan, const std::vector<Row>& rows,
                 const AggregateTable& table, size_t cell) {
  UnitCount units;
  std::set<int64_t> contributors;
  for (const Row& row : rows) {
    if (!IsIn(plan, row, table.keys[cell])) continue;
    ++units.rows;
    units.weight += plan.weight.empty() ? 1 : row.weight;
    contributors.insert(UnitOf(plan, row));
  }
  EXPECT_EQ(table.units[cell].rows, units.rows);
  EXPECT_EQ(table.units[cell].contributors, static_cast<int64_t>(contributors.size()));
  EXPECT_EQ(table.units[cell].weight, units.weight);
}

void ExpectMeasure(const AggregationPlan& plan, const std::vector<Row>& rows,
                   const AggregateTable& table, size_t measure, size_t cell,
                   std::map<int64_t, int64_t>* unit_of) {
  const bool weighted = !plan.weight.empty();
  Contributions sums;
  std::map<int64_t, absl::int128> plain, weighed;
  for (const Row& row : rows) {
    if (row.value == kNoValue || !IsIn(plan, row, table.keys[cell])) continue;
    const int64_t weight = weighted ? row.weight : 1;
    const absl::int128 value =
        absl::int128{row.value} * (plan.measures[measure].squared ? row.value : int64_t{1});
    ++sums.rows;
    sums.weight += weight;
    sums.total += weight * value;
    plain[UnitOf(plan, row)] += value;
    weighed[UnitOf(plan, row)] += weight * value;
  }
  for (const auto& [unit, sum] : weighed) sums.absolute_total += sum < 0 ? -sum : sum;
  for (const auto& [unit, sum] : plain) {
    if (sum != 0) sums.largest.push_back(sum < 0 ? -sum : sum);
  }
  sums.contributors = static_cast<int64_t>(sums.largest.size());
  std::sort(sums.largest.rbegin(), sums.largest.rend());
  if (sums.largest.size() > 3) sums.largest.resize(3);
  const Contributions& got = table.measures[measure].cells[cell];
  EXPECT_EQ(got.rows, sums.rows);
  EXPECT_EQ(got.contributors, sums.contributors);
  EXPECT_EQ(got.weight, sums.weight);
  EXPECT_EQ(got.total, sums.total);
  EXPECT_EQ(got.absolute_total, sums.absolute_total);
  EXPECT_EQ(got.largest, sums.largest);
  if (plan.contributor_unique && !weighted) {
    EXPECT_TRUE(got.shares.empty());
  } else {
    ExpectShares(LargestShares(plain, weighed), got, unit_of);
  }
}

}  // namespace

void ExpectCell(const AggregationPlan& plan, const std::vector<Row>& rows,
                const AggregateTable& table, size_t cell, std::map<int64_t, int64_t>* unit_of) {
  ExpectUnits(plan, rows, table, cell);
  for (size_t measure = 0; measure < plan.measures.size(); ++measure) {
    ExpectMeasure(plan, rows, table, measure, cell, unit_of);
  }
}

void ExpectLikeDefinition(const AggregationPlan& plan, const std::vector<Row>& rows) {
  auto engine = NewDuckDbEngine(TestOptions());
  ASSERT_TRUE(engine.ok()) << engine.status();
  const auto table = (*engine)->Run(plan, nullptr);
  ASSERT_TRUE(table.ok()) << table.status();
  std::map<int64_t, int64_t> unit_of;
  for (size_t cell = 0; cell < table->keys.size(); ++cell) {
    SCOPED_TRACE(testing::Message()
                 << "cell " << table->keys[cell][0] << "," << table->keys[cell][1]);
    ExpectCell(plan, rows, *table, cell, &unit_of);
  }
  std::set<int64_t> units;
  for (const auto& [number, unit] : unit_of) EXPECT_TRUE(units.insert(unit).second);
}

}  // namespace kluis
