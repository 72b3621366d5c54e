#include "disclosure/suppression/witness.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

constexpr double kRelativeTolerance = 1e-9;

}  // namespace

// Adds a deviation up row by row.
class RowSums {
 public:
  template <typename Number, typename Compare>
  static bool Hold(const System& system, const RowIndex& index, const Deviation& deviation,
                   Compare within) {
    std::vector<Number>& sums = SumsOf(index, Number{});
    if (sums.empty()) sums.resize(system.rows.size());
    std::vector<int> rows;
    for (const auto& [cell, amount] : deviation) {
      for (const auto& [row, coefficient] : index.RowsOf(cell)) {
        if (sums[row] == 0) rows.push_back(row);
        sums[row] += static_cast<Number>(amount) * coefficient;
      }
    }
    bool hold = true;
    for (const int r : rows) {
      hold = hold && Holds(system, system.rows[r], sums[r], within);
      sums[r] = 0;
    }
    return hold;
  }

 private:
  static std::vector<double>& SumsOf(const RowIndex& index, double) { return index.sums_; }
  static std::vector<absl::int128>& SumsOf(const RowIndex& index, absl::int128) {
    return index.whole_sums_;
  }

  template <typename Number, typename Compare>
  static bool Holds(const System& system, const LinearRow& row, Number sum, Compare within) {
    if (row.equality()) return within(Number{0}, sum, Number{0});
    absl::int128 truth = 0;
    for (const auto& [cell, coefficient] : row.terms) {
      truth += system.cells[cell].value * coefficient;
    }
    return within(static_cast<Number>(row.low - truth), sum,
                  static_cast<Number>(row.high - truth));
  }
};

namespace {

bool IsIntegerWitness(const System& system, const RowIndex& index, const Scenario& scenario,
                      const Deviation& deviation) {
  for (const auto& [cell, amount] : deviation) {
    if (amount != std::floor(amount) || std::abs(amount) > 9e15) return false;
    const absl::int128 value = system.cells[cell].value + static_cast<int64_t>(amount);
    if (value < scenario.bounds[cell].low || value > scenario.bounds[cell].high) return false;
  }
  return RowSums::Hold<absl::int128>(
      system, index, deviation,
      [](auto low, auto sum, auto high) { return low <= sum && sum <= high; });
}

bool IsRealWitness(const System& system, const RowIndex& index, const Scenario& scenario,
                   const Deviation& deviation) {
  double largest = 0;
  for (const auto& [cell, amount] : deviation) largest = std::max(largest, std::abs(amount));
  const double tolerance = largest * kRelativeTolerance;
  for (const auto& [cell, amount] : deviation) {
    const Bounds& bounds = scenario.bounds[cell];
    const absl::int128 value = system.cells[cell].value;
    if (amount < ToDouble(bounds.low - value) - tolerance) return false;
    if (amount > ToDouble(bounds.high - value) + tolerance) return false;
  }
  return RowSums::Hold<double>(system, index, deviation, [&](double low, double sum, double high) {
    return low - tolerance <= sum && sum <= high + tolerance;
  });
}

}  // namespace

RowIndex::RowIndex(const System& system) : first_(system.cells.size() + 1, 0) {
  for (const LinearRow& row : system.rows) {
    for (const auto& term : row.terms) ++first_[term.first + 1];
  }
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  terms_.resize(first_.back());
  std::vector<size_t> next(first_.begin(), first_.end() - 1);
  for (size_t r = 0; r < system.rows.size(); ++r) {
    for (const auto& [cell, coefficient] : system.rows[r].terms) {
      terms_[next[cell]++] = {static_cast<int>(r), coefficient};
    }
  }
}

bool IsWitness(const System& system, const RowIndex& index, const Scenario& scenario,
               const Deviation& deviation) {
  int last = -1;
  for (const auto& [cell, amount] : deviation) {
    if (cell <= last || system.cells[cell].fixed || scenario.known[cell]) return false;
    last = cell;
  }
  return system.integral ? IsIntegerWitness(system, index, scenario, deviation)
                         : IsRealWitness(system, index, scenario, deviation);
}

Deviation Negated(const Deviation& deviation) {
  Deviation result = deviation;
  for (auto& term : result) term.second = -term.second;
  return result;
}

}  // namespace kluis
