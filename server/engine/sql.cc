#include "server/engine/sql.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/duckdb/duckdb.h"

namespace kluis {
namespace {

using absl::StrAppend;
using absl::StrCat;

std::string LookUpTable(const std::string& name, const std::vector<int>& from,
                        const std::vector<int>& to) {
  return StrCat("CREATE OR REPLACE TEMP TABLE ", name, " AS SELECT unnest([",
                absl::StrJoin(from, ","), "]::INTEGER[]) AS v, unnest([", absl::StrJoin(to, ","),
                "]::INTEGER[]) AS c");
}

std::vector<int> KeptValues(const PlanAxis& axis, const AxisClasses& classes) {
  std::vector<int> values;
  for (size_t v = 0; v < classes.class_of_stored.size(); ++v) {
    if (classes.class_of_stored[v] >= 0) values.push_back(axis.stored_low + static_cast<int>(v));
  }
  return values;
}

// An identifier says something at its level only; rows without any have one contributor.
constexpr size_t kListMost = 64;  // stored values in a condition that only spares work

constexpr char kContributor[] = "coalesce(k::HUGEINT, -1) + kl * 36893488147419103232::HUGEINT";

bool NeedsLookUp(const AxisClasses& classes) { return !classes.identity && !classes.total_only; }

}  // namespace

SqlWriter::SqlWriter(const AggregationPlan& plan, const std::vector<AxisClasses>& classes,
                     const std::vector<std::string>& schemas, bool narrow)
    : plan_(plan),
      classes_(classes),
      schemas_(schemas),
      weighted_(!plan.weight.empty()),
      sum_type_(narrow ? "::BIGINT" : "::HUGEINT") {
  for (size_t i = 0; i < classes_.size(); ++i) {
    if (!classes_[i].total_only) grouped_axes_.push_back(static_cast<int>(i));
  }
}

std::string SqlWriter::MeasureOf(size_t measure) const {
  return MeasureInRow(plan_, measure, "::HUGEINT");
}

const char* SqlWriter::SumTypeOf(size_t measure) const {
  const PlanMeasure& of = plan_.measures[measure];
  return of.squared || !of.times.empty() ? "::HUGEINT" : sum_type_;
}

std::vector<std::string> SqlWriter::LookUpTables() const {
  std::vector<std::string> statements;
  for (const int i : grouped_axes_) {
    if (!NeedsLookUp(classes_[i])) continue;
    const std::vector<int> values = KeptValues(plan_.axes[i], classes_[i]);
    std::vector<int> numbers;
    for (const int v : values)
      numbers.push_back(classes_[i].class_of_stored[v - plan_.axes[i].stored_low]);
    statements.push_back(LookUpTable(StrCat("m", i), values, numbers));
  }
  for (size_t i = 0; i < plan_.measures.size(); ++i) {
    const std::string table = StrCat("u", i);
    if (UnitTable(plan_, i) != table) continue;
    const std::string unit = StrCat("t0.", QuoteIdentifier(plan_.measures[i].grain));
    const std::string where = Where();
    statements.push_back(
        StrCat("CREATE OR REPLACE TEMP TABLE ", table, " AS SELECT min(t0.rowid) AS f", FromData(),
               where, where.empty() ? " WHERE " : " AND ", unit, " IS NOT NULL GROUP BY ", unit));
  }
  return statements;
}

std::string SqlWriter::GroupColumns() const {
  std::string text;
  for (const int i : grouped_axes_) StrAppend(&text, "c", i, ", ");
  return text;
}

std::string SqlWriter::ClassColumns() const {
  std::string text;
  for (const int i : grouped_axes_) {
    const std::string column = StoredValue(plan_, plan_.axes[i].source, plan_.axes[i].column);
    StrAppend(&text, NeedsLookUp(classes_[i]) ? StrCat("m", i, ".c") : column, " AS c", i, ", ");
  }
  return text;
}

// By position: a name could be one of the snapshot's columns.
std::string SqlWriter::GroupBy(int more) const {
  std::vector<int> positions;
  const int count = static_cast<int>(grouped_axes_.size()) + more;
  for (int i = 1; i <= count; ++i) positions.push_back(i);
  return positions.empty() ? "" : StrCat(" GROUP BY ", absl::StrJoin(positions, ", "));
}

std::string SqlWriter::From() const {
  std::string text = FromData();
  for (size_t i = 0; i < plan_.measures.size(); ++i) {
    const std::string table = StrCat("u", i);
    if (UnitTable(plan_, i) != table) continue;
    StrAppend(&text, " LEFT JOIN ", table, " ON ", table, ".f = t0.rowid");
  }
  return text;
}

std::string SqlWriter::FromSources() const {
  std::string text = StrCat(" FROM ", schemas_[0], ".data AS t0");
  for (size_t i = 1; i < plan_.sources.size(); ++i)
    StrAppend(&text, JoinOf(plan_, i, schemas_[i] + ".data"));
  return text;
}

std::string SqlWriter::FromData() const {
  std::string text = FromSources();
  for (const int i : grouped_axes_) {
    if (!NeedsLookUp(classes_[i])) continue;
    StrAppend(&text, " JOIN m", i, " ON m", i,
              ".v = ", StoredValue(plan_, plan_.axes[i].source, plan_.axes[i].column));
  }
  return text;
}

std::string SqlWriter::Where() const {
  std::vector<std::string> conditions = FilterConditions(plan_);
  for (size_t i = 0; i < classes_.size(); ++i) {
    if (classes_[i].everything || NeedsLookUp(classes_[i])) continue;  // the join drops the others
    const PlanAxis& axis = plan_.axes[i];
    conditions.push_back(
        IsOneOf(StoredValue(plan_, axis.source, axis.column), KeptValues(axis, classes_[i])));
  }
  return conditions.empty() ? "" : StrCat(" WHERE ", absl::StrJoin(conditions, " AND "));
}

std::optional<CollectQuery> SqlWriter::StoredRows(size_t first, size_t last) const {
  if (weighted_ || last - first > kCollectLongsMost || grouped_axes_.size() >= kCollectIntsMost)
    return std::nullopt;
  CollectQuery query;
  for (size_t m = first; m < last; ++m) {
    const PlanMeasure& measure = plan_.measures[m];
    if (measure.squared || !measure.times.empty() || !measure.grain.empty()) return std::nullopt;
    query.longs.push_back(MeasureOf(m));
  }
  std::vector<std::string> conditions = FilterConditions(plan_);
  for (size_t i = 0; i < classes_.size(); ++i) {
    const PlanAxis& axis = plan_.axes[i];
    const std::string value = StoredValue(plan_, axis.source, axis.column);
    const bool grouped = !classes_[i].total_only;
    if (grouped) query.ints.push_back(value);
    if (classes_[i].everything) continue;
    // Of a grouped axis whoever collects drops the others; here it spares to read them.
    const std::vector<int> kept = KeptValues(axis, classes_[i]);
    if (!grouped || kept.size() <= kListMost) conditions.push_back(IsOneOf(value, kept));
  }
  query.from = FromSources();
  if (!conditions.empty()) StrAppend(&query.from, " WHERE ", absl::StrJoin(conditions, " AND "));
  return query;
}

std::optional<CollectQuery> SqlWriter::ContributorRows(size_t first, size_t last) const {
  std::optional<CollectQuery> query = StoredRows(first, last);
  if (!query) return query;
  const RowContributor who = ContributorOfRow(plan_.contributor, "t0.rowid");
  query->ints.push_back(who.level);
  query->identifier = who.unit;
  return query;
}

// A zero is no contribution. NULLIF is cheaper than FILTER, which works through every aggregate
// apart.
std::string SqlWriter::Largest(const std::string& size) const {
  return plan_.largest > 0 ? StrCat(", max(nullif(", size, ", 0), ", plan_.largest, ")") : "";
}

std::string SqlWriter::Sizes(int measure, const std::string& part) const {
  if (!shares()) return "";
  return StrCat(", max(", part, ", ", plan_.largest + 1, ") AS top", measure);
}

std::string SqlWriter::UniqueContributors() const {
  const std::string weight = StrCat("t0.", QuoteIdentifier(plan_.weight));
  std::string text = StrCat("SELECT ", ClassColumns(), "count(*), count(*)");
  if (weighted_) StrAppend(&text, ", coalesce(sum(", weight, "), 0)::HUGEINT");
  for (size_t i = 0; i < plan_.measures.size(); ++i) {
    const PlanMeasure& measure = plan_.measures[i];
    const std::string m = MeasureOf(i);
    const std::string size = measure.any_sign ? StrCat("abs(", m, ")") : m;
    const std::string factor = weighted_ ? StrCat("::HUGEINT * ", weight) : "";
    StrAppend(&text, ", count(", m, "), count(nullif(", m, ", 0))");
    if (weighted_)
      StrAppend(&text, ", coalesce(sum(", weight, ") FILTER (", m, " IS NOT NULL), 0)::HUGEINT");
    StrAppend(&text, ", coalesce(sum(", m, factor, "), 0)::HUGEINT");
    StrAppend(&text, ", coalesce(sum(", size, factor, "), 0)::HUGEINT");
    StrAppend(&text, Largest(size),
              Sizes(static_cast<int>(i), PartOf(m, StrCat(size, factor), weighted_)));
  }
  return StrCat(text, From(), Where(), GroupBy(0));
}

std::string SqlWriter::PerRow() const {
  const bool named = plan_.contributor.size() == 1;
  std::string text =
      StrCat("SELECT ", ClassColumns(), "t0.",
             named ? QuoteIdentifier(plan_.contributor[0]) : "rowid", " AS k, 0 AS kl");
  for (size_t i = 0; i < plan_.measures.size(); ++i) {
    const std::string m = MeasureOf(i);
    StrAppend(&text, ", ", m, " AS s", i);
    if (!weighted_) continue;
    StrAppend(&text, ", ", m, "::HUGEINT * t0.", QuoteIdentifier(plan_.weight), " AS t", i);
  }
  return StrCat(text, From(), Where());
}

std::string SqlWriter::Shares(const std::string& base, int measure) const {
  const std::string sum = StrCat("s", measure);
  const std::string contribution = weighted_ ? StrCat("t", measure) : sum;
  const std::string size =
      plan_.measures[measure].any_sign ? StrCat("abs(", contribution, ")") : contribution;
  std::vector<std::string> same;
  for (const int i : grouped_axes_) same.push_back(StrCat("base.c", i, " = tops.c", i));
  std::string columns;
  for (const int i : grouped_axes_) StrAppend(&columns, "base.c", i, ", ");
  return StrCat("SELECT ", columns, kContributor, ", ", size, "::HUGEINT FROM ", base,
                " AS base JOIN tops ON ", same.empty() ? "true" : absl::StrJoin(same, " AND "),
                " WHERE ", PartOf(sum, size, weighted_), " > coalesce(top", measure, "[",
                plan_.largest + 1, "], 0)");
}

std::string SqlWriter::PerContributor(const std::vector<std::string>& contributor,
                                      bool measures) const {
  const RowContributor who = ContributorOfRow(contributor, "t0.rowid");
  const std::string weight = StrCat("t0.", QuoteIdentifier(plan_.weight));
  std::string text =
      StrCat("SELECT ", ClassColumns(), who.unit, " AS k, ", who.level, " AS kl, count(*) AS r");
  if (measures && weighted_) StrAppend(&text, ", sum(", weight, ")::HUGEINT AS w");
  for (size_t i = 0; measures && i < plan_.measures.size(); ++i) {
    const std::string m = MeasureOf(i);
    StrAppend(&text, ", count(", m, ") AS n", i, ", sum(", m, ")", SumTypeOf(i), " AS s", i);
    if (!weighted_) continue;
    StrAppend(&text, ", coalesce(sum(", m, "::HUGEINT * ", weight, "), 0)::HUGEINT AS t", i);
    StrAppend(&text, ", coalesce(sum(", weight, ") FILTER (", m, " IS NOT NULL), 0)::HUGEINT AS w",
              i);
  }
  std::string where = Where();
  if (!measures) StrAppend(&where, where.empty() ? " WHERE " : " AND ", who.unit, " IS NOT NULL");
  return StrCat(text, From(), where, GroupBy(contributor.size() > 1 ? 2 : 1));
}

std::string SqlWriter::PerClass(const std::string& base, bool measures) const {
  std::string text = StrCat("SELECT ", GroupColumns(), "coalesce(sum(r), 0)::BIGINT, count(*)");
  if (measures && weighted_) StrAppend(&text, ", coalesce(sum(w), 0)::HUGEINT");
  for (size_t i = 0; measures && i < plan_.measures.size(); ++i) {
    const bool any_sign = plan_.measures[i].any_sign;
    const std::string sum = StrCat("s", i), contribution = weighted_ ? StrCat("t", i) : sum;
    const auto size = [&](const std::string& x) { return any_sign ? StrCat("abs(", x, ")") : x; };
    StrAppend(&text, ", coalesce(sum(n", i, "), 0)::BIGINT, count(nullif(", sum, ", 0))");
    if (weighted_) StrAppend(&text, ", coalesce(sum(w", i, "), 0)::HUGEINT");
    StrAppend(&text, ", coalesce(sum(", contribution, "), 0)::HUGEINT, coalesce(sum(",
              size(contribution), "), 0)::HUGEINT");
    if (weighted_ || !shares()) StrAppend(&text, Largest(size(sum)));
    StrAppend(&text, Sizes(static_cast<int>(i), PartOf(sum, size(contribution), weighted_)));
  }
  return StrCat(text, " FROM ", base, GroupBy(0));
}

std::string SqlWriter::Levels(int measure) const {
  const PlanMeasure& of = plan_.measures[measure];
  const std::string column = QuoteIdentifier(of.column);
  return StrCat("SELECT DISTINCT ", column, "::BIGINT FROM ", schemas_[0], ".data WHERE ", column,
                " IS NOT NULL LIMIT ", of.levels + 1);
}

std::string SqlWriter::Values(int measure) const {
  const RowContributor who = ContributorOfRow(plan_.contributor, "t0.rowid");
  const std::string m = MeasureOf(static_cast<size_t>(measure));
  std::string text = StrCat("SELECT ", ClassColumns(), who.unit, " AS k, ", who.level, " AS kl, ",
                            m, "::BIGINT AS x");
  if (weighted_)
    StrAppend(&text, ", coalesce(t0.", QuoteIdentifier(plan_.weight), ", 0)::HUGEINT AS w");
  const std::string where = Where();
  return StrCat(text, From(), where, where.empty() ? " WHERE " : " AND ", m, " IS NOT NULL");
}

SqlWriter::Placing SqlWriter::Place(const std::string& from, const std::vector<int>& level_set,
                                    std::vector<std::string>* look_ups) const {
  Placing placing;
  for (const int i : grouped_axes_) {
    const std::vector<int>& categories = classes_[i].category_of[level_set[i]];
    const std::string table = StrCat("l", i, "_", level_set[i]);
    std::vector<int> classes, to;
    for (size_t c = 0; c < categories.size(); ++c) {
      if (categories[c] < 0) continue;
      classes.push_back(classes_[i].class_low + static_cast<int>(c));
      to.push_back(categories[c]);
    }
    look_ups->push_back(LookUpTable(table, classes, to));
    StrAppend(&placing.columns, table, ".c AS c", i, ", ");
    StrAppend(&placing.joins, " JOIN ", table, " ON ", table, ".v = ", from, ".c", i);
  }
  return placing;
}

std::string SqlWriter::Coarser(const std::vector<int>& level_set, bool measures,
                               std::vector<std::string>* look_ups) const {
  const Placing placing = Place("fine", level_set, look_ups);
  std::string sums = "k, kl, sum(r)::BIGINT AS r";
  if (measures && weighted_) StrAppend(&sums, ", sum(w) AS w");
  for (size_t i = 0; measures && i < plan_.measures.size(); ++i) {
    StrAppend(&sums, ", sum(n", i, ")::BIGINT AS n", i, ", sum(s", i, ")", SumTypeOf(i), " AS s",
              i);
    if (weighted_) StrAppend(&sums, ", sum(t", i, ") AS t", i, ", sum(w", i, ") AS w", i);
  }
  return StrCat("SELECT ", placing.columns, sums, " FROM fine", placing.joins, GroupBy(2));
}

}  // namespace kluis
