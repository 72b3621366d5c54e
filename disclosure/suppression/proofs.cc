#include "disclosure/suppression/proofs.h"

#include <algorithm>
#include <cmath>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

// A proof that touches more cells than this is none for many contributors, each of whom needs one of
// its own: whoever can have a smaller one should.
constexpr size_t kSharedMax = 100;

}  // namespace

Proofs::Proofs(const System& system, const RowIndex& index)
    : system_(system), index_(index), insiders_(system), witnesses_of_(system.cells.size()) {
  for (size_t s = 0; s < system.scenarios.size(); ++s) {
    auto& of_cell = targets_of_.emplace_back(system.cells.size());
    const auto& requirements = system.scenarios[s].requirements;
    for (size_t r = 0; r < requirements.size(); ++r) {
      const absl::int128 value = system.cells[requirements[r].cell].value;
      const absl::int128 amounts[2] = {requirements[r].high - value, value - requirements[r].low};
      for (const int side : {0, 1}) {
        if (amounts[side] <= 0) continue;
        of_cell[requirements[r].cell].push_back(static_cast<int>(targets_.size()));
        targets_.push_back({.scenario = static_cast<int>(s),
                            .requirement = static_cast<int>(r),
                            .cell = requirements[r].cell,
                            .sign = side == 0 ? 1 : -1,
                            .amount = ToDouble(amounts[side]),
                            .relaxable = requirements[r].relaxable});
      }
    }
  }
}

void Proofs::Add(int t, const Deviation& deviation) {
  const int scenario = targets_[t].scenario;
  const Deviation mirror = Negated(deviation);
  for (int s = 0; s < static_cast<int>(system_.scenarios.size()); ++s) {
    for (const Deviation* candidate : {&deviation, &mirror}) {
      const bool verified = s == scenario && candidate == &deviation;
      if (verified || IsWitness(system_, index_, system_.scenarios[s], *candidate)) {
        AddOne(s, *candidate, t);
      }
    }
  }
}

void Proofs::AddOne(int scenario, const Deviation& deviation, int asked) {
  const bool alone = !insiders_.none() && deviation.size() > kSharedMax;
  Witness witness{.scenario = scenario, .deviation = deviation, .targets = {}};
  const int id = static_cast<int>(witnesses_.size());
  for (const auto& [cell, amount] : deviation) {
    for (const int t : targets_of_[scenario][cell]) {
      Target& target = targets_[t];
      if (target.witness >= 0 || amount * target.sign < target.amount * (1 - 1e-12)) continue;
      if (alone && t != asked) continue;
      if (!insiders_.Allows(target.coalition, deviation)) continue;
      target.witness = id;
      witness.targets.push_back(t);
    }
  }
  if (witness.targets.empty()) return;
  for (const auto& term : deviation) witnesses_of_[term.first].push_back(id);
  witnesses_.push_back(std::move(witness));
}

void Proofs::Forget(size_t witnesses) {
  while (witnesses_.size() > witnesses) {
    const int id = static_cast<int>(witnesses_.size()) - 1;
    for (const int t : witnesses_.back().targets) {
      if (targets_[t].witness == id) targets_[t].witness = -1;
      if (targets_[t].asked == id) targets_[t].asked = -1;
    }
    for (const auto& term : witnesses_.back().deviation) witnesses_of_[term.first].pop_back();
    witnesses_.pop_back();
  }
}

std::vector<int> Proofs::Against(int t) {
  std::vector<int> result;
  targets_[t].asked = targets_[t].witness;
  const Target target = targets_[t];
  const Deviation& deviation = witnesses_[target.witness].deviation;
  for (Coalition& coalition : insiders_.Against(target.coalition, target.cell, deviation)) {
    const double amount = insiders_.Reach(coalition, target.cell, target.sign, target.amount);
    if (amount <= 0) continue;
    const auto key = std::make_tuple(target.scenario, target.requirement, target.sign, coalition);
    const auto [found, added] = of_coalition_.insert({key, static_cast<int>(targets_.size())});
    if (added) {
      targets_of_[target.scenario][target.cell].push_back(found->second);
      Target& made = targets_.emplace_back(target);
      made.coalition = std::move(coalition);
      made.amount = amount;
      made.witness = made.asked = -1;
    }
    result.push_back(found->second);
  }
  return result;
}

std::vector<int> Proofs::TargetsThatUse(int cell) const {
  std::vector<int> result;
  for (const int w : witnesses_of_[cell]) {
    for (const int t : witnesses_[w].targets) {
      if (targets_[t].witness == w) result.push_back(t);
    }
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

std::vector<std::vector<ProvenInterval>> Proofs::Intervals() const {
  std::vector<std::vector<ProvenInterval>> intervals;
  for (const Scenario& scenario : system_.scenarios) {
    auto& of_scenario = intervals.emplace_back();
    for (const Requirement& requirement : scenario.requirements) {
      const double value = ToDouble(system_.cells[requirement.cell].value);
      of_scenario.push_back({.low = value, .high = value});
    }
  }
  std::vector<bool> used(witnesses_.size(), false);
  for (const Target& target : targets_) {
    if (target.witness >= 0) used[target.witness] = true;
  }
  for (size_t w = 0; w < witnesses_.size(); ++w) {
    if (!used[w]) continue;
    for (const auto& [cell, amount] : witnesses_[w].deviation) {
      const double reached = ToDouble(system_.cells[cell].value) + amount;
      for (const int t : targets_of_[witnesses_[w].scenario][cell]) {
        ProvenInterval& interval = intervals[targets_[t].scenario][targets_[t].requirement];
        interval.low = std::min(interval.low, reached);
        interval.high = std::max(interval.high, reached);
      }
    }
  }
  return intervals;
}

}  // namespace kluis
