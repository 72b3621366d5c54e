#include "disclosure/audit/interval_lp.h"

#include <algorithm>
#include <cmath>
#include <coin/ClpSimplex.hpp>
#include <coin/ClpSolve.hpp>

#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"

namespace kluis {
namespace {

constexpr double kLargestScaled = 1e5;  // so that Clp's tolerance is 1e-12 of the largest value
constexpr int kKeepFactors = 1 | 2 | 4;  // of primal(): the factorisation and work areas are kept

}  // namespace

struct IntervalLp::Program {
  ClpSimplex clp;
  bool started = false;
};

IntervalLp::IntervalLp(const Unknowns& unknowns, const std::vector<int>& columns)
    : unknowns_(unknowns), local_(unknowns.cell_of.size(), -1),
      program_(std::make_unique<Program>()) {
  for (size_t i = 0; i < columns.size(); ++i) local_[columns[i]] = static_cast<int>(i);
  std::vector<int> row_of(unknowns.rows.size(), -1);
  std::vector<double> row_low, row_high, low, high;
  CoinPackedMatrix matrix(true, 0, 0);
  std::vector<std::pair<std::vector<int>, std::vector<double>>> entries;
  double largest = 0;
  for (const int column : columns) {
    auto& entry = entries.emplace_back();
    for (const int r : unknowns.rows_of[column]) {
      const AuditRow& row = unknowns.rows[r];
      if (row_of[r] < 0) {
        row_of[r] = static_cast<int>(row_low.size());
        double constant = 0;
        for (const auto& [other, coefficient] : row.terms) {
          if (local_[other] < 0) constant += coefficient * unknowns.narrow[other].low;
        }
        row_low.push_back(row.low - constant);
        row_high.push_back(row.high - constant);
        if (std::isfinite(row.low)) largest = std::max(largest, std::abs(row_low.back()));
      }
      const auto term = std::find_if(row.terms.begin(), row.terms.end(),
                                     [&](const auto& t) { return t.first == column; });
      entry.first.push_back(row_of[r]);
      entry.second.push_back(term->second);
    }
    low.push_back(unknowns.known[column].low);
    high.push_back(unknowns.known[column].high);
  }
  scale_ = std::max(largest / kLargestScaled, 1e-300);
  const auto scaled = [&](std::vector<double>* bounds) {
    for (double& bound : *bounds)
      bound = std::isinf(bound) ? std::copysign(COIN_DBL_MAX, bound) : bound / scale_;
  };
  for (auto* bounds : {&row_low, &row_high, &low, &high}) scaled(bounds);
  matrix.setDimensions(static_cast<int>(row_low.size()), 0);
  for (const auto& [rows, coefficients] : entries) {
    matrix.appendCol(static_cast<int>(rows.size()), rows.data(), coefficients.data());
  }
  const std::vector<double> zeros(columns.size(), 0.0);
  program_->clp.setLogLevel(0);
  program_->clp.loadProblem(matrix, low.data(), high.data(), zeros.data(), row_low.data(),
                            row_high.data());
}

IntervalLp::~IntervalLp() = default;

absl::Status IntervalLp::Start() {
  ClpSolve presolved;
  presolved.setSolveType(ClpSolve::usePrimal);
  program_->clp.initialSolve(presolved);
  ++programs_;
  if (program_->clp.isProvenOptimal()) return absl::OkStatus();
  if (program_->clp.isProvenPrimalInfeasible()) {
    return absl::InvalidArgumentError("no table agrees with what is shown and known");
  }
  return absl::InternalError("the solver found no first table");
}

absl::StatusOr<double> IntervalLp::Extreme(int column, int sign) {
  const int local = local_[column];
  KLUIS_CHECK(local >= 0);
  ClpSimplex& clp = program_->clp;
  clp.setObjectiveCoefficient(local, -sign);
  clp.primal(0, program_->started ? kKeepFactors : 1);
  program_->started = true;
  ++programs_;
  if (!clp.isProvenOptimal() && !clp.isProvenDualInfeasible()) {
    clp.allSlackBasis(true);
    clp.primal();
    program_->started = false;
  }
  clp.setObjectiveCoefficient(local, 0);
  if (clp.isProvenOptimal()) return clp.primalColumnSolution()[local] * scale_;
  if (clp.isProvenDualInfeasible()) return sign * kInfinity;
  if (clp.isProvenPrimalInfeasible()) {
    return absl::InvalidArgumentError("no table agrees with what is shown and known");
  }
  return absl::InternalError(absl::StrCat("the solver gave up with status ", clp.status()));
}

double IntervalLp::Value(int column) const {
  const int local = local_[column];
  if (local < 0) return unknowns_.narrow[column].low;
  return program_->clp.primalColumnSolution()[local] * scale_;
}

void IntervalLp::Hold(int column, double value) {
  if (local_[column] < 0) return;
  program_->clp.setColumnBounds(local_[column], value / scale_, value / scale_);
  program_->started = false;
}

void IntervalLp::Release(int column) {
  if (local_[column] < 0) return;
  const AuditInterval& known = unknowns_.known[column];
  const auto scaled = [&](double bound) {
    return std::isinf(bound) ? std::copysign(COIN_DBL_MAX, bound) : bound / scale_;
  };
  program_->clp.setColumnBounds(local_[column], scaled(known.low), scaled(known.high));
  program_->started = false;
}

}  // namespace kluis
