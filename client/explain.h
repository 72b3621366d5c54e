// `query --explain`: what was asked, under which rules, and coarser ways to ask it. From the
// request and the catalogue alone: why a cell is suppressed is not told.
#ifndef KLUIS_CLIENT_EXPLAIN_H_
#define KLUIS_CLIENT_EXPLAIN_H_

#include <string>

#include "client/format/answer_view.h"
#include "client/session.h"

namespace kluis {

// Writes to standard error. `judged` is the answer of --dry-run.
void Explain(const Console& console, Session& session, const AnswerView& judged,
             const std::string& sql);

// The ways to write `variable` more coarsely: LEVEL for each level above its finest, BAND for each
// width, without it at all. In that order, at most 8.
std::vector<std::string> CoarserForms(const v1::Variable& variable);

}  // namespace kluis

#endif  // KLUIS_CLIENT_EXPLAIN_H_
