#include "server/catalogue/import_report.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace kluis {
namespace {

constexpr size_t kListedProblems = 20;
constexpr size_t kLinesPerRule = 10;

std::string ColumnPrefix(const std::string& column) {
  return column.empty() ? "" : absl::StrCat(column, ": ");
}

std::string LinesText(const DroppedRows& dropped) {
  const bool more = dropped.rows > static_cast<int64_t>(dropped.lines.size());
  return absl::StrCat(dropped.rows == 1 ? "line " : "lines ", absl::StrJoin(dropped.lines, ", "),
                      more ? ", …" : "");
}

}  // namespace

std::string ReportText(const ImportReport& report) {
  std::string text =
      absl::StrCat(report.dataset, ": ", report.rows, " rows, ", report.dropped, " dropped, ");
  if (!report.reference_date.empty())
    absl::StrAppend(&text, report.outside, " not of ", report.reference_date, ", ");
  absl::StrAppend(&text, "snapshot sha256:", report.sha256);
  for (const std::string& note : report.notes) absl::StrAppend(&text, "\n  note: ", note);
  for (const auto& [place, dropped] : report.problems) {
    const auto& [column, rule] = place;
    absl::StrAppend(&text, "\n  ", ColumnPrefix(column), rule, ": ", dropped.rows,
                    dropped.rows == 1 ? " row, " : " rows, ", report.file, " ", LinesText(dropped));
  }
  return text;
}

void BadRows::Add(int64_t line, const std::vector<RowProblem>& problems) {
  ++report_->dropped;
  for (const RowProblem& problem : problems) {
    DroppedRows& dropped = report_->problems[{problem.column, problem.rule}];
    ++dropped.rows;
    if (dropped.lines.size() < kLinesPerRule) dropped.lines.push_back(line);
    if (listed_.size() < kListedProblems) {
      listed_.push_back(
          absl::StrCat(report_->file, ":", line, ": ", ColumnPrefix(problem.column), problem.rule));
    }
    ++total_;
  }
}

absl::Status BadRows::Refusal() const {
  std::string text = absl::StrJoin(listed_, "\n");
  if (total_ > listed_.size()) absl::StrAppend(&text, "\nand ", total_ - listed_.size(), " more");
  return absl::InvalidArgumentError(
      absl::StrCat(report_->dropped, " bad rows; nothing is imported\n", text));
}

}  // namespace kluis
