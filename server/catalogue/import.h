// Microdata in: a CSV file, gzipped or not, or a Parquet file, and its catalogue entry become a
// snapshot.
#ifndef KLUIS_SERVER_CATALOGUE_IMPORT_H_
#define KLUIS_SERVER_CATALOGUE_IMPORT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/catalogue/data_key.h"
#include "server/catalogue/import_report.h"

namespace kluis {

struct ImportRequest {
  std::string entry_file;        // YAML; its source file is relative to it
  std::string source_file = "";  // instead of the one that the entry names
  std::string
      policies_root;  // code lists are relative to it; empty: the nearest ancestor named `policies`
  std::string data_folder;                       // of the enclave; made when it is not there
  std::string pseudonym_key;                     // 32 bytes
  std::shared_ptr<const DataKey> data_key = {};  // of the DuckDB file; there is no import without
  int64_t memory_limit_mb = 1024;
  int threads = 1;  // that convert, beside one that reads and one that writes
  std::function<void(double done)> progress = {};  // share of the source file that is read
};

// Makes a new folder data_folder/<dataset>/<sha256> with the encrypted DuckDB file, the entry, the
// code lists and manifest.json, and makes it the dataset's current one. The snapshot hash is the
// SHA-256 of the manifest's names: entry bytes, code list bytes, source bytes, pseudonym key.
// Importing the same bytes again under the same key gives the same snapshot, whatever the data key,
// in place of the one that is there: so a damaged one, or one of another data key, is mended.
//
// INVALID_ARGUMENT lists what is wrong with the entry or, under `bad_rows: refuse`, up to 20 bad
// rows as file:line: column: rule, never a value, and counts the rest. FAILED_PRECONDITION when a
// link with `one: true`, from or to this dataset, has a repeated key. After any error nothing is
// kept; after a crash the next import clears what is left over. Memory is bounded whatever the size
// of the file, and the snapshot is the same for any number of threads. One import at a time per
// data folder: a second one waits.
absl::StatusOr<ImportReport> ImportDataset(const ImportRequest& request);

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_IMPORT_H_
