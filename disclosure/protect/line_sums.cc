#include "disclosure/protect/line_sums.h"

#include <algorithm>
#include <functional>
#include <map>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

// Contributors that no cell lists and that may all have given what is left to them.
constexpr int kUnlisted = 3;

bool ListsAll(const Contributions& cell) {
  return cell.contributors <= static_cast<int64_t>(cell.shares.size());
}

// By name: what each gave where it is listed, and what it may have given where it is not. In the
// unit of the totals.
std::vector<absl::int128> LargestByName(const MeasureColumn& measure, const std::vector<int>& cells,
                                        size_t* listed) {
  std::map<int64_t, absl::int128> above;  // what is listed, beyond what any may have given
  absl::int128 unlisted = 0;
  for (const int i : cells) {
    const Contributions& cell = measure.cells[i];
    const absl::int128 rest = ListsAll(cell) ? absl::int128{0} : cell.unlisted;
    unlisted += rest;
    for (const Share& share : cell.shares) above[share.contributor] += share.amount - rest;
  }
  *listed = above.size();
  std::vector<absl::int128> largest;
  for (const auto& [contributor, amount] : above) largest.push_back(amount + unlisted);
  if (unlisted > 0) largest.insert(largest.end(), kUnlisted, unlisted);
  return largest;
}

// Without names the largest of each cell may be one.
std::vector<absl::int128> LargestByRank(const MeasureColumn& measure,
                                        const std::vector<int>& cells) {
  std::vector<absl::int128> largest;
  for (const int i : cells) {
    const auto& of_cell = measure.cells[i].largest;
    if (largest.size() < of_cell.size()) largest.resize(of_cell.size());
    for (size_t rank = 0; rank < of_cell.size(); ++rank) largest[rank] += of_cell[rank];
  }
  return largest;
}

}  // namespace

std::vector<int> SumOfLine(const Relation& relation, const std::vector<int64_t>& contributors,
                           const std::vector<bool>& suppressed) {
  std::vector<int> hidden;
  if (suppressed[relation.parent]) return hidden;
  size_t parts = 0;
  for (const int child : relation.children) {
    if (suppressed[child]) hidden.push_back(child);
    if (suppressed[child] || contributors[child] > 0) ++parts;
  }
  if (hidden.size() < 2 || hidden.size() == parts) hidden.clear();
  return hidden;
}

bool IsDisjoint(const Relation& relation, const std::vector<int64_t>& contributors) {
  int64_t sum = 0;
  for (const int child : relation.children) sum += contributors[child];
  return sum == contributors[relation.parent];
}

Contributions Together(const MeasureColumn& measure, int weight_decimals,
                       const std::vector<int>& cells, bool disjoint) {
  Contributions sum;
  int64_t most = 0;
  bool named = true;
  size_t depth = 0;  // as many as the cells list
  for (const int i : cells) {
    const Contributions& cell = measure.cells[i];
    sum.rows += cell.rows;
    sum.weight += cell.weight;
    sum.total += cell.total;
    sum.absolute_total += cell.absolute_total;
    sum.contributors += cell.contributors;
    most = std::max(most, cell.contributors);
    named &= !cell.shares.empty();
    depth = std::max(depth, cell.largest.size());
  }
  if (disjoint) {
    for (const int i : cells) {
      const auto& of_cell = measure.cells[i].largest;
      sum.largest.insert(sum.largest.end(), of_cell.begin(), of_cell.end());
    }
  } else {
    size_t listed = 0;
    sum.largest = named ? LargestByName(measure, cells, &listed) : LargestByRank(measure, cells);
    if (named) {
      // A weight is at least 1, so nobody gave more than this without it.
      const absl::int128 unit = PowerOfTen(weight_decimals);
      for (absl::int128& size : sum.largest) size = (size + unit - 1) / unit;
    }
    sum.contributors = std::max(most, static_cast<int64_t>(listed));
    // What one gave may cancel in the sum.
    if (measure.any_sign) sum.absolute_total = sum.total < 0 ? -sum.total : sum.total;
  }
  std::sort(sum.largest.begin(), sum.largest.end(), std::greater<>());
  if (sum.largest.size() > depth) sum.largest.resize(depth);
  return sum;
}

}  // namespace kluis
