// The Cholesky factor of a symmetric positive definite matrix, scaled to a unit diagonal first.
#ifndef KLUIS_DISCLOSURE_MODELS_SPD_FACTOR_H_
#define KLUIS_DISCLOSURE_MODELS_SPD_FACTOR_H_

#include <cstddef>
#include <optional>
#include <vector>

namespace kluis {

// Square, row by row.
class SquareMatrix {
 public:
  explicit SquareMatrix(size_t size = 0) : size_(size), values_(size * size, 0) {}
  size_t size() const { return size_; }
  long double& at(size_t row, size_t column) { return values_[row * size_ + column]; }
  long double at(size_t row, size_t column) const { return values_[row * size_ + column]; }

 private:
  size_t size_;
  std::vector<long double> values_;
};

// A = D L L' D, with D the roots of the diagonal of A, so that the units of the columns do not
// matter (Higham, Accuracy and Stability of Numerical Algorithms, 2002, 10.1). O(size^3).
class SpdFactor {
 public:
  // None when a column depends on those before it: what they leave of its square is at most
  // kDependent of it. `dependent`, which may be null, is that column then. Only the lower triangle
  // is read.
  static std::optional<SpdFactor> Create(const SquareMatrix& matrix, size_t* dependent);

  // x with A x = b. REQUIRES: b has the size of A.
  std::vector<long double> Solve(std::vector<long double> b) const;
  // The diagonal of the inverse of A.
  std::vector<long double> InverseDiagonal() const;

  // One minus the squared multiple correlation with the columns before it. The square of a sum over
  // a million rows has 64 bits here, so that a dependence shows as about 1e-13 at most.
  static constexpr long double kDependent = 1e-11L;

 private:
  SpdFactor() = default;
  SquareMatrix lower_;
  std::vector<long double> scale_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_MODELS_SPD_FACTOR_H_
