#include "disclosure/models/model_table.h"

#include <algorithm>
#include <cmath>

#include "disclosure/base/check.h"
#include "disclosure/models/generalized.h"
#include "disclosure/models/least_squares.h"
#include "disclosure/models/moments.h"

namespace kluis {

int ModelSpec::Parameters() const {
  int parameters = 1;
  for (const ModelTerm& term : terms) {
    parameters += term.is_factor() ? static_cast<int>(term.levels.size()) - 1 : 1;
  }
  return parameters;
}

ModelTable::ModelTable(const ModelSpec& spec, const AggregateTable& cells,
                       const AggregateTable* totals)
    : spec_(spec), cells_(cells), totals_(totals) {
  for (size_t i = 0; i < spec.cells.size(); ++i) {
    places_.emplace(spec.cells[i].levels, static_cast<int>(i));
  }
  for (size_t t = 0; t < spec.terms.size(); ++t) {
    const ModelTerm& term = spec.terms[t];
    std::vector<int>& levels = levels_.emplace_back();
    if (!term.is_factor()) {
      regressors_.push_back({.term = static_cast<int>(t), .factor = -1, .level = -1});
      continue;
    }
    for (int l = 0; l < static_cast<int>(term.levels.size()); ++l) {
      if (!term.supports.empty() && cells.units[term.supports[l]].rows == 0) continue;
      levels.push_back(l);
      if (levels.size() == 1) continue;
      regressors_.push_back({.term = static_cast<int>(t), .factor = factors_, .level = l});
    }
    ++factors_;
  }
}

const ModelCell& ModelTable::At(const std::vector<std::pair<int, int>>& factor_levels) const {
  std::vector<int> levels(factors_, -1);
  for (const auto& [factor, level] : factor_levels) levels[factor] = level;
  const auto found = places_.find(levels);
  KLUIS_CHECK(found != places_.end());
  return spec_.cells[found->second];
}

const Contributions& ModelTable::ColumnIn(const ModelCell& cell, int column) const {
  return cells_.measures[spec_.columns[column].in_cells].cells[cell.cell];
}

ModelTable::Sums ModelTable::SumsOf(const ModelCell& cell) const {
  if (spec_.columns.empty()) {
    const UnitCount& units = cells_.units[cell.cell];
    return {units.rows, cells_.weighted ? units.weight : absl::int128{units.rows}};
  }
  const Contributions& values = ColumnIn(cell, 0);
  return {values.rows, cells_.weighted ? values.weight : absl::int128{values.rows}};
}

bool ModelTable::IsComplete() const { return rows() == cells_.units[At({}).cell].rows; }

int64_t ModelTable::rows() const { return SumsOf(At({})).rows; }

int64_t ModelTable::contributors() const {
  return std::min(rows(), cells_.units[At({}).cell].contributors);
}

int64_t ModelTable::ContributorsOf(int factor, int level) const {
  const ModelCell& cell = At({{factor, level}});
  return std::min(SumsOf(cell).rows, cells_.units[cell.cell].contributors);
}

std::variant<ModelFit, NoFit> ModelTable::Fit() const {
  return spec_.family == ModelFamily::kOls ? FitLinear() : FitCells();
}

absl::int128 ModelTable::SumOf(const Regressor& r) const {
  if (r.factor >= 0) return SumsOf(At({{r.factor, r.level}})).n;
  return ColumnIn(At({}), spec_.terms[r.term].measure).total;
}

absl::int128 ModelTable::Product(const Regressor& a, const Regressor& b) const {
  if (a.factor >= 0 && b.factor >= 0) {
    if (a.factor == b.factor) return a.level == b.level ? SumOf(a) : absl::int128{0};
    return SumsOf(At({{a.factor, a.level}, {b.factor, b.level}})).n;
  }
  if (a.factor >= 0) return ColumnIn(At({{a.factor, a.level}}), spec_.terms[b.term].measure).total;
  if (b.factor >= 0) return Product(b, a);
  const int first = spec_.terms[a.term].measure, second = spec_.terms[b.term].measure;
  const int product = spec_.columns[std::max(first, second)].products[std::min(first, second)];
  return totals_->measures[product].cells[totals_->shape.rows[0].cell].total;
}

std::variant<ModelFit, NoFit> ModelTable::FitLinear() const {
  const Sums all = SumsOf(At({}));
  ExactMoments moments{.rows = all.rows, .n = all.n, .decimals = {}, .sums = {}, .products = {}};
  const auto add = [&](int decimals, absl::int128 sum) {
    moments.decimals.push_back(decimals);
    moments.sums.push_back(sum);
    return &moments.products.emplace_back();
  };
  for (size_t j = 0; j < regressors_.size(); ++j) {
    const Regressor& r = regressors_[j];
    const int measure = spec_.terms[r.term].measure;
    auto* products = add(r.factor >= 0 ? 0 : spec_.columns[measure].decimals, SumOf(r));
    for (size_t k = 0; k <= j; ++k) products->push_back(Product(r, regressors_[k]));
  }
  const size_t total = totals_->shape.rows[0].cell;
  auto* products = add(spec_.columns[0].decimals, ColumnIn(At({}), 0).total);
  for (const Regressor& r : regressors_) {
    products->push_back(
        r.factor >= 0 ? ColumnIn(At({{r.factor, r.level}}), 0).total
                      : totals_->measures[spec_.columns[spec_.terms[r.term].measure].products[0]]
                            .cells[total]
                            .total);
  }
  products->push_back(totals_->measures[spec_.columns[0].products[0]].cells[total].total);
  return FitLeastSquares(moments);
}

std::variant<ModelFit, NoFit> ModelTable::FitCells() const {
  std::map<std::pair<int, int>, size_t> columns;
  for (size_t j = 0; j < regressors_.size(); ++j) {
    columns.emplace(std::pair(regressors_[j].factor, regressors_[j].level), j);
  }
  std::vector<GroupedCell> cells;
  for (const ModelCell& place : spec_.cells) {
    if (std::count(place.levels.begin(), place.levels.end(), -1) > 0) continue;
    GroupedCell cell;
    for (int f = 0; f < factors_; ++f) {
      const auto column = columns.find({f, place.levels[f]});
      if (column != columns.end()) cell.x.emplace_back(column->second, 1);
    }
    cell.n = static_cast<long double>(SumsOf(place).n);
    absl::int128 outcome = 0;
    for (const int c : place.outcome) {
      const UnitCount& units = cells_.units[c];
      outcome += cells_.weighted ? units.weight : absl::int128{units.rows};
    }
    cell.y = static_cast<long double>(outcome);
    if (!spec_.columns.empty()) {
      cell.y = static_cast<long double>(ColumnIn(place, 0).total) /
               std::pow(10.0L, spec_.columns[0].decimals);
    }
    if (cell.n > 0) cells.push_back(std::move(cell));
  }
  return FitGeneralized(spec_.family, std::move(cells), regressors_.size(), rows());
}

long double ModelTable::LargestMean() const {
  long double largest = 0;
  const auto look = [&](const ModelCell& cell) {
    const Sums sums = SumsOf(cell);
    if (sums.n <= 0) return;
    const long double mean = static_cast<long double>(ColumnIn(cell, 0).total) /
                             static_cast<long double>(sums.n) /
                             std::pow(10.0L, spec_.columns[0].decimals);
    largest = std::max(largest, std::fabs(mean));
  };
  look(At({}));
  for (const ModelCell& cell : spec_.cells) {
    if (std::count_if(cell.levels.begin(), cell.levels.end(), [](int l) { return l >= 0; }) == 1) {
      look(cell);
    }
  }
  return largest;
}

}  // namespace kluis
