#include "disclosure/models/generalized.h"

#include <algorithm>
#include <cmath>

#include "disclosure/models/distributions.h"
#include "disclosure/models/spd_factor.h"

namespace kluis {
namespace {

using Vector = std::vector<long double>;

constexpr int kIterationsMax = 60;
constexpr long double kStepDone = 1e-14L;  // of the largest linear predictor, or of 1

// The ends of the linear predictor, beyond which a coefficient is taken to run to infinity: odds of
// one to 5e8, a probability of 1e-9, a mean of 2e-9.
long double EndOf(ModelFamily family) { return family == ModelFamily::kProbit ? 6 : 20; }

struct Mean {
  long double value = 0, slope = 0, variance = 0;  // m, m', V
};

Mean MeanAt(ModelFamily family, long double e) {
  if (family == ModelFamily::kPoisson) {
    const long double m = std::exp(e);
    return {m, m, m};
  }
  if (family == ModelFamily::kLogit) {
    const long double m = 1 / (1 + std::exp(-e)), v = m / (1 + std::exp(e));
    return {m, v, v};
  }
  const long double m = NormalCdf(e);
  return {m, NormalDensity(e), m * NormalCdf(-e)};
}

enum class Information { kExpected, kObserved };

// What a cell adds to the information, of its linear predictor `e`. The observed one is the
// curvature: of probits it differs from the expected one, and steps by that can swing about the
// maximum for ever where the model fits badly.
long double WeightOf(ModelFamily family, const GroupedCell& cell, long double e, const Mean& m,
                     Information information) {
  if (family != ModelFamily::kProbit || information == Information::kExpected)
    return cell.n * m.slope * m.slope / m.variance;
  const long double above = m.slope / NormalCdf(e), below = m.slope / NormalCdf(-e);
  return cell.y * above * (above + e) + (cell.n - cell.y) * below * (below - e);
}

// The linear predictor of a mean.
long double Link(ModelFamily family, long double m) {
  if (family == ModelFamily::kPoisson) return std::log(m);
  if (family == ModelFamily::kLogit) return std::log(m / (1 - m));
  return NormalQuantile(m);
}

long double Predictor(const GroupedCell& cell, const Vector& b) {
  long double e = b[0];
  for (const auto& [j, x] : cell.x) e += b[j + 1] * x;
  return e;
}

class Scoring {
 public:
  Scoring(ModelFamily family, std::vector<GroupedCell> cells, size_t regressors)
      : family_(family), cells_(std::move(cells)), size_(regressors + 1) {}

  std::variant<ModelFit, NoFit> Run(int64_t rows) {
    ScaleTo(rows);
    if (!Start()) return NoFit{.reason = NoFit::Reason::kSeparated};
    const Vector alone = b_;
    for (int i = 0; i < kIterationsMax; ++i) {
      NoFit none;
      const auto factor = Score(Information::kObserved, &none.column);
      if (!factor) {
        none.reason = i == 0 ? NoFit::Reason::kDependent : NoFit::Reason::kSeparated;
        return none;
      }
      const long double step = Improve(factor->Solve(score_));
      if (IsSeparated()) return NoFit{.reason = NoFit::Reason::kSeparated};
      if (step <= kStepDone * std::max(Largest(), 1.0L)) return Finish(alone, rows);
    }
    return NoFit{.reason = NoFit::Reason::kNotConverged};
  }

 private:
  void ScaleTo(int64_t rows) {
    long double all = 0;
    for (const GroupedCell& cell : cells_) all += cell.n;
    for (GroupedCell& cell : cells_) {
      cell.n *= static_cast<long double>(rows) / all;
      cell.y *= static_cast<long double>(rows) / all;
    }
  }

  bool Start() {
    long double n = 0, y = 0;
    for (const GroupedCell& cell : cells_) n += cell.n, y += cell.y;
    b_.assign(size_, 0);
    const bool inside = y > 0 && (family_ == ModelFamily::kPoisson || y < n);
    if (inside) b_[0] = Link(family_, y / n);
    return inside;
  }

  // The information at b and its factor; the score beside it.
  std::optional<SpdFactor> Score(Information kind, size_t* dependent) {
    SquareMatrix information(size_);
    score_.assign(size_, 0);
    for (const GroupedCell& cell : cells_) {
      const long double e = Predictor(cell, b_);
      const Mean m = MeanAt(family_, e);
      if (cell.n <= 0 || !(m.variance > 0)) continue;
      const long double w = WeightOf(family_, cell, e, m, kind);
      const long double u = (cell.y - cell.n * m.value) * m.slope / m.variance;
      information.at(0, 0) += w;
      score_[0] += u;
      for (const auto& [j, x] : cell.x) {
        score_[j + 1] += u * x;
        information.at(j + 1, 0) += w * x;
        for (const auto& [k, z] : cell.x) {
          if (k <= j) information.at(j + 1, k + 1) += w * x * z;
        }
      }
    }
    auto factor = SpdFactor::Create(information, dependent);
    if (!factor && *dependent > 0) --*dependent;
    return factor;
  }

  // Adds the step, halved until the likelihood does not fall. The step that was taken, as the
  // largest change of a linear predictor.
  long double Improve(Vector step) {
    const long double before = LogLikelihood(family_, cells_, b_);
    for (int half = 0; half < 30; ++half) {
      Vector next = b_;
      for (size_t j = 0; j < size_; ++j) next[j] += step[j];
      const long double after = LogLikelihood(family_, cells_, next);
      if (after >= before - 1e-12L * std::fabs(before)) {
        b_ = std::move(next);
        return LargestOf(step);
      }
      for (long double& s : step) s /= 2;
    }
    return 0;
  }

  long double LargestOf(const Vector& b) const {
    long double largest = 0;
    for (const GroupedCell& cell : cells_) {
      if (cell.n > 0) largest = std::max(largest, std::fabs(Predictor(cell, b)));
    }
    return largest;
  }
  long double Largest() const { return LargestOf(b_); }

  bool IsSeparated() const {
    return std::any_of(cells_.begin(), cells_.end(), [this](const GroupedCell& cell) {
      const long double e = Predictor(cell, b_);
      if (cell.n <= 0) return false;
      if (!std::isfinite(e)) return true;
      return (family_ == ModelFamily::kPoisson ? -e : std::fabs(e)) > EndOf(family_);
    });
  }

  std::variant<ModelFit, NoFit> Finish(const Vector& alone, int64_t rows) {
    size_t dependent = 0;
    const auto factor = Score(Information::kExpected, &dependent);
    if (!factor) return NoFit{.reason = NoFit::Reason::kSeparated};
    ModelFit fit;
    fit.coefficients = b_;
    for (const long double variance : factor->InverseDiagonal()) {
      fit.standard_errors.push_back(std::sqrt(variance));
    }
    fit.rows = rows;
    fit.degrees_of_freedom = rows - static_cast<int64_t>(size_);
    if (family_ != ModelFamily::kPoisson) {
      fit.r2 = 1 - LogLikelihood(family_, cells_, b_) / LogLikelihood(family_, cells_, alone);
    }
    return fit;
  }

  const ModelFamily family_;
  std::vector<GroupedCell> cells_;
  const size_t size_;
  Vector b_, score_;
};

}  // namespace

long double LogLikelihood(ModelFamily family, const std::vector<GroupedCell>& cells,
                          const Vector& coefficients) {
  long double sum = 0;
  for (const GroupedCell& cell : cells) {
    if (cell.n <= 0) continue;
    const long double e = Predictor(cell, coefficients);
    if (family == ModelFamily::kPoisson) {
      sum += cell.y * e - cell.n * std::exp(e);
    } else if (family == ModelFamily::kLogit) {
      sum -= cell.y * std::log1p(std::exp(-e)) + (cell.n - cell.y) * std::log1p(std::exp(e));
    } else {
      if (cell.y > 0) sum += cell.y * std::log(NormalCdf(e));
      if (cell.y < cell.n) sum += (cell.n - cell.y) * std::log(NormalCdf(-e));
    }
  }
  return sum;
}

std::variant<ModelFit, NoFit> FitGeneralized(ModelFamily family, std::vector<GroupedCell> cells,
                                             size_t regressors, int64_t rows) {
  return Scoring(family, std::move(cells), regressors).Run(rows);
}

}  // namespace kluis
