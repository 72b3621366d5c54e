#include "disclosure/rules/squares.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "disclosure/rules/degrees_of_freedom.h"
#include "disclosure/rules/implied_tables.h"

namespace kluis {
namespace {

constexpr int kLevelMax = 1'000;  // what CountImpliedTables() can count
constexpr int64_t kValuesMax = 1'000'000;
constexpr int kVarianceParameters = 1;

int64_t WholeUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

int64_t WithinSquares(int64_t p, int64_t whole) { return 2 * p + WholeUp(p * p, whole); }

// Levels as whole numbers of steps from the least, and the moments of those numbers.
struct Steps {
  std::vector<int> levels;
  Moments moments;
};

// False: they cannot be counted.
bool InSteps(const std::vector<int64_t>& levels, const Contributions& values, absl::int128 squares,
             Steps* steps) {
  const absl::int128 least = levels.front(), n = values.rows;
  absl::int128 step = 0;
  for (const int64_t level : levels) {
    absl::int128 away = absl::int128{level} - least;
    while (away != 0) {
      const absl::int128 rest = step % away;
      step = away;
      away = rest;
    }
  }
  step = std::max<absl::int128>(step, 1);
  if ((levels.back() - least) / step > kLevelMax || n > kValuesMax) return false;
  for (const int64_t level : levels) {
    steps->levels.push_back(static_cast<int>((level - least) / step));
  }
  const absl::int128 moved = squares - 2 * least * values.total + n * least * least;
  steps->moments = {.n = values.rows,
                    .sum = static_cast<int64_t>((values.total - n * least) / step),
                    .squares = static_cast<int64_t>(moved / (step * step))};
  return true;
}

bool TellsItsTable(const std::vector<int64_t>& levels, const Contributions& values,
                   absl::int128 squares, const ImpliedTablesParameters& parameters) {
  Steps steps;
  if (!InSteps(levels, values, squares, &steps)) return true;
  const SearchLimits limits{.tables_max = std::max<int64_t>(100, parameters.minimum),
                            .steps_max = 100'000};
  const ImpliedTables implied = CountImpliedTables(steps.levels, steps.moments, limits);
  return implied.tables == 0 || AreTablesSensitive(implied, steps.levels.size(), parameters);
}

}  // namespace

RuleSet RulesForSquares(const RuleSet& rules) {
  constexpr int64_t kWhole = 1'000'000;
  RuleSet own = rules;
  if (own.p_percent) own.p_percent->p_ppm = WithinSquares(own.p_percent->p_ppm, kWhole);
  for (PriorPosteriorParameters& rule : own.prior_posterior) {
    rule.p_ppm = WithinSquares(rule.p_ppm, kWhole);
    rule.q_ppm = 2 * rule.q_ppm - WholeUp(rule.q_ppm * rule.q_ppm, kWhole);
  }
  own.frequency.range_percent =
      static_cast<int>(WithinSquares(own.frequency.range_percent, /*whole=*/100));
  return own;
}

std::string ShapeRule(const MeasureColumn& squares, size_t cell, const Contributions& values,
                      bool weighted, const RuleSet& rules) {
  if (values.contributors == 0) return "";
  if (HasTooFewDegreesOfFreedom(values.contributors, kVarianceParameters,
                                rules.degrees_of_freedom)) {
    return "degrees_of_freedom";
  }
  if (!squares.levels) return "implied_tables";
  if (squares.levels->empty()) return "";
  const bool tells = weighted || TellsItsTable(*squares.levels, values, squares.cells[cell].total,
                                               rules.implied_tables);
  return tells ? "implied_tables" : "";
}

}  // namespace kluis
