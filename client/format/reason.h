// A refusal as a compiler shows a mistake: the code, the line of SQL, a caret, a hint.
#ifndef KLUIS_CLIENT_FORMAT_REASON_H_
#define KLUIS_CLIENT_FORMAT_REASON_H_

#include <string>

#include "absl/strings/string_view.h"
#include "client/format/answer_view.h"

namespace kluis {

//   error[UNKNOWN_VARIABLE]: wijken is unknown or not granted
//     2 | GROUP BY wijken
//       |          ^
//   hint: did you mean wijk?
// The caret stands under the column, counted in code points; a tab before it stays a tab.
std::string RenderReason(const AnswerReason& reason, absl::string_view sql);

}  // namespace kluis

#endif  // KLUIS_CLIENT_FORMAT_REASON_H_
