#include "disclosure/protect/units_beside.h"

#include <algorithm>
#include <cmath>

namespace kluis {
namespace {

class UnitsBeside {
 public:
  UnitsBeside(const LayerContext& context, const Layer& units, System* system)
      : context_(context),
        view_(context.view),
        units_(units),
        system_(*system),
        place_(view_.size(), -1) {}

  void Run() {
    for (size_t i = 0; i < view_.size(); ++i) {
      if (units_.suppressed[i]) AddCell(i);
    }
    for (const Relation& relation : view_.relations) AddRow(relation);
    for (size_t s = 0; s < system_.scenarios.size(); ++s) {
      const std::vector<int>& support = s == 0 ? view_.struck : view_.kept;
      for (size_t i = 0; i < view_.size(); ++i) {
        if (place_[i] >= 0) Tell(i, support[i], &system_.scenarios[s]);
      }
    }
  }

 private:
  bool NoUnits(size_t i) const {
    if (view_.impossible(i)) return true;
    if (view_.ordinary()) return units_.values[i] == 0;
    return view_.struck[i] >= 0 && units_.values[view_.struck[i]] == 0;
  }

  void AddCell(size_t i) {
    place_[i] = static_cast<int>(system_.cells.size());
    system_.cells.push_back(
        {.value = units_.values[i], .cost = 0, .open = true, .hidden = true, .fixed = NoUnits(i)});
    system_.rows.push_back(
        {.terms = {{place_[i], 1}, {static_cast<int>(i), -1}}, .low = 0, .high = kUnbounded});
  }

  // parent - children = 0, what is shown on the other side.
  void AddRow(const Relation& relation) {
    LinearRow row;
    absl::int128 shown = 0;
    const auto add = [&](int cell, int coefficient) {
      if (place_[cell] >= 0) {
        row.terms.emplace_back(place_[cell], coefficient);
      } else {
        shown += units_.values[cell] * coefficient;
      }
    };
    add(relation.parent, 1);
    for (const int child : relation.children) add(child, -1);
    if (row.terms.empty()) return;
    row.low = row.high = -shown;
    system_.rows.push_back(std::move(row));
  }

  // At least one where the cell is not empty, unless a zero there could be "." too.
  absl::int128 Floor(size_t i) const {
    if (units_.values[i] == 0 || !view_.displayed(i)) return 0;
    const bool zero_is_secret = context_.rules.frequency.protect_zeros && !view_.zero_public[i];
    return view_.ordinary() || view_.identifying[i] || !zero_is_secret ? 1 : 0;
  }

  static absl::int128 Proven(double bound) { return static_cast<int64_t>(std::llround(bound)); }

  void Tell(size_t i, int support, Scenario* scenario) const {
    scenario->known.push_back(scenario->known[i]);
    Bounds bounds{.low = Floor(i), .high = kUnbounded};
    if (!view_.ordinary() && support >= 0) bounds.high = units_.values[support];
    const Primary& primary = units_.primaries[i];
    if (!primary.rule.empty() && !scenario->known[i]) {
      const absl::int128 n = units_.values[i];
      scenario->requirements.push_back(
          {.cell = place_[i],
           .low = std::min(n, std::max(primary.low, Proven(units_.intervals[i].low))),
           .high = std::max(n, std::min(primary.high, Proven(units_.intervals[i].high))),
           .relaxable = false});
    }
    scenario->bounds.push_back(bounds);
  }

  const LayerContext& context_;
  const TableView& view_;
  const Layer& units_;
  System& system_;
  std::vector<int> place_;  // of the units of each cell in the system, or -1
};

}  // namespace

void AddUnitsBeside(const LayerContext& context, const Layer& units, System* system) {
  UnitsBeside(context, units, system).Run();
}

}  // namespace kluis
