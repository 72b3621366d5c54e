#include "server/local/html_text.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace kluis {

std::string Escape(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

std::string Shown(double value) {
  char digits[64];
  std::snprintf(digits, sizeof digits, "%.4f", value);
  std::string text = digits;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  const size_t point = std::min(text.find('.'), text.size());
  const size_t first = text[0] == '-' ? 1 : 0;
  for (size_t i = point; i > first + 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

std::string Percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

absl::StatusOr<CsvRows> ReadCsv(absl::string_view text) {
  CsvRows rows;
  std::vector<std::string> row = {""};
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        row.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        row.back() += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      row.emplace_back();
    } else if (c == '\n') {
      rows.push_back(std::move(row));
      row = {""};
    } else if (c != '\r') {
      row.back() += c;
    }
  }
  if (quoted) return absl::InvalidArgumentError("the CSV ends inside a quoted field");
  if (row.size() > 1 || !row[0].empty()) rows.push_back(std::move(row));
  for (size_t r = 0; r < rows.size(); ++r) {
    if (rows[r].size() == rows[0].size()) continue;
    return absl::InvalidArgumentError(absl::StrCat("the CSV has ", rows[r].size(),
                                                   " fields in line ", r + 1, " and ",
                                                   rows[0].size(), " in its header"));
  }
  return rows;
}

}  // namespace kluis
