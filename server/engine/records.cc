#include "server/engine/records.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/check.h"
#include "disclosure/base/status_macros.h"
#include "server/duckdb/duckdb.h"
#include "server/engine/snapshots.h"
#include "server/engine/sql.h"

namespace kluis {
namespace {

std::string Column(const std::string& name) { return absl::StrCat("t0.", QuoteIdentifier(name)); }

// A value of a unit with several rows is that of its first one; the others have none.
std::string ValueOf(const AggregationPlan& plan, const std::string& column) {
  for (const PlanMeasure& measure : plan.measures) {
    if (measure.column != column || measure.grain.empty()) continue;
    return absl::StrCat("(CASE WHEN row_number() OVER (PARTITION BY ", Column(measure.grain),
                        " ORDER BY t0.rowid) = 1 THEN ", Column(column), " END)");
  }
  return Column(column);
}

std::string QueryOf(const AggregationPlan& plan, const std::vector<std::string>& columns) {
  const RowContributor who = ContributorOfRow(plan.contributor, "t0.rowid");
  const std::string weight =
      plan.weight.empty() ? "1" : absl::StrCat("coalesce(", Column(plan.weight), ", 0)");
  std::string text = absl::StrCat("SELECT dense_rank() OVER (ORDER BY ", who.level, ", ", who.unit,
                                  "), ", weight, "::BIGINT");
  for (const PlanAxis& axis : plan.axes) absl::StrAppend(&text, ", ", Column(axis.column));
  for (const std::string& column : columns)
    absl::StrAppend(&text, ", ", ValueOf(plan, column), "::BIGINT");
  absl::StrAppend(&text, " FROM ", SchemaAt(0), ".data AS t0");
  std::vector<std::string> conditions;
  for (const PlanFilter& filter : plan.filters)
    conditions.push_back(IsOneOf(Column(filter.column), filter.stored_values));
  if (!conditions.empty()) absl::StrAppend(&text, " WHERE ", absl::StrJoin(conditions, " AND "));
  return text;
}

absl::StatusOr<Records> Read(const AggregationPlan& plan, const std::vector<std::string>& columns,
                             const EngineOptions& options) {
  KLUIS_ASSIGN_OR_RETURN(const auto database,
                         OpenSnapshots(options, {plan.sources[0].snapshot_file}));
  KLUIS_ASSIGN_OR_RETURN(const auto connection, database->Connect());
  KLUIS_ASSIGN_OR_RETURN(const auto result, connection->Query(QueryOf(plan, columns)));
  Records records;
  records.axes.resize(plan.axes.size());
  records.columns.resize(columns.size());
  while (result->Next()) {
    for (int row = 0; row < result->rows(); ++row) {
      records.contributor.push_back(result->Int64(0, row));
      records.weight.push_back(result->Int64(1, row));
      int column = 2;
      for (auto& axis : records.axes) axis.push_back(result->Int32(column++, row));
      for (auto& values : records.columns) {
        const bool missing = result->IsNull(column, row);
        values.push_back({missing ? 0 : result->Int64(column, row), missing});
        ++column;
      }
    }
  }
  return records;
}

}  // namespace

absl::StatusOr<Records> ReadRecords(const AggregationPlan& plan,
                                    const std::vector<std::string>& columns,
                                    const EngineOptions& options) {
  KLUIS_CHECK(plan.sources.size() == 1);
  absl::StatusOr<Records> records = Read(plan, columns, options);
  if (records.ok()) return records;
  if (options.operator_log) {
    options.operator_log(absl::StrCat("engine failure: records of plan ", plan.sha256, ": ",
                                      std::string(records.status().message())));
  }
  return absl::InternalError("engine failed to read records");
}

}  // namespace kluis
