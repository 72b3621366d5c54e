#include "disclosure/protect/units_beside.h"

#include <algorithm>
#include <cmath>

#include "disclosure/protect/group_lines.h"

namespace kluis {
namespace {

class UnitsBeside {
 public:
  UnitsBeside(const LayerContext& context, const Layer& units, bool supports_only, System* system)
      : context_(context),
        view_(context.view),
        units_(units),
        supports_only_(supports_only),
        system_(*system),
        costs_(CellsOf(context, units)) {}

  void Run() {
    for (size_t i = 0; i < view_.size(); ++i) AddCell(i);
    for (const Relation& relation : view_.relations) {
      if (!supports_only_ || IsInside(relation)) AddRow(relation);
    }
    for (size_t s = 0; s < system_.scenarios.size(); ++s) {
      const std::vector<int>& support = s == 0 ? view_.struck : view_.kept;
      for (size_t i = 0; i < view_.size(); ++i) Tell(i, support[i], &system_.scenarios[s]);
    }
  }

 private:
  int UnitsOf(size_t i) const { return static_cast<int>(view_.size() + i); }

  bool IsInside(const Relation& relation) const {
    return view_.identifying[relation.parent] &&
           std::all_of(relation.children.begin(), relation.children.end(),
                       [&](int child) { return view_.identifying[child]; });
  }

  bool NoUnits(size_t i) const {
    if (supports_only_ && !view_.identifying[i]) return true;
    if (view_.impossible(i) || (!units_.suppressed[i] && units_.values[i] == 0)) return true;
    if (view_.ordinary()) return units_.values[i] == 0;
    return view_.struck[i] >= 0 && units_.values[view_.struck[i]] == 0;
  }

  void AddCell(size_t i) {
    system_.cells.push_back(costs_[i]);
    system_.cells.back().fixed |= NoUnits(i);
    system_.rows.push_back({.terms = {{UnitsOf(i), 1}, {static_cast<int>(i), -1}},
                            .low = 0, .high = kUnbounded});
  }

  void AddRow(const Relation& relation) {
    LinearRow row = EqualityOf(relation);
    for (auto& term : row.terms) term.first = UnitsOf(term.first);
    system_.rows.push_back(std::move(row));
  }

  // At least one where the cell is not empty, unless a zero there could be "." too.
  absl::int128 Floor(size_t i) const {
    if (units_.values[i] == 0 || !view_.displayed(i) || HidesNone(context_, i)) return 0;
    const bool zero_is_secret = context_.rules.frequency.protect_zeros && !view_.zero_public[i];
    return view_.ordinary() || view_.identifying[i] || !zero_is_secret ? 1 : 0;
  }

  static absl::int128 Proven(double bound) { return static_cast<int64_t>(std::llround(bound)); }

  void Tell(size_t i, int support, Scenario* scenario) const {
    scenario->known.push_back(scenario->known[i]);
    Bounds bounds{.low = Floor(i), .high = kUnbounded};
    if (!view_.ordinary() && !supports_only_ && support >= 0) bounds.high = units_.values[support];
    const Primary& primary = units_.primaries[i];
    const bool asked = !supports_only_ || view_.identifying[i];
    if (asked && !primary.rule.empty() && !scenario->known[i]) {
      const absl::int128 n = units_.values[i];
      scenario->requirements.push_back(
          {.cell = UnitsOf(i),
           .low = std::min(n, std::max(primary.low, Proven(units_.intervals[i].low))),
           .high = std::max(n, std::min(primary.high, Proven(units_.intervals[i].high))),
           .relaxable = false});
    }
    scenario->bounds.push_back(bounds);
  }

  const LayerContext& context_;
  const TableView& view_;
  const Layer& units_;
  const bool supports_only_;
  System& system_;
  const std::vector<SystemCell> costs_;
};

}  // namespace

void AddUnitsBeside(const LayerContext& context, const Layer& units, bool supports_only,
                    System* system) {
  UnitsBeside(context, units, supports_only, system).Run();
}

}  // namespace kluis
