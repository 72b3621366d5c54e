#include "disclosure/audit/interval_lp.h"

#include <algorithm>
#include <cmath>
#include <coin/ClpSimplex.hpp>
#include <coin/ClpSolve.hpp>

#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"

namespace kluis {
namespace {

constexpr double kLargestScaled = 1e5;   // so that Clp's tolerance is 1e-12 of the largest value
constexpr int kKeepFactors = 1 | 2 | 4;  // of primal(): the factorisation and work areas are kept

double Scaled(double bound, double scale) {
  return std::isinf(bound) ? std::copysign(COIN_DBL_MAX, bound) : bound / scale;
}

}  // namespace

struct IntervalLp::Program {
  ClpSimplex clp;
  bool started = false;
};

IntervalLp::IntervalLp(const Unknowns& unknowns, const std::vector<int>& columns,
                       const std::vector<double>& constants)
    : unknowns_(unknowns), program_(std::make_unique<Program>()) {
  for (size_t i = 0; i < columns.size(); ++i) local_[columns[i]] = static_cast<int>(i);
  absl::flat_hash_map<int, int> row_of;
  std::vector<double> row_low, row_high, low, high, coefficients;
  std::vector<int> starts = {0}, rows;
  double largest = 0;
  for (const int column : columns) {
    for (const int r : unknowns.rows_of[column]) {
      const AuditRow& row = unknowns.rows[r];
      const auto [place, fresh] = row_of.insert({r, static_cast<int>(row_low.size())});
      if (fresh) {
        double constant = 0;
        for (const auto& [other, coefficient] : row.terms) {
          if (local_.count(other) == 0) constant += coefficient * constants[other];
        }
        row_low.push_back(row.low - constant);
        row_high.push_back(row.high - constant);
        if (std::isfinite(row.low)) largest = std::max(largest, std::abs(row_low.back()));
      }
      const auto term = std::find_if(row.terms.begin(), row.terms.end(),
                                     [&](const auto& t) { return t.first == column; });
      rows.push_back(place->second);
      coefficients.push_back(term->second);
    }
    starts.push_back(static_cast<int>(rows.size()));
    low.push_back(unknowns.known[column].low);
    high.push_back(unknowns.known[column].high);
  }
  for (const auto* bounds : {&low, &high}) {
    for (const double bound : *bounds) {
      if (std::isfinite(bound)) largest = std::max(largest, std::abs(bound));
    }
  }
  scale_ = largest > 0 ? largest / kLargestScaled : 1;
  for (auto* bounds : {&row_low, &row_high, &low, &high}) {
    for (double& bound : *bounds) bound = Scaled(bound, scale_);
  }
  const std::vector<double> zeros(columns.size(), 0.0);
  program_->clp.setLogLevel(0);
  program_->clp.loadProblem(static_cast<int>(columns.size()), static_cast<int>(row_low.size()),
                            starts.data(), rows.data(), coefficients.data(), low.data(),
                            high.data(), zeros.data(), row_low.data(), row_high.data());
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
  const auto found = local_.find(column);
  KLUIS_CHECK(found != local_.end());
  const int local = found->second;
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
  const auto found = local_.find(column);
  if (found == local_.end()) return unknowns_.narrow[column].low;
  return program_->clp.primalColumnSolution()[found->second] * scale_;
}

void IntervalLp::SetBounds(int column, const AuditInterval& bounds) {
  const auto found = local_.find(column);
  if (found == local_.end()) return;
  program_->clp.setColumnBounds(found->second, Scaled(bounds.low, scale_),
                                Scaled(bounds.high, scale_));
  program_->started = false;
}

void IntervalLp::Restrict(int column, const AuditInterval& bounds) {
  const AuditInterval& known = unknowns_.known[column];
  SetBounds(column, {std::max(bounds.low, known.low), std::min(bounds.high, known.high)});
}

void IntervalLp::Release(int column) { SetBounds(column, unknowns_.known[column]); }

}  // namespace kluis
