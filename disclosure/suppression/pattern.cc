#include "disclosure/suppression/pattern.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/suppression/attacker.h"
#include "disclosure/suppression/clean_up.h"
#include "disclosure/suppression/exchange.h"
#include "disclosure/suppression/product_search.h"
#include "disclosure/suppression/proofs.h"

namespace kluis {
namespace {

constexpr size_t kNearCells = 150;
constexpr size_t kLargeSystem = 4'000;  // cells, above which programs over the whole are too slow
constexpr size_t kWideCells = 600;
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
      : system_(system), options_(options), budget_(budget), index_(system), proofs_(system, index_),
        strategy_(strategy), everything_(system.cells.size(), true) {
    double cheapest = 0;
    for (const SystemCell& cell : system.cells) {
      suppressed_.push_back(cell.open);
      if (cell.cost > 0 && (cheapest == 0 || cell.cost < cheapest)) cheapest = cell.cost;
    }
    for (size_t i = 0; i < system.cells.size(); ++i) {
      const double cost = std::max(system.cells[i].cost / std::max(cheapest, 1e-300), 1.0);
      prices_.push_back(cost);
      costs_.push_back(suppressed_[i] ? CostWhenSuppressed(static_cast<int>(i)) : cost);
    }
    const std::vector<bool> all(system.cells.size(), true);
    for (const Scenario& scenario : system.scenarios) {
      attackers_.push_back(std::make_unique<Attacker>(system_, index_, scenario, all, costs_));
      exchanges_.push_back(std::make_unique<ExchangeSearch>(system_, index_, scenario));
      if (system_.grid == nullptr) continue;
      products_.push_back(std::make_unique<ProductSearch>(system_, index_, scenario,
                                                          Prices{suppressed_, costs_}));
    }
  }

  absl::StatusOr<Pattern> Run() {
    KLUIS_RETURN_IF_ERROR(ProveAll());
    if (options_.clean_up) CleanUp(system_, index_, prices_, &proofs_, &suppressed_, budget_);
    if (budget_->IsCancelled()) return Stopped(*budget_);
    return Pattern{.suppressed = suppressed_, .intervals = proofs_.Intervals()};
  }

 private:
  // The attacker who knows most first, then larger amounts: their witnesses serve the others too.
  absl::Status ProveAll() {
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
      Target* target = &proofs_.targets()[t];
      if (target->witness < 0 && !ProveCheaply(target)) {
        KLUIS_RETURN_IF_ERROR(Prove(target));
      }
      if (options_.progress && ++done % 64 == 0) options_.progress(1.0 * done / order.size());
    }
    return CheckRelaxed();
  }

  // What is suppressed already may do: no cell is lost and no program is needed.
  bool ProveByExchange(Target* target) {
    Deviation deviation;
    const double amount = target->amount * target->sign;
    if (!exchanges_[target->scenario]->Find(target->cell, amount, suppressed_, budget_,
                                            &deviation)) {
      return false;
    }
    proofs_.Add(target->scenario, deviation);
    return true;
  }

  // Moves of the table's product structure.
  bool FindProduct(const Target& target, bool only_suppressed, Deviation* deviation) {
    return !products_.empty() &&
           products_[target.scenario]->Find(target.cell, target.amount * target.sign,
                                            only_suppressed, budget_, deviation);
  }

  // A program over those cells nearby that `allowed` names.
  bool FindNearby(const Target& target, size_t cells_max, const std::vector<bool>& allowed,
                  Deviation* deviation) {
    const std::unique_ptr<DeviationLp> lp =
        attackers_[target.scenario]->ProgramNear(target.cell, cells_max, allowed);
    return lp != nullptr && lp->Solve(target.cell, target.amount * target.sign, budget_,
                                      deviation) == LpResult::kFound;
  }

  bool FindAnywhere(const Target& target, Deviation* deviation) {
    DeviationLp* lp = attackers_[target.scenario]->ProgramOf(target.cell);
    return lp != nullptr && lp->Solve(target.cell, target.amount * target.sign, budget_,
                                      deviation) == LpResult::kFound;
  }

  bool ProveByProduct(Target* target) {
    Deviation deviation;
    if (!FindProduct(*target, true, &deviation)) return false;
    proofs_.Add(target->scenario, deviation);
    return true;
  }

  // At no cost either: what is suppressed nearby.
  bool ProveNearby(Target* target, size_t cells_max) {
    Deviation deviation;
    if (!FindNearby(*target, cells_max, suppressed_, &deviation)) return false;
    proofs_.Add(target->scenario, deviation);
    return true;
  }

  bool ProveAtACost(Target* target) {
    Deviation deviation;
    if (strategy_ == Strategy::kMoves) {
      if (!FindProduct(*target, false, &deviation) &&
          !FindNearby(*target, kNearCells, everything_, &deviation) &&
          !FindNearby(*target, kWideCells, everything_, &deviation)) {
        return false;
      }
    } else if (!FindAnywhere(*target, &deviation)) {
      return false;
    }
    Suppress(deviation);
    proofs_.Add(target->scenario, deviation);
    return true;
  }

  bool ProveCheaply(Target* target) {
    if (ProveByProduct(target)) return true;
    if (ProveByExchange(target)) return true;
    if (ProveNearby(target, kNearCells)) return true;
    if (ProveAtACost(target)) return true;
    return false;
  }

  absl::Status Prove(Target* target) {
    DeviationLp* lp = attackers_[target->scenario]->ProgramOf(target->cell);
    if (lp == nullptr) return target->relaxable ? Give(target, 0) : Unreachable(*target);
    Deviation deviation;
    LpResult result = lp->Solve(target->cell, target->amount * target->sign, budget_, &deviation);
    if (result != LpResult::kFound && target->relaxable && !budget_->Spent()) {
      result = Relax(lp, target, &deviation);
      if (result == LpResult::kInfeasible) return absl::OkStatus();
    }
    if (result != LpResult::kFound) {
      return budget_->Spent() ? Stopped(*budget_) : Unreachable(*target);
    }
    Suppress(deviation);
    proofs_.Add(target->scenario, deviation);
    return absl::OkStatus();
  }

  // Lowers the amount to what public knowledge leaves. kInfeasible: nothing is left.
  LpResult Relax(DeviationLp* lp, Target* target, Deviation* deviation) {
    double reach = lp->Reach(target->cell, target->sign, target->amount, budget_);
    if (system_.integral) reach = std::floor(reach + 1e-6);
    LpResult result = LpResult::kInfeasible;
    for (; reach > 0 && result != LpResult::kFound; reach -= system_.integral ? 1 : reach) {
      target->amount = reach;
      result = lp->Solve(target->cell, reach * target->sign, budget_, deviation);
      if (budget_->Spent()) return LpResult::kUnproven;
    }
    if (result == LpResult::kFound) return result;
    (void)Give(target, 0);
    return LpResult::kInfeasible;
  }

  absl::Status Give(Target* target, double amount) {
    target->amount = amount;
    return absl::OkStatus();
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
      for (const auto& attacker : attackers_) attacker->SetCost(cell, costs_[cell]);
    }
  }

  const System& system_;
  const PatternOptions& options_;
  WorkBudget* budget_;
  RowIndex index_;
  Proofs proofs_;
  std::vector<bool> suppressed_;
  const Strategy strategy_;
  const std::vector<bool> everything_;
  std::vector<double> prices_;  // of suppressing each cell
  std::vector<double> costs_;   // the same, next to nothing where it is suppressed already
  std::vector<std::unique_ptr<Attacker>> attackers_;
  std::vector<std::unique_ptr<ExchangeSearch>> exchanges_;
  std::vector<std::unique_ptr<ProductSearch>> products_;
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
