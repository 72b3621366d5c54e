#include "disclosure/suppression/closure.h"

#include <algorithm>
#include <cmath>

#include "disclosure/base/decimal.h"
#include "disclosure/suppression/attacker.h"
#include "disclosure/suppression/components.h"

namespace kluis {
namespace {

// Cells that hang together, up to which they are closed.
constexpr size_t kInvertible = 64;

}  // namespace

Closure::Closure(const System& system, const RowIndex& index, const std::vector<double>& costs)
    : system_(system), index_(index), costs_(costs) {}

std::vector<Target> Closure::Missing(const std::vector<bool>& suppressed, WorkBudget* budget) {
  std::vector<Target> missing;
  for (size_t s = 0; s < system_.scenarios.size(); ++s) {
    const Scenario& scenario = system_.scenarios[s];
    if (scenario.small_below <= 0) continue;
    Attacker attacker(system_, index_, scenario, suppressed, costs_);
    for (const std::vector<int>& cells : attacker.components().cells) {
      if (cells.size() > kInvertible) continue;
      if (cells.size() == 1 && index_.RowsOf(cells[0]).empty())
        continue;  // may be whatever its bounds allow
      for (const int cell : cells) {
        if (budget->Spent()) return missing;
        AddMissing(static_cast<int>(s), cell, attacker.ProgramOf(cell), budget, &missing);
      }
    }
  }
  return missing;
}

void Closure::AddMissing(int s, int cell, DeviationLp* program, WorkBudget* budget,
                         std::vector<Target>* missing) {
  const Scenario& scenario = system_.scenarios[s];
  const absl::int128 value = system_.cells[cell].value;
  const Bounds& bounds = scenario.bounds[cell];
  const absl::int128 high = std::min(scenario.small_below, bounds.high);
  for (const int sign : {-1, 1}) {
    const absl::int128 wanted = sign > 0 ? high - value : value - bounds.low;
    if (wanted <= 0 || settled_.contains({s, cell, sign})) continue;
    const double amount = ToDouble(wanted);
    const double reach = std::floor(program->Reach(cell, sign, amount, budget) + 1e-6);
    // Large in every table: nothing is asked until more is suppressed.
    const bool large = sign < 0 && ToDouble(value) - reach >= ToDouble(scenario.small_below);
    if (large || reach < 0) continue;
    settled_.insert({s, cell, sign});
    if (reach >= amount) continue;
    missing->push_back({.scenario = s,
                        .requirement = -1,
                        .cell = cell,
                        .sign = sign,
                        .amount = amount,
                        .relaxable = true});
  }
}

void ShowIdleDecoys(const System& system, std::vector<bool>* suppressed) {
  std::vector<bool> movable = *suppressed;
  for (size_t i = 0; i < movable.size(); ++i) {
    if (system.cells[i].fixed) movable[i] = false;
  }
  const Components components = FindComponents(system, movable);
  for (size_t i = 0; i < system.cells.size(); ++i) {
    if (!system.cells[i].decoy || !(*suppressed)[i]) continue;
    const int component = components.of_cell[i];
    if (component < 0 || components.cells[component].size() == 1) (*suppressed)[i] = false;
  }
}

}  // namespace kluis
