#include "server/plan/grain.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/plan/selection.h"

namespace kluis {
namespace {

bool Contains(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// Whether all rows of one unit of `grain` are in one category of the axis.
bool IsOneForUnits(const BuiltAxis& axis, const std::vector<PlannedSource>& sources,
                   const std::string& grain) {
  const PlannedSource& source = sources[static_cast<size_t>(axis.plan.source)];
  if (axis.plan.source > 0)
    return source.source.keys.size() == 1 && source.source.keys[0].first == grain;
  const Variable* variable = source.snapshot->entry.FindVariable(axis.plan.column);
  return variable != nullptr && Contains(variable->grain, grain);
}

std::string DimensionsOf(const DatasetEntry& entry, const std::string& grain) {
  std::vector<std::string> names;
  for (const Variable& variable : entry.variables) {
    if (variable.role == VariableRole::kDimension && Contains(variable.grain, grain))
      names.push_back(variable.name);
  }
  for (const Link& link : entry.links) {
    if (link.one && link.key == std::vector<std::string>{grain})
      names.push_back(absl::StrCat("variables of ", link.to));
  }
  return names.empty()
             ? absl::StrCat("ask it in total, or of a dataset with one row for each ", grain)
             : absl::StrCat("those that do not: ", absl::StrJoin(names, ", "));
}

// Import found each unit to have one contributor: the one that rows are judged on, and all levels
// after the grain.
bool JudgesUnits(const std::vector<std::string>& levels, const std::string& judged,
                 const std::string& grain) {
  const auto unit = std::find(levels.begin(), levels.end(), grain);
  const auto level = std::find(levels.begin(), levels.end(), judged);
  return unit == levels.end() ? level + 1 == levels.end() : level >= unit;
}

}  // namespace

bool HasOneContributor(const DatasetEntry& entry, const std::string& identifier,
                       const std::optional<std::string>& judged) {
  const bool seen =
      std::any_of(entry.variables.begin(), entry.variables.end(), [&](const Variable& variable) {
        return variable.role == VariableRole::kMeasure && Contains(variable.grain, identifier);
      });
  return seen && (!judged.has_value() || JudgesUnits(entry.contributor, *judged, identifier));
}

std::optional<Refusal> CheckGrain(const AuthorisedQuery& query,
                                  const std::vector<PlannedSource>& sources,
                                  const PlannedDimensions& dimensions, const Variable& measure,
                                  SourcePosition at) {
  if (measure.grain.empty()) return std::nullopt;
  const std::string& grain = measure.grain[0];
  const DatasetEntry& entry = sources[0].snapshot->entry;
  for (const BuiltAxis& axis : dimensions.axes) {
    if (IsOneForUnits(axis, sources, grain)) continue;
    const std::string& name = axis.axis.name;
    return RefuseAt(RefusalKind::kUsage, "GRAIN",
                    absl::StrCat(measure.name, " is a value of ", grain, ", and ", name,
                                 " may differ between rows of one ", grain),
                    at, DimensionsOf(entry, grain));
  }
  const std::optional<std::string>& judged = query.rules().contributor;
  if (HasOneContributor(entry, grain, judged)) return std::nullopt;
  return RefuseAt(RefusalKind::kPolicy, "CONTRIBUTOR",
                  absl::StrCat("the rule set judges ", *judged, ", and ", measure.name,
                               " is a value of ", grain, ", which may have several"),
                  at, "ask the privacy officer for a rule set of this measure");
}

}  // namespace kluis
