#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/engine/postgres_run.h"

namespace kluis {
namespace {

// Of a joined dataset, beside the unit's rows in `unit`; null: there is none.
const Copy* CopyBeside(const PlanSource& source, const Copy& unit,
                       const std::vector<Copy>& copies) {
  const Copy* everywhere = nullptr;
  for (const Copy& copy : copies) {
    if (copy.snapshot != source.snapshot_sha256) continue;
    if (copy.everywhere) everywhere = &copy;
    const bool together = std::any_of(source.keys.begin(), source.keys.end(), [&](const auto& key) {
      return unit.IsPlacedBy(key.first) && copy.IsPlacedBy(key.second);
    });
    if (together) return &copy;
  }
  return everywhere;
}

bool IsWhole(const AggregationPlan& plan, const Copy& copy, const std::string& distinct) {
  if (copy.everywhere || copy.snapshot != plan.sources[0].snapshot_sha256) return false;
  if (!distinct.empty()) return copy.KeepsPresent(distinct);
  return plan.contributor_unique || copy.Keeps(plan.contributor);
}

}  // namespace

absl::StatusOr<std::vector<SourceTable>> ChooseTables(const AggregationPlan& plan,
                                                      const std::vector<Copy>& copies,
                                                      const std::string& distinct) {
  std::string lacking = plan.sources[0].dataset;
  for (const Copy& unit : copies) {
    if (!IsWhole(plan, unit, distinct)) continue;
    std::vector<SourceTable> tables = {{.name = unit.table, .by_shard = true}};
    for (size_t i = 1; i < plan.sources.size(); ++i) {
      const Copy* joined = CopyBeside(plan.sources[i], unit, copies);
      if (joined == nullptr) {
        lacking = plan.sources[i].dataset;
        break;
      }
      tables.push_back({.name = joined->table, .by_shard = !joined->everywhere});
    }
    if (tables.size() == plan.sources.size()) return tables;
  }
  return absl::InternalError(
      absl::StrCat("the clusters do not all have the snapshot of ", lacking,
                   " as this plan needs it; a start of kluisd loads what is not there"));
}

}  // namespace kluis
