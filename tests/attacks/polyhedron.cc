#include "tests/attacks/polyhedron.h"

#include <glpk.h>

#include <algorithm>
#include <cmath>

#include "disclosure/base/check.h"

namespace kluis {
namespace {

constexpr double kTolerance = 1e-6;
constexpr int kMilliseconds = 3'000;  // of one integer program

int KindOf(const Range& range) {
  const bool low = std::isfinite(range.low), high = std::isfinite(range.high);
  if (!low && !high) return GLP_FR;
  if (!high) return GLP_LO;
  if (!low) return GLP_UP;
  return range.low == range.high ? GLP_FX : GLP_DB;
}

double LargestBound(const std::vector<Range>& columns) {
  double largest = 1;
  for (const Range& range : columns) {
    for (const double bound : {range.low, range.high}) {
      if (std::isfinite(bound)) largest = std::max(largest, std::abs(bound));
    }
  }
  return largest;
}

}  // namespace

struct Polyhedron::Program {
  Program() : problem(glp_create_prob()) {}
  ~Program() { glp_delete_prob(problem); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  glp_prob* problem;
};

Polyhedron::Polyhedron(std::vector<Range> columns, std::vector<Fact> facts, bool integral)
    : columns_(std::move(columns)),
      facts_(std::move(facts)),
      integral_(integral),
      program_(std::make_unique<Program>()) {
  glp_term_out(GLP_OFF);
  if (!integral_) unit_ = std::exp2(std::floor(std::log2(LargestBound(columns_) / 1000)));
  glp_prob* problem = program_->problem;
  glp_add_cols(problem, static_cast<int>(columns_.size()));
  for (size_t c = 0; c < columns_.size(); ++c) {
    SetRange(static_cast<int>(c), columns_[c]);
    if (integral_) glp_set_col_kind(problem, static_cast<int>(c) + 1, GLP_IV);
  }
  if (!facts_.empty()) glp_add_rows(problem, static_cast<int>(facts_.size()));
  for (size_t f = 0; f < facts_.size(); ++f) {
    const int row = static_cast<int>(f) + 1;
    std::vector<int> indices = {0};
    std::vector<double> values = {0};
    for (const auto& [column, coefficient] : facts_[f].terms) {
      indices.push_back(column + 1);
      values.push_back(coefficient);
    }
    const Range& range = facts_[f].range;
    glp_set_row_bnds(problem, row, KindOf(range), range.low / unit_, range.high / unit_);
    glp_set_mat_row(problem, row, static_cast<int>(indices.size()) - 1, indices.data(),
                    values.data());
  }
  glp_adv_basis(problem, 0);
}

Polyhedron::~Polyhedron() = default;

void Polyhedron::SetRange(int column, const Range& range) {
  glp_set_col_bnds(program_->problem, column + 1, KindOf(range), range.low / unit_,
                   range.high / unit_);
}

// The optimum of the relaxed program in the direction that is set; NaN when there is no table.
double Polyhedron::Optimise() {
  glp_prob* problem = program_->problem;
  glp_smcp parameters;
  glp_init_smcp(&parameters);
  parameters.msg_lev = GLP_MSG_OFF;
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (attempt == 1) glp_adv_basis(problem, 0);
    if (attempt == 2) glp_std_basis(problem);
    const int failed =
        attempt == 2 ? glp_exact(problem, &parameters) : glp_simplex(problem, &parameters);
    if (failed != 0) continue;
    if (glp_get_status(problem) == GLP_OPT) return glp_get_obj_val(problem) * unit_;
    if (glp_get_status(problem) == GLP_NOFEAS && attempt == 2) break;
  }
  return std::nan("");
}

bool Polyhedron::IsPossible() { return !std::isnan(Optimise()); }

Reach Polyhedron::Furthest(int column, int sign, double limit) {
  Range within = columns_[column], beyond = within;
  (sign > 0 ? within.high : within.low) =
      sign > 0 ? std::min(within.high, limit) : std::max(within.low, limit);
  double bound = 0;
  const std::optional<Reach> nearest = Extreme(column, within, sign, &bound);
  KLUIS_CHECK(nearest.has_value());
  const bool excluded = (limit - bound) * sign > kTolerance;
  if (!integral_ || excluded || (limit - nearest->value) * sign <= 0) return *nearest;
  // No table of whole numbers has exactly the limit, but one beyond it may exist.
  if (sign > 0 ? beyond.high < limit : beyond.low > limit) return *nearest;
  (sign > 0 ? beyond.low : beyond.high) = limit;
  const std::optional<Reach> further = Extreme(column, beyond, -sign, &bound);
  return further ? Reach{limit, further->proven} : *nearest;
}

// The extreme value of a column in a range, and its bound when halves are allowed; nothing when no
// table has a value there.
std::optional<Reach> Polyhedron::Extreme(int column, const Range& range, int sign, double* bound) {
  glp_prob* problem = program_->problem;
  SetRange(column, range);
  glp_set_obj_dir(problem, sign > 0 ? GLP_MAX : GLP_MIN);
  glp_set_obj_coef(problem, column + 1, 1);
  *bound = Optimise();
  std::optional<Reach> reach;
  if (!std::isnan(*bound)) reach = integral_ ? Whole(column, sign, *bound) : Reach{*bound, true};
  glp_set_obj_coef(problem, column + 1, 0);
  SetRange(column, columns_[column]);
  return reach;
}

std::optional<Reach> Polyhedron::Whole(int column, int sign, double bound) {
  glp_prob* problem = program_->problem;
  const double whole = sign > 0 ? std::floor(bound + kTolerance) : std::ceil(bound - kTolerance);
  std::vector<double> table;
  for (size_t c = 0; c < columns_.size(); ++c) {
    table.push_back(glp_get_col_prim(problem, static_cast<int>(c) + 1));
  }
  if (IsWholeTable(table) && std::round(table[column]) == whole) return Reach{whole, true};
  glp_iocp parameters;
  glp_init_iocp(&parameters);
  parameters.msg_lev = GLP_MSG_OFF;
  parameters.tm_lim = kMilliseconds;
  const int failed = glp_intopt(problem, &parameters);
  if (failed == 0 && glp_mip_status(problem) == GLP_NOFEAS) return std::nullopt;
  if (failed != 0 || glp_mip_status(problem) != GLP_OPT) return Reach{whole, false};
  for (size_t c = 0; c < columns_.size(); ++c) {
    table[c] = glp_mip_col_val(problem, static_cast<int>(c) + 1);
  }
  return Reach{std::round(table[column]), IsWholeTable(table)};
}

// In integers: GLPK's tolerances prove nothing.
bool Polyhedron::IsWholeTable(const std::vector<double>& table) const {
  for (size_t c = 0; c < table.size(); ++c) {
    const double whole = std::round(table[c]);
    if (std::abs(table[c] - whole) > kTolerance) return false;
    if (whole < columns_[c].low || whole > columns_[c].high) return false;
  }
  return std::all_of(facts_.begin(), facts_.end(), [&](const Fact& fact) {
    double sum = 0;
    for (const auto& [column, coefficient] : fact.terms)
      sum += coefficient * std::round(table[column]);
    return sum >= fact.range.low && sum <= fact.range.high;
  });
}

}  // namespace kluis
