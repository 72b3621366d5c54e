// The formats of an answer: what `kluis query --format` prints. Pure and deterministic, so that
// `receipt verify` can render again and compare bytes.
#ifndef KLUIS_CLIENT_FORMAT_RENDER_H_
#define KLUIS_CLIENT_FORMAT_RENDER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/format/answer_view.h"
#include "disclosure/evidence/receipt.h"

namespace kluis {

// Aligned columns under one line of names; a suppressed value is `.`, an empty one blank.
std::string RenderTable(const AnswerView& answer);

// RFC 4180 in UTF-8 without BOM; for each statistic `n` the columns `n` and `n_status`. Codes stay
// as they are, also those that begin with = + - @: a code list is not free text, and a changed code
// would match nothing.
std::string RenderCsv(const AnswerView& answer);

// The answer with its receipt as one object on one line; `receipt` may be null (--dry-run).
// `answer` is canonical JSON.
absl::StatusOr<std::string> RenderJson(absl::string_view answer, const Receipt* receipt);

// `format`: "table", "csv" or "json"; anything else is INVALID_ARGUMENT.
absl::StatusOr<std::string> Render(absl::string_view format, absl::string_view answer,
                                   const Receipt* receipt);

}  // namespace kluis

#endif  // KLUIS_CLIENT_FORMAT_RENDER_H_
