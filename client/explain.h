// `query --explain`: what was asked, under which rules, how many cells, and coarser ways to ask it.
// Why a cell is suppressed is not told.
#ifndef KLUIS_CLIENT_EXPLAIN_H_
#define KLUIS_CLIENT_EXPLAIN_H_

#include "client/console.h"
#include "client/format/answer_view.h"

namespace kluis {

// Writes to standard error. `judged` is the answer of --dry-run, whose plan is in words; nothing
// for a refusal, which explains itself.
void Explain(const Console& console, const AnswerView& judged);

}  // namespace kluis

#endif  // KLUIS_CLIENT_EXPLAIN_H_
