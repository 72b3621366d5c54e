#include "disclosure/suppression/clean_up.h"

#include <algorithm>
#include <memory>

#include "disclosure/suppression/attacker.h"
#include "disclosure/suppression/exchange.h"

namespace kluis {
namespace {

// The clean-up saves cells, not safety, so it may not keep a researcher waiting for long.
constexpr int64_t kIterationsMax = 60'000;
constexpr size_t kNearCells = 120;

class CleaningPass {
 public:
  CleaningPass(const System& system, const RowIndex& index, Proofs* proofs,
               std::vector<bool>* suppressed, WorkBudget* budget)
      : system_(system), index_(index), proofs_(*proofs), suppressed_(*suppressed), budget_(budget),
        costs_(system.cells.size(), 1.0), has_target_(system.scenarios.size()) {
    for (const Scenario& scenario : system.scenarios) {
      attackers_.push_back(
          std::make_unique<Attacker>(system_, index_, scenario, suppressed_, costs_));
      exchanges_.push_back(std::make_unique<ExchangeSearch>(system_, index_, scenario));
    }
    for (auto& of_scenario : has_target_) of_scenario.resize(system.cells.size(), false);
    for (const Target& target : proofs_.targets()) {
      if (target.witness >= 0) has_target_[target.scenario][target.cell] = true;
    }
  }

  void Run() {
    const int64_t reserve = budget_->iterations_left - kIterationsMax;
    for (const int cell : Candidates()) {
      if (budget_->Spent() || budget_->iterations_left < reserve) return;
      if (!LeavesAlone(cell)) TryToPublish(cell);
    }
  }

 private:
  std::vector<int> Candidates() const {
    std::vector<int> candidates;
    for (size_t i = 0; i < system_.cells.size(); ++i) {
      if (suppressed_[i] && !system_.cells[i].open) candidates.push_back(static_cast<int>(i));
    }
    std::stable_sort(candidates.begin(), candidates.end(), [&](int a, int b) {
      return system_.cells[a].cost > system_.cells[b].cost;
    });
    return candidates;
  }

  // Without `cell`, a row would leave a target as its only unknown.
  bool LeavesAlone(int cell) const {
    for (const auto& [row, coefficient] : index_.RowsOf(cell)) {
      if (!system_.rows[row].equality()) continue;
      for (size_t s = 0; s < attackers_.size(); ++s) {
        int others = 0, other = -1;
        for (const auto& term : system_.rows[row].terms) {
          if (term.first == cell || !suppressed_[term.first]) continue;
          if (!attackers_[s]->CanMove(term.first)) continue;
          ++others;
          other = term.first;
        }
        if (others == 1 && has_target_[s][other]) return true;
      }
    }
    return false;
  }

  void TryToPublish(int cell) {
    SetPublished(cell, true);
    const std::vector<int> affected = proofs_.TargetsThatUse(cell);
    std::vector<std::pair<int, Deviation>> found;
    for (const int t : affected) {
      const Target& target = proofs_.targets()[t];
      const bool served = std::any_of(found.begin(), found.end(), [&](const auto& other) {
        return other.first == target.scenario && proofs_.Reaches(target, other.second);
      });
      if (served) continue;
      Deviation deviation;
      if (!Reprove(target, &deviation)) {
        SetPublished(cell, false);
        return;
      }
      found.emplace_back(target.scenario, std::move(deviation));
    }
    for (const int t : affected) proofs_.targets()[t].witness = -1;
    for (const auto& [scenario, deviation] : found) proofs_.Add(scenario, deviation);
  }

  bool Reprove(const Target& target, Deviation* deviation) {
    const double amount = target.amount * target.sign;
    if (exchanges_[target.scenario]->Find(target.cell, amount, suppressed_, budget_, deviation)) {
      return true;
    }
    const std::unique_ptr<DeviationLp> lp =
        attackers_[target.scenario]->ProgramNear(target.cell, kNearCells, suppressed_);
    return lp != nullptr &&
           lp->Solve(target.cell, amount, budget_, deviation) == LpResult::kFound;
  }

  void SetPublished(int cell, bool published) {
    suppressed_[cell] = !published;
    for (const auto& attacker : attackers_) attacker->SetPublished(cell, published);
  }

  const System& system_;
  const RowIndex& index_;
  Proofs& proofs_;
  std::vector<bool>& suppressed_;
  WorkBudget* budget_;
  const std::vector<double> costs_;
  std::vector<std::vector<bool>> has_target_;
  std::vector<std::unique_ptr<Attacker>> attackers_;
  std::vector<std::unique_ptr<ExchangeSearch>> exchanges_;
};

}  // namespace

void CleanUp(const System& system, const RowIndex& index, Proofs* proofs,
             std::vector<bool>* suppressed, WorkBudget* budget) {
  CleaningPass(system, index, proofs, suppressed, budget).Run();
}

}  // namespace kluis
