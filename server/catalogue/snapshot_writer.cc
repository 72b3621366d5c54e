#include "server/catalogue/snapshot_writer.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/status_macros.h"
#include "server/catalogue/catalogue_store.h"
#include "server/duckdb/appender.h"
#include "server/duckdb/duckdb.h"

namespace kluis {
namespace {

constexpr char kAttached[] = "snapshot";
constexpr int64_t kReadMemory_mb = 1024;

// A database in memory of which nothing but the attached file is kept.
absl::StatusOr<std::unique_ptr<DuckDatabase>> OpenScratch(const std::string& spill_folder,
                                                          int64_t memory_limit_mb) {
  return DuckDatabase::Open("", {{"memory_limit", absl::StrCat(memory_limit_mb, "MB")},
                                 {"temp_directory", spill_folder}});
}

absl::Status AttachAndUse(DuckConnection& connection, const std::string& file, const DataKey& key,
                          DuckConnection::Access access) {
  KLUIS_RETURN_IF_ERROR(connection.Attach(file, kAttached, key.bytes(), access));
  return connection.Execute(absl::StrCat("USE ", kAttached));
}

const char* TypeName(const StoredColumn& column) {
  switch (column.role) {
    case VariableRole::kIdentifier:
      return "UBIGINT";
    case VariableRole::kDimension:
      return "INTEGER";
    case VariableRole::kMeasure:
      return "BIGINT";
  }
  return "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<SnapshotWriter>> SnapshotWriter::Create(
    const std::string& path, const std::vector<StoredColumn>& columns, const DataKey& key,
    int64_t memory_limit_mb) {
  std::unique_ptr<SnapshotWriter> writer(new SnapshotWriter());
  KLUIS_ASSIGN_OR_RETURN(writer->database_, OpenScratch(path + ".tmp", memory_limit_mb));
  KLUIS_ASSIGN_OR_RETURN(writer->connection_, writer->database_->Connect());
  KLUIS_RETURN_IF_ERROR(
      AttachAndUse(*writer->connection_, path, key, DuckConnection::Access::kWrite));
  KLUIS_RETURN_IF_ERROR(writer->Prepare(columns));
  return writer;
}

absl::Status SnapshotWriter::Prepare(const std::vector<StoredColumn>& columns) {
  columns_ = columns;
  std::vector<std::string> declarations;
  for (const StoredColumn& column : columns_)
    declarations.push_back(absl::StrCat(QuoteIdentifier(column.name), " ", TypeName(column)));
  KLUIS_RETURN_IF_ERROR(connection_->Execute(
      absl::StrCat("CREATE TABLE data (", absl::StrJoin(declarations, ", "), ")")));
  KLUIS_ASSIGN_OR_RETURN(appender_, DuckAppender::Create(*connection_, "data"));
  return absl::OkStatus();
}

SnapshotWriter::SnapshotWriter() = default;
SnapshotWriter::~SnapshotWriter() = default;

absl::Status SnapshotWriter::Append(const std::vector<StoredColumn>& row) {
  ConvertedRows rows;
  rows.columns.resize(row.size());
  rows.Add(row);
  return Append(rows);
}

absl::Status SnapshotWriter::Append(const ConvertedRows& rows) {
  std::vector<DuckAppender::Column> columns;
  for (const ConvertedRows::Column& column : rows.columns)
    columns.push_back({column.values, column.nulls});
  return appender_->Append(columns, rows.rows);
}

absl::StatusOr<int64_t> SnapshotWriter::DropBadUnits(
    const std::vector<UnitRule>& rules,
    const std::function<void(int64_t row, const std::vector<RowProblem>& problems)>& bad) {
  KLUIS_RETURN_IF_ERROR(appender_->Finish());
  appender_.reset();
  return kluis::DropBadUnits(*connection_, rules, bad);
}

absl::StatusOr<SnapshotFacts> SnapshotWriter::Finish(const std::vector<std::string>& contributor) {
  if (appender_ != nullptr) KLUIS_RETURN_IF_ERROR(appender_->Finish());
  KLUIS_ASSIGN_OR_RETURN(SnapshotFacts facts, FindFacts(contributor));
  KLUIS_RETURN_IF_ERROR(connection_->Execute(absl::StrCat("CHECKPOINT ", kAttached)));
  appender_.reset();
  connection_.reset();
  database_.reset();
  return facts;
}

absl::StatusOr<SnapshotFacts> SnapshotWriter::FindFacts(
    const std::vector<std::string>& contributor) {
  std::vector<std::string> dimensions, bounds, verdicts;
  for (const StoredColumn& column : columns_) {
    if (column.role != VariableRole::kDimension) continue;
    const std::string name = QuoteIdentifier(column.name);
    const std::string low = absl::StrCat("l", dimensions.size()),
                      high = absl::StrCat("h", dimensions.size());
    bounds.push_back(absl::StrCat(", min(", name, ") AS ", low, ", max(", name, ") AS ", high));
    verdicts.push_back(
        absl::StrCat(", coalesce(bool_and(", low, " = ", high, ") FILTER (k IS NOT NULL), true)"));
    dimensions.push_back(column.name);
  }
  // Identifiers, and whose a row is judged to be.
  std::vector<std::string> identifiers;
  const auto add = [&](const std::string& identifier, const std::string& value) {
    const size_t i = identifiers.size();
    bounds.push_back(absl::StrCat(", min(", value, ") AS il", i, ", max(", value, ") AS ih", i,
                                  ", count(", value, ") AS ic", i));
    verdicts.push_back(absl::StrCat(", coalesce(bool_and(ic", i, " = 0 OR (ic", i, " = n AND il", i,
                                    " = ih", i, ")) FILTER (k IS NOT NULL), true)"));
    identifiers.push_back(identifier);
  };
  for (const StoredColumn& column : columns_) {
    if (column.role == VariableRole::kIdentifier) add(column.name, QuoteIdentifier(column.name));
  }
  if (!contributor.empty()) add("", JudgedOn(contributor));
  SnapshotFacts facts;
  for (const StoredColumn& column : columns_) {
    if (column.role != VariableRole::kIdentifier) continue;
    const std::string name = QuoteIdentifier(column.name);
    KLUIS_ASSIGN_OR_RETURN(
        auto result,
        connection_->Query(absl::StrCat("SELECT coalesce(bool_and(n = 1 AND k IS NOT NULL), true)",
                                        absl::StrJoin(verdicts, ""), " FROM (SELECT ", name,
                                        " AS k, count(*) AS n", absl::StrJoin(bounds, ""),
                                        " FROM data GROUP BY k)")));
    result->Next();
    facts.unique[column.name] = result->Bool(0, 0);
    std::vector<std::string>& constant = facts.constant[column.name];
    for (size_t i = 0; i < dimensions.size(); ++i) {
      if (result->Bool(static_cast<int>(i) + 1, 0)) constant.push_back(dimensions[i]);
    }
    std::vector<std::string>& nested = facts.nested[column.name];
    for (size_t i = 0; i < identifiers.size(); ++i) {
      const bool is = result->Bool(static_cast<int>(dimensions.size() + i) + 1, 0);
      if (is && identifiers[i] != column.name) nested.push_back(identifiers[i]);
    }
  }
  return facts;
}

absl::StatusOr<bool> KeyIsUnique(const std::string& snapshot_file, const DataKey& data_key,
                                 const std::vector<std::string>& columns,
                                 const std::string& spill_folder) {
  KLUIS_ASSIGN_OR_RETURN(auto database, OpenScratch(spill_folder, kReadMemory_mb));
  KLUIS_ASSIGN_OR_RETURN(auto connection, database->Connect());
  KLUIS_RETURN_IF_ERROR(
      AttachAndUse(*connection, snapshot_file, data_key, DuckConnection::Access::kRead));
  std::vector<std::string> names, present;
  for (const std::string& column : columns) {
    names.push_back(QuoteIdentifier(column));
    present.push_back(absl::StrCat(names.back(), " IS NOT NULL"));
  }
  KLUIS_ASSIGN_OR_RETURN(
      auto result,
      connection->Query(absl::StrCat(
          "SELECT coalesce(bool_and(n = 1), true) FROM (SELECT count(*) AS n FROM data WHERE ",
          absl::StrJoin(present, " AND "), " GROUP BY ", absl::StrJoin(names, ", "), ")")));
  result->Next();
  return result->Bool(0, 0);
}

absl::Status CopySnapshotFile(const std::string& from_file, const DataKey& from,
                              const std::string& to_file, const DataKey& to) {
  KLUIS_ASSIGN_OR_RETURN(const auto database, OpenScratch(to_file + ".tmp", kReadMemory_mb));
  KLUIS_ASSIGN_OR_RETURN(const auto connection, database->Connect());
  KLUIS_RETURN_IF_ERROR(
      connection->Attach(from_file, "old", from.bytes(), DuckConnection::Access::kRead));
  KLUIS_RETURN_IF_ERROR(AttachAndUse(*connection, to_file, to, DuckConnection::Access::kWrite));
  KLUIS_RETURN_IF_ERROR(connection->Execute("CREATE TABLE data AS SELECT * FROM old.data"));
  return connection->Execute(absl::StrCat("CHECKPOINT ", kAttached));
}

bool OpensWith(const std::string& snapshot_file, const DataKey& data_key) {
  const auto database = OpenScratch("", kReadMemory_mb);
  if (!database.ok()) return false;
  const auto connection = (*database)->Connect();
  return connection.ok() &&
         AttachAndUse(**connection, snapshot_file, data_key, DuckConnection::Access::kRead).ok();
}

}  // namespace kluis
