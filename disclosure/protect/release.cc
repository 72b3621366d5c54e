#include "disclosure/protect/release.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "disclosure/base/decimal.h"
#include "disclosure/protect/position_layer.h"
#include "disclosure/protect/raw_value.h"

namespace kluis {
namespace {

// A ratio is shown where both of its sums would be, a variance where the sum of squares would be.
// The layers of that, of percentiles and of Gini coefficients stand on that of the sum.
bool IsShown(const StatisticColumn& column, const Layers& layers, int cell) {
  const auto shows = [&](int layer) { return !layers.all[layer].suppressed[cell]; };
  if (column.kind == StatisticKind::kCount || column.kind == StatisticKind::kShare) {
    return shows(layers.count);
  }
  if (column.kind == StatisticKind::kCountDistinct) {
    return shows(layers.distincts[column.variable]);
  }
  if (column.squares >= 0) return shows(layers.measures[column.squares]);
  if (column.gini >= 0) return shows(layers.ginis[column.gini]);
  if (column.percentile >= 0) return shows(layers.percentiles[column.percentile]);
  return shows(layers.measures[column.variable]) &&
         (column.kind != StatisticKind::kRatio || shows(layers.measures[column.divisor]));
}

// Of the cells that a value is made of; a share of all of them, with those that are left.
// REQUIRES: the column has a part.
std::vector<int> CellsOf(const StatisticColumn& column, const ReleaseRow& row) {
  const RowPart& part = row.parts[column.part];
  std::vector<int> cells = part.in;
  if (column.kind != StatisticKind::kShare) return cells;
  cells.insert(cells.end(), part.out.begin(), part.out.end());
  cells.push_back(row.cell);
  return cells;
}

template <typename Predicate>
bool AllOf(const std::vector<int>& cells, const Predicate& predicate) {
  return std::all_of(cells.begin(), cells.end(), predicate);
}

ReleaseShape WithoutRows(const ReleaseShape& shape) {
  return {.dimensions = shape.dimensions,
          .statistics = shape.statistics,
          .column_order = shape.column_order,
          .rows = {},
          .order_by = shape.order_by,
          .limit = shape.limit};
}

ReleasedValue ReleasedOf(const std::optional<absl::int128>& value) {
  return value ? ReleasedValue{.status = ValueStatus::kOk, .scaled = *value}
               : ReleasedValue{.status = ValueStatus::kEmpty, .scaled = 0};
}

// A percentile leaves as its layer has rounded it.
ReleasedValue ValueOf(const AggregateTable& table, const Layers& layers,
                      const StatisticColumn& column, const ReleaseRow& row) {
  if (column.percentile < 0) return ReleasedOf(RawValue(table, column, row));
  if (!HasPercentile(table.percentiles[column.percentile].cells[row.cell])) {
    return ReleasedOf(std::nullopt);
  }
  return ReleasedOf(layers.all[layers.percentiles[column.percentile]].values[row.cell]);
}

// To the nearest multiple of `base` units, half away from zero; what is no count and no sum is
// hidden.
ReleasedValue Rounded(const StatisticColumn& column, const ReleasedValue& value, int base) {
  if (base == 0) return value;
  const bool total = column.kind == StatisticKind::kCount ||
                     column.kind == StatisticKind::kCountDistinct ||
                     column.kind == StatisticKind::kSum;
  if (!total || value.status != ValueStatus::kOk) return {};
  const absl::int128 width = PowerOfTen(column.decimals) * base;
  const absl::int128 size = value.scaled < 0 ? -value.scaled : value.scaled;
  const absl::int128 rounded = (size + width / 2) / width * width;
  return {.status = ValueStatus::kOk, .scaled = value.scaled < 0 ? -rounded : rounded};
}

int StatusRank(const ReleasedValue& value) {
  return value.status == ValueStatus::kOk ? 0 : value.status == ValueStatus::kEmpty ? 1 : 2;
}

// Compares released rows by the keys of ORDER BY.
class RowOrder {
 public:
  RowOrder(const ReleaseShape& shape, const std::vector<std::vector<ReleasedValue>>& values)
      : shape_(shape), values_(values), ranks_(shape.dimensions.size()) {
    for (const OrderKey& key : shape.order_by) {
      if (!key.statistic && ranks_[key.column].empty()) Rank(key.column);
    }
  }
  RowOrder(const RowOrder&) = delete;  // long, and sorting copies what it compares by
  RowOrder& operator=(const RowOrder&) = delete;

  bool operator()(int a, int b) const {
    for (const OrderKey& key : shape_.order_by) {
      const int order = key.statistic ? Statistic(key, a, b) : Dimension(key, a, b);
      if (order != 0) return order < 0;
    }
    return false;
  }

 private:
  static int Sign(bool less, bool greater, bool descending) {
    return (less ? -1 : greater ? 1 : 0) * (descending ? -1 : 1);
  }

  // Codes by their places, or else by their first row, and the total before all.
  void Rank(int dimension) {
    absl::flat_hash_map<absl::string_view, int> seen;
    for (const ReleaseRow& row : shape_.rows) {
      const std::string& code = row.codes[dimension];
      const int next = code == kTotalCode ? -1 : static_cast<int>(seen.size());
      const int by_row = seen.emplace(code, next).first->second;
      ranks_[dimension].push_back(row.ranks.empty() ? by_row : row.ranks[dimension]);
    }
  }

  int Dimension(const OrderKey& key, int a, int b) const {
    const int left = ranks_[key.column][a], right = ranks_[key.column][b];
    return Sign(left<right, left> right, key.descending);
  }

  int Statistic(const OrderKey& key, int a, int b) const {
    const ReleasedValue& left = values_[a][key.column];
    const ReleasedValue& right = values_[b][key.column];
    const int ranks = StatusRank(left) - StatusRank(right);
    if (ranks != 0) return ranks;
    return Sign(left.scaled<right.scaled, left.scaled> right.scaled, key.descending);
  }

  const ReleaseShape& shape_;
  const std::vector<std::vector<ReleasedValue>>& values_;
  std::vector<std::vector<int>> ranks_;  // of a dimension that is ordered by, row
};

// Everyone knows the count of an identifying support, in whichever reading of mixed variables.
std::string DecisionOn(const TableView& view, const Layer& layer, size_t cell) {
  if (!layer.primaries[cell].rule.empty()) return "primary";
  if (view.displayed(cell)) return "secondary";
  return view.identifying[cell] || view.known_kept[cell] ? "known" : "hidden";
}

CellReview ReviewOf(const TableView& view, const Layer& layer, size_t cell) {
  CellReview review;
  review.cell = static_cast<int>(cell);
  review.variable = layer.variable;
  review.codes = view.CodesOf(cell);
  const Primary& primary = layer.primaries[cell];
  const double scale = std::pow(10.0, layer.decimals);
  review.value = FormatFixed(layer.values[cell], layer.decimals);
  review.contributors = view.table.units[cell].contributors;
  review.decision = DecisionOn(view, layer, cell);
  review.rule = primary.rule;
  review.required_low = ToDouble(primary.rule.empty() ? layer.values[cell] : primary.low) / scale;
  review.required_high = ToDouble(primary.rule.empty() ? layer.values[cell] : primary.high) / scale;
  const ProvenInterval& proven = (primary.rule.empty() ? layer.reached : layer.intervals)[cell];
  review.interval_low = proven.low / scale;
  review.interval_high = proven.high / scale;
  return review;
}

}  // namespace

Release MakeRelease(const AggregateTable& table, const Layers& layers, int round_to) {
  const ReleaseShape& shape = table.shape;
  std::vector<std::vector<ReleasedValue>> values;
  values.reserve(shape.rows.size());
  for (const ReleaseRow& row : shape.rows) {
    auto& released = values.emplace_back();
    released.reserve(shape.statistics.size());
    for (const StatisticColumn& column : shape.statistics) {
      const auto is_shown = [&](int cell) {
        return table.uses[cell] == CellUse::kDisplayed && IsShown(column, layers, cell);
      };
      const bool shown =
          column.part < 0 ? is_shown(row.cell) : AllOf(CellsOf(column, row), is_shown);
      const ReleasedValue value = shown ? ValueOf(table, layers, column, row) : ReleasedValue{};
      released.push_back(Rounded(column, value, round_to));
    }
  }
  std::vector<int> order(shape.rows.size());
  std::iota(order.begin(), order.end(), 0);
  if (!shape.order_by.empty()) {
    const RowOrder before(shape, values);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return before(a, b); });
  }
  if (shape.limit >= 0 && shape.limit < static_cast<int64_t>(order.size())) {
    order.resize(shape.limit);
  }
  Release release{.shape = WithoutRows(shape), .values = {}};
  release.shape.rows.reserve(order.size());
  release.values.reserve(order.size());
  for (const int row : order) {
    release.shape.rows.push_back(shape.rows[row]);
    release.values.push_back(std::move(values[row]));
  }
  return release;
}

std::vector<CellReview> MakeReview(const TableView& view, const Layers& layers) {
  std::vector<CellReview> review;
  for (const Layer& layer : layers.all) {
    for (size_t i = 0; i < view.size(); ++i) {
      const bool primary = !layer.primaries[i].rule.empty();
      const bool hidden_units = view.hidden(i) && layer.variable == "units";
      if (!primary && !hidden_units && (!layer.suppressed[i] || !view.displayed(i))) continue;
      review.push_back(ReviewOf(view, layer, i));
    }
  }
  return review;
}

ProtectionSummary Summarise(const TableView& view, const Layers& layers, const Release& release) {
  ProtectionSummary summary;
  for (const auto& row : release.values) {
    summary.cells += static_cast<int64_t>(row.size());
    summary.suppressed += std::count_if(row.begin(), row.end(), [](const ReleasedValue& value) {
      return value.status == ValueStatus::kSuppressed;
    });
  }
  for (const Layer& layer : layers.all) {
    for (size_t i = 0; i < view.size(); ++i) {
      if (!view.displayed(i) || !layer.suppressed[i]) continue;
      ++(layer.primaries[i].rule.empty() ? summary.secondary : summary.primary);
    }
  }
  return summary;
}

}  // namespace kluis
