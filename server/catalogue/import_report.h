// What an import says: how many rows, and which were bad by place and rule, never by value.
#ifndef KLUIS_SERVER_CATALOGUE_IMPORT_REPORT_H_
#define KLUIS_SERVER_CATALOGUE_IMPORT_REPORT_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "server/catalogue/row_converter.h"

namespace kluis {

// Rows that broke one rule in one column.
struct DroppedRows {
  int64_t rows = 0;
  std::vector<int64_t> lines;  // of the source file, from 1: where the first ten of them start
};

struct ImportReport {
  std::string dataset;
  std::string file;      // name of the source file
  std::string sha256;    // of the snapshot
  std::string manifest;  // path of the new snapshot's manifest
  int64_t rows = 0;      // kept
  int64_t outside = 0;   // rows of other days than the reference date
  std::string reference_date = {};
  int64_t dropped = 0;  // rows with at least one problem, under `bad_rows: drop`
  std::map<std::pair<std::string, std::string>, DroppedRows> problems;  // by column and rule
  std::vector<std::string> notes = {};  // what is no mistake, but may not be what was meant
};

// For the operator:
//   bedrijf: 4821 rows, 12 dropped, snapshot sha256:9f3c…
//     sbi: not in the code list: 11 rows, bedrijf.csv lines 7, 19, 23, 24, 25, 30, 41, 44, 50, 51,
//     …
std::string ReportText(const ImportReport& report);

// Collects the bad rows of one file into its report. Memory does not grow with their number.
class BadRows {
 public:
  // `report` must outlive it.
  explicit BadRows(ImportReport* report) : report_(report) {}

  void Add(int64_t line, const std::vector<RowProblem>& problems);

  // INVALID_ARGUMENT: the first 20 problems as file:line: column: rule, and how many more.
  absl::Status Refusal() const;

 private:
  ImportReport* report_;
  std::vector<std::string> listed_;
  size_t total_ = 0;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_IMPORT_REPORT_H_
