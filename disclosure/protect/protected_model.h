// A model that disclosure control has passed. Only ProtectModel() can make one.
#ifndef KLUIS_DISCLOSURE_PROTECT_PROTECTED_MODEL_H_
#define KLUIS_DISCLOSURE_PROTECT_PROTECTED_MODEL_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/base/refusal.h"
#include "disclosure/models/model_fit.h"
#include "disclosure/models/rounding.h"
#include "disclosure/protect/protected_table.h"

namespace kluis {

struct ModelTables;

// One coefficient. Of the level that the others are compared with: none.
struct ModelRow {
  std::string term;   // "(intercept)", a factor or a measure
  std::string level;  // of a factor; else empty
  bool reference = false;
  ModelNumber coefficient, standard_error, ratio, p;
};

struct ModelSummary {
  ModelFamily family = ModelFamily::kOls;
  std::string outcome;
  bool weighted = false;
  int64_t n = 0;  // rows
  int64_t parameters = 0;
  int64_t degrees_of_freedom = 0;
  std::optional<ModelNumber> r2, residual_error;
};

class ProtectedModel {
 public:
  ProtectedModel(ProtectedModel&&) = default;
  ProtectedModel& operator=(ProtectedModel&&) = default;

  const ModelSummary& model() const { return model_; }
  const std::vector<ModelRow>& rows() const { return rows_; }
  // Of the tables that were judged: none of their cells is suppressed, and none leaves.
  const ProtectionSummary& summary() const { return summary_; }
  // SEALED, as ProtectedTable::review().
  const std::vector<CellReview>& review() const { return review_; }

 private:
  friend absl::StatusOr<Decision<ProtectedModel>> ProtectModel(const ModelTables& tables,
                                                               const RuleSet& rules,
                                                               const ProtectOptions& options);
  ProtectedModel() = default;

  ModelSummary model_;
  std::vector<ModelRow> rows_;
  ProtectionSummary summary_;
  std::vector<CellReview> review_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_PROTECTED_MODEL_H_
