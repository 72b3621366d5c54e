// The rows of a small CSV file of policies/, with their places. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_POLICY_CSV_ROWS_H_
#define KLUIS_DISCLOSURE_POLICY_CSV_ROWS_H_

#include <string>
#include <vector>

#include "disclosure/policy/diagnostic_sink.h"

namespace kluis {

struct CsvField {
  std::string text;
  int column = 1;  // in code points
};

struct CsvRow {
  int line = 0;
  std::vector<CsvField> fields;
};

// The rows below the header, by RFC 4180, without line breaks in fields. Empty lines are none; a
// line that has fewer fields than `fields_min` or more than `fields`, is not UTF-8 or whose quotes
// do not match is a diagnostic and no row. Missing fields are empty.
std::vector<CsvRow> ReadCsvRows(int fields_min, int fields, const std::string& header,
                                DiagnosticSink* sink);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CSV_ROWS_H_
