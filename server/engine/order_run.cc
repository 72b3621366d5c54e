#include "server/engine/order_run.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "server/engine/memory_order.h"

namespace kluis {
namespace {

using absl::StrAppend;
using absl::StrCat;

// Expressions over `total`, the weight of a cell, as PositionOf() has them. Numbers of ours alone.
struct PositionText {
  std::string low, high, fraction, denominator;
};

PositionText PositionIn(int weight_decimals, int percent) {
  const auto number = [](absl::int128 value) { return StrCat(FormatFixed(value, 0), "::HUGEINT"); };
  const std::string one = number(PowerOfTen(weight_decimals));
  PositionText text;
  text.denominator = number(PowerOfTen(weight_decimals) * 100);
  const std::string h = StrCat("(greatest(total - ", one, ", 0) * ", percent, ")");
  text.fraction = StrCat("(", h, " % ", text.denominator, ")");
  text.low = StrCat("least(", h, " // ", text.denominator, " * ", one, " + ", one, ", total)");
  text.high = StrCat("CASE WHEN ", text.fraction, " = 0 THEN ", text.low, " ELSE least(", text.low,
                     " + ", one, ", total) END");
  return text;
}

class OrderRun {
 public:
  OrderRun(const AggregationPlan& plan, const std::vector<AxisClasses>& classes,
           const SqlWriter& sql, DuckConnection& connection, int threads,
           const std::atomic<bool>* cancelled, TableFiller* filler)
      : plan_(plan),
        classes_(classes),
        sql_(sql),
        connection_(connection),
        threads_(threads),
        cancelled_(cancelled),
        filler_(filler) {
    for (const int axis : sql.grouped_axes()) groups_.push_back(StrCat("c", axis));
  }

  absl::Status Run() {
    std::set<int> measures(plan_.ginis.begin(), plan_.ginis.end());
    for (const PlanPercentile& percentile : plan_.percentiles) measures.insert(percentile.measure);
    for (const int measure : measures) {
      if (HasPlainPercentiles(plan_)) {
        KLUIS_ASSIGN_OR_RETURN(const bool filled,
                               FillPercentiles(plan_, classes_, sql_, measure, connection_,
                                               threads_, cancelled_, filler_));
        if (filled) continue;
      }
      KLUIS_RETURN_IF_ERROR(Make("vals", sql_.Values(measure)));
      for (size_t set = 0; set < plan_.level_sets.size(); ++set) {
        KLUIS_RETURN_IF_ERROR(OfSet(measure, static_cast<int>(set)));
      }
      KLUIS_RETURN_IF_ERROR(Execute("DROP TABLE vals"));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status CheckCancelled() const {
    const bool stop = cancelled_ != nullptr && cancelled_->load();
    return stop ? absl::CancelledError("cancelled") : absl::OkStatus();
  }

  absl::Status Execute(const std::string& statement) {
    KLUIS_RETURN_IF_ERROR(CheckCancelled());
    return connection_.Execute(statement);
  }

  absl::Status Make(const std::string& table, const std::string& query) {
    return Execute(StrCat("CREATE OR REPLACE TEMP TABLE ", table, " AS ", query));
  }

  absl::Status OfSet(int measure, int set) {
    std::vector<std::string> look_ups;
    const std::string ranked = Ranked(plan_.level_sets[set], &look_ups);
    for (const std::string& statement : look_ups) KLUIS_RETURN_IF_ERROR(Execute(statement));
    KLUIS_RETURN_IF_ERROR(Make("ranked", ranked));
    for (size_t g = 0; g < plan_.ginis.size(); ++g) {
      if (plan_.ginis[g] != measure) continue;
      KLUIS_ASSIGN_OR_RETURN(auto result, connection_.Query(Gini()));
      DuckRows rows(std::move(result));
      filler_->AddGini(rows, sql_.grouped_axes(), set, static_cast<int>(g));
    }
    for (size_t p = 0; p < plan_.percentiles.size(); ++p) {
      if (plan_.percentiles[p].measure != measure) continue;
      const PositionText position = PositionIn(plan_.weight_decimals, plan_.percentiles[p].percent);
      KLUIS_RETURN_IF_ERROR(Make("points", Points(position)));
      KLUIS_RETURN_IF_ERROR(CheckCancelled());
      KLUIS_ASSIGN_OR_RETURN(auto result, connection_.Query(Around(position)));
      DuckRows rows(std::move(result));
      filler_->AddPercentile(rows, sql_.grouped_axes(), set, static_cast<int>(p));
    }
    return Execute("DROP TABLE ranked");
  }

  // "c0, c2, ", and of one of two tables "base.c0, base.c2, ".
  std::string Groups(const std::string& table = "") const {
    std::string text;
    for (const std::string& group : groups_)
      StrAppend(&text, table, table.empty() ? "" : ".", group, ", ");
    return text;
  }

  std::string GroupBy(const std::string& more = "") const {
    std::vector<std::string> columns = groups_;
    if (!more.empty()) columns.push_back(more);
    return columns.empty() ? "" : StrCat(" GROUP BY ", absl::StrJoin(columns, ", "));
  }

  std::string Partition() const {
    return groups_.empty() ? "" : StrCat("PARTITION BY ", absl::StrJoin(groups_, ", "));
  }

  // Values with the weight of all that are no larger, and some of as large ones, and of all.
  std::string Ranked(const std::vector<int>& level_set, std::vector<std::string>* look_ups) const {
    const SqlWriter::Placing placing = sql_.Place("vals", level_set, look_ups);
    const bool weighted = !plan_.weight.empty();
    const char* up_to = weighted ? "sum(w)" : "row_number()";
    const char* type = weighted ? "::HUGEINT" : "::BIGINT";
    const char* of_all = weighted ? "sum(w)" : "count(*)";
    return StrCat("WITH placed AS (SELECT ", placing.columns, "k, kl, x", weighted ? ", w" : "",
                  " FROM vals", placing.joins, ") SELECT ", Groups(), "k, kl, x, ",
                  weighted ? "w" : "1::BIGINT AS w", ", (", up_to, " OVER (", Partition(),
                  " ORDER BY x", weighted ? " ROWS UNBOUNDED PRECEDING" : "", "))", type,
                  " AS cum, (", of_all, " OVER (", Partition(), "))", type,
                  " AS total FROM placed");
  }

  std::string Gini() const {
    const std::string part = "w::HUGEINT * greatest(x, 0)";
    return StrCat("SELECT ", Groups(), "max(total)::HUGEINT, sum(", part, ")::HUGEINT, sum(", part,
                  " * (2 * cum - w))::HUGEINT FROM ranked", GroupBy());
  }

  // The two values that the percentile lies between, and the point as a multiple of its
  // denominator.
  std::string Points(const PositionText& position) const {
    return StrCat("SELECT *, low * (", position.denominator, " - ", position.fraction,
                  ") + high * ", position.fraction, " AS point FROM (SELECT ", Groups(),
                  "max(total) AS total, min(x) FILTER (cum >= ", position.low,
                  ")::HUGEINT AS low, min(x) FILTER (cum >= ", position.high,
                  ")::HUGEINT AS high FROM ranked", GroupBy(), ")");
  }

  // One row per contributor with its nearest value; where each row is one, the rows.
  std::string Nearest(const PositionText& position) const {
    const std::string place = StrCat("(x * ", position.denominator, ")");
    std::vector<std::string> same;
    for (const std::string& group : groups_)
      same.push_back(StrCat("ranked.", group, " = points.", group));
    const std::string rows =
        StrCat("SELECT ", Groups("ranked"), "k, kl, x, points.total, low, high, ", place,
               " - point AS away", " FROM ranked JOIN points ON ",
               same.empty() ? "true" : absl::StrJoin(same, " AND "));
    if (plan_.contributor_unique) {
      return StrCat("SELECT ", Groups(),
                    "total, low, high, x, away, away <= 0 AS below, away >= 0 AS ",
                    "above, away = 0 AS at_point FROM (", rows, ")");
    }
    // Of two that are as near the smaller: twice the distance, and one more above the point.
    const std::string distance = "abs(away) * 2 + (away > 0)::HUGEINT";
    return StrCat("SELECT ", Groups(), "max(total) AS total, max(low) AS low, max(high) AS high, ",
                  "min_by(x, ", distance, ") AS x, min_by(away, ", distance, ") AS away, ",
                  "bool_or(away <= 0) AS below, bool_or(away >= 0) AS above, ",
                  "bool_or(away = 0) AS at_point FROM (", rows, ")", GroupBy("k, kl"));
  }

  std::string Around(const PositionText& position) const {
    return StrCat("SELECT ", Groups(), "max(total)::HUGEINT, max(low), max(high), count(*), ",
                  "count(*) FILTER (below), count(*) FILTER (above), count(*) FILTER (at_point), ",
                  "max(x, ", plan_.nearest, ") FILTER (away <= 0), min(x, ", plan_.nearest,
                  ") FILTER (away > 0) FROM (", Nearest(position), ")", GroupBy());
  }

  const AggregationPlan& plan_;
  const std::vector<AxisClasses>& classes_;
  const SqlWriter& sql_;
  DuckConnection& connection_;
  const int threads_;
  const std::atomic<bool>* cancelled_;
  TableFiller* filler_;
  std::vector<std::string> groups_;
};

}  // namespace

absl::Status FillOrdered(const AggregationPlan& plan, const std::vector<AxisClasses>& classes,
                         const SqlWriter& sql, DuckConnection& connection, int threads,
                         const std::atomic<bool>* cancelled, TableFiller* filler) {
  return OrderRun(plan, classes, sql, connection, threads, cancelled, filler).Run();
}

}  // namespace kluis
