#include "disclosure/suppression/deviation_lp.h"

#include <algorithm>
#include <cmath>
#include <coin/ClpSimplex.hpp>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

constexpr int kIterationsPerProgramMax = 100'000;
constexpr int kNodesMax = 200;
constexpr double kIntegerTolerance = 1e-6;
constexpr double kInflation = 1e-6;
constexpr double kInfinite = 1e12;  // in units of the deviation asked for

double Headroom(absl::int128 distance) {
  return distance >= kUnbounded / 2 ? COIN_DBL_MAX : ToDouble(distance);
}

double Scaled(double headroom, double scale) {
  const double scaled = headroom / scale;
  return scaled > kInfinite ? COIN_DBL_MAX : scaled;
}

}  // namespace

// Two columns per cell, 2i for the part above the true value and 2i + 1 for the part below: with
// costs above 0 the slack basis is dual feasible, so the dual method repairs one bound only.
struct DeviationLp::Program {
  ClpSimplex clp;
};

DeviationLp::DeviationLp(const System& system, const RowIndex& index, const Scenario& scenario,
                         const std::vector<int>& cells)
    : system_(system), index_(index), program_(std::make_unique<Program>()) {
  program_->clp.setLogLevel(0);
  program_->clp.scaling(0);
  program_->clp.setPrimalTolerance(system.integral ? 1e-7 : 1e-9);
  program_->clp.setMaximumIterations(kIterationsPerProgramMax);
  Load(scenario, cells, {});
}

void DeviationLp::Load(const Scenario& scenario, const std::vector<int>& cells,
                       const std::vector<double>& costs) {
  scenario_ = &scenario;
  cells_ = cells;
  local_.clear();
  for (auto* numbers : {&up_, &down_, &slack_low_, &slack_high_}) numbers->clear();
  rows_.clear();
  row_local_.clear();
  row_local_.reserve(2 * cells_.size());
  std::vector<int> starts = {0}, rows;
  std::vector<double> coefficients, prices;
  for (size_t i = 0; i < cells_.size(); ++i) {
    const int cell = cells_[i];
    up_.push_back(Headroom(scenario.bounds[cell].high - system_.cells[cell].value));
    down_.push_back(Headroom(system_.cells[cell].value - scenario.bounds[cell].low));
    prices.insert(prices.end(), 2, costs.empty() ? 1.0 : costs[cell]);
    const size_t first = rows.size();
    for (const auto& [row, coefficient] : index_.RowsOf(cell)) {
      const auto [found, added] = row_local_.insert({row, static_cast<int>(rows_.size())});
      if (added) rows_.push_back(row);
      rows.push_back(found->second);
      coefficients.push_back(coefficient);
    }
    starts.push_back(static_cast<int>(rows.size()));
    for (size_t term = first, end = rows.size(); term < end; ++term) {
      rows.push_back(rows[term]);
      coefficients.push_back(-coefficients[term]);
    }
    starts.push_back(static_cast<int>(rows.size()));
  }
  for (const int row : rows_) {
    absl::int128 truth = 0;
    if (!system_.rows[row].equality()) {
      for (const auto& [cell, c] : system_.rows[row].terms) truth += system_.cells[cell].value * c;
    }
    const bool equality = system_.rows[row].equality();
    slack_low_.push_back(equality ? 0 : -Headroom(truth - system_.rows[row].low));
    slack_high_.push_back(equality ? 0 : Headroom(system_.rows[row].high - truth));
  }
  const std::vector<double> zeros(2 * cells_.size(), 0.0);
  program_->clp.loadProblem(static_cast<int>(zeros.size()), static_cast<int>(rows_.size()),
                            starts.data(), rows.data(), coefficients.data(), zeros.data(),
                            zeros.data(), prices.data(), slack_low_.data(), slack_high_.data());
  Scale(1);
}

DeviationLp::~DeviationLp() = default;

int DeviationLp::LocalOf(int cell) {
  if (!cells_.empty() && cells_.front() == cell) return 0;  // a program around this cell
  if (local_.empty()) {
    local_.reserve(cells_.size());
    for (size_t i = 0; i < cells_.size(); ++i) local_[cells_[i]] = static_cast<int>(i);
  }
  const auto found = local_.find(cell);
  return found == local_.end() ? -1 : found->second;
}

void DeviationLp::SetCost(int cell, double cost) {
  const int local = LocalOf(cell);
  if (local < 0) return;
  program_->clp.setObjectiveCoefficient(2 * local, cost);
  program_->clp.setObjectiveCoefficient(2 * local + 1, cost);
}

// Column bounds for low <= deviation <= high, within what the cell allows.
void DeviationLp::Restrict(int local, double low, double high) {
  const double up = Scaled(up_[local], scale_);
  const double down = Scaled(down_[local], scale_);
  const double above_low = std::max(low, 0.0);
  const double below_low = std::max(-high, 0.0);
  program_->clp.setColumnBounds(2 * local, above_low, high < 0 ? 0 : std::min(up, high));
  program_->clp.setColumnBounds(2 * local + 1, below_low, low > 0 ? 0 : std::min(down, -low));
}

void DeviationLp::Scale(double scale) {
  scale_ = scale;
  for (size_t i = 0; i < cells_.size(); ++i) {
    Restrict(static_cast<int>(i), -COIN_DBL_MAX, COIN_DBL_MAX);
  }
  for (size_t r = 0; r < rows_.size(); ++r) {
    if (slack_low_[r] == 0 && slack_high_[r] == 0) continue;
    program_->clp.setRowBounds(static_cast<int>(r), -Scaled(-slack_low_[r], scale),
                               Scaled(slack_high_[r], scale));
  }
}

void DeviationLp::Charge(WorkBudget* budget) const {
  const int64_t weight = 1 + static_cast<int64_t>(cells_.size()) / 4000;
  budget->iterations_left -= (program_->clp.numberIterations() + 1) * weight;
}

LpResult DeviationLp::Run(WorkBudget* budget) {
  if (budget->Spent()) return LpResult::kUnproven;
  ClpSimplex& clp = program_->clp;
  clp.allSlackBasis(true);
  clp.dual();
  Charge(budget);
  if (clp.isProvenOptimal()) return LpResult::kFound;
  return clp.isProvenPrimalInfeasible() ? LpResult::kInfeasible : LpResult::kUnproven;
}

LpResult DeviationLp::Solve(int cell, double amount, WorkBudget* budget, Deviation* deviation) {
  const int local = LocalOf(cell);
  if (local < 0) return LpResult::kInfeasible;
  const double size = std::abs(amount);
  const double room = amount > 0 ? up_[local] : down_[local];
  if (room < size) return LpResult::kInfeasible;
  if (!system_.integral && scale_ != size) Scale(size);
  const double target = system_.integral ? size : std::min(1 + kInflation, Scaled(room, size));
  const Interval interval = amount > 0 ? Interval{target, COIN_DBL_MAX}
                                       : Interval{-COIN_DBL_MAX, -target};
  if (system_.integral) return SolveInteger({{{local, interval}}}, budget, deviation);
  Restrict(local, interval.first, interval.second);
  LpResult result = Run(budget);
  if (result == LpResult::kFound) {
    *deviation = Read(false);
    if (!IsWitness(system_, index_, *scenario_, *deviation)) result = LpResult::kUnproven;
  }
  Restrict(local, -COIN_DBL_MAX, COIN_DBL_MAX);
  return result;
}

// Runs the program under the bounds of one branch, and takes them back.
LpResult DeviationLp::RunBranch(const Branch& branch, WorkBudget* budget, Deviation* deviation,
                                int* fractional, double* value) {
  ClpSimplex& clp = program_->clp;
  for (const auto& [local, bounds] : branch) Restrict(local, bounds.first, bounds.second);
  const LpResult result = Run(budget);
  if (result == LpResult::kFound) {
    *fractional = FractionalCell();
    if (*fractional < 0) {
      *deviation = Read(true);
    } else {
      const double* x = clp.primalColumnSolution();
      *value = x[2 * *fractional] - x[2 * *fractional + 1];
    }
  }
  for (const auto& [local, bounds] : branch) Restrict(local, -COIN_DBL_MAX, COIN_DBL_MAX);
  return result;
}

LpResult DeviationLp::SolveInteger(Branch root, WorkBudget* budget, Deviation* deviation) {
  std::vector<Branch> stack = {std::move(root)};
  for (int node = 0; !stack.empty(); ++node) {
    if (node >= kNodesMax) return LpResult::kUnproven;
    const Branch branch = std::move(stack.back());
    stack.pop_back();
    int fractional = -1;
    double value = 0;
    const LpResult result = RunBranch(branch, budget, deviation, &fractional, &value);
    if (result == LpResult::kUnproven) return result;
    if (result == LpResult::kInfeasible) continue;
    if (fractional < 0) {
      const bool proven = IsWitness(system_, index_, *scenario_, *deviation);
      return proven ? LpResult::kFound : LpResult::kUnproven;
    }
    const auto before = branch.find(fractional);
    const Interval range =
        before == branch.end() ? Interval{-COIN_DBL_MAX, COIN_DBL_MAX} : before->second;
    Branch below = branch, above = branch;
    below[fractional] = {range.first, std::floor(value)};
    above[fractional] = {std::ceil(value), range.second};
    stack.push_back(std::move(below));
    stack.push_back(std::move(above));
  }
  return LpResult::kInfeasible;
}

int DeviationLp::FractionalCell() const {
  const double* x = program_->clp.primalColumnSolution();
  for (size_t i = 0; i < cells_.size(); ++i) {
    const double value = x[2 * i] - x[2 * i + 1];
    if (std::abs(value - std::round(value)) > kIntegerTolerance) return static_cast<int>(i);
  }
  return -1;
}

Deviation DeviationLp::Read(bool round) const {
  const double* x = program_->clp.primalColumnSolution();
  Deviation deviation;
  for (size_t i = 0; i < cells_.size(); ++i) {
    double value = x[2 * i] - x[2 * i + 1];
    if (round) value = std::round(value);
    if (std::abs(value) <= 1e-10) continue;
    deviation.emplace_back(cells_[i], value * scale_);
  }
  std::sort(deviation.begin(), deviation.end());
  return deviation;
}

double DeviationLp::Reach(int cell, int sign, double limit, WorkBudget* budget) {
  const int local = LocalOf(cell);
  if (local < 0) return 0;
  if (budget->Spent()) return -1;
  if (!system_.integral && scale_ != limit) Scale(limit);
  ClpSimplex& clp = program_->clp;
  const std::vector<double> costs(clp.objective(), clp.objective() + 2 * cells_.size());
  std::fill(clp.objective(), clp.objective() + 2 * cells_.size(), 0.0);
  const double bound = limit / scale_;
  Restrict(local, sign > 0 ? 0 : -bound, sign > 0 ? bound : 0);
  clp.objective()[2 * local + (sign > 0 ? 0 : 1)] = -1;
  clp.allSlackBasis(true);
  clp.primal();
  Charge(budget);
  const double reach = clp.isProvenOptimal() ? -clp.objectiveValue() * scale_ : -1;
  std::copy(costs.begin(), costs.end(), clp.objective());
  Restrict(local, -COIN_DBL_MAX, COIN_DBL_MAX);
  return reach;
}

}  // namespace kluis
