#include "disclosure/suppression/pattern.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/suppression/clean_up.h"
#include "disclosure/suppression/proofs.h"
#include "disclosure/suppression/witness_search.h"

namespace kluis {
namespace {

constexpr size_t kLargeSystem = 4'000;  // cells, above which programs over the whole are too slow
constexpr size_t kNearCells = 150, kWideCells = 600;  // of programs around a cell
constexpr int64_t kShareOfSecond = 4;  // of what is left of the budget, for a second strategy

// Deviations in suppressed cells cost next to nothing, and not all the same, so that programs have
// few ties.
double CostWhenSuppressed(int cell) { return 1e-4 * (1 + (cell % 97) / 100.0); }

absl::Status Stopped(const WorkBudget& budget) {
  if (budget.IsCancelled()) return absl::CancelledError("protection was cancelled");
  return absl::DeadlineExceededError("protection needs more work than its budget allows");
}

// Where cells come from when those that are suppressed do not do.
enum class Strategy {
  kMoves,     // moves of the product structure, programs where there are none: fast
  kPrograms,  // a program over the whole each time: often cheaper where amounts are large
};

class PatternSearch {
 public:
  PatternSearch(const System& system, const PatternOptions& options, Strategy strategy,
                WorkBudget* budget)
      : system_(system),
        options_(options),
        strategy_(strategy),
        budget_(budget),
        index_(system),
        proofs_(system, index_) {
    double cheapest = 0;
    for (const SystemCell& cell : system.cells) {
      suppressed_.push_back(cell.open);
      if (cell.cost > 0 && (cheapest == 0 || cell.cost < cheapest)) cheapest = cell.cost;
    }
    for (size_t i = 0; i < system.cells.size(); ++i) {
      prices_.push_back(std::max(system.cells[i].cost / std::max(cheapest, 1e-300), 1.0));
      costs_.push_back(suppressed_[i] ? CostWhenSuppressed(static_cast<int>(i)) : prices_[i]);
    }
    for (const Scenario& scenario : system.scenarios) {
      searches_.push_back(std::make_unique<WitnessSearch>(
          system_, index_, scenario, proofs_.insiders(), Prices{suppressed_, costs_}));
    }
  }

  absl::StatusOr<Pattern> Run() {
    KLUIS_RETURN_IF_ERROR(ProveOutsiders());
    KLUIS_RETURN_IF_ERROR(ProveCoalitions());
    if (options_.clean_up) {
      std::vector<WitnessSearch*> searches;
      for (const auto& search : searches_) searches.push_back(search.get());
      for (size_t i = 0; i < costs_.size(); ++i) costs_[i] = prices_[i];
      CleanUp(system_, index_, prices_, searches, &proofs_, &suppressed_, budget_);
    }
    if (budget_->IsCancelled()) return Stopped(*budget_);
    KLUIS_RETURN_IF_ERROR(CheckProofs());
    return Pattern{.suppressed = suppressed_, .intervals = proofs_.Intervals()};
  }

 private:
  // The attacker who knows most first, then larger amounts: their witnesses serve the others too.
  absl::Status ProveOutsiders() {
    std::vector<int> order(proofs_.targets().size());
    for (size_t t = 0; t < order.size(); ++t) order[t] = static_cast<int>(t);
    std::vector<int64_t> known;
    for (const Scenario& scenario : system_.scenarios) {
      known.push_back(std::count(scenario.known.begin(), scenario.known.end(), true));
    }
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
      const Target& left = proofs_.targets()[a];
      const Target& right = proofs_.targets()[b];
      const int64_t more = known[left.scenario] - known[right.scenario];
      return more != 0 ? more > 0 : left.amount > right.amount;
    });
    size_t done = 0;
    for (const int t : order) {
      KLUIS_RETURN_IF_ERROR(Prove(t));
      if (options_.progress && ++done % 64 == 0) options_.progress(1.0 * done / order.size());
    }
    return CheckRelaxed();
  }

  // Each proof is none for those who know a cell of it better; they need proofs of their own, which
  // may again be none for a larger coalition.
  absl::Status ProveCoalitions() {
    for (size_t t = 0; t < proofs_.targets().size(); ++t) {
      if (proofs_.targets()[t].witness < 0) continue;
      for (const int other : proofs_.Against(static_cast<int>(t))) {
        KLUIS_RETURN_IF_ERROR(Prove(other));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Prove(int t) {
    if (proofs_.targets()[t].witness >= 0) return absl::OkStatus();
    const Target target = proofs_.targets()[t];
    WitnessSearch& search = *searches_[target.scenario];
    Deviation deviation;
    if (!search.FindFree(target, true, budget_, &deviation) &&
        !FindAtACost(target, &search, &deviation)) {
      LpResult result = search.FindAnywhere(target, budget_, &deviation);
      if (result != LpResult::kFound && target.relaxable && !budget_->Spent()) {
        result = Relax(t, &search, &deviation);
        if (result == LpResult::kInfeasible) return absl::OkStatus();
      }
      if (result != LpResult::kFound) {
        return budget_->Spent() ? Stopped(*budget_) : Unreachable(target);
      }
    }
    Suppress(deviation);
    proofs_.Add(target.scenario, deviation);
    return absl::OkStatus();
  }

  bool FindAtACost(const Target& target, WitnessSearch* search, Deviation* deviation) {
    if (strategy_ == Strategy::kPrograms) return false;
    return search->FindMove(target, ProductSearch::Reach::kSideways, budget_, deviation) ||
           search->FindMove(target, ProductSearch::Reach::kAny, budget_, deviation) ||
           search->FindNearby(target, kNearCells, budget_, deviation) ||
           search->FindNearby(target, kWideCells, budget_, deviation);
  }

  // Lowers the amount to what public knowledge leaves. kInfeasible: nothing is left.
  LpResult Relax(int t, WitnessSearch* search, Deviation* deviation) {
    Target& target = proofs_.targets()[t];
    double reach = search->Reach(target, budget_);
    if (system_.integral) reach = std::floor(reach + 1e-6);
    for (; reach > 0; reach -= system_.integral ? 1 : reach) {
      target.amount = reach;
      const LpResult result = search->FindAnywhere(target, budget_, deviation);
      if (result == LpResult::kFound) return result;
      if (budget_->Spent()) return LpResult::kUnproven;
    }
    target.amount = 0;
    return LpResult::kInfeasible;
  }

  // A relaxed cell must keep at least one direction, or the attacker knows it exactly.
  absl::Status CheckRelaxed() const {
    const std::vector<Target>& targets = proofs_.targets();
    for (const Target& target : targets) {
      if (target.amount > 0 || target.witness >= 0) continue;
      const bool other_side = std::any_of(targets.begin(), targets.end(), [&](const Target& other) {
        return other.scenario == target.scenario && other.cell == target.cell && other.witness >= 0;
      });
      if (!other_side) return Unreachable(target);
    }
    return absl::OkStatus();
  }

  // Whatever the phases did: every outsider is proven, by suppressed cells alone, and so is every
  // coalition against which a proof is none. A hole is a fault of ours, and then nothing is
  // released.
  absl::Status CheckProofs() {
    std::vector<int> needed;
    for (size_t t = 0; t < proofs_.targets().size(); ++t) {
      if (proofs_.targets()[t].coalition.empty()) needed.push_back(static_cast<int>(t));
    }
    std::set<int> seen(needed.begin(), needed.end());
    for (size_t i = 0; i < needed.size(); ++i) {
      const Target target = proofs_.targets()[needed[i]];
      if (target.amount <= 0) continue;  // given up: nothing is left that could be hidden
      if (target.witness < 0) return Unproven(target, "no proof");
      for (const auto& term : proofs_.witnesses()[target.witness].deviation) {
        if (!suppressed_[term.first]) return Unproven(target, "its proof uses a published cell");
      }
      for (const int other : proofs_.Against(needed[i])) {
        if (seen.insert(other).second) needed.push_back(other);
      }
    }
    return absl::OkStatus();
  }

  absl::Status Unproven(const Target& target, const std::string& why) const {
    return absl::InternalError(absl::StrCat("cell ", target.cell, ": ", why));
  }

  absl::Status Unreachable(const Target& target) const {
    return absl::FailedPreconditionError(
        absl::StrCat("scenario ", system_.scenarios[target.scenario].name, ": cell ", target.cell,
                     " cannot be protected"));
  }

  void Suppress(const Deviation& deviation) {
    for (const auto& term : deviation) {
      const int cell = term.first;
      if (suppressed_[cell]) continue;
      suppressed_[cell] = true;
      costs_[cell] = CostWhenSuppressed(cell);
      for (const auto& search : searches_) search->SetCost(cell, costs_[cell]);
    }
  }

  const System& system_;
  const PatternOptions& options_;
  const Strategy strategy_;
  WorkBudget* budget_;
  RowIndex index_;
  Proofs proofs_;
  std::vector<bool> suppressed_;
  std::vector<double> prices_;  // of suppressing each cell
  std::vector<double> costs_;   // the same, next to nothing where it is suppressed already
  std::vector<std::unique_ptr<WitnessSearch>> searches_;  // per scenario
};

double PriceOf(const System& system, const Pattern& pattern) {
  double price = 0;
  for (size_t i = 0; i < system.cells.size(); ++i) {
    if (pattern.suppressed[i] && !system.cells[i].open) price += system.cells[i].cost;
  }
  return price;
}

}  // namespace

absl::StatusOr<Pattern> FindPattern(const System& system, const PatternOptions& options,
                                    WorkBudget* budget) {
  KLUIS_RETURN_IF_ERROR(system.Validate());
  if (system.grid == nullptr) {
    return PatternSearch(system, options, Strategy::kPrograms, budget).Run();
  }
  absl::StatusOr<Pattern> pattern = PatternSearch(system, options, Strategy::kMoves, budget).Run();
  if (!pattern.ok() || system.cells.size() > kLargeSystem) return pattern;
  WorkBudget second{.iterations_left = budget->iterations_left / kShareOfSecond,
                    .cancelled = budget->cancelled};
  budget->iterations_left -= second.iterations_left;
  absl::StatusOr<Pattern> other =
      PatternSearch(system, options, Strategy::kPrograms, &second).Run();
  budget->iterations_left += second.iterations_left;
  if (budget->IsCancelled()) return Stopped(*budget);
  return other.ok() && PriceOf(system, *other) < PriceOf(system, *pattern) ? other : pattern;
}

}  // namespace kluis
