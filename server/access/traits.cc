#include "server/access/traits.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/access/scope.h"
#include "server/access/uses.h"

namespace kluis {
namespace {

// A dimension with levels, and how many of them are used, from the coarsest.
struct LevelUse {
  std::string alias;
  const DatasetEntry* entry = nullptr;
  const Variable* base = nullptr;
  size_t levels = 0;
  SourcePosition at = {};
};

class LevelReader {
 public:
  LevelReader(const Resolution& resolution, const CatalogueView& catalogue)
      : resolution_(resolution), catalogue_(catalogue) {}

  std::vector<LevelUse> Read() {
    const ParsedQuery& query = resolution_.query;
    for (const SelectItem& item : query.items) {
      if (const auto* dimension = std::get_if<DimensionRef>(&item.value)) {
        Add(*dimension);
      } else {
        AddConditions(std::get<StatisticRef>(item.value).conditions);
      }
    }
    for (const DimensionRef& dimension : query.grouping_dimensions) Add(dimension);
    AddConditions(query.conditions);
    return std::move(uses_);
  }

 private:
  void AddConditions(const std::vector<Condition>& conditions) {
    for (const Condition& condition : conditions) Add(condition.dimension);
  }

  void Add(const DimensionRef& dimension) {
    const auto dataset = resolution_.datasets.find(dimension.variable.qualifier);
    if (dataset == resolution_.datasets.end()) return;
    const DatasetEntry& entry = catalogue_.datasets.at(dataset->second).entry;
    const Variable* variable = entry.FindVariable(dimension.variable.name);
    const Variable* base = variable == nullptr ? nullptr : BaseVariable(entry, *variable);
    if (base == nullptr || base->levels.empty()) return;
    const std::string& level =
        dimension.form == DimensionRef::Form::kLevel ? dimension.level : variable->of_level;
    const auto found = std::find(base->levels.begin(), base->levels.end(), level);
    const size_t levels = found == base->levels.end()
                              ? base->levels.size()
                              : static_cast<size_t>(found - base->levels.begin()) + 1;
    uses_.push_back({dataset->first, &entry, base, levels, dimension.variable.at});
  }

  const Resolution& resolution_;
  const CatalogueView& catalogue_;
  std::vector<LevelUse> uses_;
};

std::string Qualified(const DatasetEntry& entry, const std::string& variable) {
  return absl::StrCat(entry.name, ".", variable);
}

// The levels that are used, and the variables that are these levels by another name.
void AddLevels(const LevelUse& use, QueryTraits* traits) {
  const auto end = use.base->levels.begin() + static_cast<std::ptrdiff_t>(use.levels);
  traits->levels.insert(use.base->levels.begin(), end);
  for (const Variable& variable : use.entry->variables) {
    if (variable.of == use.base->name &&
        std::find(use.base->levels.begin(), end, variable.of_level) != end)
      traits->variables.insert(Qualified(*use.entry, variable.name));
  }
  if (use.levels == use.base->levels.size())
    traits->variables.insert(Qualified(*use.entry, use.base->name));
}

std::optional<Refusal> CheckPeriods(const Grant& grant, const DatasetEntry& entry,
                                    SourcePosition at) {
  const auto& periods = grant.periods;
  if (periods.empty() || std::find(periods.begin(), periods.end(), entry.period) != periods.end())
    return std::nullopt;
  return RefuseAt(RefusalKind::kPolicy, "OUT_OF_SCOPE",
                  absl::StrCat("the project may not use the period of ", entry.name), at,
                  absl::StrCat("its periods are ", absl::StrJoin(periods, ", ")));
}

}  // namespace

QueryTraits TraitsOf(const Resolution& resolution, const CatalogueView& catalogue,
                     const std::string& role) {
  QueryTraits traits;
  traits.role = role;
  for (const auto& [alias, dataset] : resolution.datasets) traits.datasets.insert(dataset);
  for (const Use& use : UsesOf(resolution, catalogue)) {
    traits.variables.insert(Qualified(*use.entry, use.variable->name));
    if (use.variable->role != VariableRole::kIdentifier) traits.kinds.insert(use.variable->kind);
  }
  for (const LevelUse& use : LevelReader(resolution, catalogue).Read()) AddLevels(use, &traits);
  for (const SelectItem& item : resolution.query.items) {
    if (const auto* statistic = std::get_if<StatisticRef>(&item.value))
      traits.statistics.insert(FamilyOf(StatisticName(statistic->kind)));
  }
  if (resolution.query.of_model) traits.statistics.insert(FamilyOf("regression"));
  return traits;
}

std::optional<Refusal> CheckGrantLimits(const Resolution& resolution,
                                        const CatalogueView& catalogue) {
  for (const auto& [alias, grant] : resolution.grants) {
    const DatasetEntry& entry = catalogue.datasets.at(resolution.datasets.at(alias)).entry;
    if (auto refusal = CheckPeriods(*grant, entry, resolution.query.dataset_at)) return refusal;
  }
  for (const LevelUse& use : LevelReader(resolution, catalogue).Read()) {
    const auto& finest = resolution.grants.at(use.alias)->finest;
    const auto limit = finest.find(use.base->name);
    if (limit == finest.end()) continue;
    const auto& levels = use.base->levels;
    const auto place = std::find(levels.begin(), levels.end(), limit->second);
    if (place != levels.end() && use.levels <= static_cast<size_t>(place - levels.begin()) + 1)
      continue;
    return RefuseAt(RefusalKind::kPolicy, "OUT_OF_SCOPE",
                    absl::StrCat("the project may not use ", use.base->name, " below the level ",
                                 limit->second),
                    use.at,
                    absl::StrCat("write LEVEL(", use.base->name, ", '", limit->second, "')"));
  }
  return std::nullopt;
}

}  // namespace kluis
