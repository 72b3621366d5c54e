#include "server/catalogue/unit_rows.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "disclosure/base/check.h"
#include "disclosure/base/status_macros.h"
#include "server/duckdb/duckdb.h"

namespace kluis {
namespace {

std::string ColumnOf(const DatasetEntry& entry, const std::string& name) {
  return SourceColumn(*entry.FindVariable(name));
}

void AddGrain(const DatasetEntry& entry, const std::string& grain, std::vector<UnitRule>* rules) {
  const std::vector<std::string>& levels = entry.contributor;
  const std::string unit = QuoteIdentifier(grain);
  const std::string rule =
      absl::StrCat("not of the same contributor as the first row with this ", grain);
  if (levels.empty()) return;
  rules->push_back({unit, JudgedOn(levels), {ColumnOf(entry, grain), rule}});
  const auto own = std::find(levels.begin(), levels.end(), grain);
  for (auto level = own; level != levels.end(); ++level) {
    if (*level == grain || *level == levels.back()) continue;  // the last one is in JudgedOn()
    rules->push_back({unit, QuoteIdentifier(*level), {ColumnOf(entry, *level), rule}});
  }
}

std::string FindRows(const UnitRule& rule, size_t number) {
  return absl::StrCat("INSERT INTO temp.bad_rows SELECT r, ", number, " FROM (SELECT rowid AS r, ",
                      rule.unit, " AS u, ", rule.value,
                      " AS v FROM data) AS d JOIN (SELECT u, arg_min(v, r) AS v, ",
                      "arg_min(v IS NULL, r) AS none FROM (SELECT rowid AS r, ", rule.unit,
                      " AS u, ", rule.value, " AS v FROM data WHERE ", rule.unit,
                      " IS NOT NULL) GROUP BY u HAVING count(*) > 1) AS f USING (u) ",
                      "WHERE (d.v IS NULL) <> f.none OR (NOT f.none AND d.v <> f.v)");
}

}  // namespace

std::string JudgedOn(const std::vector<std::string>& contributor) {
  std::vector<std::string> levels;
  for (const std::string& level : contributor) levels.push_back(QuoteIdentifier(level));
  std::reverse(levels.begin(), levels.end());
  return absl::StrCat("coalesce(", absl::StrJoin(levels, ", "), ")");
}

std::vector<UnitRule> UnitRules(const DatasetEntry& entry) {
  std::vector<UnitRule> rules;
  std::vector<std::string> grains;
  for (const Variable& variable : entry.variables) {
    for (const std::string& grain : variable.grain) {
      rules.push_back({QuoteIdentifier(grain),
                       QuoteIdentifier(variable.name),
                       {SourceColumn(variable),
                        absl::StrCat("differs from that of the first row with this ", grain)}});
      const bool sums = variable.role == VariableRole::kMeasure;
      if (sums && std::find(grains.begin(), grains.end(), grain) == grains.end())
        grains.push_back(grain);
    }
  }
  for (const std::string& grain : grains) AddGrain(entry, grain, &rules);
  if (entry.episodes.has_value() && !entry.episodes->several && !entry.contributor.empty()) {
    const std::string& unit = entry.contributor[0];
    rules.push_back({QuoteIdentifier(unit),
                     "rowid",
                     {ColumnOf(entry, unit), "has more than one episode on the reference date"}});
  }
  return rules;
}

absl::StatusOr<int64_t> DropBadUnits(
    DuckConnection& connection, const std::vector<UnitRule>& rules,
    const std::function<void(int64_t row, const std::vector<RowProblem>& problems)>& bad) {
  KLUIS_RETURN_IF_ERROR(connection.Execute("CREATE TEMP TABLE bad_rows (r BIGINT, rule BIGINT)"));
  for (size_t i = 0; i < rules.size(); ++i)
    KLUIS_RETURN_IF_ERROR(connection.Execute(FindRows(rules[i], i)));
  KLUIS_ASSIGN_OR_RETURN(const auto result,
                         connection.Query("SELECT r, rule FROM temp.bad_rows ORDER BY r, rule"));
  int64_t rows = 0, row = -1;
  std::vector<RowProblem> problems;
  while (result->Next()) {
    for (int i = 0; i < result->rows(); ++i) {
      if (result->Int64(0, i) != row && row >= 0) {
        bad(row, problems);
        problems.clear();
      }
      if (result->Int64(0, i) != row) ++rows;
      row = result->Int64(0, i);
      problems.push_back(rules[static_cast<size_t>(result->Int64(1, i))].problem);
    }
  }
  if (row >= 0) bad(row, problems);
  if (rows > 0) {
    KLUIS_RETURN_IF_ERROR(
        connection.Execute("DELETE FROM data WHERE rowid IN (SELECT r FROM temp.bad_rows)"));
  }
  KLUIS_RETURN_IF_ERROR(connection.Execute("DROP TABLE temp.bad_rows"));
  return rows;
}

void RowLines::Add(int64_t line) {
  if (runs_.empty() || line - runs_.back().second != rows_ - runs_.back().first)
    runs_.emplace_back(rows_, line);
  ++rows_;
}

int64_t RowLines::LineOf(int64_t row) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), row,
                                      [](int64_t r, const auto& run) { return r < run.first; });
  KLUIS_CHECK(after != runs_.begin() && row < rows_);
  return (after - 1)->second + row - (after - 1)->first;
}

}  // namespace kluis
