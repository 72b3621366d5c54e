// A refusal as a compiler shows a mistake: the code, the line of SQL, a caret, a hint.
#ifndef KLUIS_CLIENT_FORMAT_REASON_H_
#define KLUIS_CLIENT_FORMAT_REASON_H_

#include <string>

#include "absl/strings/string_view.h"
#include "client/format/answer_view.h"

namespace kluis {

//   error[UNKNOWN_VARIABLE]: wijken is unknown or not granted (line 2, column 10)
//     2 | GROUP BY wijken
//       |          ^
//   hint: did you mean wijk?
// The caret stands under the column, counted in code points. Every character takes the columns that
// it is given here: a tab is one blank, a control character U+FFFD. Of a line that is wider than
// `width` columns the part around the caret is shown, with … where it is cut; so ends a message of
// more than 400 characters.
std::string RenderReason(const AnswerReason& reason, absl::string_view sql, int width = 80);

}  // namespace kluis

#endif  // KLUIS_CLIENT_FORMAT_REASON_H_
