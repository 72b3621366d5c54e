#include "server/access/forbidden.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "server/access/scope.h"

namespace kluis {
namespace {

// A variable that a query uses, and where: line 0 when the query does not say it.
struct Use {
  const DatasetEntry* entry = nullptr;
  const Variable* variable = nullptr;
  SourcePosition at = {};
  const char* unsaid = "";  // why it is used, then
};

class UseReader {
 public:
  UseReader(const Resolution& resolution, const CatalogueView& catalogue)
      : resolution_(resolution), catalogue_(catalogue) {}

  // Those that the query does not say first, the others as they are written.
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

const Variable& Base(const DatasetEntry& entry, const Variable& variable) {
  const Variable* base = BaseVariable(entry, variable);
  return base == nullptr ? variable : *base;
}

// `forbidden_with` of `x` names `y`, or a variable of its tree.
bool Names(const DatasetEntry& a, const Variable& x, const DatasetEntry& b, const Variable& y) {
  for (const std::string& name : x.forbidden_with) {
    const size_t dot = name.find('.');
    const std::string dataset = dot == std::string::npos ? a.name : name.substr(0, dot);
    if (dataset != b.name) continue;
    const Variable* named = b.FindVariable(dot == std::string::npos ? name : name.substr(dot + 1));
    if (named != nullptr && &Base(b, *named) == &y) return true;
  }
  return false;
}

std::string NameOf(const Use& use, const Use& beside) {
  return use.entry == beside.entry ? use.variable->name
                                   : absl::StrCat(use.entry->name, ".", use.variable->name);
}

}  // namespace

bool AreForbiddenTogether(const DatasetEntry& a, const Variable& x, const DatasetEntry& b,
                          const Variable& y) {
  const Variable &base_x = Base(a, x), &base_y = Base(b, y);
  return Names(a, base_x, b, base_y) || Names(b, base_y, a, base_x);
}

std::optional<Refusal> CheckForbidden(const Resolution& resolution,
                                      const CatalogueView& catalogue) {
  const std::vector<Use> uses = UseReader(resolution, catalogue).Read();
  for (size_t i = 0; i < uses.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const Use &later = uses[i], &earlier = uses[j];
      if (!AreForbiddenTogether(*later.entry, *later.variable, *earlier.entry, *earlier.variable))
        continue;
      return RefuseAt(RefusalKind::kPolicy, "FORBIDDEN_TOGETHER",
                      absl::StrCat(NameOf(later, earlier), " may not be used together with ",
                                   NameOf(earlier, later), earlier.unsaid),
                      later.at,
                      earlier.at.line == 0 ? absl::StrCat("leave ", later.variable->name, " out")
                                           : "leave one of them out");
    }
  }
  return std::nullopt;
}

}  // namespace kluis
