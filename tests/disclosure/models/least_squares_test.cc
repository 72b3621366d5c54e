// Least squares against certified values of NIST's Statistical Reference Datasets, and against a
// solution in exact rationals.
#include "disclosure/models/least_squares.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

namespace kluis {
namespace {

using Row = std::vector<int64_t>;  // scaled values, the outcome last

ExactMoments MomentsOf(const std::vector<Row>& rows, const std::vector<int>& decimals,
                       const std::vector<int64_t>& weights = {}) {
  const size_t m = decimals.size();
  ExactMoments moments{.rows = static_cast<int64_t>(rows.size()),
                       .n = 0,
                       .decimals = decimals,
                       .sums = std::vector<absl::int128>(m, 0),
                       .products = {}};
  for (size_t j = 0; j < m; ++j) moments.products.emplace_back(j + 1, 0);
  for (size_t i = 0; i < rows.size(); ++i) {
    const absl::int128 w = weights.empty() ? 1 : weights[i];
    moments.n += w;
    for (size_t j = 0; j < m; ++j) {
      moments.sums[j] += w * rows[i][j];
      for (size_t k = 0; k <= j; ++k) moments.products[j][k] += w * rows[i][j] * rows[i][k];
    }
  }
  return moments;
}

struct Certified {
  std::vector<double> coefficients, errors;
  double residual_error, r2;
};

// `digits`: that agree, relative.
void ExpectCertified(const std::vector<Row>& rows, const std::vector<int>& decimals,
                     const Certified& expected, double digits) {
  const auto result = FitLeastSquares(MomentsOf(rows, decimals));
  const auto* fit = std::get_if<ModelFit>(&result);
  ASSERT_NE(fit, nullptr);
  const double close = std::pow(10.0, -digits);
  const auto near = [&](long double value, double certified, const char* what, size_t j) {
    EXPECT_NEAR(static_cast<double>(value), certified, close * std::max(std::fabs(certified), 1e-9))
        << what << " " << j;
  };
  for (size_t j = 0; j < expected.coefficients.size(); ++j) {
    near(fit->coefficients[j], expected.coefficients[j], "coefficient", j);
    near(fit->standard_errors[j], expected.errors[j], "standard error", j);
  }
  near(*fit->residual_error, expected.residual_error, "residual error", 0);
  near(*fit->r2, expected.r2, "R2", 0);
}

TEST(LeastSquares, LongleyHasTheCertifiedValues) {
  const std::vector<Row> rows = {{830, 234289, 2356, 1590, 107608, 1947, 60323},
                                 {885, 259426, 2325, 1456, 108632, 1948, 61122},
                                 {882, 258054, 3682, 1616, 109773, 1949, 60171},
                                 {895, 284599, 3351, 1650, 110929, 1950, 61187},
                                 {962, 328975, 2099, 3099, 112075, 1951, 63221},
                                 {981, 346999, 1932, 3594, 113270, 1952, 63639},
                                 {990, 365385, 1870, 3547, 115094, 1953, 64989},
                                 {1000, 363112, 3578, 3350, 116219, 1954, 63761},
                                 {1012, 397469, 2904, 3048, 117388, 1955, 66019},
                                 {1046, 419180, 2822, 2857, 118734, 1956, 67857},
                                 {1084, 442769, 2936, 2798, 120445, 1957, 68169},
                                 {1108, 444546, 4681, 2637, 121950, 1958, 66513},
                                 {1126, 482704, 3813, 2552, 123366, 1959, 68655},
                                 {1142, 502601, 3931, 2514, 125368, 1960, 69564},
                                 {1157, 518173, 4806, 2572, 127852, 1961, 69331},
                                 {1169, 554894, 4007, 2827, 130081, 1962, 70551}};
  ExpectCertified(rows, {1, 0, 0, 0, 0, 0, 0},
                  {{-3482258.63459582, 15.0618722713733, -0.358191792925910E-01, -2.02022980381683,
                    -1.03322686717359, -0.511041056535807E-01, 1829.15146461355},
                   {890420.383607373, 84.9149257747669, 0.334910077722432E-01, 0.488399681651699,
                    0.214274163161675, 0.226073200069370, 455.478499142212},
                   304.854073561965,
                   0.995479004577296},
                  13);
}

TEST(LeastSquares, NorrisHasTheCertifiedValues) {
  const std::vector<std::pair<int, int>> y_x = {
      {1, 2},       {3388, 3374}, {1181, 1182}, {8880, 8846}, {92, 101},    {2281, 2265},
      {6685, 6663}, {9985, 9963}, {4491, 4486}, {7789, 7770}, {5592, 5582}, {3, 4},
      {1, 6},       {7781, 7755}, {6688, 6669}, {3393, 3380}, {4489, 4475}, {108, 116},
      {5577, 5560}, {2283, 2281}, {9980, 9958}, {8888, 8876}, {1196, 1202}, {3, 3},
      {6, 3},       {5576, 5568}, {3393, 3391}, {8880, 8872}, {9985, 9990}, {7789, 7790},
      {102, 111},   {1176, 1183}, {2289, 2292}, {6684, 6691}, {4492, 4489}, {2, 5}};
  std::vector<Row> rows;
  for (const auto& [y, x] : y_x) rows.push_back({x, y});
  ExpectCertified(rows, {1, 1},
                  {{-0.262323073774029, 1.00211681802045},
                   {0.232818234301152, 0.429796848199937E-03},
                   0.884796396144373,
                   0.999993745883712},
                  13);
}

std::vector<Row> Powers(const std::vector<int64_t>& off) {
  std::vector<Row> rows;
  for (int64_t x = 0; x <= 20; ++x) {
    Row row;
    int64_t power = 1, y = 1;
    for (int p = 1; p <= 5; ++p) {
      row.push_back(power *= x);
      y += power;
    }
    row.push_back(y + off[x]);
    rows.push_back(std::move(row));
  }
  return rows;
}

TEST(LeastSquares, WamplerHasTheCertifiedValues) {
  // Wampler 1: an exact polynomial.
  const auto result =
      FitLeastSquares(MomentsOf(Powers(std::vector<int64_t>(21, 0)), std::vector<int>(6, 0)));
  const ModelFit& fit = std::get<ModelFit>(result);
  for (const long double b : fit.coefficients) EXPECT_NEAR(static_cast<double>(b), 1, 1e-8);
  // Wampler 3: with noise that is orthogonal to it.
  ExpectCertified(
      Powers({759,   -2048, 2048,  -2048, 2523,  -2048, 2048,  -2048, 1838,  -2048, 2048,
              -2048, 1838,  -2048, 2048,  -2048, 2523,  -2048, 2048,  -2048, 759}),
      std::vector<int>(6, 0),
      {{1, 1, 1, 1, 1, 1},
       {2152.32624678170, 2363.55173469681, 779.343524331583, 101.475507550350, 5.64566512170752,
        0.112324854679312},
       2360.14502379268,
       0.999995559025820},
      9);
}

TEST(LeastSquares, OneDummyGivesTheMeansOfTwoGroups) {
  // 3, 5, 10 and 1, 2, 3, 4: means 6 and 2.5; within 26 + 5 = 31 on 5 degrees of freedom.
  const std::vector<Row> rows = {{0, 3}, {0, 5}, {0, 10}, {1, 1}, {1, 2}, {1, 3}, {1, 4}};
  const ModelFit fit = std::get<ModelFit>(FitLeastSquares(MomentsOf(rows, {0, 0})));
  EXPECT_NEAR(static_cast<double>(fit.coefficients[0]), 6, 1e-15);
  EXPECT_NEAR(static_cast<double>(fit.coefficients[1]), -3.5, 1e-15);
  EXPECT_NEAR(static_cast<double>(fit.standard_errors[0]), std::sqrt(31.0 / 5 / 3), 1e-14);
  EXPECT_NEAR(static_cast<double>(fit.standard_errors[1]),
              std::sqrt(31.0 / 5 * (1.0 / 3 + 1.0 / 4)), 1e-14);
  EXPECT_EQ(fit.degrees_of_freedom, 5);
  EXPECT_EQ(fit.rows, 7);
}

TEST(LeastSquares, WholeWeightsAreRowsThatStandThereSoOften) {
  const std::vector<Row> rows = {{0, 3}, {2, 5}, {5, 10}, {1, 1}, {4, 7}};
  const std::vector<int64_t> weights = {1, 3, 2, 4, 2};
  std::vector<Row> repeated;
  for (size_t i = 0; i < rows.size(); ++i) repeated.insert(repeated.end(), weights[i], rows[i]);
  const ModelFit weighted = std::get<ModelFit>(FitLeastSquares(MomentsOf(rows, {0, 0}, weights)));
  const ModelFit all = std::get<ModelFit>(FitLeastSquares(MomentsOf(repeated, {0, 0})));
  for (size_t j = 0; j < 2; ++j) {
    EXPECT_NEAR(static_cast<double>(weighted.coefficients[j] - all.coefficients[j]), 0, 1e-15);
    // The same sums on 3 instead of 10 degrees of freedom.
    EXPECT_NEAR(static_cast<double>(weighted.standard_errors[j] / all.standard_errors[j]),
                std::sqrt(10.0 / 3), 1e-14);
  }
  EXPECT_NEAR(static_cast<double>(*weighted.r2 - *all.r2), 0, 1e-15);
  // Weights that add up to 5: the residual sum is 5/12 of that of the twelve.
  EXPECT_NEAR(static_cast<double>(weighted.residual_sum / all.residual_sum), 5.0 / 12, 1e-14);
}

TEST(LeastSquares, DependentColumnsAreNamed) {
  std::vector<Row> rows;
  for (int64_t i = 0; i < 30; ++i) rows.push_back({i, i * i % 7, 3 * i - 2 * (i * i % 7) + 5, i});
  const NoFit none = std::get<NoFit>(FitLeastSquares(MomentsOf(rows, {0, 0, 0, 0})));
  EXPECT_EQ(none.reason, NoFit::Reason::kDependent);
  EXPECT_EQ(none.column, 2u);
  for (Row& row : rows) row[1] = 4;  // that of the intercept
  EXPECT_EQ(std::get<NoFit>(FitLeastSquares(MomentsOf(rows, {0, 0, 0, 0}))).column, 1u);
}

// Exact: numerator and denominator of 128 bits.
struct Rational {
  absl::int128 n = 0, d = 1;
  static Rational Of(absl::int128 n, absl::int128 d) {
    absl::int128 a = n < 0 ? -n : n, b = d < 0 ? -d : d;
    while (b != 0) {
      const absl::int128 rest = a % b;
      a = b;
      b = rest;
    }
    if (a == 0) return {0, 1};
    return d < 0 ? Rational{-n / a, -d / a} : Rational{n / a, d / a};
  }
  friend Rational operator-(Rational a, Rational b) { return Of(a.n * b.d - b.n * a.d, a.d * b.d); }
  friend Rational operator*(Rational a, Rational b) { return Of(a.n * b.n, a.d * b.d); }
  friend Rational operator/(Rational a, Rational b) { return Of(a.n * b.d, a.d * b.n); }
  double value() const { return static_cast<double>(n) / static_cast<double>(d); }
};

// Gauss and Jordan on [X'X | X'y], the intercept first; empty when it is singular.
std::vector<Rational> Solve(std::vector<std::vector<Rational>> a) {
  const size_t n = a.size();
  for (size_t c = 0; c < n; ++c) {
    size_t pivot = c;
    while (pivot < n && a[pivot][c].n == 0) ++pivot;
    if (pivot == n) return {};
    std::swap(a[c], a[pivot]);
    for (size_t r = 0; r < n; ++r) {
      if (r == c || a[r][c].n == 0) continue;
      const Rational times = a[r][c] / a[c][c];
      for (size_t k = c; k <= n; ++k) a[r][k] = a[r][k] - times * a[c][k];
    }
  }
  std::vector<Rational> solution;
  for (size_t c = 0; c < n; ++c) solution.push_back(a[c][n] / a[c][c]);
  return solution;
}

TEST(LeastSquares, AgreesWithExactRationalsOnRandomData) {
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  int solved = 0;
  for (int i = 0; i < 300; ++i) {
    std::vector<Row> rows(8 + random() % 8);
    for (Row& row : rows) {
      row = {static_cast<int64_t>(random() % 2), static_cast<int64_t>(random() % 12),
             static_cast<int64_t>(random() % 40)};
    }
    std::vector<std::vector<Rational>> normal(3, std::vector<Rational>(4));
    for (const Row& row : rows) {
      const int64_t x[] = {1, row[0], row[1], row[2]};
      for (int r = 0; r < 3; ++r) {
        for (int c = 0; c < 4; ++c) normal[r][c].n += x[r] * x[c];
      }
    }
    const std::vector<Rational> exact = Solve(normal);
    const auto result = FitLeastSquares(MomentsOf(rows, {0, 0, 0}));
    const auto* fit = std::get_if<ModelFit>(&result);
    ASSERT_EQ(fit != nullptr, !exact.empty()) << "seed " << seed << " case " << i;
    if (fit == nullptr) continue;
    ++solved;
    for (size_t j = 0; j < 3; ++j) {
      EXPECT_NEAR(static_cast<double>(fit->coefficients[j]), exact[j].value(), 1e-13)
          << "seed " << seed << " case " << i;
    }
  }
  EXPECT_GT(solved, 200);
}

// A mean of 1e12 with a spread of 1 leaves no digit of a double's sum of squares.
TEST(LeastSquares, LargeMeansCostNoDigits) {
  std::vector<Row> rows;
  constexpr int64_t kFar = 1'000'000'000'000;
  for (int64_t i = 0; i < 40; ++i) rows.push_back({kFar + i % 5, kFar + 3 * (i % 5) + i % 2});
  const ModelFit fit = std::get<ModelFit>(FitLeastSquares(MomentsOf(rows, {0, 0})));
  EXPECT_NEAR(static_cast<double>(fit.coefficients[1]), 3, 1e-14);
}

}  // namespace
}  // namespace kluis
