// The audit against all vertices of what agrees with a table: a slow attacker who thinks in leaves
// and knows no equation between cells.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>
#include <random>

#include "disclosure/base/decimal.h"
#include "tests/disclosure/audit/small_tables.h"

namespace kluis {
namespace {

using Row = std::vector<double>;

// The solution of rows x = right over the columns of `basis`; none when the columns depend on each
// other or the rows contradict.
std::optional<std::vector<double>> Solve(std::vector<Row> rows, std::vector<double> right,
                                         const std::vector<int>& basis) {
  const size_t n = basis.size();
  size_t done = 0;
  std::vector<size_t> row_of(n);
  for (size_t b = 0; b < n; ++b) {
    size_t pivot = done;
    while (pivot < rows.size() && std::abs(rows[pivot][basis[b]]) < 1e-9) ++pivot;
    if (pivot == rows.size()) return std::nullopt;
    std::swap(rows[done], rows[pivot]);
    std::swap(right[done], right[pivot]);
    for (size_t r = 0; r < rows.size(); ++r) {
      if (r == done || std::abs(rows[r][basis[b]]) < 1e-9) continue;
      const double factor = rows[r][basis[b]] / rows[done][basis[b]];
      for (const int c : basis) rows[r][c] -= factor * rows[done][c];
      right[r] -= factor * right[done];
    }
    row_of[b] = done++;
  }
  for (size_t r = done; r < rows.size(); ++r) {
    if (std::abs(right[r]) > 1e-6) return std::nullopt;
  }
  std::vector<double> x(n);
  for (size_t b = 0; b < n; ++b) x[b] = right[row_of[b]] / rows[row_of[b]][basis[b]];
  return x;
}

class VertexAttacker {
 public:
  explicit VertexAttacker(const AuditTable& table)
      : table_(table), leaves_(LeafKeys(table.axes)), covered_(leaves_.size(), false) {
    for (const AuditCell& cell : table.cells) {
      const Row row = RowOf(cell);
      if (!cell.shown) continue;
      rows_.push_back(row);
      right_.push_back(ToDouble(cell.value));
      for (size_t l = 0; l < row.size(); ++l) covered_[l] = covered_[l] || row[l] > 0;
    }
  }

  std::vector<AuditInterval> Run() {
    intervals_.assign(table_.cells.size(), {kInfinity, -kInfinity});
    for (size_t set = 0; set < (size_t{1} << leaves_.size()); ++set) TryBasis(set);
    for (size_t i = 0; i < intervals_.size(); ++i) {
      const Row row = RowOf(table_.cells[i]);
      for (size_t l = 0; l < row.size(); ++l) {
        if (row[l] > 0 && !covered_[l]) intervals_[i].high = kInfinity;
      }
    }
    return intervals_;
  }

 private:
  Row RowOf(const AuditCell& cell) const {
    Row row;
    for (const CellKey& leaf : leaves_) {
      row.push_back(IsWithin(table_.axes, leaf, cell.key) ? 1 : 0);
    }
    return row;
  }

  void TryBasis(size_t set) {
    std::vector<int> basis;
    for (size_t l = 0; l < leaves_.size(); ++l) {
      if ((set >> l) & 1) basis.push_back(static_cast<int>(l));
    }
    if (basis.size() > rows_.size()) return;
    const auto solution = Solve(rows_, right_, basis);
    if (!solution) return;
    const std::vector<double>& x = *solution;
    if (std::any_of(x.begin(), x.end(), [](double v) { return v < -1e-7; })) return;
    for (size_t i = 0; i < table_.cells.size(); ++i) {
      const Row row = RowOf(table_.cells[i]);
      double value = 0;
      for (size_t b = 0; b < basis.size(); ++b) value += row[basis[b]] * x[b];
      intervals_[i].low = std::min(intervals_[i].low, value);
      intervals_[i].high = std::max(intervals_[i].high, value);
    }
  }

  const AuditTable& table_;
  const std::vector<CellKey> leaves_;
  std::vector<bool> covered_;
  std::vector<Row> rows_;
  std::vector<double> right_;
  std::vector<AuditInterval> intervals_;
};

using Random = std::mt19937;

std::vector<Axis> RandomAxes(Random& random) {
  switch (random() % 5) {
    case 0:
      return {MakeAxis("a", {0, 0, 0}), MakeAxis("b", {0, 0, 0})};
    case 1:
      return {MakeAxis("a", {0, 0, 1, 1}), MakeAxis("b", {0, 0, 0})};
    case 2:
      return {MakeAxis("a", {0, 0, 1, 1, 2, 2}), MakeAxis("b", {0, 0})};
    case 3:
      return {MakeAxis("a", {0, 0}), MakeAxis("b", {0, 0}), MakeAxis("c", {0, 0})};
    default:
      return {MakeAxis("a", {0, 1, 1, 0, 4, 4, 4})};
  }
}

AuditTable RandomTable(Random& random) {
  std::vector<Axis> axes = RandomAxes(random);
  std::vector<int> values;
  for (size_t l = 0; l < LeafKeys(axes).size(); ++l)
    values.push_back(static_cast<int>(random() % 4 ? random() % 9 : 0));
  AuditTable table = MakeTable(std::move(axes), values);
  const unsigned hidden = 20 + random() % 60;
  for (AuditCell& cell : table.cells) cell.shown = random() % 100 >= hidden;
  return table;
}

bool Same(double a, double b) { return a == b || std::abs(a - b) < 1e-6; }

std::string Text(const AuditInterval& i) {
  return "[" + std::to_string(i.low) + ", " + std::to_string(i.high) + "]";
}

TEST(VertexTest, IntervalsAreThoseOfAllVertices) {
  const unsigned seed = 20240611;
  std::cout << "seed " << seed << "\n";
  Random random(seed);
  for (int trial = 0; trial < 3000; ++trial) {
    const AuditTable table = RandomTable(random);
    const auto audited = AuditCells(table, {});
    ASSERT_TRUE(audited.ok()) << trial << ": " << audited.status();
    const std::vector<AuditInterval> expected = VertexAttacker(table).Run();
    for (size_t i = 0; i < expected.size(); ++i) {
      const AuditInterval& found = audited->intervals[i];
      ASSERT_TRUE(Same(found.low, expected[i].low) && Same(found.high, expected[i].high))
          << "trial " << trial << ", cell " << i << ": " << Text(found) << " for "
          << Text(expected[i]);
    }
  }
}

// Cells that a table does not list are not known, but what adds up through them is.
TEST(VertexTest, CellsThatAreNotListedAddUpToo) {
  const unsigned seed = 20240612;
  std::cout << "seed " << seed << "\n";
  Random random(seed);
  int narrower = 0, cells = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    AuditTable table = RandomTable(random);
    const int dropped = static_cast<int>(random() % table.axes.size());
    const int level = 1 + static_cast<int>(random() % 2);
    std::vector<AuditCell> listed;
    for (AuditCell& cell : table.cells) {
      const int depth = table.axes[dropped].categories[cell.key[dropped]].level;
      if (depth != level || random() % 3 == 0) listed.push_back(std::move(cell));
    }
    table.cells = std::move(listed);
    const auto audited = AuditCells(table, {});
    ASSERT_TRUE(audited.ok()) << trial << ": " << audited.status();
    const std::vector<AuditInterval> expected = VertexAttacker(table).Run();
    for (size_t i = 0; i < expected.size(); ++i) {
      const AuditInterval& found = audited->intervals[i];
      ASSERT_LE(found.low, expected[i].low + 1e-6) << trial;
      ASSERT_GE(found.high, expected[i].high - 1e-6) << trial;
      ++cells;
      narrower += !Same(found.low, expected[i].low) || !Same(found.high, expected[i].high);
    }
  }
  std::cout << narrower << " of " << cells << " cells wider than the leaves allow\n";
  EXPECT_EQ(narrower, 0);
}

// Whole numbers: no table of them reaches further than the audit says.
TEST(VertexTest, NoTableOfCountsLiesOutside) {
  const unsigned seed = 20240613;
  std::cout << "seed " << seed << "\n";
  Random random(seed);
  for (int trial = 0; trial < 60; ++trial) {
    std::vector<Axis> axes = {MakeAxis("a", {0, 0, 0}), MakeAxis("b", {0, 0})};
    std::vector<int> values;
    for (int l = 0; l < 6; ++l) values.push_back(static_cast<int>(random() % 3 == 0));
    AuditTable table = MakeTable(axes, values);
    table.integral = true;
    for (AuditCell& cell : table.cells) cell.shown = cell.key == CellKey{0, 0} || random() % 2 == 0;
    const auto audited = AuditCells(table, {});
    ASSERT_TRUE(audited.ok()) << audited.status();
    const int total = static_cast<int>(table.cells[0].value);
    std::vector<AuditTable> units;  // the table of one unit in each leaf
    for (int l = 0; l < 6; ++l) {
      std::vector<int> one(6, 0);
      one[l] = 1;
      units.push_back(MakeTable(axes, one));
    }
    std::vector<int> other(6, 0);
    std::vector<AuditInterval> reached(table.cells.size(), {kInfinity, -kInfinity});
    while (true) {
      std::vector<int> cells(table.cells.size(), 0);
      bool agrees = true;
      for (size_t i = 0; i < cells.size(); ++i) {
        for (int l = 0; l < 6; ++l)
          cells[i] += other[l] * static_cast<int>(units[l].cells[i].value);
        agrees &= !table.cells[i].shown || table.cells[i].value == cells[i];
      }
      for (size_t i = 0; agrees && i < cells.size(); ++i) {
        reached[i] = {std::min<double>(reached[i].low, cells[i]),
                      std::max<double>(reached[i].high, cells[i])};
      }
      size_t l = 0;
      while (l < 6 && ++other[l] > total) other[l++] = 0;
      if (l == 6) break;
    }
    for (size_t i = 0; i < reached.size(); ++i) {
      // Two axes without levels are a transport problem: its vertices are whole.
      EXPECT_EQ(audited->intervals[i], reached[i]) << "trial " << trial << ", cell " << i;
    }
  }
}

}  // namespace
}  // namespace kluis
