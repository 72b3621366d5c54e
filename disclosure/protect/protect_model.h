// Disclosure control of a model: it is a release of the statistics that it is made of.
#ifndef KLUIS_DISCLOSURE_PROTECT_PROTECT_MODEL_H_
#define KLUIS_DISCLOSURE_PROTECT_PROTECT_MODEL_H_

#include "disclosure/models/model_spec.h"
#include "disclosure/protect/protect.h"
#include "disclosure/protect/protected_model.h"

namespace kluis {

// The tables of a model, filled by the engine. They must outlive what is done with them.
struct ModelTables {
  const ModelSpec& spec;
  const AggregateTable& cells;
  const AggregateTable* totals = nullptr;  // of kOls
};

// A model is released if every cell of its tables would be: what its coefficients, standard errors,
// R2 and n can give back is then nothing but cells that may leave (safety.md 7). So the numbers are
// a function of two tables without a suppressed cell, and of what everyone knows. Besides:
//  - residual degrees of freedom and units per coefficient (`regression:` of the rule set);
//  - of kOls, residuals that say what everybody has: |y_i - fit_i| <= root of RSS, so an RSS below
//    (p% of the largest mean)^2 is too small (rules/variance.h has the rule for a variance).
// Refused in the order: what identifying supports alone say, with the level that is too small; then
// all that depends on data, in one refusal with one text, since which of them it was is an answer
// too. Errors: CANCELLED, INVALID_ARGUMENT; what is not proven, by a spent work budget or by the
// auditor, is a refusal like the others.
absl::StatusOr<Decision<ProtectedModel>> ProtectModel(const ModelTables& tables,
                                                      const RuleSet& rules,
                                                      const ProtectOptions& options);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_PROTECT_MODEL_H_
