// Parquet in: the importer reads CSV, so a Parquet file becomes one.
#ifndef KLUIS_SERVER_CATALOGUE_PARQUET_H_
#define KLUIS_SERVER_CATALOGUE_PARQUET_H_

#include <string>

#include "absl/status/status.h"

namespace kluis {

// Row n of the file is line n + 1 of the CSV; NULL is an empty field. INVALID_ARGUMENT when the
// file is no Parquet that the database reads.
absl::Status WriteParquetAsCsv(const std::string& parquet, const std::string& csv);

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_PARQUET_H_
