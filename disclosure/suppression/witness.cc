#include "disclosure/suppression/witness.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

constexpr double kRelativeTolerance = 1e-9;

template <typename Number, typename Compare>
bool RowsHold(const System& system, const RowIndex& index, const Deviation& deviation,
              Compare within) {
  std::vector<std::pair<int, Number>> terms;
  for (const auto& [cell, amount] : deviation) {
    for (const auto& [row, coefficient] : index.RowsOf(cell)) {
      terms.emplace_back(row, static_cast<Number>(amount) * coefficient);
    }
  }
  // Stable, so that sums of doubles do not depend on how the sort works.
  std::stable_sort(terms.begin(), terms.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const auto holds = [&](int r, Number sum) {
    const LinearRow& row = system.rows[r];
    if (row.equality()) return within(Number{0}, sum, Number{0});
    absl::int128 truth = 0;
    for (const auto& [cell, coefficient] : row.terms) truth += system.cells[cell].value * coefficient;
    return within(static_cast<Number>(row.low - truth), sum,
                  static_cast<Number>(row.high - truth));
  };
  for (size_t i = 0; i < terms.size();) {
    const int row = terms[i].first;
    Number sum = 0;
    for (; i < terms.size() && terms[i].first == row; ++i) sum += terms[i].second;
    if (!holds(row, sum)) return false;
  }
  return true;
}

bool IsIntegerWitness(const System& system, const RowIndex& index, const Scenario& scenario,
                      const Deviation& deviation) {
  for (const auto& [cell, amount] : deviation) {
    if (amount != std::floor(amount) || std::abs(amount) > 9e15) return false;
    const absl::int128 value = system.cells[cell].value + static_cast<int64_t>(amount);
    if (value < scenario.bounds[cell].low || value > scenario.bounds[cell].high) return false;
  }
  return RowsHold<absl::int128>(system, index, deviation,
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
  return RowsHold<double>(system, index, deviation, [&](double low, double sum, double high) {
    return low - tolerance <= sum && sum <= high + tolerance;
  });
}

}  // namespace

RowIndex::RowIndex(const System& system) : rows_of_(system.cells.size()) {
  for (size_t r = 0; r < system.rows.size(); ++r) {
    for (const auto& [cell, coefficient] : system.rows[r].terms) {
      rows_of_[cell].emplace_back(static_cast<int>(r), coefficient);
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
