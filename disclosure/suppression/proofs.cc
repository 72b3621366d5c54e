#include "disclosure/suppression/proofs.h"

#include <algorithm>
#include <cmath>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

// A proof that touches more cells than this is none for many contributors, each of whom needs one
// of its own: whoever can have a smaller one should.
constexpr size_t kSharedMax = 100;

}  // namespace

Proofs::Proofs(const System& system, const RowIndex& index)
    : system_(system), index_(index), insiders_(system), witnesses_of_(system.cells.size()) {
  for (size_t s = 0; s < system.scenarios.size(); ++s) {
    open_of_.emplace_back(system.cells.size());
    const auto& requirements = system.scenarios[s].requirements;
    for (size_t r = 0; r < requirements.size(); ++r) {
      const absl::int128 value = system.cells[requirements[r].cell].value;
      const absl::int128 amounts[2] = {requirements[r].high - value, value - requirements[r].low};
      for (const int side : {0, 1}) {
        if (amounts[side] <= 0) continue;
        targets_.push_back({.scenario = static_cast<int>(s),
                            .requirement = static_cast<int>(r),
                            .cell = requirements[r].cell,
                            .sign = side == 0 ? 1 : -1,
                            .amount = ToDouble(amounts[side]),
                            .relaxable = requirements[r].relaxable});
        List(static_cast<int>(targets_.size()) - 1);
      }
    }
  }
}

void Proofs::List(int t) {
  Target& target = targets_[t];
  if (!target.listed) open_of_[target.scenario][target.cell].push_back(t);
  target.listed = true;
}

void Proofs::Reopen(int t) {
  targets_[t].witness = -1;
  List(t);
}

void Proofs::Add(int t, const Deviation& deviation) {
  List(t);
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
    std::vector<int>& open = open_of_[scenario][cell];
    open.erase(std::remove_if(open.begin(), open.end(),
                              [&](int t) {
                                Target& target = targets_[t];
                                target.listed = target.witness < 0;
                                return !target.listed;
                              }),
               open.end());
    for (const int t : open) {
      Target& target = targets_[t];
      if (amount * target.sign < target.amount * (1 - 1e-12)) continue;
      if (alone && t != asked) continue;
      if (!insiders_.Allows(target.coalition, deviation)) continue;
      target.witness = id;
      witness.targets.push_back(t);
    }
  }
  if (witness.targets.empty()) return;
  for (const auto& term : deviation) {
    if (!system_.cells[term.first].open) witnesses_of_[term.first].push_back(id);
  }
  witnesses_.push_back(std::move(witness));
}

void Proofs::Forget(size_t witnesses) {
  while (witnesses_.size() > witnesses) {
    const int id = static_cast<int>(witnesses_.size()) - 1;
    for (const int t : witnesses_.back().targets) {
      if (targets_[t].witness == id) Reopen(t);
      if (targets_[t].asked == id) targets_[t].asked = -1;
    }
    for (const auto& term : witnesses_.back().deviation) {
      if (!system_.cells[term.first].open) witnesses_of_[term.first].pop_back();
    }
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
      Target& made = targets_.emplace_back(target);
      made.coalition = std::move(coalition);
      made.amount = amount;
      made.witness = made.asked = -1;
      made.listed = false;
      List(found->second);
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
  std::vector<std::vector<std::vector<int>>> asked_of;  // scenario, cell -> requirements
  for (const Scenario& scenario : system_.scenarios) {
    auto& of_scenario = intervals.emplace_back();
    auto& of_cell = asked_of.emplace_back(system_.cells.size());
    for (size_t r = 0; r < scenario.requirements.size(); ++r) {
      const Requirement& requirement = scenario.requirements[r];
      const absl::int128 truth = system_.cells[requirement.cell].value;
      of_scenario.push_back({.low = ToDouble(truth), .high = ToDouble(truth)});
      const bool asks = requirement.low < truth || requirement.high > truth;
      if (asks) of_cell[requirement.cell].push_back(static_cast<int>(r));
    }
  }
  const std::vector<bool> used = Used();
  for (size_t w = 0; w < witnesses_.size(); ++w) {
    if (!used[w]) continue;
    const int s = witnesses_[w].scenario;
    for (const auto& [cell, amount] : witnesses_[w].deviation) {
      const double reached = ToDouble(system_.cells[cell].value) + amount;
      for (const int r : asked_of[s][cell]) {
        ProvenInterval& interval = intervals[s][r];
        interval.low = std::min(interval.low, reached);
        interval.high = std::max(interval.high, reached);
      }
    }
  }
  return intervals;
}

std::vector<bool> Proofs::Used() const {
  std::vector<bool> used(witnesses_.size(), false);
  for (const Target& target : targets_) {
    if (target.witness >= 0) used[target.witness] = true;
  }
  return used;
}

std::vector<ProvenInterval> Proofs::Reached() const {
  std::vector<ProvenInterval> reached;
  reached.reserve(system_.cells.size());
  for (const SystemCell& cell : system_.cells) {
    reached.push_back({.low = ToDouble(cell.value), .high = ToDouble(cell.value)});
  }
  const std::vector<bool> used = Used();
  for (size_t w = 0; w < witnesses_.size(); ++w) {
    if (!used[w]) continue;
    for (const auto& [cell, amount] : witnesses_[w].deviation) {
      const double to = ToDouble(system_.cells[cell].value) + amount;
      reached[cell].low = std::min(reached[cell].low, to);
      reached[cell].high = std::max(reached[cell].high, to);
    }
  }
  return reached;
}

PatternProofs Proofs::HandOver() {
  PatternProofs proofs;
  std::vector<int> place(witnesses_.size(), -1);
  for (Target& target : targets_) {
    if (target.witness < 0) continue;
    int& deviation = place[target.witness];
    if (deviation < 0) {
      deviation = static_cast<int>(proofs.deviations.size());
      proofs.deviations.push_back(std::move(witnesses_[target.witness].deviation));
    }
    proofs.claims.push_back({.scenario = target.scenario,
                             .requirement = target.requirement,
                             .sign = target.sign,
                             .coalition = std::move(target.coalition),
                             .deviation = deviation});
  }
  return proofs;
}

}  // namespace kluis
