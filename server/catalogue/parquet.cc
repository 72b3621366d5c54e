#include "server/catalogue/parquet.h"

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/duckdb/duckdb.h"

namespace kluis {

absl::Status WriteParquetAsCsv(const std::string& parquet, const std::string& csv) {
  KLUIS_ASSIGN_OR_RETURN(const auto database,
                         DuckDatabase::Open("", {{"autoload_known_extensions", "false"},
                                                 {"autoinstall_known_extensions", "false"}}));
  KLUIS_ASSIGN_OR_RETURN(const auto connection, database->Connect());
  const absl::Status copied =
      connection->Execute(absl::StrCat("COPY (SELECT * FROM read_parquet(", QuoteText(parquet),
                                       ")) TO ", QuoteText(csv), " (FORMAT csv, HEADER true)"));
  if (copied.ok()) return copied;
  return absl::InvalidArgumentError(
      absl::StrCat(parquet, " cannot be read as Parquet (", std::string(copied.message()), ")"));
}

}  // namespace kluis
