#include "server/access/uses.h"

#include <algorithm>
#include <tuple>

namespace kluis {
namespace {

class UseReader {
 public:
  UseReader(const Resolution& resolution, const CatalogueView& catalogue)
      : resolution_(resolution), catalogue_(catalogue) {}

  std::vector<Use> Read() {
    const ParsedQuery& query = resolution_.query;
    Unsaid();
    for (const SelectItem& item : query.items) {
      if (const auto* dimension = std::get_if<DimensionRef>(&item.value)) {
        Add(dimension->variable);
      } else {
        AddStatistic(std::get<StatisticRef>(item.value));
      }
    }
    for (const DimensionRef& dimension : query.grouping_dimensions) Add(dimension.variable);
    AddConditions(query.conditions);
    for (const JoinRef& join : query.joins) AddKey(join);
    std::stable_sort(uses_.begin(), uses_.end(), [](const Use& a, const Use& b) {
      return std::tie(a.at.line, a.at.column) < std::tie(b.at.line, b.at.column);
    });
    return std::move(uses_);
  }

 private:
  const DatasetEntry* EntryOf(const std::string& alias) const {
    const auto dataset = resolution_.datasets.find(alias);
    return dataset == resolution_.datasets.end() ? nullptr
                                                 : &catalogue_.datasets.at(dataset->second).entry;
  }

  void AddNamed(const DatasetEntry* entry, const std::string& name, SourcePosition at,
                const char* unsaid) {
    const Variable* variable = entry == nullptr ? nullptr : entry->FindVariable(name);
    if (variable != nullptr) uses_.push_back({entry, variable, at, unsaid});
  }

  void Add(const NameRef& name) { AddNamed(EntryOf(name.qualifier), name.name, name.at, ""); }

  void AddStatistic(const StatisticRef& statistic) {
    Add(statistic.variable);
    Add(statistic.divisor);
    AddConditions(statistic.conditions);
  }

  void AddConditions(const std::vector<Condition>& conditions) {
    for (const Condition& condition : conditions) Add(condition.dimension.variable);
  }

  // USING (x) names the columns of both sides, and so may a dataset's own name.
  void AddKey(const JoinRef& join) {
    for (const auto& [left, right] : join.equalities) {
      for (const NameRef* name : {&left, &right}) {
        if (!name->qualifier.empty()) {
          Add(*name);
          continue;
        }
        AddNamed(EntryOf(resolution_.query.alias), name->name, name->at, "");
        AddNamed(EntryOf(join.alias), name->name, name->at, "");
      }
    }
  }

  void Unsaid() {
    for (const auto& [alias, grant] : resolution_.grants) {
      for (const auto& [name, codes] : grant->where)
        AddNamed(EntryOf(alias), name, {}, ", by which the project is narrowed");
    }
    const DatasetEntry* unit = EntryOf(resolution_.query.alias);
    AddNamed(unit, unit->weight, {}, ", by which every row is weighted");
  }

  const Resolution& resolution_;
  const CatalogueView& catalogue_;
  std::vector<Use> uses_;
};

}  // namespace

std::vector<Use> UsesOf(const Resolution& resolution, const CatalogueView& catalogue) {
  return UseReader(resolution, catalogue).Read();
}

}  // namespace kluis
