#include "client/format/reason.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/format/text.h"

namespace kluis {
namespace {

std::string Place(const AnswerReason& reason, absl::string_view sql) {
  const std::vector<std::string> lines = absl::StrSplit(sql, '\n');
  if (reason.line < 1 || reason.line > static_cast<int>(lines.size())) return "";
  absl::string_view line = lines[reason.line - 1];
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const std::string number = absl::StrCat("  ", reason.line);
  std::string out = absl::StrCat(number, " | ", Printable(line, /*keep_layout=*/true), "\n");
  if (reason.column < 1) return out;

  std::string padding;
  const std::vector<char32_t> code_points = CodePoints(line);
  for (int i = 0; i + 1 < reason.column && i < static_cast<int>(code_points.size()); ++i) {
    padding += code_points[i] == '\t' ? "\t" : std::string(DisplayWidth(code_points[i]), ' ');
  }
  return absl::StrCat(out, std::string(number.size(), ' '), " | ", padding, "^\n");
}

}  // namespace

std::string RenderReason(const AnswerReason& reason, absl::string_view sql) {
  std::string out = absl::StrCat("error[", Printable(reason.code),
                                 "]: ", Printable(reason.message, true), "\n", Place(reason, sql));
  if (!reason.hint.empty()) absl::StrAppend(&out, "hint: ", Printable(reason.hint, true), "\n");
  return out;
}

}  // namespace kluis
