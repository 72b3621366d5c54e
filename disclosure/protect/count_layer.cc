#include "disclosure/protect/count_layer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/protect/group_lines.h"
#include "disclosure/protect/units_beside.h"
#include "disclosure/rules/frequency.h"
#include "disclosure/rules/group_disclosure.h"

namespace kluis {
namespace {

class CountLayer {
 public:
  CountLayer(const LayerContext& context, const CountInput& input)
      : context_(context),
        view_(context.view),
        input_(input),
        frequency_(context.rules.frequency),
        k_(FrequencyThreshold(context.rules.frequency)),
        ordinary_(view_.ordinary() || !input.support_known),
        lines_(view_, input.values,
               input.group_disclosure && context.rules.group_disclosure
                   ? &*context.rules.group_disclosure
                   : nullptr),
        layer_(StartLayer(context, input.variable, 0, {input.values.begin(), input.values.end()},
                          input.forced)),
        blanked_(view_.size(), false) {}

  absl::StatusOr<Layer> Run() {
    for (size_t i = 0; i < view_.size(); ++i) Judge(i);
    BlankRowsOfGroups();
    if (input_.judge_only) return JudgedOnly();
    if (ordinary_) {
      KLUIS_RETURN_IF_ERROR(RunOrdinary(input_.rows, std::vector<bool>(view_.size(), true)));
      return std::move(layer_);
    }
    KLUIS_RETURN_IF_ERROR(RunOrdinary(RowsOfSupports(), view_.identifying));
    KLUIS_RETURN_IF_ERROR(RunReadings());
    return std::move(layer_);
  }

 private:
  Layer JudgedOnly() {
    for (size_t i = 0; i < view_.size(); ++i) {
      layer_.suppressed[i] = view_.hidden(i) || input_.forced[i];
    }
    return std::move(layer_);
  }

  void Mark(size_t cell, const std::string& rule) {
    if (!layer_.primaries[cell].rule.empty()) return;
    layer_.primaries[cell].rule = rule;
    layer_.suppressed[cell] = true;
  }

  FrequencyCounts CountsOf(size_t i) const {
    const auto behind = input_.behind.empty()
                            ? CountInput::Behind{input_.contributors[i], input_.contributors[i]}
                            : input_.behind[i];
    return {.records = behind.records,
            .contributors = input_.contributors[i],
            .weight = behind.weight,
            .weight_decimals = input_.behind.empty() ? 0 : view_.table.weight_decimals};
  }

  // Where everybody has agreed to publication nobody is left to protect.
  bool IsSmall(size_t i) const {
    return !view_.table.units[i].waived && IsBelowFrequency(CountsOf(i), frequency_);
  }

  bool SmallSupport(int support) const {
    return support < 0 || (IsJudged(context_, support) && IsSmall(support));
  }

  // From which on the count of a cell with too few is no secret any more; 0: it has too little
  // weight, and no count says how much that is.
  int64_t LimitOf(size_t i) const {
    const FrequencyCounts counts = CountsOf(i);
    return std::max<int64_t>(counts.contributors < k_ ? k_ : 0,
                             counts.records < frequency_.records ? frequency_.records : 0);
  }

  // Below which a count may be a secret at all.
  int64_t SmallBelow() const { return std::max<int64_t>(k_, frequency_.records); }

  void Judge(size_t i) {
    if (view_.impossible(i)) return;
    const bool judged = IsJudged(context_, i);
    const bool small = judged && IsSmall(i);
    const bool in_lines = judged && lines_.Judge(i).sensitive;
    if (ordinary_ || view_.identifying[i]) {
      if (small && (ordinary_ || view_.displayed(i))) Mark(i, "frequency");
      if (in_lines && (ordinary_ || view_.displayed(i))) Mark(i, "group");
      return;
    }
    const bool kept_differs = view_.two_readings() && !view_.known_kept[i];
    if (SmallSupport(view_.struck[i]) || (kept_differs && SmallSupport(view_.kept[i]))) {
      blanked_[i] = true;
      Mark(i, "row");
      return;
    }
    if (input_.values[view_.struck[i]] == 0 || !judged) return;
    if (small) Mark(i, "frequency");
    if (input_.values[i] == 0 && ZeroIsSecret(i)) Mark(i, "zero");
    if (in_lines || ViolatesGroupStruck(i) || ViolatesGroupKept(i)) Mark(i, "group");
  }

  bool ZeroIsSecret(size_t i) const { return frequency_.protect_zeros && !view_.zero_public[i]; }

  bool ExceedsShareOf(int support, size_t i) const {
    if (!input_.group_disclosure || !context_.rules.group_disclosure) return false;
    if (support < 0 || context_.rules.group_disclosure->every_line) return false;
    return JudgeGroup(input_.values[i], input_.values[support], *context_.rules.group_disclosure)
        .sensitive;
  }

  bool ViolatesGroupStruck(size_t i) const {
    return view_.sensitive[i] && !view_.identifying[i] && ExceedsShareOf(view_.struck[i], i);
  }

  bool ViolatesGroupKept(size_t i) const {
    return view_.two_readings() && view_.sensitive_kept[i] && ExceedsShareOf(view_.kept[i], i);
  }

  // Where zeros are published, nothing may be left in a row to hide an excessive share behind, so
  // its zeros are not shown either.
  void BlankRowsOfGroups() {
    for (size_t i = 0; i < view_.size(); ++i) {
      if (layer_.primaries[i].rule != "group") continue;
      for (const int part : lines_.PartsBeside(i)) {
        if (input_.values[part] == 0 && !view_.impossible(part)) Blank(part);
      }
    }
    if (frequency_.protect_zeros) return;
    std::vector<bool> struck(view_.size(), false), kept(view_.size(), false);
    for (size_t i = 0; i < view_.size(); ++i) {
      if (layer_.primaries[i].rule != "group") continue;
      if (ViolatesGroupStruck(i)) struck[view_.struck[i]] = true;
      if (ViolatesGroupKept(i)) kept[view_.kept[i]] = true;
    }
    for (size_t i = 0; i < view_.size(); ++i) {
      if (view_.identifying[i] || view_.struck[i] < 0 || input_.values[i] != 0) continue;
      if (struck[view_.struck[i]] || (view_.kept[i] >= 0 && kept[view_.kept[i]])) {
        Blank(i);
      }
    }
  }

  void Blank(size_t i) {
    blanked_[i] = true;
    layer_.suppressed[i] = true;
  }

  std::vector<LinearRow> RowsOfSupports() const {
    std::vector<LinearRow> rows;
    for (const LinearRow& row : input_.rows) {
      const bool inside = std::all_of(row.terms.begin(), row.terms.end(), [&](const auto& term) {
        return view_.identifying[term.first];
      });
      if (inside) rows.push_back(row);
    }
    return rows;
  }

  absl::int128 Upper(size_t i) const {
    return input_.upper.empty() || input_.upper[i] < 0 ? kUnbounded : absl::int128{input_.upper[i]};
  }

  // Everyone sees that there are units to count.
  bool KnownUnits(size_t i) const {
    const bool shown = input_.units != nullptr && !input_.units->suppressed[i];
    return (shown && input_.units->values[i] > 0) || (!input_.upper.empty() && input_.upper[i] > 0);
  }

  // The smallest value that "." can stand for.
  absl::int128 Floor(size_t i) const {
    if (input_.values[i] == 0) return 0;
    if (!input_.support_known) return 0;
    if (KnownUnits(i)) return 1;
    if (blanked_[i] || !view_.displayed(i)) return 0;
    if (input_.group_disclosure && HidesNone(context_, i)) return 0;
    if (view_.ordinary() || view_.identifying[i]) return 1;
    return ZeroIsSecret(i) ? 0 : 1;
  }

  // A parent is at least what its parts are at least: with published zeros, three parts that are
  // "." make no less than 3. An only part is at least what its parent is.
  static void RaiseFloors(const std::vector<LinearRow>& rows, std::vector<Bounds>* bounds) {
    for (bool raised = true; raised;) {
      raised = false;
      for (const LinearRow& row : rows) {
        if (row.terms[0].second != 1) continue;
        absl::int128 parts = row.low;
        for (size_t t = 1; t < row.terms.size(); ++t) parts += (*bounds)[row.terms[t].first].low;
        absl::int128& low = (*bounds)[row.terms[0].first].low;
        if (parts > low) {
          low = parts;
          raised = true;
        }
        if (!row.equality() || row.terms.size() != 2 || row.terms[1].second != -1) continue;
        absl::int128& of_only_part = (*bounds)[row.terms[1].first].low;
        if (low - row.low > of_only_part) {
          of_only_part = low - row.low;
          raised = true;
        }
      }
    }
  }

  // `support`: of the cell, in the reading that is judged.
  Requirement RequirementOf(size_t i, int support, const Bounds& bounds, bool relaxable) const {
    const absl::int128 n = input_.values[i];
    Requirement requirement{
        .cell = static_cast<int>(i), .low = n, .high = n, .relaxable = relaxable};
    if (layer_.primaries[i].rule == "group") {
      const ProtectionLevel level = context_.rules.group_disclosure->every_line
                                        ? lines_.Judge(i)
                                        : JudgeGroup(input_.values[i], input_.values[support],
                                                     *context_.rules.group_disclosure);
      requirement.low = n - level.lower_level;
      requirement.high = n + level.upper_level;
    } else if (!frequency_.threshold) {
      requirement.low = SpanOnly() ? n : n - 1;
      requirement.high = n + 1;
    } else if (n < std::max(k_, LimitOf(i))) {
      requirement.low = bounds.low;
      requirement.high = std::max(k_, LimitOf(i));
    } else {
      const absl::int128 level = FrequencyLevel(n, 0, 1, frequency_).upper_level;
      requirement.low = n - level;
      requirement.high = n + level;
    }
    requirement.low = std::min(n, std::max(requirement.low, bounds.low));
    requirement.high = std::max(n, std::min(requirement.high, bounds.high));
    return requirement;
  }

  void Require(const std::vector<bool>& targets, const std::vector<int>& support, bool relaxable,
               Scenario* scenario) {
    for (size_t i = 0; i < view_.size(); ++i) {
      if (layer_.primaries[i].rule.empty() || !targets[i] || scenario->known[i]) continue;
      scenario->requirements.push_back(
          RequirementOf(i, support[i], scenario->bounds[i], relaxable));
      Primary& primary = layer_.primaries[i];
      const Requirement& requirement = scenario->requirements.back();
      primary.low = primary.high == 0 ? requirement.low : std::min(primary.low, requirement.low);
      primary.high = std::max(primary.high, requirement.high);
    }
  }

  // `decoys`: which cells may be.
  System MakeSystem(std::vector<LinearRow> rows, const std::vector<bool>& decoys) const {
    System system{.cells = CellsOf(context_, layer_),
                  .rows = std::move(rows),
                  .scenarios = {},
                  .integral = true,
                  .grid = view_.grid.get()};
    std::string name;
    for (size_t i = 0; i < view_.size(); ++i) {
      const bool empty_support =
          !ordinary_ && view_.struck[i] >= 0 && input_.values[view_.struck[i]] == 0;
      const bool shown_zero =
          input_.values[i] == 0 && !layer_.suppressed[i] && input_.support_known;
      const bool hidden_zero = ordinary_ && input_.values[i] == 0 && input_.support_known &&
                               layer_.primaries[i].rule.empty() && !blanked_[i];
      SystemCell& cell = system.cells[i];
      cell.fixed |= empty_support || shown_zero || hidden_zero;
      cell.decoy =
          decoys[i] && !cell.open && !cell.fixed && view_.displayed(i) && IsDecoy(i, &name);
      cell.open |= cell.decoy;
    }
    return system;
  }

  // Counts beside those of all units are bound to these, and what is shown of them is theirs.
  bool WithDecoys() const {
    return context_.options.decoy != nullptr && input_.support_known && input_.units == nullptr;
  }

  bool IsDecoy(size_t i, std::string* name) const {
    if (!WithDecoys()) return false;
    view_.NameCell(i, input_.variable, name);
    return context_.options.decoy(*name);
  }

  // `frequency.protect: exact` of a table without secrets asks that no count can be computed from
  // the counts that are shown (safety.md 1: is not in their span), as other tools do; what else is
  // known of counts, such as that none is below 0, is left out.
  bool SpanOnly() const {
    return !frequency_.threshold && view_.ordinary() && input_.support_known;
  }

  // Nothing is known beforehand but published zeros.
  absl::Status RunOrdinary(std::vector<LinearRow> rows, const std::vector<bool>& targets) {
    System system = MakeSystem(std::move(rows), targets);
    Scenario scenario{.name = "nothing known",
                      .known = std::vector<bool>(view_.size(), false),
                      .bounds = {},
                      .requirements = {}};
    for (size_t i = 0; i < view_.size(); ++i) {
      scenario.bounds.push_back({.low = Floor(i), .high = Upper(i)});
    }
    RaiseFloors(system.rows, &scenario.bounds);
    if (WithDecoys() && frequency_.threshold) scenario.small_below = SmallBelow();
    if (SpanOnly()) {
      scenario.bounds.assign(view_.size(), {.low = -kUnbounded, .high = kUnbounded});
      system.integral = false;
    }
    Require(targets, view_.struck, !input_.support_known || !frequency_.threshold, &scenario);
    system.scenarios.push_back(std::move(scenario));
    if (ordinary_) return AddWhole(&system);
    if (input_.units != nullptr) AddUnitsBeside(context_, *input_.units, true, &system);
    SystemTables tables = Tables();
    tables.supports_only = true;
    return AddPattern(context_, system, tables, &layer_);
  }

  Scenario Reading(const std::string& name, const std::vector<bool>& known,
                   const std::vector<int>& support) {
    Scenario scenario{.name = name, .known = known, .bounds = {}, .requirements = {}};
    for (size_t i = 0; i < view_.size(); ++i) {
      absl::int128 high = Upper(i);
      if (support[i] >= 0) high = std::min<absl::int128>(high, input_.values[support[i]]);
      scenario.bounds.push_back({.low = Floor(i), .high = high});
    }
    RaiseFloors(input_.rows, &scenario.bounds);
    if (WithDecoys() && frequency_.threshold) scenario.small_below = SmallBelow();
    Require(std::vector<bool>(view_.size(), true), support, true, &scenario);
    return scenario;
  }

  absl::Status RunReadings() {
    std::vector<bool> beside = view_.identifying;
    beside.flip();
    System system = MakeSystem(input_.rows, beside);
    system.scenarios.push_back(Reading("struck", view_.identifying, view_.struck));
    if (view_.two_readings()) {
      system.scenarios.push_back(Reading("kept", view_.known_kept, view_.kept));
    }
    return AddWhole(&system);
  }

  absl::Status AddWhole(System* system) {
    if (input_.units != nullptr) AddUnitsBeside(context_, *input_.units, false, system);
    SystemTables tables = Tables();
    AddDifferences(system, &tables);
    return AddPattern(context_, *system, tables, &layer_);
  }

  SystemTables Tables() const {
    return {.additive = input_.additive, .units_beside = input_.units != nullptr};
  }

  // What is in the whole and not in a part.
  void AddDifferences(System* system, SystemTables* tables) const {
    for (const auto& [whole, part] : input_.differences) {
      const int64_t rest = input_.values[whole] - input_.values[part];
      // At least as many records and weights stand behind it, but nobody counted them.
      const int64_t limit = std::max<int64_t>(SmallBelow(), frequency_.weighted);
      if (rest <= 0 || rest >= limit) continue;
      AddComputed({.terms = {{whole, 1}, {part, -1}},
                   .value = rest,
                   .low = 0,
                   .high = frequency_.threshold ? limit : rest + 1},
                  system, tables);
    }
  }

  const LayerContext& context_;
  const TableView& view_;
  const CountInput& input_;
  const FrequencyParameters& frequency_;
  const int64_t k_;
  const bool ordinary_;
  const GroupLines lines_;
  Layer layer_;
  std::vector<bool> blanked_;
};

}  // namespace

std::vector<int64_t> UnitsAsBound(const TableView& view, const Layer& count, bool shown) {
  std::vector<int64_t> upper;
  for (size_t i = 0; i < view.size(); ++i) {
    const bool known = !view.ordinary() && view.identifying[i];
    upper.push_back(known || (shown && !count.suppressed[i]) ? view.table.units[i].rows : -1);
  }
  return upper;
}

absl::StatusOr<Layer> ProtectCount(const LayerContext& context, const CountInput& input) {
  return CountLayer(context, input).Run();
}

}  // namespace kluis
