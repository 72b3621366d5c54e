#include "server/access/resolve.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/query/nearest_name.h"

namespace kluis {
namespace {

bool Contains(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

class Resolver {
 public:
  Resolver(ParsedQuery query, const Project& project, const CatalogueView& catalogue)
      : project_(project), catalogue_(catalogue) {
    result_.query = std::move(query);
  }

  Resolution Run() {
    if (Datasets() && Names()) Grants();
    return std::move(result_);
  }

 private:
  // One text for what does not exist and what is not granted (interface, exit code 3).
  bool RefuseName(SourcePosition at, const std::string& name,
                  const std::vector<std::string>& granted) {
    result_.refusal =
        RefuseAt(RefusalKind::kPolicy, "NOT_GRANTED", "dataset or variable unknown or not granted",
               at, DidYouMean(name, granted, "kluis datasets lists what you may use"));
    return false;
  }

  // What to write for the name of a lineage; empty when it is none that is granted.
  std::string PeriodsOf(const std::string& lineage, const std::vector<std::string>& granted) const {
    std::vector<std::string> periods;
    for (const std::string& name : granted) {
      const DatasetEntry& entry = catalogue_.datasets.at(name).entry;
      if (entry.lineage == lineage && !Contains(periods, name)) periods.push_back(name);
    }
    if (periods.empty()) return "";
    return absl::StrCat("its periods are datasets: ", absl::StrJoin(periods, ", "));
  }

  bool AddDataset(const std::string& dataset, const std::string& alias, SourcePosition at) {
    std::vector<std::string> granted;
    for (const Grant& grant : project_.grants) {
      if (catalogue_.datasets.count(grant.dataset) > 0) granted.push_back(grant.dataset);
    }
    if (!Contains(granted, dataset)) {
      const bool refused = RefuseName(at, dataset, granted);
      const std::string periods = PeriodsOf(dataset, granted);
      if (!periods.empty()) result_.refusal->hint = periods;
      return refused;
    }
    result_.datasets[alias] = dataset;
    aliases_.push_back(alias);
    return true;
  }

  bool Datasets() {
    const ParsedQuery& query = result_.query;
    if (!AddDataset(query.dataset, query.alias, query.dataset_at)) return false;
    return std::all_of(query.joins.begin(), query.joins.end(), [&](const JoinRef& join) {
      return AddDataset(join.dataset, join.alias, join.at);
    });
  }

  const DatasetEntry& EntryOf(const std::string& alias) const {
    return catalogue_.datasets.at(result_.datasets.at(alias)).entry;
  }

  // Variables of `alias` that some grant names and the catalogue knows.
  std::vector<std::string> GrantedVariables(const std::string& alias) const {
    std::vector<std::string> granted;
    for (const Grant& grant : project_.grants) {
      if (grant.dataset != result_.datasets.at(alias)) continue;
      for (const std::string& variable : grant.variables) {
        if (EntryOf(alias).FindVariable(variable) != nullptr) granted.push_back(variable);
      }
    }
    return granted;
  }

  // `contributor`: COUNT(DISTINCT v) of a declared contributor needs no grant of its own.
  bool Resolve(NameRef* name, bool contributor) {
    std::vector<std::string> aliases = aliases_, owners, all_granted;
    if (!name->qualifier.empty()) aliases = {name->qualifier};
    if (!name->qualifier.empty() && result_.datasets.count(name->qualifier) == 0) {
      return RefuseName(name->at, name->qualifier, aliases_);
    }
    for (const std::string& alias : aliases) {
      const std::vector<std::string> granted = GrantedVariables(alias);
      all_granted.insert(all_granted.end(), granted.begin(), granted.end());
      const bool free = contributor && Contains(EntryOf(alias).contributor, name->name);
      if (free || Contains(granted, name->name)) owners.push_back(alias);
      if (free &&
          alias == aliases_[0]) {  // the unit's own identifier, before those of joined datasets
        owners = {alias};
        break;
      }
    }
    if (owners.empty()) return RefuseName(name->at, name->name, all_granted);
    if (owners.size() > 1) {
      result_.refusal =
          RefuseAt(RefusalKind::kUsage, "AMBIGUOUS_NAME",
                 absl::StrCat(name->name, " is a variable of ", absl::StrJoin(owners, " and ")),
                 name->at, absl::StrCat("write ", owners[0], ".", name->name));
      return false;
    }
    name->qualifier = owners[0];
    const bool free = contributor && Contains(EntryOf(owners[0]).contributor, name->name);
    if (!free) used_[owners[0]].push_back(*name);
    return true;
  }

  bool Names() {
    for (SelectItem& item : result_.query.items) {
      if (auto* dimension = std::get_if<DimensionRef>(&item.value)) {
        if (!ResolveDimension(dimension)) return false;
      } else if (!ResolveStatistic(&std::get<StatisticRef>(item.value))) {
        return false;
      }
    }
    if (!ResolveConditions(&result_.query.conditions)) return false;
    for (DimensionRef& dimension : result_.query.grouping_dimensions) {
      if (!ResolveDimension(&dimension)) return false;
    }
    return true;
  }

  bool ResolveStatistic(StatisticRef* statistic) {
    const StatisticKind kind = statistic->kind;
    const bool of_variable = kind != StatisticKind::kCount && kind != StatisticKind::kShare;
    if (of_variable && !Resolve(&statistic->variable, kind == StatisticKind::kCountDistinct))
      return false;
    if (kind == StatisticKind::kRatio && !Resolve(&statistic->divisor, false)) return false;
    return ResolveConditions(&statistic->conditions);
  }

  bool ResolveConditions(std::vector<Condition>* conditions) {
    for (Condition& condition : *conditions) {
      if (!Resolve(&condition.dimension.variable, false)) return false;
    }
    return true;
  }

  bool ResolveDimension(DimensionRef* dimension) {
    if (!Resolve(&dimension->variable, false)) return false;
    dimension->Qualify(std::string(dimension->variable.qualifier));
    return true;
  }

  // One grant per dataset: grants of one dataset are not mixed, since each has a scope of its own.
  void Grants() {
    for (const std::string& alias : aliases_) {
      const std::vector<NameRef>& used = used_[alias];
      const NameRef* missing = nullptr;
      for (const Grant& grant : project_.grants) {
        if (grant.dataset != result_.datasets.at(alias)) continue;
        const auto first = std::find_if(used.begin(), used.end(), [&](const NameRef& name) {
          return !Contains(grant.variables, name.name);
        });
        if (first == used.end()) {
          result_.grants[alias] = &grant;
          break;
        }
        missing = &*first;
      }
      if (result_.grants.count(alias) > 0) continue;
      result_.refusal = RefuseAt(RefusalKind::kPolicy, "NOT_GRANTED_TOGETHER",
                               absl::StrCat("no single grant covers ", missing->name,
                                            " with the other variables of ", alias),
                               missing->at, "ask for variables of one grant");
      return;
    }
  }

  const Project& project_;
  const CatalogueView& catalogue_;
  Resolution result_;
  std::vector<std::string> aliases_;
  std::map<std::string, std::vector<NameRef>> used_;
};

}  // namespace

Resolution ResolveNames(ParsedQuery query, const Project& project, const CatalogueView& catalogue) {
  return Resolver(std::move(query), project, catalogue).Run();
}

}  // namespace kluis
