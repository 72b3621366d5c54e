#include "disclosure/protect/magnitude_layer.h"

#include <algorithm>
#include <map>
#include <set>

#include "disclosure/base/status_macros.h"
#include "disclosure/protect/contributors.h"
#include "disclosure/protect/line_sums.h"

namespace kluis {
namespace {

class MagnitudeLayer {
 public:
  MagnitudeLayer(const LayerContext& context, const MagnitudeInput& input)
      : context_(context),
        view_(context.view),
        input_(input),
        layer_(StartLayer(context, input.variable, input.decimals, input.totals, input.forced)) {}

  absl::StatusOr<Layer> Run() {
    for (size_t i = 0; i < view_.size(); ++i) Judge(i);
    const Layer judged = layer_;
    for (int round = 0;; ++round) {
      // Cells that a sum no longer needs are shown again, as long as that comes to an end.
      if (round < kRounds) layer_ = judged;
      KLUIS_RETURN_IF_ERROR(AddWhole());
      if (layer_.gave_up || !FindSecretSums()) return std::move(layer_);
    }
  }

 private:
  static constexpr int kRounds = 4;

  // The sum of suppressed cells in a line that is a secret.
  struct SecretSum {
    std::vector<int> cells;
    absl::int128 total, low, high;
  };

  // Adds those that are new: true when there are any.
  bool FindSecretSums() {
    if (input_.judge_sum == nullptr) return false;
    const size_t before = sums_.size();
    for (const Relation& relation : view_.relations) {
      std::vector<int> cells = SumOfLine(relation, input_.contributors, layer_.suppressed);
      if (cells.empty() || seen_.contains(cells)) continue;
      const bool disjoint = IsDisjoint(relation, input_.contributors);
      const MagnitudeVerdict verdict = input_.judge_sum(cells, disjoint);
      if (!verdict.level.sensitive) continue;
      absl::int128 total = 0;
      for (const int cell : cells) total += input_.totals[cell];
      const Primary bounds = BoundsOf(total, verdict);
      seen_.insert(cells);
      sums_.push_back({std::move(cells), total, bounds.low, bounds.high});
    }
    return sums_.size() > before;
  }

  void Judge(size_t i) {
    const MagnitudeVerdict& verdict = input_.verdicts[i];
    if (!verdict.level.sensitive) return;
    layer_.suppressed[i] = true;
    layer_.primaries[i] = BoundsOf(input_.totals[i], verdict);
  }

  Primary BoundsOf(absl::int128 total, const MagnitudeVerdict& verdict) const {
    const bool interval = context_.rules.secondary.interval;
    const absl::int128 upper = interval ? verdict.level.upper_level : absl::int128{1};
    const absl::int128 lower = interval ? verdict.level.lower_level : absl::int128{1};
    return {.rule = verdict.rule, .low = Bounded(total - lower), .high = total + upper};
  }

  absl::int128 Bounded(absl::int128 low) const {
    return input_.any_sign ? low : std::max<absl::int128>(low, 0);
  }

  // Whoever is not listed among the contributors of a cell may still know a part of it.
  Bounds BoundsOfCell(size_t i, const System& system) const {
    if (input_.any_sign) return {.low = -kUnbounded, .high = kUnbounded};
    return {.low = std::min(input_.totals[i], system.contributors[i].unlisted * system.coalition),
            .high = kUnbounded};
  }

  // What is suppressed below is suppressed here, too, and of a layer without secrets nothing else.
  bool HasSecrets() const {
    return !sums_.empty() ||
           std::any_of(layer_.primaries.begin(), layer_.primaries.end(),
                       [](const Primary& primary) { return !primary.rule.empty(); });
  }

  absl::Status AddWhole() {
    if (!HasSecrets()) return absl::OkStatus();
    System system = MakeSystem();
    SystemTables tables;
    for (const SecretSum& sum : sums_) AddSum(sum, &system, &tables);
    return AddPattern(context_, system, tables, &layer_);
  }

  System MakeSystem() const {
    System system{.cells = CellsOf(context_, layer_),
                  .rows = Equalities(view_),
                  .scenarios = {},
                  .integral = false,
                  .grid = view_.grid.get()};
    system.contributors = ListContributors(view_, input_.parts);
    system.coalition = CoalitionOf(context_.rules);
    Scenario scenario{.name = "magnitude", .known = {}, .bounds = {}, .requirements = {}};
    for (size_t i = 0; i < view_.size(); ++i) {
      const bool empty = input_.totals[i] == 0 && input_.contributors[i] == 0;
      system.cells[i].fixed |= empty && !layer_.suppressed[i];
      scenario.bounds.push_back(BoundsOfCell(i, system));
      const Primary& primary = layer_.primaries[i];
      if (primary.rule.empty()) continue;
      scenario.requirements.push_back({.cell = static_cast<int>(i),
                                       .low = primary.low,
                                       .high = primary.high,
                                       .relaxable = false});
    }
    scenario.known.assign(system.cells.size(), false);
    system.scenarios.push_back(std::move(scenario));
    return system;
  }

  void AddSum(const SecretSum& sum, System* system, SystemTables* tables) const {
    ComputedCell cell{.terms = {}, .value = sum.total, .low = sum.low, .high = sum.high};
    for (const int part : sum.cells) cell.terms.emplace_back(part, 1);
    if (input_.any_sign) cell.bounds.low = -kUnbounded;
    system->contributors.push_back(OwnerOf(sum, *system));
    AddComputed(cell, system, tables);
  }

  // The largest contributor of the sum, for whose sake it is secret; what others know of the sum
  // they know of its parts.
  Contributors OwnerOf(const SecretSum& sum, const System& system) const {
    Contributors owner;
    std::map<int64_t, absl::int128> parts;
    for (const int cell : sum.cells) {
      owner.count = std::max(owner.count, input_.contributors[cell]);
      for (const Part& part : system.contributors[cell].largest) {
        parts[part.contributor] += part.own;
      }
    }
    owner.count = std::max(owner.count, static_cast<int64_t>(parts.size()));
    const auto largest = std::max_element(
        parts.begin(), parts.end(),
        [](const auto& one, const auto& other) { return one.second < other.second; });
    if (largest != parts.end()) owner.largest.push_back({largest->first, largest->second});
    return owner;
  }

  const LayerContext& context_;
  const TableView& view_;
  const MagnitudeInput& input_;
  Layer layer_;
  std::vector<SecretSum> sums_;
  std::set<std::vector<int>> seen_;
};

}  // namespace

absl::StatusOr<Layer> ProtectMagnitude(const LayerContext& context, const MagnitudeInput& input) {
  return MagnitudeLayer(context, input).Run();
}

}  // namespace kluis
