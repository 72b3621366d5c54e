#include "disclosure/suppression/clean_up.h"

#include <algorithm>
#include <set>

namespace kluis {
namespace {

// The clean-up saves cells, not safety, so it may not keep a researcher waiting for long.
constexpr int64_t kShareOfBudget = 8;
constexpr int kPassesMax = 6;
constexpr double kGainMin = 0.002;  // of what is suppressed, for another pass to be worth it

class CleaningPass {
 public:
  CleaningPass(const System& system, const RowIndex& index, const std::vector<double>& costs,
               const std::vector<WitnessSearch*>& searches, Proofs* proofs,
               std::vector<bool>* suppressed, WorkBudget* budget)
      : system_(system),
        index_(index),
        costs_(costs),
        searches_(searches),
        proofs_(*proofs),
        suppressed_(*suppressed),
        budget_(budget),
        has_target_(system.scenarios.size()) {
    for (auto& of_scenario : has_target_) of_scenario.resize(system.cells.size(), false);
    for (const Target& target : proofs_.targets()) {
      if (target.witness >= 0) has_target_[target.scenario][target.cell] = true;
    }
  }

  void Run() {
    const int64_t reserve = budget_->iterations_left - budget_->iterations_left / kShareOfBudget;
    for (int pass = 0; pass < kPassesMax; ++pass) {
      const double before = CostOfSuppressed();
      exchanging_ = pass > 0;
      for (const int cell : Candidates()) {
        if (budget_->Spent() || budget_->iterations_left < reserve) return;
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
      for (size_t s = 0; s < system_.scenarios.size(); ++s) {
        int others = 0, other = -1;
        for (const auto& term : system_.rows[row].terms) {
          if (term.first == cell || !suppressed_[term.first]) continue;
          if (system_.cells[term.first].fixed || system_.scenarios[s].known[term.first]) continue;
          ++others;
          other = term.first;
        }
        if (others == 1 && has_target_[s][other]) return true;
      }
    }
    return false;
  }

  // Publishes the cell when all that its suppression proved can be proven at a lower cost; else
  // everything is as it was.
  void TryToPublish(int cell) {
    suppressed_[cell] = false;
    std::vector<int> affected = proofs_.TargetsThatUse(cell);
    std::vector<int> before;
    for (const int t : affected) {
      before.push_back(proofs_.targets()[t].witness);
      proofs_.targets()[t].witness = -1;
    }
    const size_t witnesses = proofs_.witnesses().size();
    std::vector<int> instead;
    double left = costs_[cell];
    if (ProveAgain(&affected, &instead, &left)) return;
    proofs_.Forget(witnesses);
    for (const int other : instead) suppressed_[other] = false;
    suppressed_[cell] = true;
    for (const int t : affected) proofs_.targets()[t].witness = -1;
    for (size_t i = 0; i < before.size(); ++i) proofs_.targets()[affected[i]].witness = before[i];
  }

  // Proves the targets, and what their new proofs make necessary, which is appended to them: it may
  // have got a proof on the way, of which nobody has asked yet for whom it is none.
  bool ProveAgain(std::vector<int>* affected, std::vector<int>* instead, double* left) {
    const int first_new = static_cast<int>(proofs_.witnesses().size());
    std::set<int> seen(affected->begin(), affected->end());
    for (size_t i = 0; i < affected->size(); ++i) {
      const int t = (*affected)[i];
      if (proofs_.targets()[t].witness < 0 && !ProveOne(t, instead, left)) return false;
      for (const int other : proofs_.Against(t)) {
        const int witness = proofs_.targets()[other].witness;
        const bool settled = witness >= 0 && witness < first_new;
        if (!settled && seen.insert(other).second) affected->push_back(other);
      }
    }
    return true;
  }

  bool ProveOne(int t, std::vector<int>* instead, double* left) {
    const Target target = proofs_.targets()[t];
    WitnessSearch& search = *searches_[target.scenario];
    Deviation deviation;
    const bool found =
        search.FindFree(target, !exchanging_, budget_, &deviation) ||
        (exchanging_ && search.FindMove(target, ProductSearch::Reach::kAny, budget_, &deviation));
    if (!found) return false;
    for (const auto& term : deviation) {
      if (suppressed_[term.first]) continue;
      suppressed_[term.first] = true;
      instead->push_back(term.first);
      *left -= costs_[term.first];
    }
    if (*left <= 0) return false;
    proofs_.Add(target.scenario, deviation);
    return proofs_.targets()[t].witness >= 0;
  }

  const System& system_;
  const RowIndex& index_;
  const std::vector<double>& costs_;
  const std::vector<WitnessSearch*>& searches_;
  Proofs& proofs_;
  std::vector<bool>& suppressed_;
  WorkBudget* budget_;
  std::vector<std::vector<bool>> has_target_;
  bool exchanging_ = false;  // whether cheaper cells may be taken instead
};

}  // namespace

void CleanUp(const System& system, const RowIndex& index, const std::vector<double>& costs,
             const std::vector<WitnessSearch*>& searches, Proofs* proofs,
             std::vector<bool>* suppressed, WorkBudget* budget) {
  CleaningPass(system, index, costs, searches, proofs, suppressed, budget).Run();
}

}  // namespace kluis
