#include "server/engine/plan_sql.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/duckdb/duckdb.h"

namespace kluis {

using absl::StrAppend;
using absl::StrCat;

std::string IsOneOf(const std::string& expression, std::vector<int> values) {
  if (values.empty()) return "false";
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  const bool contiguous = values.back() - values.front() + 1 == static_cast<int>(values.size());
  if (contiguous) return StrCat(expression, " BETWEEN ", values.front(), " AND ", values.back());
  return StrCat(expression, " IN (", absl::StrJoin(values, ", "), ")");
}

RowContributor ContributorOfRow(const std::vector<std::string>& contributor,
                                const std::string& row_number) {
  if (contributor.empty()) return {.level = "0", .unit = row_number};
  std::vector<std::string> units;
  std::string level = "CASE";
  for (size_t i = contributor.size(); i-- > 0;) {
    units.push_back(StrCat("t0.", QuoteIdentifier(contributor[i])));
    StrAppend(&level, " WHEN ", units.back(), " IS NOT NULL THEN ", i);
  }
  return {.level = contributor.size() > 1 ? level + " ELSE -1 END" : "0",
          .unit = StrCat("coalesce(", absl::StrJoin(units, ", "), ")")};
}

std::string StoredValue(const AggregationPlan& plan, int source, const std::string& column) {
  const PlanSource& from = plan.sources[source];
  const std::string table = StrCat("t", source, ".");
  if (column.empty()) {  // a pair of keys is never NULL
    return StrCat("(CASE WHEN ", table, QuoteIdentifier(from.keys[0].second), " IS NULL THEN ",
                  kNoPartner, " ELSE 0 END)");
  }
  const std::string name = table + QuoteIdentifier(column);
  if (from.judged) return StrCat("coalesce(", name, ", ", kNoPartner, ")");
  return from.left ? StrCat("coalesce(", name, ", -1)") : name;
}

std::string JoinOf(const AggregationPlan& plan, size_t source, const std::string& table) {
  const PlanSource& joined = plan.sources[source];
  std::vector<std::string> conditions;
  for (const auto& [ours, theirs] : joined.keys) {
    conditions.push_back(
        StrCat("t0.", QuoteIdentifier(ours), " = t", source, ".", QuoteIdentifier(theirs)));
  }
  return StrCat(joined.left || joined.judged ? " LEFT" : "", " JOIN ", table, " AS t", source,
                " ON ", absl::StrJoin(conditions, " AND "));
}

std::vector<std::string> FilterConditions(const AggregationPlan& plan) {
  std::vector<std::string> conditions;
  for (const PlanFilter& filter : plan.filters) {
    conditions.push_back(
        IsOneOf(StoredValue(plan, filter.source, filter.column), filter.stored_values));
  }
  return conditions;
}

// All rows of a unit have its value, and stand in one cell of a level set, so any of them may stand
// for it.
std::string UnitTable(const AggregationPlan& plan, size_t measure) {
  const std::string& grain = plan.measures[measure].grain;
  for (size_t i = 0; !grain.empty() && i <= measure; ++i) {
    if (plan.measures[i].grain == grain) return StrCat("u", i);
  }
  return "";
}

std::string MeasureInRow(const AggregationPlan& plan, size_t measure, const char* product_type) {
  const PlanMeasure& of = plan.measures[measure];
  const auto column = [](const std::string& c) { return StrCat("t0.", QuoteIdentifier(c)); };
  std::string value = column(of.column);
  if (of.squared || !of.times.empty()) {
    const std::string& times = of.squared ? of.column : of.times;
    value = StrCat("(", value, product_type, " * ", column(times), ")");
  }
  std::vector<std::string> known;
  const std::string units = UnitTable(plan, measure);
  if (!units.empty()) known.push_back(StrCat(units, ".f IS NOT NULL"));
  for (const std::string& c : of.complete) known.push_back(StrCat(column(c), " IS NOT NULL"));
  if (known.empty()) return value;
  return StrCat("(CASE WHEN ", absl::StrJoin(known, " AND "), " THEN ", value, " END)");
}

std::string PartOf(const std::string& sum, const std::string& size, bool weighted) {
  return weighted ? StrCat("CASE WHEN ", sum, " <> 0 THEN ", size, " END")
                  : StrCat("nullif(", size, ", 0)");
}

}  // namespace kluis
