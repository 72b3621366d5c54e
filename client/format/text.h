// Text of unknown origin, made safe and measured for a terminal.
#ifndef KLUIS_CLIENT_FORMAT_TEXT_H_
#define KLUIS_CLIENT_FORMAT_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace kluis {

// The code points of UTF-8 text; each byte that does not belong to one is U+FFFD.
std::vector<char32_t> CodePoints(absl::string_view text);

// How many bytes of `text` are well-formed UTF-8 before the first that is not: its size when all
// are.
size_t ValidUtf8Prefix(absl::string_view text);

// The bytes of a code point in UTF-8, at the end of `out`.
void AppendUtf8(char32_t code_point, std::string* out);

// Control characters (C0, DEL, C1) and those that turn the direction of text become U+FFFD, so
// that data or a server cannot steer a terminal. With `keep_layout` newlines and tabs stay.
std::string Printable(absl::string_view text, bool keep_layout = false);

// Columns on a terminal: 0 for combining marks, 2 for wide characters.
int DisplayWidth(absl::string_view text);
int DisplayWidth(char32_t code_point);

enum class Align { kLeft, kRight };

// Columns of equal display width with two spaces between them, one line per row and no blanks at
// line ends. REQUIRES: every row has as many fields as `align`.
std::string AlignColumns(const std::vector<std::vector<std::string>>& rows,
                         const std::vector<Align>& align);

// A text of one line or more under its name, indented by two more than the name, and printable:
//   name:
//     first line
std::string TextBlock(absl::string_view name, absl::string_view text,
                      absl::string_view indent = "");

}  // namespace kluis

#endif  // KLUIS_CLIENT_FORMAT_TEXT_H_
