#include "disclosure/suppression/clean_up.h"

#include <algorithm>
#include <memory>

#include "disclosure/suppression/attacker.h"
#include "disclosure/suppression/exchange.h"
#include "disclosure/suppression/product_search.h"

namespace kluis {
namespace {

// The clean-up saves cells, not safety, so it may not keep a researcher waiting for long.
constexpr int64_t kIterationsMax = 300'000;
constexpr int kPassesMax = 6;
constexpr double kGainMin = 0.002;  // of what is suppressed, for another pass to be worth it
constexpr size_t kNearCells = 120;

class CleaningPass {
 public:
  CleaningPass(const System& system, const RowIndex& index, const std::vector<double>& costs,
               Proofs* proofs, std::vector<bool>* suppressed, WorkBudget* budget)
      : system_(system), index_(index), costs_(costs), proofs_(*proofs), suppressed_(*suppressed),
        budget_(budget), all_alike_(system.cells.size(), 1.0),
        has_target_(system.scenarios.size()) {
    for (const Scenario& scenario : system.scenarios) {
      attackers_.push_back(
          std::make_unique<Attacker>(system_, index_, scenario, suppressed_, all_alike_));
      exchanges_.push_back(std::make_unique<ExchangeSearch>(system_, index_, scenario));
      if (system_.grid == nullptr) continue;
      products_.push_back(std::make_unique<ProductSearch>(system_, index_, scenario,
                                                          Prices{suppressed_, costs_}));
    }
    for (auto& of_scenario : has_target_) of_scenario.resize(system.cells.size(), false);
    for (const Target& target : proofs_.targets()) {
      if (target.witness >= 0) has_target_[target.scenario][target.cell] = true;
    }
  }

  void Run() {
    reserve_ = budget_->iterations_left - kIterationsMax;
    for (int pass = 0; pass < kPassesMax; ++pass) {
      const double before = CostOfSuppressed();
      exchanging_ = pass > 0;
      for (const int cell : Candidates()) {
        if (budget_->Spent() || budget_->iterations_left < reserve_) return;
        if (exchanging_ || !LeavesAlone(cell)) TryToPublish(cell);
      }
      if (exchanging_ && CostOfSuppressed() > before * (1 - kGainMin)) return;
    }
  }

 private:
  std::vector<int> Candidates() const {
    std::vector<int> candidates;
    for (size_t i = 0; i < system_.cells.size(); ++i) {
      if (suppressed_[i] && !system_.cells[i].open) candidates.push_back(static_cast<int>(i));
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](int a, int b) { return costs_[a] > costs_[b]; });
    return candidates;
  }

  double CostOfSuppressed() const {
    double cost = 0;
    for (const int cell : Candidates()) cost += costs_[cell];
    return cost;
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
    std::vector<int> instead;
    double price = 0;
    for (const int t : affected) {
      const Target& target = proofs_.targets()[t];
      const bool served = std::any_of(found.begin(), found.end(), [&](const auto& other) {
        return other.first == target.scenario && proofs_.Reaches(target, other.second);
      });
      if (served) continue;
      Deviation deviation;
      if (Reprove(target, &deviation)) {
        price += Suppress(deviation, &instead);
      } else {
        price = costs_[cell];
      }
      if (price >= costs_[cell]) {
        for (const int other : instead) SetPublished(other, true);
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
    if (!products_.empty() &&
        products_[target.scenario]->Find(target.cell, amount, true, budget_, deviation)) {
      return true;
    }
    if (exchanges_[target.scenario]->Find(target.cell, amount, suppressed_, budget_, deviation)) {
      return true;
    }
    if (exchanging_) {
      return !products_.empty() &&
             products_[target.scenario]->Find(target.cell, amount, false, budget_, deviation);
    }
    const std::unique_ptr<DeviationLp> lp =
        attackers_[target.scenario]->ProgramNear(target.cell, kNearCells, suppressed_);
    return lp != nullptr &&
           lp->Solve(target.cell, amount, budget_, deviation) == LpResult::kFound;
  }

  // The cost of what a proof takes beyond what is suppressed.
  double Suppress(const Deviation& deviation, std::vector<int>* added) {
    double cost = 0;
    for (const auto& term : deviation) {
      if (suppressed_[term.first]) continue;
      SetPublished(term.first, false);
      added->push_back(term.first);
      cost += costs_[term.first];
    }
    return cost;
  }

  void SetPublished(int cell, bool published) {
    suppressed_[cell] = !published;
    for (const auto& attacker : attackers_) attacker->SetPublished(cell, published);
  }

  const System& system_;
  const RowIndex& index_;
  const std::vector<double>& costs_;
  Proofs& proofs_;
  std::vector<bool>& suppressed_;
  WorkBudget* budget_;
  const std::vector<double> all_alike_;  // costs of programs over suppressed cells
  std::vector<std::vector<bool>> has_target_;
  int64_t reserve_ = 0;      // of the budget, which the clean-up may not touch
  bool exchanging_ = false;  // whether cheaper cells may be taken instead
  std::vector<std::unique_ptr<Attacker>> attackers_;
  std::vector<std::unique_ptr<ExchangeSearch>> exchanges_;
  std::vector<std::unique_ptr<ProductSearch>> products_;
};

}  // namespace

void CleanUp(const System& system, const RowIndex& index, const std::vector<double>& costs,
             Proofs* proofs, std::vector<bool>* suppressed, WorkBudget* budget) {
  CleaningPass(system, index, costs, proofs, suppressed, budget).Run();
}

}  // namespace kluis
