#include "disclosure/suppression/pattern.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/suppression/clean_up.h"
#include "disclosure/suppression/closure.h"
#include "disclosure/suppression/narrowing.h"
#include "disclosure/suppression/proofs.h"
#include "disclosure/suppression/witness_search.h"

namespace kluis {
namespace {

// Of a program around a cell: more find cheaper patterns, but a small table has few and a large one
// needs many programs.
constexpr size_t kNearMin = 300, kNearMax = 800, kLargeTable = 50'000;
constexpr size_t kWider = 4;        // times, where that was not enough
constexpr size_t kNearWide = 4000;  // from there on many moves are quicker than a wider program
constexpr size_t kManyCells = 100;  // of a proof that is none for very many contributors
constexpr double kForMany = 2;      // times its price is paid to have one that serves everybody
constexpr double kAnyPrice = std::numeric_limits<double>::infinity();

size_t NearCells(size_t cells) {
  return cells > kLargeTable ? kNearMin : std::clamp(cells / 4, kNearMin, kNearMax);
}

// Deviations in suppressed cells cost next to nothing, and not all the same, so that programs have
// few ties.
double CostWhenSuppressed(int cell) { return 1e-4 * (1 + (cell % 97) / 100.0); }

absl::Status Stopped(const WorkBudget& budget) {
  if (budget.IsCancelled()) return absl::CancelledError("protection was cancelled");
  return absl::DeadlineExceededError("protection needs more work than its budget allows");
}

constexpr ProductSearch::Reach kAny = ProductSearch::Reach::kAny;
constexpr ProductSearch::Reach kAnyInManyMoves = ProductSearch::Reach::kAnyInManyMoves;
constexpr ProductSearch::Reach kSuppressed = ProductSearch::Reach::kSuppressed;

// What is done first decides what is found; a small table can afford to try several ways.
struct Way {
  bool large_first = true;   // larger amounts first, or smaller ones
  bool for_everyone = true;  // proofs that no contributor excludes are preferred
};
constexpr Way kWays[] = {{true, true}, {true, false}, {false, true}, {false, false}};
constexpr size_t kSmallTable = 600;  // cells

class PatternSearch {
 public:
  PatternSearch(const System& system, const PatternOptions& options, const Way& way,
                WorkBudget* budget)
      : system_(system),
        options_(options),
        way_(way),
        budget_(budget),
        haste_below_(budget->iterations_left / 2),
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
    Begin("proofs");
    AskNoMoreThanIsLeft();
    KLUIS_RETURN_IF_ERROR(ProveOutsiders());
    Begin("contributors");
    KLUIS_RETURN_IF_ERROR(ProveCoalitions());
    Begin("clean-up");
    if (options_.clean_up) {
      std::vector<WitnessSearch*> searches;
      for (const auto& search : searches_) searches.push_back(search.get());
      for (size_t i = 0; i < costs_.size(); ++i) costs_[i] = prices_[i];
      if (!CleanUp(system_, index_, prices_, searches, &proofs_, &suppressed_, budget_)) {
        cut_short_ = true;
      }
    }
    Close();
    ShowIdleDecoys(system_, &suppressed_);
    if (budget_->IsCancelled()) return Stopped(*budget_);
    Begin("check");
    KLUIS_RETURN_IF_ERROR(CheckProofs());
    Pattern pattern{
        .suppressed = suppressed_, .intervals = proofs_.Intervals(), .cut_short = cut_short_};
    pattern.reached = proofs_.Reached();
    if (options_.proofs) pattern.proofs = proofs_.HandOver();
    return pattern;
  }

 private:
  void Begin(const char* stage) const {
    if (options_.stage) options_.stage(stage);
  }

  // What single rows exclude when nothing is published need not be looked for by programs.
  void AskNoMoreThanIsLeft() {
    const std::vector<bool> everything(system_.cells.size(), true);
    for (int s = 0; s < static_cast<int>(system_.scenarios.size()); ++s) {
      const auto& requirements = system_.scenarios[s].requirements;
      if (std::none_of(requirements.begin(), requirements.end(),
                       [](const Requirement& asked) { return asked.relaxable; })) {
        continue;
      }
      const Narrowing narrowing(system_, index_, s, everything, proofs_.targets());
      for (Target& target : proofs_.targets()) {
        if (target.scenario != s || !target.relaxable) continue;
        target.amount = std::min(target.amount, narrowing.ReachOf(target.cell, target.sign));
      }
    }
  }

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
      if (more != 0) return more > 0;
      return way_.large_first ? left.amount > right.amount : left.amount < right.amount;
    });
    size_t done = 0;
    for (const int t : order) {
      KLUIS_RETURN_IF_ERROR(Prove(t, {}));
      if (options_.progress && ++done % 64 == 0) options_.progress(1.0 * done / order.size());
    }
    return CheckRelaxed();
  }

  // Each proof is none for those who know a cell of it better; they need proofs of their own, which
  // may again be none for a larger coalition.
  absl::Status ProveCoalitions() {
    for (size_t t = 0; t < proofs_.targets().size(); ++t) {
      if (proofs_.targets()[t].witness < 0) continue;
      const Deviation proof = proofs_.witnesses()[proofs_.targets()[t].witness].deviation;
      for (const int other : proofs_.Against(static_cast<int>(t))) {
        KLUIS_RETURN_IF_ERROR(Prove(other, proof));
      }
    }
    return absl::OkStatus();
  }

  // Half of the budget is spent: what is cheapest gives way to what is found at once.
  bool InHaste() {
    cut_short_ |= budget_->iterations_left < haste_below_;
    return budget_->iterations_left < haste_below_;
  }

  // `start`: the proof against a smaller coalition, if there is one.
  absl::Status Prove(int t, const Deviation& start) {
    if (proofs_.targets()[t].witness >= 0 || proofs_.targets()[t].amount <= 0) {
      return absl::OkStatus();
    }
    const Target target = proofs_.targets()[t];
    WitnessSearch& search = *searches_[target.scenario];
    Deviation deviation;
    const bool in_haste = InHaste();
    if (!FindForEveryone(target, kSuppressed, 0, &search, &deviation) &&
        !Adjust(target, start, kSuppressed, &search, &deviation) &&
        !search.FindFree(target, !in_haste, budget_, &deviation) &&
        !FindAtACost(target, start, &search, &deviation)) {
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
    proofs_.Add(t, deviation);
    return absl::OkStatus();
  }

  // After the clean-up: what the attack P25 excludes is decided by the pattern as it is shown.
  void Close() {
    Closure closure(system_, index_, prices_);
    for (bool closed = false; !closed && !budget_->Spent();) {
      closed = true;
      for (Target& target : closure.Missing(suppressed_, budget_)) {
        WitnessSearch& search = *searches_[target.scenario];
        target.amount = std::floor(search.Reach(target, budget_) + 1e-6);
        Deviation deviation;
        if (target.amount <= 0) continue;
        if (!FindAtACost(target, {}, &search, &deviation) &&
            search.FindAnywhere(target, budget_, &deviation) != LpResult::kFound) {
          continue;
        }
        Suppress(deviation);
        closed = false;
      }
    }
    cut_short_ |= budget_->Spent();
  }

  bool FindForEveryone(const Target& target, ProductSearch::Reach reach, size_t near_cells,
                       WitnessSearch* search, Deviation* deviation) {
    return way_.for_everyone &&
           search->FindForEveryone(target, reach, near_cells, budget_, deviation);
  }

  bool Adjust(const Target& target, const Deviation& start, ProductSearch::Reach reach,
              WitnessSearch* search, Deviation* deviation) {
    return way_.for_everyone && !start.empty() &&
           search->Adjust(target, start, reach, budget_, deviation);
  }

  // The cheapest of moves of the product structure and a program around the cell; when there is
  // none, many moves in a large table, and programs over more and more.
  bool FindAtACost(const Target& target, const Deviation& start, WitnessSearch* search,
                   Deviation* deviation) {
    Deviation asked, anyone, other;  // proofs against the attacker of the target, and everybody
    bool found = search->FindMove(target, kAny, budget_, &asked);
    Take(Adjust(target, start, kAny, search, &other), other, &asked, &found);
    bool serves_all = FindForEveryone(target, kAny, 0, search, &anyone);
    const size_t cells = system_.cells.size();
    const bool enough = (found || serves_all) && InHaste();
    for (size_t near = NearCells(cells); !enough && !budget_->Spent(); near *= kWider) {
      const double price_max = found ? PriceOf(asked) : kAnyPrice;
      Take(search->FindNearby(target, near, price_max, budget_, &other), other, &asked, &found);
      if (found && !serves_all && asked.size() > kManyCells) {
        serves_all = FindForEveryone(target, kAny, near, search, &anyone);
      }
      const bool wide = cells > kLargeTable && (near >= kNearWide || !target.coalition.empty());
      if (!found && !serves_all && wide) {  // a program over most of such a table takes hours
        found = search->FindMove(target, kAnyInManyMoves, budget_, &asked);
        Take(Adjust(target, start, kAnyInManyMoves, search, &other), other, &asked, &found);
        serves_all = FindForEveryone(target, kAnyInManyMoves, 0, search, &anyone);
      }
      if (found || serves_all || near >= cells) break;
    }
    const double worth = asked.size() > kManyCells ? kForMany : 1;
    const bool for_all = serves_all && (!found || PriceOf(anyone) <= PriceOf(asked) * worth);
    *deviation = std::move(for_all ? anyone : asked);
    return found || serves_all;
  }

  // Keeps the cheaper of two.
  void Take(bool found_other, const Deviation& other, Deviation* best, bool* found) const {
    if (!found_other) return;
    if (!*found || PriceOf(other) < PriceOf(*best)) *best = other;
    *found = true;
  }

  double PriceOf(const Deviation& deviation) const {
    double price = 0;
    for (const auto& term : deviation) price += suppressed_[term.first] ? 0 : prices_[term.first];
    return price;
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
    std::vector<bool> seen(proofs_.targets().size(), false);
    for (const int t : needed) seen[t] = true;
    for (size_t i = 0; i < needed.size(); ++i) {
      const Target target = proofs_.targets()[needed[i]];
      if (target.amount <= 0) continue;  // given up: nothing is left that could be hidden
      if (target.witness < 0) return Unproven(target, "no proof");
      for (const auto& term : proofs_.witnesses()[target.witness].deviation) {
        if (!suppressed_[term.first]) return Unproven(target, "its proof uses a published cell");
      }
      for (const int other : proofs_.Against(needed[i])) {
        seen.resize(proofs_.targets().size(), false);
        if (!seen[other]) needed.push_back(other);
        seen[other] = true;
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
  const Way way_;
  WorkBudget* budget_;
  const int64_t haste_below_;
  bool cut_short_ = false;
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
  absl::StatusOr<Pattern> best = PatternSearch(system, options, kWays[0], budget).Run();
  if (!best.ok() || system.cells.size() > kSmallTable) return best;
  for (size_t way = 1; way < std::size(kWays) && !budget->Spent(); ++way) {
    const bool same =
        system.contributors.empty() && kWays[way].for_everyone != kWays[0].for_everyone;
    if (same) continue;
    absl::StatusOr<Pattern> other = PatternSearch(system, options, kWays[way], budget).Run();
    if (other.ok() && PriceOf(system, *other) < PriceOf(system, *best)) best = std::move(other);
  }
  if (budget->IsCancelled()) return Stopped(*budget);
  return best;
}

}  // namespace kluis
