#include "disclosure/models/spd_factor.h"

#include <cmath>

namespace kluis {

std::optional<SpdFactor> SpdFactor::Create(const SquareMatrix& matrix, size_t* dependent) {
  const size_t n = matrix.size();
  const auto fail = [dependent](size_t column) {
    if (dependent != nullptr) *dependent = column;
    return std::nullopt;
  };
  SpdFactor factor;
  factor.lower_ = SquareMatrix(n);
  for (size_t i = 0; i < n; ++i) {
    if (!(matrix.at(i, i) > 0) || !std::isfinite(matrix.at(i, i))) return fail(i);
    factor.scale_.push_back(std::sqrt(matrix.at(i, i)));
  }
  SquareMatrix& lower = factor.lower_;
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      long double sum = i == j ? 1 : matrix.at(i, j) / (factor.scale_[i] * factor.scale_[j]);
      for (size_t k = 0; k < j; ++k) sum -= lower.at(i, k) * lower.at(j, k);
      if (i != j) {
        lower.at(i, j) = sum / lower.at(j, j);
      } else if (!(sum > kDependent)) {
        return fail(i);
      } else {
        lower.at(i, i) = std::sqrt(sum);
      }
    }
  }
  return factor;
}

std::vector<long double> SpdFactor::Solve(std::vector<long double> b) const {
  const size_t n = lower_.size();
  for (size_t i = 0; i < n; ++i) {
    b[i] /= scale_[i];
    for (size_t k = 0; k < i; ++k) b[i] -= lower_.at(i, k) * b[k];
    b[i] /= lower_.at(i, i);
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) b[i] -= lower_.at(k, i) * b[k];
    b[i] /= lower_.at(i, i);
  }
  for (size_t i = 0; i < n; ++i) b[i] /= scale_[i];
  return b;
}

std::vector<long double> SpdFactor::InverseDiagonal() const {
  const size_t n = lower_.size();
  std::vector<long double> diagonal(n, 0);
  for (size_t j = 0; j < n; ++j) {  // column j of the inverse of L
    std::vector<long double> column(n, 0);
    for (size_t i = j; i < n; ++i) {
      long double sum = i == j ? 1 : 0;
      for (size_t k = j; k < i; ++k) sum -= lower_.at(i, k) * column[k];
      column[i] = sum / lower_.at(i, i);
      diagonal[j] += column[i] * column[i];
    }
    diagonal[j] /= scale_[j] * scale_[j];
  }
  return diagonal;
}

}  // namespace kluis
