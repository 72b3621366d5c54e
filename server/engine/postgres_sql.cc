#include "server/engine/postgres_sql.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/decimal.h"
#include "server/duckdb/duckdb.h"

namespace kluis {
namespace {

using absl::StrAppend;
using absl::StrCat;

constexpr char kRowNumber[] = "t0.kluis_row";

// Stored values in scope, and what each of them becomes.
struct Mapping {
  std::vector<int> kept, to;  // parallel
  int low = 0;                // the first stored value
  size_t values = 0;          // how many there are
};

Mapping MappingOf(const PlanAxis& axis, const AxisClasses& classes, const int* level) {
  Mapping mapping = {
      .kept = {}, .to = {}, .low = axis.stored_low, .values = classes.class_of_stored.size()};
  for (size_t v = 0; v < classes.class_of_stored.size(); ++v) {
    const int stored = axis.stored_low + static_cast<int>(v);
    const int class_number = classes.identity ? stored : classes.class_of_stored[v];
    if (classes.class_of_stored[v] < 0) continue;
    const int to = level == nullptr ? class_number : classes.Category(*level, class_number);
    if (level != nullptr && to < 0) continue;  // a class can be a stored value, and that is -1
    mapping.kept.push_back(stored);
    mapping.to.push_back(to);
  }
  return mapping;
}

// What the stored value becomes: no look-up where all change alike.
std::string Mapped(const std::string& stored, const Mapping& mapping) {
  if (mapping.kept.empty()) return "0";
  bool same = true, shifted = true;
  const int shift = mapping.to[0] - mapping.kept[0];
  for (size_t i = 0; i < mapping.kept.size(); ++i) {
    same &= mapping.to[i] == mapping.to[0];
    shifted &= mapping.to[i] - mapping.kept[i] == shift;
  }
  if (same) return StrCat(mapping.to[0]);
  if (shifted) return StrCat("(", stored, " + (", shift, "))");
  std::vector<int> table(mapping.values, -1);
  for (size_t i = 0; i < mapping.kept.size(); ++i)
    table[mapping.kept[i] - mapping.low] = mapping.to[i];
  return StrCat("('{", absl::StrJoin(table, ","), "}'::integer[])[", stored, " + (",
                1 - mapping.low, ")]");
}

std::string WhereAll(std::vector<std::string> conditions, const std::string& one_more) {
  if (!one_more.empty()) conditions.push_back(one_more);
  return conditions.empty() ? "" : StrCat(" WHERE ", absl::StrJoin(conditions, " AND "));
}

// "4, 5, 6": by position.
std::string Positions(size_t first, size_t count) {
  std::vector<size_t> positions;
  for (size_t i = 0; i < count; ++i) positions.push_back(first + i);
  return absl::StrJoin(positions, ", ");
}

std::string Absolute(const std::string& text, bool any_sign) {
  return any_sign ? StrCat("abs(", text, ")") : text;
}

// A table of cells: "'{...}'::integer[], ", "c0, ", and what joins it to v.
struct CellTable {
  std::string arrays, names, same;
};

CellTable TableOf(const std::vector<int>& grouped_axes,
                  const std::vector<std::vector<int>>& categories) {
  CellTable table;
  for (size_t g = 0; g < grouped_axes.size(); ++g) {
    const std::string name = StrCat("c", grouped_axes[g]);
    std::vector<int> column;
    for (const std::vector<int>& cell : categories) column.push_back(cell[g]);
    StrAppend(&table.names, name, ", ");
    StrAppend(&table.arrays, "'{", absl::StrJoin(column, ","), "}'::integer[], ");
    StrAppend(&table.same, table.same.empty() ? "" : " AND ", "v.", name, " = p.", name);
  }
  if (table.same.empty()) table.same = "true";
  return table;
}

}  // namespace

struct PostgresSql::Rows {
  std::string columns;  // "expression AS c0, ..., "
  std::string from;
  std::vector<std::string> conditions;
};

PostgresSql::PostgresSql(const AggregationPlan& plan, const std::vector<AxisClasses>& classes,
                         bool narrow)
    : plan_(plan),
      classes_(classes),
      weighted_(!plan.weight.empty()),
      type_(narrow ? "::bigint" : "::numeric") {
  for (size_t i = 0; i < classes_.size(); ++i) {
    if (!classes_[i].total_only) grouped_axes_.push_back(static_cast<int>(i));
  }
}

std::string PostgresSql::From(const std::vector<SourceTable>& tables) const {
  std::string text = StrCat(" FROM ", tables[0].name, " AS t0");
  for (size_t i = 1; i < tables.size(); ++i) {
    StrAppend(&text, JoinOf(plan_, i, tables[i].name));
    if (tables[i].by_shard) StrAppend(&text, " AND t0.kluis_shard = t", i, ".kluis_shard");
  }
  return text;
}

PostgresSql::Rows PostgresSql::RowsAt(const std::vector<SourceTable>& tables,
                                      const std::vector<int>* level_set) const {
  Rows rows = {.columns = "", .from = From(tables), .conditions = FilterConditions(plan_)};
  for (size_t i = 0; i < plan_.axes.size(); ++i) {
    const PlanAxis& axis = plan_.axes[i];
    const int* level = level_set == nullptr ? nullptr : &(*level_set)[i];
    const Mapping mapping = MappingOf(axis, classes_[i], level);
    const std::string stored = StoredValue(plan_, axis.source, axis.column);
    if (mapping.kept.size() < mapping.values)
      rows.conditions.push_back(IsOneOf(stored, mapping.kept));
    if (!classes_[i].total_only)
      StrAppend(&rows.columns, Mapped(stored, mapping), " AS c", i, ", ");
  }
  StrAppend(&rows.from, UnitsOf(rows));
  return rows;
}

// Which row stands for its unit: any of them may (see PlanMeasure::grain), and all rows of a unit
// are in one shard, since they have one contributor.
std::string PostgresSql::UnitsOf(const Rows& rows) const {
  std::string joins;
  for (size_t i = 0; i < plan_.measures.size(); ++i) {
    if (plan_.measures[i].grain.empty() || UnitTable(plan_, i) != StrCat("u", i)) continue;
    const std::string unit = StrCat("t0.", QuoteIdentifier(plan_.measures[i].grain));
    StrAppend(&joins, " LEFT JOIN (SELECT min(", kRowNumber, ") AS f, t0.kluis_shard AS s",
              rows.from, WhereAll(rows.conditions, unit + " IS NOT NULL"), " GROUP BY ", unit,
              ", t0.kluis_shard) AS u", i, " ON u", i, ".f = ", kRowNumber, " AND u", i,
              ".s = t0.kluis_shard");
  }
  return joins;
}

std::string PostgresSql::GroupColumns() const {
  std::string text;
  for (const int i : grouped_axes_) StrAppend(&text, "c", i, ", ");
  return text;
}

// The group columns by position: a name could be one of the snapshot's columns.
std::string PostgresSql::GroupBy(const std::string& more) const {
  std::string text = " GROUP BY ";
  for (size_t i = 1; i <= grouped_axes_.size(); ++i) StrAppend(&text, i, ", ");
  return text + more;
}

std::string PostgresSql::MeasureOf(int measure) const {
  return MeasureInRow(plan_, static_cast<size_t>(measure), type_);
}

std::string PostgresSql::Top(const std::string& size, int count) const {
  return StrCat("(array_agg(", size, " ORDER BY ", size, " DESC) FILTER (WHERE ", size,
                " <> 0))[1:", count, "]");
}

// The largest parts of a total with whose they are, one more than the plan wants. One array,
// because each is sorted for itself.
std::string PostgresSql::Identified(const std::string& part, const std::string& unit,
                                    const std::string& level) const {
  return StrCat("(array_agg(ARRAY[", part, type_, ", ", unit, ", ", level, "] ORDER BY ", part,
                " DESC) FILTER (WHERE ", part, " IS NOT NULL))[1:", plan_.largest + 1, "]");
}

std::string PostgresSql::Columns(const std::string& identified) const {
  return StrCat(", ", identified, "[2:2], ", identified, "[3:3]");
}

std::string PostgresSql::UniqueContributors(const std::vector<SourceTable>& tables) const {
  const Rows rows = RowsAt(tables, nullptr);
  const std::string weight = StrCat("t0.", QuoteIdentifier(plan_.weight));
  const std::string unit = plan_.contributor.size() == 1
                               ? StrCat("t0.", QuoteIdentifier(plan_.contributor[0]))
                               : kRowNumber;
  std::string text = StrCat("SELECT ", rows.columns, "count(*), count(*)"), owners;
  if (weighted_) StrAppend(&text, ", coalesce(sum(", weight, "), 0)");
  for (size_t i = 0; i < plan_.measures.size(); ++i) {
    const std::string m = MeasureOf(static_cast<int>(i));
    const std::string size = Absolute(m, plan_.measures[i].any_sign);
    const std::string factor = weighted_ ? StrCat(type_, " * ", weight) : "";
    StrAppend(&text, ", count(", m, "), count(nullif(", m, ", 0))");
    if (weighted_)
      StrAppend(&text, ", coalesce(sum(", weight, ") FILTER (WHERE ", m, " IS NOT NULL), 0)");
    StrAppend(&text, ", coalesce(sum(", m, factor, "), 0), coalesce(sum(", size, factor, "), 0)");
    if (plan_.largest > 0) StrAppend(&text, ", ", Top(size, plan_.largest));
    if (!shares()) continue;
    const std::string identified =
        Identified(PartOf(m, StrCat("(", size, factor, ")"), weighted_), unit, "0");
    StrAppend(&text, ", ", identified, "[1:1]");
    StrAppend(&owners, Columns(identified));
  }
  return StrCat(text, owners, rows.from, WhereAll(rows.conditions, ""), GroupBy("t0.kluis_shard"));
}

std::string PostgresSql::PerContributor(const std::vector<SourceTable>& tables,
                                        const std::vector<std::string>& contributor,
                                        const std::vector<int>& level_set, bool measures) const {
  const Rows rows = RowsAt(tables, &level_set);
  const RowContributor who = ContributorOfRow(contributor, kRowNumber);
  const std::string weight = StrCat("t0.", QuoteIdentifier(plan_.weight));
  std::string text = StrCat("SELECT ", rows.columns, "t0.kluis_shard AS shard, ", who.unit,
                            " AS k, ", who.level, " AS kl, count(*) AS r");
  if (measures && weighted_) StrAppend(&text, ", sum(", weight, ")", type_, " AS w");
  for (size_t i = 0; measures && i < plan_.measures.size(); ++i) {
    const std::string m = MeasureOf(static_cast<int>(i));
    StrAppend(&text, ", count(", m, ") AS n", i, ", sum(", m, ")", type_, " AS s", i);
    if (!weighted_) continue;
    StrAppend(&text, ", coalesce(sum(", m, type_, " * ", weight, "), 0)", type_, " AS t", i,
              ", coalesce(sum(", weight, ") FILTER (WHERE ", m, " IS NOT NULL), 0)", type_, " AS w",
              i);
  }
  const std::string present = measures ? "" : StrCat(who.unit, " IS NOT NULL");
  return StrCat(text, rows.from, WhereAll(rows.conditions, present),
                GroupBy(Positions(grouped_axes_.size() + 1, 3)));
}

std::string PostgresSql::Contributors(const std::vector<SourceTable>& tables,
                                      const std::vector<int>& level_set) const {
  std::string text = StrCat("SELECT ", GroupColumns(), "coalesce(sum(r), 0), count(*)"), owners;
  if (weighted_) StrAppend(&text, ", coalesce(sum(w), 0)");
  for (size_t i = 0; i < plan_.measures.size(); ++i) {
    const bool any_sign = plan_.measures[i].any_sign;
    const std::string sum = StrCat("s", i), contribution = weighted_ ? StrCat("t", i) : sum;
    StrAppend(&text, ", coalesce(sum(n", i, "), 0), count(nullif(", sum, ", 0))");
    if (weighted_) StrAppend(&text, ", coalesce(sum(w", i, "), 0)");
    StrAppend(&text, ", coalesce(sum(", contribution, "), 0), coalesce(sum(",
              Absolute(contribution, any_sign), "), 0)");
    if (plan_.largest > 0 && (weighted_ || !shares()))
      StrAppend(&text, ", ", Top(Absolute(sum, any_sign), plan_.largest));
    if (!shares()) continue;
    const std::string identified =
        Identified(PartOf(sum, Absolute(contribution, any_sign), weighted_), "k", "kl");
    StrAppend(&text, ", ", identified, "[1:1]");
    StrAppend(&owners, Columns(identified));
  }
  return StrCat(text, owners, " FROM (",
                PerContributor(tables, plan_.contributor, level_set, /*measures=*/true),
                ") AS base", GroupBy("shard"));
}

std::string PostgresSql::Distinct(const std::vector<SourceTable>& tables,
                                  const std::string& identifier,
                                  const std::vector<int>& level_set) const {
  return StrCat("SELECT ", GroupColumns(), "0, count(*) FROM (",
                PerContributor(tables, {identifier}, level_set, /*measures=*/false), ") AS base",
                GroupBy("shard"));
}

std::string PostgresSql::Levels(const std::vector<SourceTable>& tables, int measure) const {
  const PlanMeasure& of = plan_.measures[measure];
  const std::string column = QuoteIdentifier(of.column);
  return StrCat("SELECT DISTINCT ", column, " FROM ", tables[0].name, " WHERE ", column,
                " IS NOT NULL LIMIT ", of.levels + 1);
}

std::string PostgresSql::WeightOfRows(const std::string& row_weight) const {
  return weighted_ ? StrCat("sum(", row_weight, ")") : "count(*)";
}

// The rows with a value of a measure, each by itself: group columns, shard, k, kl, value x, weight
// w.
std::string PostgresSql::Values(const std::vector<SourceTable>& tables, int measure,
                                const std::vector<int>& level_set) const {
  const Rows rows = RowsAt(tables, &level_set);
  const std::string m = MeasureOf(measure);
  const RowContributor who = ContributorOfRow(
      plan_.contributor_unique ? std::vector<std::string>() : plan_.contributor, kRowNumber);
  const std::string weight =
      weighted_ ? StrCat("coalesce(t0.", QuoteIdentifier(plan_.weight), ", 0)") : "1";
  return StrCat("SELECT ", rows.columns, "t0.kluis_shard AS shard, ", who.unit, " AS k, ",
                who.level, " AS kl, ", m, " AS x, ", weight, " AS w", rows.from,
                WhereAll(rows.conditions, m + " IS NOT NULL"));
}

std::string PostgresSql::Ranges(const std::vector<SourceTable>& tables, int measure,
                                const std::vector<int>& level_set) const {
  return StrCat("SELECT ", GroupColumns(), WeightOfRows("w"), ", min(x), max(x) FROM (",
                Values(tables, measure, level_set), ") AS v", GroupBy("shard"));
}

std::string PostgresSql::Histogram(const std::vector<SourceTable>& tables, int measure,
                                   const std::vector<int>& level_set) const {
  return StrCat("SELECT ", GroupColumns(), "x, ", WeightOfRows("w"), " FROM (",
                Values(tables, measure, level_set), ") AS v", GroupBy("x, shard"));
}

std::string PostgresSql::Buckets(const std::vector<SourceTable>& tables, int measure,
                                 const std::vector<int>& level_set, int shift,
                                 const std::vector<Bucket>& within, int within_shift) const {
  const std::string values = StrCat("(", Values(tables, measure, level_set), ") AS v");
  const std::string bucket = StrCat("v.x >> ", shift);
  std::string groups, from = StrCat(" FROM ", values);
  for (const int i : grouped_axes_) StrAppend(&groups, "v.c", i, ", ");
  if (!within.empty()) {
    std::vector<std::vector<int>> categories;
    std::vector<int64_t> numbers;
    for (const Bucket& one : within) {
      categories.push_back(one.categories);
      numbers.push_back(one.number);
    }
    const CellTable cells = TableOf(grouped_axes_, categories);
    StrAppend(&from, " JOIN unnest(", cells.arrays, "'{", absl::StrJoin(numbers, ","),
              "}'::bigint[]) AS p(", cells.names, "number) ON ", cells.same, " AND v.x >> ",
              within_shift, " = p.number");
  }
  return StrCat("SELECT ", groups, bucket, ", ", WeightOfRows("v.w"), from,
                GroupBy(StrCat(bucket, ", v.shard")));
}

std::string PostgresSql::Around(const std::vector<SourceTable>& tables, int measure,
                                const std::vector<int>& level_set,
                                const std::vector<Point>& points) const {
  std::vector<std::vector<int>> categories;
  std::vector<std::string> floors, exact, twice;
  for (const Point& point : points) {
    categories.push_back(point.categories);
    floors.push_back(FormatFixed(point.floor, 0));
    exact.push_back(point.exact ? "t" : "f");
    twice.push_back(FormatFixed(point.twice, 0));
  }
  const CellTable cells = TableOf(grouped_axes_, categories);
  const std::string from =
      StrCat(" FROM (", Values(tables, measure, level_set), ") AS v JOIN unnest(", cells.arrays,
             "'{", absl::StrJoin(floors, ","), "}'::bigint[], '{", absl::StrJoin(exact, ","),
             "}'::boolean[], '{", absl::StrJoin(twice, ","), "}'::numeric[]) AS p(", cells.names,
             "low, exact, twice) ON ", cells.same);
  std::string groups;
  for (const int i : grouped_axes_) StrAppend(&groups, "v.c", i, ", ");
  constexpr char kReaches[] = "x > low OR (x = low AND exact)", kMeets[] = "x = low AND exact";
  if (plan_.contributor_unique) {
    return StrCat("SELECT ", groups, "count(*), count(*) FILTER (WHERE x <= low), count(*) FILTER ",
                  "(WHERE ", kReaches, "), count(*) FILTER (WHERE ", kMeets, "), ",
                  NearestOf("x", "x <= low", " DESC"), ", ", NearestOf("x", "x > low", ""), from,
                  GroupBy("v.shard"));
  }
  // Of a contributor the largest value at the point or below it and the smallest above it; then the
  // nearer of the two.
  const std::string contributors = StrCat(
      "SELECT ", groups, "v.shard, bool_or(", kReaches, ") AS reaches, bool_or(", kMeets,
      ") AS meets, max(x) FILTER (WHERE x <= low) AS below, min(x) FILTER (WHERE x > low) AS ",
      "above, min(twice) AS twice", from, GroupBy("v.shard, v.k, v.kl"));
  return StrCat(
      "SELECT ", GroupColumns(), "count(*), count(below), count(*) FILTER (WHERE ",
      "reaches), count(*) FILTER (WHERE meets), ", NearestOf("below", "nearer_below", " DESC"),
      ", ", NearestOf("above", "NOT nearer_below", ""),
      " FROM (SELECT *, below IS NOT NULL AND (above IS NULL OR below::numeric + above ",
      ">= twice) AS nearer_below FROM (", contributors, ") AS sides) AS base", GroupBy("shard"));
}

std::string PostgresSql::NearestOf(const std::string& value, const std::string& condition,
                                   const char* order) const {
  return StrCat("(array_agg(", value, " ORDER BY ", value, order, ") FILTER (WHERE ", condition,
                "))[1:", plan_.nearest, "]");
}

}  // namespace kluis
