// The linear program behind every step: the cheapest way in which a table can differ from the true
// one by a given amount in a given cell. The only user of Clp.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_DEVIATION_LP_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_DEVIATION_LP_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "disclosure/suppression/witness.h"

namespace kluis {

// Work counted in simplex iterations, never in time, so that a result can be executed again. An
// iteration of a larger program counts for more: once more for every 4,000 cells.
struct WorkBudget {
  int64_t iterations_left = 3'000'000;
  const std::atomic<bool>* cancelled = nullptr;

  bool Spent() const { return iterations_left <= 0 || IsCancelled(); }
  bool IsCancelled() const { return cancelled != nullptr && cancelled->load(); }
};

enum class LpResult {
  kFound,       // a verified witness
  kInfeasible,  // no such table
  kUnproven,    // stopped by the budget, or no integer table was found
};

// Minimises the sum of cost x |deviation| over `cells`; all other cells keep their true value.
// Deterministic: every program starts from the same basis, whatever was solved before.
class DeviationLp {
 public:
  // `system`, `index` and `scenario` must outlive the object. REQUIRES: no cell is fixed or known.
  DeviationLp(const System& system, const RowIndex& index, const Scenario& scenario,
              const std::vector<int>& cells);
  ~DeviationLp();

  // Starts again with other cells of another scenario, at the costs of `costs`, which holds those of
  // all cells of the system; empty: 1 each. Cheaper than a new object.
  void Load(const Scenario& scenario, const std::vector<int>& cells,
            const std::vector<double>& costs);

  // Price of one unit of deviation. REQUIRES: cost > 0.
  void SetCost(int cell, double cost);

  // A deviation of at least |amount| with its sign in `cell`, whole numbers when the system is
  // integral (branch and bound with a limit on nodes).
  LpResult Solve(int cell, double amount, WorkBudget* budget, Deviation* deviation);

  // The largest deviation in the direction of `sign`, at most `limit`; below 0 when unproven.
  double Reach(int cell, int sign, double limit, WorkBudget* budget);

 private:
  struct Program;
  using Interval = std::pair<double, double>;
  using Branch = std::map<int, Interval>;  // bounds on deviations that lead to a node

  int LocalOf(int cell);  // -1: not in the program
  LpResult Run(WorkBudget* budget);
  void Charge(WorkBudget* budget) const;
  LpResult SolveInteger(Branch root, WorkBudget* budget, Deviation* deviation);
  LpResult RunBranch(const Branch& branch, WorkBudget* budget, Deviation* deviation,
                     int* fractional, double* value);
  void Scale(double scale);
  void Restrict(int local, double low, double high);
  Deviation Read(bool round) const;
  int FractionalCell() const;

  const System& system_;
  const RowIndex& index_;
  const Scenario* scenario_;
  std::vector<int> cells_;
  absl::flat_hash_map<int, int> local_;  // system cell -> position in cells_, when asked for
  absl::flat_hash_map<int, int> row_local_;  // of the program that is loaded
  std::vector<double> up_, down_;
  std::vector<int> rows_;
  std::vector<double> slack_low_, slack_high_;
  double scale_ = 1;
  std::unique_ptr<Program> program_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_DEVIATION_LP_H_
