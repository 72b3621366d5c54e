// The canonical JSON of a model: the object of docs/answer.md with a part `model`.
#ifndef KLUIS_DISCLOSURE_PROTECT_MODEL_ANSWER_H_
#define KLUIS_DISCLOSURE_PROTECT_MODEL_ANSWER_H_

#include <string>

#include "disclosure/models/model_spec.h"
#include "disclosure/protect/answer.h"
#include "disclosure/protect/protected_model.h"

namespace kluis {

// As CanonicalAnswer(): its rows are the coefficients, with the columns term, level, coefficient,
// standard_error, t (z for logit, probit and Poisson) and p. The level that the others are compared
// with has the status "empty". `protection.cells` counts the values that were judged.
std::string CanonicalModel(const ProtectedModel& model, const AnswerContext& context);

// The answer of --dry-run.
std::string CanonicalModelAllowed(const ModelSpec& spec, int64_t cells, const std::string& plan,
                                  const AnswerContext& context);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_MODEL_ANSWER_H_
