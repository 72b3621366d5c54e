#include "server/cluster/snapshot_source.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr char kMemory[] = "1024MB";

// Of the last identifier that is not empty.
std::string UnitOf(const Distribution& identifiers) {
  std::vector<std::string> names;
  for (size_t i = identifiers.size(); i-- > 0;) names.push_back(QuoteIdentifier(identifiers[i]));
  return absl::StrCat("coalesce(", absl::StrJoin(names, ", "), ")");
}

// Which of them that is: numbers of two levels can be equal.
std::string LevelOf(const Distribution& identifiers) {
  std::string level = "CASE";
  for (size_t i = identifiers.size(); i-- > 0;)
    absl::StrAppend(&level, " WHEN ", QuoteIdentifier(identifiers[i]), " IS NOT NULL THEN ", i);
  return level + " ELSE -1 END";
}

}  // namespace

absl::StatusOr<std::unique_ptr<SnapshotSource>> SnapshotSource::Open(const std::string& file,
                                                                     const DataKey& data_key) {
  std::unique_ptr<SnapshotSource> source(new SnapshotSource());
  KLUIS_ASSIGN_OR_RETURN(source->database_, DuckDatabase::Open("", {{"memory_limit", kMemory}}));
  KLUIS_ASSIGN_OR_RETURN(source->connection_, source->database_->Connect());
  DuckConnection& connection = *source->connection_;
  KLUIS_RETURN_IF_ERROR(
      connection.Attach(file, "snapshot", data_key.bytes(), DuckConnection::Access::kRead));
  KLUIS_RETURN_IF_ERROR(connection.Execute("USE snapshot"));
  KLUIS_ASSIGN_OR_RETURN(const auto none, connection.Query("SELECT * FROM data LIMIT 0"));
  for (int i = 0; i < none->columns(); ++i) {
    source->columns_.push_back({.name = none->NameOf(i),
                                .is_identifier = none->TypeOf(i) == DUCKDB_TYPE_UBIGINT,
                                .is_dimension = none->TypeOf(i) == DUCKDB_TYPE_INTEGER});
  }
  KLUIS_ASSIGN_OR_RETURN(const auto count, connection.Query("SELECT count(*)::BIGINT FROM data"));
  if (count->Next()) source->rows_ = count->Int64(0, 0);
  return source;
}

absl::StatusOr<std::unique_ptr<DuckResult>> SnapshotSource::Rows(int64_t first, int64_t count) {
  std::vector<std::string> names;
  for (const SourceColumn& column : columns_) {
    const std::string name = QuoteIdentifier(column.name);
    names.push_back(column.is_identifier ? absl::StrCat(name, "::HUGEINT") : name + "::BIGINT");
  }
  return connection_->Query(absl::StrCat("SELECT rowid, ", absl::StrJoin(names, ", "),
                                         " FROM data WHERE rowid >= ", first, " AND rowid < ",
                                         first + count, " ORDER BY rowid"));
}

absl::StatusOr<bool> SnapshotSource::Keeps(const Distribution& units, const Distribution& by,
                                           bool present_only) {
  const std::string place = UnitOf(by), unit = UnitOf(units);
  KLUIS_ASSIGN_OR_RETURN(
      const auto result,
      connection_->Query(absl::StrCat(
          "SELECT count(*)::BIGINT FROM (SELECT 1 FROM data",
          present_only ? absl::StrCat(" WHERE ", unit, " IS NOT NULL") : "", " GROUP BY ", unit,
          ", ", LevelOf(units), " HAVING min(", place, ") IS DISTINCT FROM max(", place,
          ") OR count(", place, ") NOT IN (0, count(*)))")));
  result->Next();
  return result->Int64(0, 0) == 0;
}

}  // namespace kluis
