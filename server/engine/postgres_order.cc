#include <algorithm>
#include <climits>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/table/percentiles.h"
#include "server/engine/postgres_rows.h"
#include "server/engine/postgres_run.h"

namespace kluis {
namespace {

constexpr int kBucketBits = 8;
constexpr int kBuckets = 1 << kBucketBits;

using Categories = std::vector<int>;  // one per grouped axis

// Of values, ascending and all different.
using Weights = std::vector<std::pair<int64_t, absl::int128>>;

absl::int128 FloorDivide(absl::int128 numerator, absl::int128 denominator) {
  const absl::int128 quotient = numerator / denominator;
  return numerator % denominator < 0 ? quotient - 1 : quotient;
}

// The smallest value with a cumulated weight of `rank` at least, and the weight of what is smaller.
std::pair<int64_t, absl::int128> ValueOfRank(const Weights& values, absl::int128 rank) {
  absl::int128 smaller = 0;
  for (const auto& [value, weight] : values) {
    if (smaller + weight >= rank) return {value, smaller};
    smaller += weight;
  }
  return {0, smaller};  // there are none
}

// Shards have the same values, in any order.
void AddEqual(Weights* weights) {
  std::sort(weights->begin(), weights->end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  size_t kept = 0;
  for (size_t i = 0; i < weights->size(); ++i) {
    if (i > 0 && (*weights)[kept].first == (*weights)[i].first) {
      (*weights)[kept].second += (*weights)[i].second;
    } else {
      if (i > 0) ++kept;
      (*weights)[kept] = (*weights)[i];
    }
  }
  if (!weights->empty()) weights->resize(kept + 1);
}

// In steps of equal values: those of one value, in whatever order, make x (2 c W + W^2) together.
GiniCell GiniOf(const Weights& values) {
  GiniCell cell;
  for (const auto& [value, weight] : values) {
    const absl::int128 x = std::max<int64_t>(value, 0);
    cell.total += weight * x;
    cell.ranked += weight * x * (2 * cell.weight + weight);
    cell.weight += weight;
  }
  return cell;
}

// The percentiles and Gini coefficients of one measure.
class MeasureRun {
 public:
  MeasureRun(const PostgresRun& run, const std::vector<SourceTable>& tables, int measure)
      : run_(run), plan_(run.plan), tables_(tables), measure_(measure) {}

  absl::Status OfSet(int set) {
    const auto wanted = [&](int measure) { return measure == measure_; };
    if (std::any_of(plan_.ginis.begin(), plan_.ginis.end(), wanted)) {
      KLUIS_ASSIGN_OR_RETURN(const auto cells, ReadWeights(run_.sql.Histogram(
                                                   tables_, measure_, plan_.level_sets[set])));
      for (size_t g = 0; g < plan_.ginis.size(); ++g) {
        if (plan_.ginis[g] == measure_) AddGini(cells, set, static_cast<int>(g));
      }
    }
    std::vector<int> percentiles;
    for (size_t p = 0; p < plan_.percentiles.size(); ++p) {
      if (plan_.percentiles[p].measure == measure_) percentiles.push_back(static_cast<int>(p));
    }
    if (percentiles.empty()) return absl::OkStatus();
    KLUIS_ASSIGN_OR_RETURN(RankedCells cells, ReadRanges(percentiles, set));
    KLUIS_RETURN_IF_ERROR(FindValues(set, &cells));
    for (size_t i = 0; i < percentiles.size(); ++i)
      KLUIS_RETURN_IF_ERROR(AddPercentile(cells, set, percentiles[i], 2 * i));
    return absl::OkStatus();
  }

 private:
  using Cells = std::map<Categories, Weights>;
  int Groups() const { return static_cast<int>(run_.sql.grouped_axes().size()); }

  static Categories CategoriesOf(const PostgresRows& rows, int row, int groups) {
    Categories categories;
    for (int g = 0; g < groups; ++g) categories.push_back(rows.Int32(g, row));
    return categories;
  }

  static absl::Status CheckRead(const PostgresRows& rows) {
    return rows.failed() ? absl::InternalError("a number that does not fit 128 bits")
                         : absl::OkStatus();
  }

  absl::StatusOr<Cells> ReadWeights(const std::string& statement) const {
    KLUIS_ASSIGN_OR_RETURN(const auto answers, run_.Ask(statement));
    Cells cells;
    PostgresRows rows(answers);
    while (rows.Next()) {
      for (int row = 0; row < rows.rows(); ++row) {
        cells[CategoriesOf(rows, row, Groups())].emplace_back(rows.Int64(Groups(), row),
                                                              rows.Int128(Groups() + 1, row));
      }
    }
    KLUIS_RETURN_IF_ERROR(CheckRead(rows));
    for (auto& [categories, weights] : cells) AddEqual(&weights);
    return cells;
  }

  // A value that is looked for: of this rank among those of its bucket.
  struct Ranked {
    absl::int128 rank = 0;
    int64_t bucket = 0;  // in the end the value
  };
  struct RankedCell {
    absl::int128 weight = 0;
    std::vector<PercentilePosition> at;  // of each percentile
    std::vector<Ranked> values;          // its low and its high value, in turn
  };
  struct RankedCells {
    std::map<Categories, RankedCell> cells;
    int64_t low = INT64_MAX, high = INT64_MIN;  // of all values
  };

  absl::StatusOr<RankedCells> ReadRanges(const std::vector<int>& percentiles, int set) const {
    KLUIS_ASSIGN_OR_RETURN(const auto answers,
                           run_.Ask(run_.sql.Ranges(tables_, measure_, plan_.level_sets[set])));
    RankedCells found;
    PostgresRows rows(answers);
    while (rows.Next()) {
      for (int row = 0; row < rows.rows(); ++row) {
        found.cells[CategoriesOf(rows, row, Groups())].weight += rows.Int128(Groups(), row);
        found.low = std::min(found.low, rows.Int64(Groups() + 1, row));
        found.high = std::max(found.high, rows.Int64(Groups() + 2, row));
      }
    }
    KLUIS_RETURN_IF_ERROR(CheckRead(rows));
    const absl::int128 one = PowerOfTen(plan_.weight_decimals);
    for (auto& [categories, cell] : found.cells) {
      for (const int percentile : percentiles) {
        cell.at.push_back(PositionOf(cell.weight, one, plan_.percentiles[percentile].percent));
        cell.values.push_back({.rank = cell.at.back().low});
        cell.values.push_back({.rank = cell.at.back().high});
      }
    }
    return found;
  }

  // Step by step: how many values there are in wide buckets, then in the narrow ones inside those
  // that hold a value that is looked for. So what travels is never a histogram of the whole cell.
  absl::Status FindValues(int set, RankedCells* found) const {
    if (found->cells.empty()) return absl::OkStatus();
    int shift = 0, within_shift = 0;
    while ((found->high >> shift) - static_cast<absl::int128>(found->low >> shift) >= kBuckets)
      ++shift;
    std::vector<PostgresSql::Bucket> within;
    for (;;) {
      KLUIS_ASSIGN_OR_RETURN(const Cells counted,
                             ReadWeights(run_.sql.Buckets(tables_, measure_, plan_.level_sets[set],
                                                          shift, within, within_shift)));
      const int width = within_shift - shift;
      within.clear();
      for (auto& [categories, cell] : found->cells) {
        const auto weights = counted.find(categories);
        if (weights == counted.end()) return absl::InternalError("a cell has gone");
        std::set<int64_t> buckets;
        for (Ranked& value : cell.values) {
          Narrow(weights->second, width, &value);
          buckets.insert(value.bucket);
        }
        for (const int64_t bucket : buckets) within.push_back({categories, bucket});
      }
      if (shift == 0) return absl::OkStatus();
      within_shift = shift;
      shift = std::max(shift - kBucketBits, 0);
    }
  }

  // `width`: bits by which the buckets of `weights` are narrower than the value's; not positive:
  // there is no such bucket yet.
  static void Narrow(const Weights& weights, int width, Ranked* value) {
    auto first = weights.begin(), last = weights.end();
    if (width > 0) {
      const auto in_bucket = [&](const auto& one, int64_t bucket) {
        return one.first >> width < bucket;
      };
      first = std::lower_bound(first, last, value->bucket, in_bucket);
      last = std::find_if(first, last,
                          [&](const auto& one) { return one.first >> width != value->bucket; });
    }
    const auto [bucket, smaller] = ValueOfRank(Weights(first, last), value->rank);
    value->bucket = bucket;
    value->rank -= smaller;
  }

  void AddGini(const Cells& cells, int set, int gini) {
    MadeRows made;
    for (const auto& [categories, values] : cells) {
      const GiniCell cell = GiniOf(values);
      for (const int category : categories) made.AddNumber(category);
      for (const absl::int128 part : {cell.weight, cell.total, cell.ranked}) made.AddNumber(part);
      made.EndRow();
    }
    run_.filler->AddGini(made, run_.sql.grouped_axes(), set, gini);
  }

  // `place`: of its values in each cell.
  absl::Status AddPercentile(const RankedCells& cells, int set, int percentile, size_t place) {
    std::map<Categories, PercentileCell> found;
    std::vector<PostgresSql::Point> points;
    for (const auto& [categories, ranked] : cells.cells) {
      PercentileCell& cell = found[categories];
      const PercentilePosition& at = ranked.at[place / 2];
      cell.weight = ranked.weight;
      cell.low = ranked.values[place].bucket;
      cell.high = ranked.values[place + 1].bucket;
      // The point as a multiple of 1 / denominator.
      const absl::int128 point =
          cell.low * (at.denominator - at.fraction) + cell.high * at.fraction;
      points.push_back({.categories = categories,
                        .floor = FloorDivide(point, at.denominator),
                        .exact = point % at.denominator == 0,
                        .twice = -FloorDivide(-2 * point, at.denominator)});
    }
    if (points.empty()) return absl::OkStatus();
    KLUIS_RETURN_IF_ERROR(ReadAround(set, points, &found));
    MadeRows made;
    for (const auto& [categories, cell] : found) {
      for (const int category : categories) made.AddNumber(category);
      for (const absl::int128 part :
           {cell.weight, cell.low, cell.high, absl::int128(cell.contributors),
            absl::int128(cell.at_or_below), absl::int128(cell.at_or_above),
            absl::int128(cell.at_point)}) {
        made.AddNumber(part);
      }
      made.AddList(cell.below);
      made.AddList(cell.above);
      made.EndRow();
    }
    run_.filler->AddPercentile(made, run_.sql.grouped_axes(), set, percentile);
    return absl::OkStatus();
  }

  absl::Status ReadAround(int set, const std::vector<PostgresSql::Point>& points,
                          std::map<Categories, PercentileCell>* found) const {
    KLUIS_ASSIGN_OR_RETURN(
        const auto answers,
        run_.Ask(run_.sql.Around(tables_, measure_, plan_.level_sets[set], points)));
    PostgresRows rows(answers);
    while (rows.Next()) {
      for (int row = 0; row < rows.rows(); ++row) {
        PercentileCell& cell = (*found)[CategoriesOf(rows, row, Groups())];
        int column = Groups();
        cell.contributors += rows.Int64(column++, row);
        cell.at_or_below += rows.Int64(column++, row);
        cell.at_or_above += rows.Int64(column++, row);
        cell.at_point += rows.Int64(column++, row);
        rows.AppendList(column++, row, &cell.below);
        rows.AppendList(column++, row, &cell.above);
      }
    }
    const auto nearest = static_cast<size_t>(plan_.nearest);
    for (auto& [categories, cell] : *found) {
      std::sort(cell.below.begin(), cell.below.end(), std::greater<absl::int128>());
      std::sort(cell.above.begin(), cell.above.end());
      cell.below.resize(std::min(cell.below.size(), nearest));
      cell.above.resize(std::min(cell.above.size(), nearest));
    }
    return CheckRead(rows);
  }

  const PostgresRun& run_;
  const AggregationPlan& plan_;
  const std::vector<SourceTable>& tables_;
  const int measure_;
};

}  // namespace

absl::Status FillOrdered(const PostgresRun& run, const std::vector<SourceTable>& tables) {
  std::set<int> measures(run.plan.ginis.begin(), run.plan.ginis.end());
  for (const PlanPercentile& percentile : run.plan.percentiles) measures.insert(percentile.measure);
  for (const int measure : measures) {
    MeasureRun of_measure(run, tables, measure);
    for (size_t set = 0; set < run.plan.level_sets.size(); ++set)
      KLUIS_RETURN_IF_ERROR(of_measure.OfSet(static_cast<int>(set)));
  }
  return absl::OkStatus();
}

}  // namespace kluis
