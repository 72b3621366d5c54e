#include "client/format/reason.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/format/text.h"

namespace kluis {
namespace {

constexpr int kRoomMin = 20;  // however narrow the terminal says that it is
constexpr size_t kMessageMax = 400;
constexpr char kCut[] = "…";

using Line = std::vector<char32_t>;

struct Window {
  size_t begin, end;
};

Line ReadLine(absl::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  Line shown = CodePoints(Printable(line, /*keep_layout=*/true));
  std::replace(shown.begin(), shown.end(), U'\t', U' ');
  return shown;
}

std::string Text(const Line& line, Window window) {
  std::string text;
  for (size_t i = window.begin; i < window.end; ++i) AppendUtf8(line[i], &text);
  return text;
}

// The whole line where it fits, else as much around `caret` as leaves a column for each cut.
Window Around(const Line& line, size_t caret, int room) {
  const Window whole = {0, line.size()};
  if (DisplayWidth(Text(line, whole)) <= room) return whole;
  Window window = {caret, caret};
  int left = room - 2;
  for (bool grown = true; grown;) {
    grown = false;
    if (window.end < line.size() && DisplayWidth(line[window.end]) <= left) {
      left -= DisplayWidth(line[window.end++]);
      grown = true;
    }
    if (window.begin > 0 && DisplayWidth(line[window.begin - 1]) <= left) {
      left -= DisplayWidth(line[--window.begin]);
      grown = true;
    }
  }
  return window;
}

std::string Excerpt(const AnswerReason& reason, absl::string_view sql, int width) {
  const std::vector<absl::string_view> lines = absl::StrSplit(sql, '\n');
  if (reason.line < 1 || reason.line > static_cast<int>(lines.size())) return "";
  const Line line = ReadLine(lines[reason.line - 1]);
  const std::string number = absl::StrCat("  ", reason.line);
  const std::string margin(number.size(), ' ');
  const size_t caret = std::min<size_t>(std::max(reason.column - 1, 0), line.size());
  const int room = std::max(width - static_cast<int>(number.size()) - 3, kRoomMin);
  const Window window = Around(line, caret, room);
  const std::string before =
      absl::StrCat(window.begin > 0 ? kCut : "", Text(line, {window.begin, caret}));
  const std::string out = absl::StrCat(number, " | ", before, Text(line, {caret, window.end}),
                                       window.end < line.size() ? kCut : "", "\n");
  if (reason.column < 1) return out;
  return absl::StrCat(out, margin, " | ", std::string(DisplayWidth(before), ' '), "^\n");
}

// A message may quote the rest of a query; the excerpt shows where it starts.
std::string Message(const std::string& message) {
  const Line whole = CodePoints(Printable(message, /*keep_layout=*/true));
  if (whole.size() <= kMessageMax) return Text(whole, {0, whole.size()});
  return Text(whole, {0, kMessageMax - 1}) + kCut;
}

std::string Place(const AnswerReason& reason) {
  if (reason.line < 1) return "";
  if (reason.column < 1) return absl::StrCat(" (line ", reason.line, ")");
  return absl::StrCat(" (line ", reason.line, ", column ", reason.column, ")");
}

}  // namespace

std::string RenderReason(const AnswerReason& reason, absl::string_view sql, int width) {
  std::string out = absl::StrCat("error[", Printable(reason.code), "]: ", Message(reason.message),
                                 Place(reason), "\n", Excerpt(reason, sql, width));
  if (!reason.hint.empty()) absl::StrAppend(&out, "hint: ", Printable(reason.hint, true), "\n");
  return out;
}

}  // namespace kluis
