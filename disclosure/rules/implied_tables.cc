#include "disclosure/rules/implied_tables.h"

#include <algorithm>
#include <numeric>

#include "absl/numeric/int128.h"
#include "disclosure/base/check.h"
#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

using absl::int128;

void Merge(const std::vector<int64_t>& table, ImpliedTables* found) {
  if (found->counts.empty()) {
    for (const int64_t count : table) found->counts.emplace_back(count, count);
  }
  for (size_t i = 0; i < table.size(); ++i) {
    auto& [least, most] = found->counts[i];
    least = std::min(least, table[i]);
    most = std::max(most, table[i]);
  }
  ++found->tables;
}

// Levels are placed from the farthest of the mean inwards, so that what is left is a narrow range.
class Search {
 public:
  Search(const std::vector<int>& levels, const SearchLimits& limits, ImpliedTables* found)
      : levels_(levels), limits_(limits), found_(found), counts_(levels.size(), 0) {}

  void Run(const Moments& moments) {
    order_.resize(levels_.size());
    std::iota(order_.begin(), order_.end(), 0);
    const auto distance = [&](size_t i) {
      const int128 away = int128{levels_[i]} * moments.n - moments.sum;
      return away < 0 ? -away : away;
    };
    std::stable_sort(order_.begin(), order_.end(),
                     [&](size_t a, size_t b) { return distance(a) > distance(b); });
    Place(0, moments);
  }

  int64_t steps() const { return steps_; }

 private:
  int128 Level(size_t place) const { return levels_[order_[place]]; }

  // What is left to be placed on the levels from `place` on.
  void Place(size_t place, const Moments& left) {
    if (Stopped() || !CanBePlaced(place, left)) return;
    if (order_.size() - place <= 3) return PlaceLast(place, left);
    const int64_t v = levels_[order_[place]];
    for (int64_t count = 0; count <= left.n && found_->complete; ++count) {
      counts_[order_[place]] = count;
      Place(place + 1, {left.n - count, left.sum - v * count, left.squares - v * v * count});
    }
  }

  bool Stopped() {
    if (steps_++ >= limits_.steps_max) found_->complete = false;
    return !found_->complete;
  }

  // n values of the levels that are open have a sum between n x least and n x most, and squares
  // between sum^2 / n and those of the extremes: (x - least)(x - most) <= 0 for each.
  bool CanBePlaced(size_t place, const Moments& left) const {
    int128 least = Level(place), most = least;
    for (size_t i = place + 1; i < order_.size(); ++i) {
      least = std::min(least, Level(i));
      most = std::max(most, Level(i));
    }
    const int128 n = left.n, sum = left.sum, squares = left.squares;
    return n * least <= sum && sum <= n * most && sum * sum <= n * squares &&
           squares <= (least + most) * sum - n * least * most;
  }

  // At most three levels, three equations: each count by itself, then the check that they agree.
  void PlaceLast(size_t place, const Moments& left) {
    Moments rest = left;
    for (size_t i = place; i < order_.size(); ++i) {
      const int64_t count = CountAt(i, place, left), v = levels_[order_[i]];
      if (count < 0) return;
      counts_[order_[i]] = count;
      rest = {rest.n - count, rest.sum - v * count, rest.squares - v * v * count};
    }
    if (rest != Moments{}) return;
    Merge(counts_, found_);
    if (found_->tables >= limits_.tables_max) found_->complete = false;
  }

  // With u and v the other open levels, the sum of (x - u)(x - v) over what is left is
  // count (w - u)(w - v); with one other, the sum of x - u is count (w - u). -1: no whole number.
  int64_t CountAt(size_t i, size_t place, const Moments& left) const {
    int128 powers[3] = {1, 0, 0};  // coefficients of the product of (x - other)
    int128 denominator = 1;
    for (size_t other = place; other < order_.size(); ++other) {
      if (other == i) continue;
      const int128 u = Level(other);
      powers[2] = powers[1] - u * powers[2];
      powers[1] = powers[0] - u * powers[1];
      powers[0] = -u * powers[0];
      denominator *= Level(i) - u;
    }
    const int128 numerator = powers[0] * left.n + powers[1] * left.sum + powers[2] * left.squares;
    return numerator % denominator == 0 ? static_cast<int64_t>(numerator / denominator) : -1;
  }

  const std::vector<int>& levels_;
  const SearchLimits& limits_;
  ImpliedTables* found_;
  std::vector<int64_t> counts_;
  std::vector<size_t> order_;
  int64_t steps_ = 0;
};

// A table in which level i has `count`; empty when there is none, or none within *steps, which are
// used up.
std::vector<int64_t> TableWith(size_t i, int64_t count, const std::vector<int>& levels,
                               const Moments& m, int64_t* steps) {
  std::vector<int> others = levels;
  others.erase(others.begin() + i);
  std::vector<int64_t> table;
  if (count < 0 || count > m.n || others.empty()) return table;
  ImpliedTables rest;
  const SearchLimits limits{.tables_max = 1, .steps_max = *steps};
  const int64_t v = levels[i];
  Search search(others, limits, &rest);
  search.Run({m.n - count, m.sum - v * count, m.squares - v * v * count});
  *steps -= search.steps();
  for (const auto& [one, same] : rest.counts) table.push_back(one);
  if (!table.empty()) table.insert(table.begin() + i, count);
  return table;
}

// A search that stopped early has seen one corner of the tables. For each level that it saw with
// one count only: is there a table with another? Without an answer the level stays as it is.
void VaryLevels(const std::vector<int>& levels, const Moments& m, const SearchLimits& limits,
                ImpliedTables* found) {
  int64_t steps = limits.steps_max;
  for (size_t i = 0; i < found->counts.size(); ++i) {
    const int64_t seen = found->counts[i].first;
    const auto varies = [&] { return found->counts[i].first < found->counts[i].second; };
    for (int64_t away = 1; away <= m.n && steps > 0 && !varies(); ++away) {
      for (const int64_t count : {seen + away, seen - away}) {
        const std::vector<int64_t> table = TableWith(i, count, levels, m, &steps);
        if (!table.empty()) Merge(table, found);
      }
    }
  }
}

// The sign of 10^decimals x standard deviation - half / 2.
int CompareDeviation(const Moments& m, int decimals, int128 half) {
  if (half < 0) return 1;
  const int128 scale = PowerOfTen(decimals);
  const int128 spread = int128{m.n} * m.squares - int128{m.sum} * m.sum;
  const int128 left = 4 * scale * scale * spread, right = half * half * m.n * (m.n - 1);
  return left < right ? -1 : left > right ? 1 : 0;
}

// Whether the deviation rounds to less than what is shown (-1), to that (0) or to more (1).
int CompareRounded(const Moments& m, const RoundedMoments& shown) {
  const int128 twice = 2 * int128{shown.standard_deviation};
  const bool even = shown.standard_deviation % 2 == 0;
  const int least = CompareDeviation(m, shown.decimals, twice - 1);
  if (least < 0 || (least == 0 && !even)) return -1;
  const int most = CompareDeviation(m, shown.decimals, twice + 1);
  return most < 0 || (most == 0 && even) ? 0 : 1;
}

// Squares that a sum of n values of the levels can have: [first, last].
std::pair<int64_t, int64_t> SquaresOf(int64_t n, int64_t sum, const std::vector<int>& levels) {
  const int128 least = levels.front(), most = levels.back();
  return {static_cast<int64_t>((int128{sum} * sum + n - 1) / n),
          static_cast<int64_t>((least + most) * sum - n * least * most)};
}

// The first of them whose deviation does not round to less than what is shown.
int64_t FirstSquares(int64_t first, int64_t last, int64_t sum, const RoundedMoments& shown) {
  while (first <= last) {
    const int64_t middle = first + (last - first) / 2;
    if (CompareRounded({shown.n, sum, middle}, shown) < 0) {
      first = middle + 1;
    } else {
      last = middle - 1;
    }
  }
  return first;
}

}  // namespace

bool ImpliedTables::LevelDetermined() const {
  return std::any_of(counts.begin(), counts.end(),
                     [](const auto& count) { return count.first == count.second; });
}

ImpliedTables CountImpliedTables(const std::vector<int>& levels, const Moments& moments,
                                 const SearchLimits& limits) {
  KLUIS_CHECK(std::is_sorted(levels.begin(), levels.end()));
  ImpliedTables found;
  if (moments.n <= 0 || levels.empty()) return found;
  Search(levels, limits, &found).Run(moments);
  if (!found.complete) VaryLevels(levels, moments, limits, &found);
  return found;
}

ImpliedTables CountImpliedTables(const std::vector<int>& levels, const RoundedMoments& shown,
                                 const SearchLimits& limits) {
  KLUIS_CHECK(std::is_sorted(levels.begin(), levels.end()) && shown.decimals <= 6);
  ImpliedTables found;
  if (shown.n < 2 || levels.empty()) return found;
  Search search(levels, limits, &found);
  const int64_t n = shown.n;
  const int128 scale = PowerOfTen(shown.decimals);
  const int128 before = int128{shown.mean - 1} * n / scale - 1;  // rounds to less
  int64_t sum = std::max(n * levels.front(), static_cast<int64_t>(before));
  for (; sum <= n * levels.back() && found.complete; ++sum) {
    const int128 mean = DivideHalfEven(sum * scale, n);
    if (mean > shown.mean) break;
    if (mean < shown.mean) continue;
    const auto [first, last] = SquaresOf(n, sum, levels);
    for (int64_t squares = FirstSquares(first, last, sum, shown); squares <= last; ++squares) {
      const Moments moments{n, sum, squares};
      if (CompareRounded(moments, shown) > 0 || !found.complete) break;
      search.Run(moments);
      if (!found.complete) VaryLevels(levels, moments, limits, &found);
    }
  }
  return found;
}

bool AreTablesSensitive(const ImpliedTables& implied, size_t levels,
                        const ImpliedTablesParameters& parameters) {
  if (levels > static_cast<size_t>(parameters.levels)) return false;
  if (implied.complete && implied.tables == 0) return false;
  return implied.tables < parameters.minimum || implied.LevelDetermined();
}

}  // namespace kluis
