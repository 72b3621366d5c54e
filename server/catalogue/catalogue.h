// Datasets, code lists and snapshots of one enclave directory.
#ifndef KLUIS_SERVER_CATALOGUE_CATALOGUE_H_
#define KLUIS_SERVER_CATALOGUE_CATALOGUE_H_

#include <algorithm>
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
  // (identifier, identifier) pairs for which all rows of each unit of the first have the same value
  // of the second, or none has one; "" is the contributor that rows are judged on. Of an import by
  // an earlier version: not known, so none.
  std::map<std::string, std::vector<std::string>> nested = {};

  bool IsNested(const std::string& unit, const std::string& within) const {
    const auto found = nested.find(unit);
    return unit == within ||
           (found != nested.end() &&
            std::find(found->second.begin(), found->second.end(), within) != found->second.end());
  }
};

// Of the keys of a link from `snapshot`, the place of the one that names its units: it determines
// the others, and is a contributor where one of these does. The last one where none does.
inline size_t UnitKey(const Snapshot& snapshot, const std::vector<std::string>& keys) {
  const std::vector<std::string>& contributor = snapshot.entry.contributor;
  size_t found = keys.size();
  for (size_t k = 0; k < keys.size(); ++k) {
    const bool names = std::all_of(keys.begin(), keys.end(), [&](const std::string& other) {
      return snapshot.IsNested(keys[k], other);
    });
    if (!names) continue;
    const bool declared =
        std::find(contributor.begin(), contributor.end(), keys[k]) != contributor.end();
    if (declared || found == keys.size()) found = k;
  }
  return found < keys.size() ? found : keys.size() - 1;
}

// Immutable value: what is in force at one moment. Safe to share.
struct CatalogueView {
  std::map<std::string, Snapshot> datasets;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_CATALOGUE_H_
