// A table of tau-ARGUS: a .rda of a table and its file -> axes, cells and what stands in them.
//
//   "Total";"Nr";4373664,00;11395;43587,00;S
#ifndef KLUIS_DISCLOSURE_ARGUS_TABLE_FILE_H_
#define KLUIS_DISCLOSURE_ARGUS_TABLE_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"
#include "disclosure/argus/code_files.h"
#include "disclosure/argus/rda.h"
#include "disclosure/policy/diagnostic.h"
#include "disclosure/table/axis.h"

namespace kluis {

enum class ArgusStatus {
  kNone,       // the file has no status
  kSafe,       // <SAFE>
  kUnsafe,     // <UNSAFE>: primary
  kProtect,    // <PROTECT>: must be published
  kSecondary,  // M
  kEmpty,      // E, and cells that the file does not list
};

// One number per cell, scaled by 10^decimals.
struct ArgusColumn {
  std::string name;
  int decimals = 0;
  std::vector<absl::int128> cells;
};

// Category 0 of an axis is the total, `_T`; the first missing code is `_U`, a child of it.
struct ArgusTable {
  std::vector<Axis> axes;
  std::vector<CellKey> keys;  // every combination of categories, the last axis fastest
  std::vector<ArgusColumn> responses;
  std::optional<ArgusColumn> frequency, shadow, cost, lower_level, upper_level;
  std::vector<ArgusColumn> largest;  // largest contribution, second largest, ...
  std::vector<ArgusStatus> statuses;
  std::vector<int> lines;  // per cell, where the file has it; 0: nowhere

  // Index in `keys`; -1 when a code is unknown. Codes as in the axes.
  int Find(const std::vector<std::string>& codes) const;
};

struct ArgusTableReading {
  bool must_add_up = true;  // a parent that is not the sum of its children is an error
};

// Cells that the file does not list are empty; one that is the total of others must be listed.
// Trees come from the .hrc, from digits, or are flat. Numbers may have a decimal comma unless
// that is the separator. At most 1 GiB, 10 axes, 5 million cells
// and 100 million numbers.
// REQUIRES: metadata.table, and `codes` per variable as ReadCodeFiles gives them.
Parsed<ArgusTable> ReadArgusTable(const ArgusMetadata& metadata,
                                  const std::vector<ArgusCodes>& codes, absl::string_view text,
                                  absl::string_view file_name,
                                  const ArgusTableReading& reading = {});

// The file that `metadata` describes: categories, numbers and statuses in the order of its
// variables. REQUIRES: each variable has its column in `table`, and each axis its variable.
std::string WriteArgusTable(const ArgusMetadata& metadata, const ArgusTable& table);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_ARGUS_TABLE_FILE_H_
