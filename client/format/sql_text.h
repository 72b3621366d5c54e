// What can be said of a query before it is sent.
#ifndef KLUIS_CLIENT_FORMAT_SQL_TEXT_H_
#define KLUIS_CLIENT_FORMAT_SQL_TEXT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "client/format/answer_view.h"

namespace kluis {

// Why the wire would not carry the text: it is not UTF-8, or longer than a mebibyte. All else is
// the server's to judge.
std::optional<AnswerReason> RefuseSqlText(absl::string_view sql);

// The object that a server gives for a refusal of that kind (docs/answer.md), with no release.
std::string RefusalWithoutRelease(const AnswerReason& reason);

}  // namespace kluis

#endif  // KLUIS_CLIENT_FORMAT_SQL_TEXT_H_
