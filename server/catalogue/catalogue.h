// Datasets, code lists and snapshots of one enclave directory.
#ifndef KLUIS_SERVER_CATALOGUE_CATALOGUE_H_
#define KLUIS_SERVER_CATALOGUE_CATALOGUE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/policy/dataset_entry.h"

namespace kluis {

// An imported dataset. The file holds one DuckDB table `data`:
//   dimension with code list: INTEGER index into CodeList::codes, -1 for `_U`
//   dimension with range:     INTEGER value, -1 for `_U` (ranges are non-negative)
//   identifier:               UBIGINT pseudonym (HMAC, equal in all datasets), NULL when empty
//   measure:                  BIGINT scaled by 10^decimals, NULL when missing
//   `of` dimensions have no column of their own.
// and the column kluis_contributor_<level> is the identifier of that name.
struct Snapshot {
  DatasetEntry entry;
  std::string file;  // absolute path of the DuckDB file
  std::string
      sha256;  // of the manifest: entry, code lists, source bytes, pseudonym key; lower-case hex
  std::string data_key = {};  // fingerprint of the key of `file`; empty: it is not encrypted
  int64_t rows = 0;
  int64_t rows_dropped = 0;
  std::string imported_at;  // UTC, RFC 3339
  // Facts of the data that the plan needs, found at import:
  std::map<std::string, bool> unique;  // identifier -> every row has its own non-empty value
  // (identifier, dimension) pairs for which each unit has one category.
  std::map<std::string, std::vector<std::string>> constant;  // identifier -> dimensions
};

// Immutable value: what is in force at one moment. Safe to share.
struct CatalogueView {
  std::map<std::string, Snapshot> datasets;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_CATALOGUE_H_
