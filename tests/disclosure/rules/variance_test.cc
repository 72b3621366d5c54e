#include "disclosure/rules/variance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "disclosure/rules/prior_posterior.h"
#include "disclosure/rules/squares.h"

namespace kluis {
namespace {

SampleMoments Of(const std::vector<int64_t>& values, const std::vector<int64_t>& weights = {},
                 int64_t one = 1) {
  SampleMoments m{.one = one};
  for (size_t i = 0; i < values.size(); ++i) {
    const absl::int128 w = weights.empty() ? one : weights[i];
    ++m.rows;
    m.n += w;
    m.sum += w * values[i];
    m.squares += w * values[i] * values[i];
  }
  return m;
}

struct VarianceCase {
  std::string name;
  std::vector<int64_t> values;
  int64_t tenths;     // of the variance
  int64_t deviation;  // in tenths
};

// NIST StRD, univariate: the certified deviation of NumAcc2 is 0.1, of NumAcc3 and NumAcc4 too,
// with means of 1.2, 1,000,000.2 and 10,000,000.2 on which floating point fails. Values here are
// tenths.
std::vector<int64_t> NumAcc(int64_t middle) {
  std::vector<int64_t> values = {middle};
  for (int i = 0; i < 500; ++i) values.insert(values.end(), {middle - 1, middle + 1});
  return values;
}

TEST(VarianceTest, IsThatOfASample) {
  const std::vector<VarianceCase> cases = {
      {"var(1:10) of R is 9.1667", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 92, 30},
      {"2, 4, 4, 4, 5, 5, 7, 9: 32 / 7", {2, 4, 4, 4, 5, 5, 7, 9}, 46, 21},
      {"two values", {0, 1}, 5, 7},
      {"half to even: 0.25 is 0.2", {0, 0, 0, 1}, 2, 5},
      {"below zero", {-3, 3}, 180, 42},
      {"NumAcc1 of NIST: 10000001, 10000003, 10000002", {10000001, 10000003, 10000002}, 10, 10},
      {"NumAcc2 in tenths", NumAcc(12), 10, 10},
      {"NumAcc3 in tenths", NumAcc(10'000'002), 10, 10},
      {"NumAcc4 in tenths", NumAcc(100'000'002), 10, 10},
  };
  for (const VarianceCase& c : cases) {
    EXPECT_EQ(SampleVariance(Of(c.values)), absl::int128{c.tenths}) << c.name;
    EXPECT_EQ(SampleDeviation(Of(c.values)), absl::int128{c.deviation}) << c.name;
  }
  EXPECT_FALSE(SampleVariance(Of({5})).has_value()) << "of one value there is none";
  EXPECT_FALSE(SampleDeviation(Of({})).has_value());
}

TEST(VarianceTest, AWeightStandsForRows) {
  const SampleMoments expanded = Of({1, 2, 2, 7, 7, 7});
  EXPECT_EQ(SampleVariance(Of({1, 2, 7}, {1, 2, 3})), SampleVariance(expanded));
  EXPECT_EQ(SampleVariance(Of({1, 2, 7}, {10, 20, 30}, 10)), SampleVariance(expanded));
  EXPECT_EQ(SampleDeviation(Of({1, 2, 7}, {10, 20, 30}, 10)), SampleDeviation(expanded));
}

TEST(VarianceTest, IsExactWhereProductsPass128Bits) {
  const int64_t far = int64_t{1} << 60;
  const SampleMoments m = Of({-far, far, -far, far});  // n^2 times the variance has 124 bits
  EXPECT_EQ(SampleVariance(Of({-far, far})), absl::int128{2} * far * far * 10);
  EXPECT_EQ(SampleVariance(m), (absl::int128{4} * far * far * 10 + 1) / 3);
  EXPECT_FALSE(SampleVariance(Of({-4 * far, 4 * far})).has_value()) << "has more than 126 bits";
  EXPECT_EQ(SampleDeviation(Of({far, far - 2})), absl::int128{14});
  const SampleMoments impossible{.n = 2, .sum = 10, .squares = 1};
  EXPECT_FALSE(SampleVariance(impossible).has_value());
  EXPECT_TRUE(HasLittleSpread(impossible, 100'000)) << "no numbers have them";
}

// By going through the values: is one of them farther than p from the mean, with what the variance
// proves of them?
TEST(VarianceTest, LittleSpreadIsWhereTheVarianceProvesEverybodysValue) {
  struct Case {
    std::string name;
    std::vector<int64_t> values;
    bool little;
  };
  const Case cases[] = {{"everybody has the mean", {7, 7, 7}, true},
                        {"all zero", {0, 0, 0}, false},
                        {"one apart", {100, 100, 101}, true},
                        {"one value", {5}, true},
                        {"far apart", {10, 20, 30}, false},
                        {"around zero there is no share of the mean", {-1, 1, 0}, false}};
  for (const Case& c : cases) EXPECT_EQ(HasLittleSpread(Of(c.values), 100'000), c.little) << c.name;
  int little = 0;
  for (unsigned seed = 1; seed <= 500; ++seed) {
    std::mt19937 random(seed);
    std::vector<int64_t> values;
    for (int i = 0; i < 3 + static_cast<int>(random() % 20); ++i) {
      values.push_back(1'000 + static_cast<int64_t>(random() % (1 + seed)));
    }
    if (!HasLittleSpread(Of(values), 100'000)) continue;
    ++little;
    const SampleMoments m = Of(values);
    for (const int64_t value : values) {
      const double mean = static_cast<double>(m.sum) / static_cast<double>(m.n);
      EXPECT_LT(std::abs(static_cast<double>(value) - mean), 0.1 * mean) << "seed " << seed;
    }
  }
  EXPECT_GT(little, 50);
}

// Each of these answers for fifty, and twenty who differ as little as they do are known as well as if
// there were no weights: their variance differs by what n - 1 is of n.
TEST(VarianceTest, WeightsMakeNobodyLessKnown) {
  std::vector<int64_t> values;
  for (int i = 0; i < 20; ++i) values.push_back(1'000 + (i % 2 == 0 ? 15 : -15));
  EXPECT_TRUE(HasLittleSpread(Of(values), 100'000));
  for (const int64_t weight : {1, 50, 3'000}) {
    const std::vector<int64_t> weights(values.size(), weight);
    EXPECT_TRUE(HasLittleSpread(Of(values, weights), 100'000)) << weight;
    EXPECT_FALSE(HasLittleSpread(Of(values, weights), 60'000)) << weight;
  }
}

// One value away from the mean and the others equal reach Samuelson's bound: 9 per cent above 1000.
TEST(VarianceTest, TheLimitItselfIsSafe) {
  const std::vector<int64_t> nine = {1090, 970, 970, 970}, ten = {1100, 1000 - 100, 1000, 1000};
  EXPECT_TRUE(HasLittleSpread(Of(nine), 100'000));
  EXPECT_FALSE(HasLittleSpread(Of(nine), 90'000)) << "exactly at the limit";
  EXPECT_FALSE(HasLittleSpread(Of(ten), 100'000));
}

TEST(SquaresTest, AreJudgedSoThatTheValuesKeepTheirDistance) {
  RuleSet rules;
  rules.p_percent = PPercentParameters{.p_ppm = 100'000};
  rules.prior_posterior = {{.p_ppm = 100'000, .q_ppm = 600'000}};
  rules.frequency.range_percent = 15;
  const RuleSet own = RulesForSquares(rules);
  EXPECT_EQ(own.p_percent->p_ppm, 210'000);  // 1.1^2 - 1
  EXPECT_EQ(own.prior_posterior[0].p_ppm, 210'000);
  EXPECT_EQ(own.prior_posterior[0].q_ppm, 840'000);  // 1 - 0.4^2
  EXPECT_EQ(own.frequency.range_percent, 33);  // 32.25
  EXPECT_EQ(own.frequency.minimum, rules.frequency.minimum);
}

// The second of these firms knows of the others that they have something, and takes its own square
// and the least that theirs can be off the sum: what is left is how closely it knows the first.
TEST(SquaresTest, NobodyEstimatesAnotherCloserByTheSquares) {
  for (const int64_t q_ppm : {200'000, 600'000, 1'000'000}) {
    RuleSet rules;
    rules.prior_posterior = {{.p_ppm = 100'000, .q_ppm = q_ppm}};
    const RuleSet own = RulesForSquares(rules);
    int safe = 0;
    for (int64_t other = 0; other <= 1'000; other += 10) {
      const int64_t squares = 1'000 * 1'000 + 900 * 900 + 3 * other * other;
      const Concentration cell{
          .target = 1'000'000, .largest = {1'000'000, 810'000}, .total = squares};
      if (JudgePriorPosterior(cell, own.prior_posterior[0]).sensitive) continue;
      ++safe;
      const double least = static_cast<double>(other) * (1 - static_cast<double>(q_ppm) / 1e6);
      EXPECT_GE(std::sqrt(static_cast<double>(squares) - 810'000.0 - 3 * least * least), 1'099.99)
          << "q " << q_ppm << ", others " << other;
    }
    EXPECT_GT(safe, 10);
  }
}

MeasureColumn SquaresOf(const std::vector<int64_t>& values, std::vector<int64_t> levels,
                        Contributions* sums) {
  MeasureColumn squares{.name = "x^2", .cells = {Contributions{}}};
  for (const int64_t value : values) {
    ++sums->rows;
    sums->contributors += value != 0;
    sums->total += value;
    squares.cells[0].total += value * value;
  }
  squares.levels = std::move(levels);
  return squares;
}

std::string Rule(const std::vector<int64_t>& values, const std::vector<int64_t>& levels,
                 bool weighted = false) {
  Contributions sums;
  const MeasureColumn squares = SquaresOf(values, levels, &sums);
  return ShapeRule(squares, 0, sums, weighted, RuleSet{});
}

std::vector<int64_t> Times(int64_t factor, int64_t shift, std::vector<int64_t> values) {
  for (int64_t& value : values) value = value * factor + shift;
  return values;
}

TEST(SquaresTest, AVarianceOfFewValuesTellsHowOftenEachWasGiven) {
  const std::vector<int64_t> scale = {1, 2, 3, 4, 5};
  std::vector<int64_t> many, some = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5, 5};
  for (int i = 0; i < 100; ++i) many.push_back(1 + i * i % 5);
  EXPECT_EQ(Rule(many, scale), "");
  EXPECT_EQ(Rule(some, scale), "implied_tables") << "only ones and fives have that deviation";
  EXPECT_EQ(Rule(many, {}), "") << "a variable of many values";
  EXPECT_EQ(Rule(many, scale, /*weighted=*/true), "implied_tables") << "cannot be counted";
  EXPECT_EQ(Rule(Times(250, 10'000, many), Times(250, 10'000, scale)), "") << "in steps";
  EXPECT_EQ(Rule(Times(250, 10'000, some), Times(250, 10'000, scale)), "implied_tables");
  EXPECT_EQ(Rule(many, {1, 2, 3, 4, 5, 100'000}), "implied_tables") << "too far apart to count";
  EXPECT_EQ(Rule({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, {0, 1}),
            "implied_tables")
      << "of two values a mean is enough";
}

TEST(SquaresTest, TenDegreesOfFreedomAndKnownLevels) {
  std::vector<int64_t> values = {31, 52, 13, 84, 95, 26, 37, 48, 59, 10};
  EXPECT_EQ(Rule(values, {}), "degrees_of_freedom");
  values.push_back(0);
  EXPECT_EQ(Rule(values, {}), "degrees_of_freedom") << "a zero is no contribution";
  values.back() = 77;
  EXPECT_EQ(Rule(values, {}), "");
  Contributions sums;
  MeasureColumn squares = SquaresOf(values, {}, &sums);
  squares.levels.reset();
  EXPECT_EQ(ShapeRule(squares, 0, sums, false, RuleSet{}), "implied_tables") << "nobody looked";
}

}  // namespace
}  // namespace kluis
