// A table in a file, protected by whomever, as an attacker reads it.
#ifndef KLUIS_SERVER_LOCAL_TABLE_FILE_H_
#define KLUIS_SERVER_LOCAL_TABLE_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/audit/audit_table.h"
#include "disclosure/policy/table_description.h"

namespace kluis {

struct TableFile {
  TableDescription description;
  AuditTable table;  // values scaled by 10^decimals
  int decimals = 0;
  std::vector<std::string> status;  // per cell, as written
  std::vector<std::string> value;   // per cell, as written
  std::vector<int64_t> line;        // per cell, of the CSV
  int64_t empty = 0;
};

// CSV or CSV.gz with a header; `_T` is the total of a dimension and `_U` a missing value; columns
// that the description does not name are left out. Status: ok or empty is shown; primary, secondary
// and suppressed are not. A primary or suppressed cell without `required` must not be exact.
// INVALID_ARGUMENT: file:line: what and where, with a hint.
absl::StatusOr<TableFile> ReadTableFile(const std::string& csv, const std::string& description);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_TABLE_FILE_H_
