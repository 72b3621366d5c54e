#include "server/engine/records.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/check.h"
#include "disclosure/base/status_macros.h"
#include "server/catalogue/duckdb.h"

namespace kluis {
namespace {

std::string Column(const std::string& name) {
  return absl::StrCat("t0.", QuoteIdentifier(name));
}

// As the engine tells contributors apart: the last level that is not empty, and which it is.
std::string ContributorOf(const AggregationPlan& plan) {
  if (plan.contributor.empty()) return "0, t0.rowid";
  std::vector<std::string> units;
  std::string level = "CASE";
  for (size_t i = plan.contributor.size(); i-- > 0;) {
    units.push_back(Column(plan.contributor[i]));
    absl::StrAppend(&level, " WHEN ", units.back(), " IS NOT NULL THEN ", i);
  }
  return absl::StrCat(level, " ELSE -1 END, coalesce(", absl::StrJoin(units, ", "), ", 0)");
}

std::string QueryOf(const AggregationPlan& plan, const std::vector<std::string>& columns) {
  std::string text = absl::StrCat("SELECT dense_rank() OVER (ORDER BY ", ContributorOf(plan), "), ",
                                  plan.weight.empty()
                                      ? "1::BIGINT"
                                      : absl::StrCat("coalesce(", Column(plan.weight), ", 0)::BIGINT"));
  for (const PlanAxis& axis : plan.axes) absl::StrAppend(&text, ", ", Column(axis.column));
  for (const std::string& column : columns) absl::StrAppend(&text, ", ", Column(column), "::BIGINT");
  absl::StrAppend(&text, " FROM s0.data AS t0");
  std::vector<std::string> conditions;
  for (const PlanFilter& filter : plan.filters) {
    conditions.push_back(filter.stored_values.empty()
                             ? "false"
                             : absl::StrCat(Column(filter.column), " IN (",
                                            absl::StrJoin(filter.stored_values, ", "), ")"));
  }
  if (!conditions.empty()) absl::StrAppend(&text, " WHERE ", absl::StrJoin(conditions, " AND "));
  return text;
}

absl::StatusOr<Records> Read(const AggregationPlan& plan, const std::vector<std::string>& columns,
                             const EngineOptions& options) {
  DuckConfig config = {{"threads", absl::StrCat(options.threads)},
                       {"memory_limit", absl::StrCat(options.memory_limit_mb, "MB")},
                       {"autoload_known_extensions", "false"},
                       {"autoinstall_known_extensions", "false"}};
  if (!options.temp_directory.empty())
    config.emplace_back("temp_directory", options.temp_directory);
  KLUIS_ASSIGN_OR_RETURN(const auto database, DuckDatabase::Open("", config));
  KLUIS_ASSIGN_OR_RETURN(const auto connection, database->Connect());
  KLUIS_RETURN_IF_ERROR(connection->Execute(absl::StrCat(
      "ATTACH ", QuoteText(plan.sources[0].snapshot_file), " AS s0 (READ_ONLY)")));
  KLUIS_RETURN_IF_ERROR(connection->Execute("SET enable_external_access = false"));
  KLUIS_RETURN_IF_ERROR(connection->Execute("SET lock_configuration = true"));
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
