// The report as a page for people.
#ifndef KLUIS_SERVER_LOCAL_HTML_H_
#define KLUIS_SERVER_LOCAL_HTML_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// One HTML file without scripts and without anything from elsewhere: what it cost, each table with
// letters and colours, and every hidden cell with its interval. Values of hidden cells are not in
// it, but intervals and rules are: it is for those who made the table. `json` is what ReportJson()
// wrote; `csv`, if it is not empty, ResultCsv() of the same run, for the empty cells.
// INVALID_ARGUMENT: the text is no such report, or no such table.
absl::StatusOr<std::string> ReportPage(absl::string_view json, absl::string_view csv,
                                       absl::string_view title);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_HTML_H_
