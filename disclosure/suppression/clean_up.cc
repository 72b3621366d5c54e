#include "disclosure/suppression/clean_up.h"

#include <algorithm>
#include <set>

#include "absl/container/flat_hash_map.h"
#include "disclosure/suppression/narrowing.h"

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
        budget_(budget) {}

  bool Run() {
    const int64_t reserve = budget_->iterations_left - budget_->iterations_left / kShareOfBudget;
    for (int pass = 0; pass < kPassesMax; ++pass) {
      const double before = CostOfSuppressed();
      exchanging_ = pass > 0;
      if (!exchanging_) StartNarrowing();
      for (const int cell : Candidates()) {
        if (budget_->Spent() || budget_->iterations_left < reserve) return false;
        exchanging_ ? void(TryToPublish(cell)) : Publish(cell);
      }
      if (exchanging_ && CostOfSuppressed() > before * (1 - kGainMin)) break;
    }
    return true;
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

  void StartNarrowing() {
    narrowings_.clear();
    for (size_t s = 0; s < system_.scenarios.size(); ++s) {
      narrowings_.emplace_back(system_, index_, static_cast<int>(s), suppressed_,
                               proofs_.targets());
    }
  }

  // Tries only what single rows do not exclude: most cells are needed, and this is how most of them
  // are told from the others.
  void Publish(int cell) {
    size_t allowed = 0;
    while (allowed < narrowings_.size() && narrowings_[allowed].Publish(cell, budget_)) ++allowed;
    if (allowed == narrowings_.size() && TryToPublish(cell)) return;
    for (size_t s = 0; s < allowed; ++s) narrowings_[s].Undo();
  }

  // Publishes the cell when all that its suppression proved can be proven at a lower cost; else
  // everything is as it was.
  bool TryToPublish(int cell) {
    suppressed_[cell] = false;
    std::vector<Before> affected;
    for (const int t : proofs_.TargetsThatUse(cell)) {
      affected.push_back(BeforeOf(t));
      proofs_.Reopen(t);
    }
    const size_t witnesses = proofs_.witnesses().size();
    std::vector<int> instead;
    double left = costs_[cell];
    if (ProveAgain(&affected, &instead, &left)) return true;
    proofs_.Forget(witnesses);
    for (const int other : instead) suppressed_[other] = false;
    suppressed_[cell] = true;
    for (const Before& before : affected) {
      const bool forgotten = before.witness >= static_cast<int>(witnesses);  // got on the way
      proofs_.Reopen(before.target);
      if (forgotten) {
        proofs_.targets()[before.target].asked = -1;
        continue;
      }
      proofs_.targets()[before.target].witness = before.witness;
      proofs_.targets()[before.target].asked = before.asked;
    }
    return false;
  }

  // The proof of a target before an attempt.
  struct Before {
    int target = 0, witness = -1, asked = -1;
  };

  Before BeforeOf(int t) const {
    return {
        .target = t, .witness = proofs_.targets()[t].witness, .asked = proofs_.targets()[t].asked};
  }

  // Proves the targets, and what their new proofs make necessary, which is appended to them.
  bool ProveAgain(std::vector<Before>* affected, std::vector<int>* instead, double* left) {
    // What failed before will fail again, and the rest need not be proven to know it.
    std::stable_sort(affected->begin(), affected->end(), [&](const Before& a, const Before& b) {
      return FailuresOf(a.target) > FailuresOf(b.target);
    });
    std::set<int> seen;
    for (const Before& before : *affected) seen.insert(before.target);
    for (size_t i = 0; i < affected->size(); ++i) {
      const int t = (*affected)[i].target;
      if (proofs_.targets()[t].witness < 0 && !ProveOne(t, instead, left)) {
        ++failures_[t];
        return false;
      }
      for (const int other : proofs_.Against(t)) {
        if (!proofs_.Settled(other) && seen.insert(other).second) {
          affected->push_back(BeforeOf(other));
        }
      }
    }
    return true;
  }

  int FailuresOf(int t) const {
    const auto found = failures_.find(t);
    return found == failures_.end() ? 0 : found->second;
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
    proofs_.Add(t, deviation);
    return proofs_.targets()[t].witness >= 0;
  }

  const System& system_;
  const RowIndex& index_;
  const std::vector<double>& costs_;
  const std::vector<WitnessSearch*>& searches_;
  Proofs& proofs_;
  std::vector<bool>& suppressed_;
  WorkBudget* budget_;
  std::vector<Narrowing> narrowings_;  // per scenario, of what is suppressed
  absl::flat_hash_map<int, int> failures_;  // of targets to be proven again
  bool exchanging_ = false;  // whether cheaper cells may be taken instead
};

}  // namespace

bool CleanUp(const System& system, const RowIndex& index, const std::vector<double>& costs,
             const std::vector<WitnessSearch*>& searches, Proofs* proofs,
             std::vector<bool>* suppressed, WorkBudget* budget) {
  return CleaningPass(system, index, costs, searches, proofs, suppressed, budget).Run();
}

}  // namespace kluis
