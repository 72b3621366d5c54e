#include "disclosure/protect/protect.h"

#include <utility>

#include "disclosure/base/status_macros.h"
#include "disclosure/protect/canonical.h"
#include "disclosure/protect/layers.h"
#include "disclosure/protect/release.h"

namespace kluis {

const char* ValueStatusName(ValueStatus status) {
  switch (status) {
    case ValueStatus::kOk: return "ok";
    case ValueStatus::kSuppressed: return "suppressed";
    case ValueStatus::kEmpty: return "empty";
  }
  return "suppressed";
}

absl::StatusOr<ProtectedTable> Protect(const AggregateTable& table, const RuleSet& rules,
                                       const ProtectOptions& options) {
  KLUIS_RETURN_IF_ERROR(table.Validate());
  WorkBudget budget{.iterations_left = options.iterations_max, .cancelled = options.cancelled};
  Layers layers;
  const auto protect = [&](const TableView& view) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(layers, ProtectLayers({.view = view, .rules = rules,
                                                  .options = options, .budget = &budget}));
    return absl::OkStatus();
  };
  const TableView view(table);
  if (IsCanonical(table)) {
    KLUIS_RETURN_IF_ERROR(protect(view));
  } else {
    const CanonicalTable canonical(table);
    KLUIS_RETURN_IF_ERROR(protect(TableView(canonical.table)));
    canonical.Restore(&layers);
  }
  Release release = MakeRelease(table, layers, options.round_to);
  ProtectedTable result;
  result.summary_ = Summarise(view, layers, release);
  result.summary_.round_to = options.round_to;
  result.summary_.work = options.iterations_max - budget.iterations_left;
  for (const Layer& layer : layers.all) {
    result.summary_.cut_short |= layer.cut_short;
    result.summary_.cost += layer.cost;
  }
  result.review_ = MakeReview(view, layers);
  result.shape_ = std::move(release.shape);
  result.values_ = std::move(release.values);
  return result;
}

}  // namespace kluis
