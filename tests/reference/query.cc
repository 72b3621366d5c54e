#include "tests/reference/query.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "tests/reference/reading.h"

namespace kluis {
namespace {

constexpr size_t kOtherTreesMax = 2;  // of conditions of statistics: tables stay small

class QueryMaker {
 public:
  QueryMaker(const RegisterWorld& world, Random* random) : world_(world), random_(*random) {}

  AskedQuery Make() {
    for (size_t l = 0; l < world_.links.size(); ++l)
      query_.joined.push_back(static_cast<AskedQuery::Joined>(random_.Below(3)));
    for (size_t s = 0; s < world_.registers.size(); ++s) {
      const bool left = s > 0 && query_.joined[s - 1] == AskedQuery::Joined::kLeft;
      alone_.push_back(left && random_.OneIn(5));
    }
    AddScope();
    for (int64_t n = random_.Pick<int64_t>({0, 0, 1, 1, 2}); n > 0; --n) AddWhere();
    for (int64_t n = random_.Pick<int64_t>({0, 1, 1, 2, 2, 3}); n > 0; --n) AddDimension();
    for (int64_t n = random_.Between(1, 4); n > 0; --n) AddStatistic();
    AddGrouping();
    AddOrder();
    return std::move(query_);
  }

 private:
  std::vector<int> Sources() const {
    std::vector<int> sources = {0, 0};
    for (size_t l = 0; l < query_.joined.size(); ++l) {
      if (query_.joined[l] != AskedQuery::Joined::kNot) sources.push_back(static_cast<int>(l) + 1);
    }
    return sources;
  }

  AskedVariable RandomVariable() {
    AskedVariable variable;
    variable.source = random_.Pick(Sources());
    variable.dimension = static_cast<int>(random_.Below(static_cast<int64_t>(world_.registers[variable.source].dimensions.size())));
    const auto others = static_cast<int64_t>(DimensionOf(world_, variable).others.size());
    if (others > 0 && random_.OneIn(3)) variable.other = static_cast<int>(random_.Below(others));
    return variable;
  }

  AskedView RandomView(const AskedVariable& variable) {
    const RegisterDimension& dimension = DimensionOf(world_, variable);
    AskedView view{.variable = variable};
    if (!dimension.widths.empty() && random_.OneIn(2)) view.width = random_.Pick(dimension.widths);
    if (!dimension.levels.empty() && variable.other < 0 && random_.OneIn(2))
      view.level = static_cast<int>(random_.Between(1, static_cast<int64_t>(dimension.levels.size())));
    return view;
  }

  // A value that every condition of WHERE and scope keeps: so some row is left of every query.
  int PivotOf(const AskedVariable& variable) {
    const auto [found, added] = pivots_.insert({{variable.source, variable.dimension}, kMissingValue});
    if (added && !alone_[variable.source]) found->second = random_.Pick(ValuesOf(world_, query_, variable, true));
    return found->second;
  }

  // A code that is not within those of a grant is refused.
  bool MayBeNamed(const AskedVariable& variable, const std::string& name) const {
    const std::vector<ListedCode>& codes = DimensionOf(world_, variable).codes;
    for (const AskedCondition& scope : query_.scope) {
      if (!SameTree(scope.view.variable, variable) || name == "_U") continue;
      int at = 0;
      while (codes[at].code != name) ++at;
      while (at >= 0 && std::count(scope.codes.begin(), scope.codes.end(), codes[at].code) == 0) at = codes[at].parent;
      if (at < 0) return false;
    }
    return true;
  }

  // That the value meets; false: none was found. What only few know takes no thresholds and no lists
  // of single values.
  bool RandomCondition(const AskedVariable& variable, int value, AskedCondition* condition) {
    const RegisterDimension& dimension = DimensionOf(world_, variable);
    const bool bands = dimension.is_range() && dimension.kind == Secrecy::kConfidential;
    for (int attempt = 0; attempt < 20; ++attempt) {
      *condition = {.view = RandomView(variable)};
      if (bands && condition->view.width <= 1) continue;
      if (dimension.is_range() && condition->view.width == 0 && random_.OneIn(2)) {
        condition->form = AskedCondition::Form::kBetween;
        condition->low = static_cast<int>(random_.Between(dimension.low - 1, dimension.high));
        condition->high = static_cast<int>(random_.Between(condition->low, dimension.high + 1));
      } else {
        condition->form = random_.OneIn(3) ? AskedCondition::Form::kNotIn : AskedCondition::Form::kIn;
        std::vector<std::string> names;
        for (const int v : ValuesOf(world_, query_, variable, false)) {
          for (const std::string& name : NamesOf(dimension, condition->view, v)) {
            if (MayBeNamed(variable, name)) names.push_back(name);
          }
        }
        if (names.empty()) continue;
        for (int64_t n = random_.Between(1, 3); n > 0; --n) condition->codes.push_back(random_.Pick(names));
      }
      if (Meets(world_, *condition, value)) return true;
    }
    return false;
  }

  void AddScope() {
    const std::vector<int> sources = Sources();
    for (const int source : std::set<int>(sources.begin(), sources.end())) {
      for (size_t d = 0; d < world_.registers[source].dimensions.size(); ++d) {
        const AskedVariable variable{.source = source, .dimension = static_cast<int>(d)};
        const RegisterDimension& dimension = DimensionOf(world_, variable);
        const int pivot = PivotOf(variable);
        if (dimension.is_range() || pivot == kMissingValue || !random_.OneIn(8)) continue;
        AskedCondition condition{.view = {.variable = variable}};
        condition.codes = {random_.Pick(NamesOf(dimension, condition.view, pivot)),
                           random_.Pick(NamesOf(dimension, condition.view, random_.Pick(dimension.Values())))};
        query_.scope.push_back(condition);
      }
    }
  }

  void AddWhere() {
    const AskedVariable variable = RandomVariable();
    AskedCondition condition;
    if (RandomCondition(variable, PivotOf(variable), &condition)) query_.where.push_back(condition);
  }

  void AddDimension() {
    AskedDimension added{.view = RandomView(RandomVariable())};
    if (random_.OneIn(4) && !MakeCase(&added)) return;
    const std::string name = absl::StrCat("k", query_.dimensions.size());
    if (!added.branches.empty() || random_.OneIn(2)) added.alias = name;
    const auto& key = added.view;
    for (const AskedDimension& other : query_.dimensions) {
      const auto of = [](const AskedView& v) {
        return std::tie(v.variable.source, v.variable.dimension, v.variable.other, v.level, v.width);
      };
      if (added.branches.empty() && other.branches.empty() && of(other.view) == of(key)) return;
      if (SameTree(other.view.variable, key.variable) && other.view.variable.other == key.variable.other) added.alias = name;
    }
    query_.dimensions.push_back(added);
    if (!Nested()) query_.dimensions.pop_back();
  }

  // Of two dimensions of one tree each class of one must be within one of the other.
  bool Nested() const {
    const size_t last = query_.dimensions.size() - 1;
    for (size_t d = 0; d < last; ++d) {
      if (SameTree(query_.dimensions[d].view.variable, query_.dimensions[last].view.variable) && !Within(d, last) && !Within(last, d))
        return false;
    }
    return true;
  }

  bool Within(size_t fine, size_t coarse) const {
    std::map<std::string, std::string> within;
    for (const int value : ValuesOf(world_, query_, query_.dimensions[fine].view.variable, false)) {
      const std::string code = CodesShown(world_, query_, coarse, value).at(0).code;
      if (within.insert({CodesShown(world_, query_, fine, value).at(0).code, code}).first->second != code) return false;
    }
    return true;
  }

  bool MakeCase(AskedDimension* dimension) {
    const AskedVariable variable = dimension->view.variable;
    dimension->view = {.variable = variable};
    const std::vector<int> values = ValuesOf(world_, query_, variable, false);
    for (int64_t b = random_.Between(1, 3); b > 0; --b) {
      AskedBranch branch{.conditions = {}, .name = random_.Pick<std::string>({"x", "y", "een 'naam'"})};
      const int value = random_.Pick(values);
      for (int64_t c = random_.OneIn(4) ? 2 : 1; c > 0; --c) {
        AskedCondition condition;
        if (!RandomCondition(variable, value, &condition)) return false;
        branch.conditions.push_back(condition);
      }
      dimension->branches.push_back(branch);
    }
    const bool complete = std::all_of(values.begin(), values.end(), [&](int value) {
      return std::any_of(dimension->branches.begin(), dimension->branches.end(), [&](const AskedBranch& branch) {
        return MeetsAll(world_, branch.conditions, variable, value);
      });
    });
    if (!complete || random_.OneIn(2)) dimension->otherwise = random_.Pick<std::string>({"x", "rest"});
    return true;
  }

  void AddStatistic() {
    const Register& unit = world_.registers[0];
    AskedStatistic added;
    added.kind = static_cast<AskedKind>(random_.Below(11));
    const auto measure = [&] {
      int place = 0;
      do place = static_cast<int>(random_.Below(static_cast<int64_t>(unit.measures.size())));
      while (place == unit.weight);
      return place;
    };
    added.measure = measure();
    added.divisor = measure();
    added.id = unit.IdOf(random_.Pick(unit.contributor));
    added.percent = added.kind == AskedKind::kMedian ? 50 : random_.Pick<int>({10, 25, 50, 75, 90});
    const bool filtered = added.kind == AskedKind::kShare || (added.kind < AskedKind::kShare && random_.OneIn(3));
    if (filtered && !AddConditions(&added) && added.kind == AskedKind::kShare) return AddStatistic();
    added.alias = absl::StrCat("s", query_.statistics.size());
    if (added.kind != AskedKind::kDistinct && random_.OneIn(4) && kinds_.insert(added.kind).second) added.alias.clear();
    query_.statistics.push_back(added);
  }

  bool AddConditions(AskedStatistic* statistic) {
    std::map<std::pair<int, int>, int> pivots;
    for (int64_t n = random_.Between(1, 2); n > 0; --n) {
      const AskedVariable variable = RandomVariable();
      if (!MayBeOther(variable)) continue;
      std::vector<int> left;
      for (const int value : ValuesOf(world_, query_, variable, false)) {
        if (MeetsAll(world_, query_.where, variable, value) && MeetsAll(world_, query_.scope, variable, value)) left.push_back(value);
      }
      const int pivot = pivots.insert({{variable.source, variable.dimension}, random_.Pick(left)}).first->second;
      AskedCondition condition;
      if (RandomCondition(variable, pivot, &condition)) statistic->conditions.push_back(condition);
    }
    return !statistic->conditions.empty();
  }

  bool MayBeOther(const AskedVariable& variable) {
    for (const AskedDimension& d : query_.dimensions) {
      if (SameTree(d.view.variable, variable)) return true;
    }
    const std::pair<int, int> tree = {variable.source, variable.dimension};
    if (others_.count(tree) == 0 && others_.size() == kOtherTreesMax) return false;
    others_.insert(tree);
    return true;
  }

  // Every dimension stands in it.
  void AddGrouping() {
    std::vector<int> dimensions;
    for (size_t d = 0; d < query_.dimensions.size(); ++d) dimensions.push_back(static_cast<int>(d));
    if (dimensions.empty()) {
      if (random_.OneIn(6)) query_.grouping.push_back({});
      return;
    }
    const bool plain = random_.OneIn(3);
    for (size_t i = 0; i < dimensions.size();) {
      const auto length = static_cast<size_t>(random_.Between(1, static_cast<int64_t>(dimensions.size() - i)));
      const auto begin = dimensions.begin() + static_cast<std::ptrdiff_t>(i);
      const std::vector<int> chunk(begin, begin + static_cast<std::ptrdiff_t>(length));
      query_.grouping.push_back(plain ? AskedGrouping{.unit = chunk} : RandomGrouping(chunk, 2));
      i += length;
    }
    if (random_.OneIn(6)) query_.grouping.push_back({.unit = {random_.Pick(dimensions)}});
  }

  AskedGrouping RandomGrouping(const std::vector<int>& dimensions, int depth) {
    AskedGrouping grouping;
    grouping.form = static_cast<AskedGrouping::Form>(random_.Below(4));
    if (grouping.form == AskedGrouping::Form::kUnit) {
      grouping.unit = dimensions;
      return grouping;
    }
    const bool sets = grouping.form == AskedGrouping::Form::kSets;
    for (size_t i = 0; i < dimensions.size();) {
      const auto length = static_cast<size_t>(random_.Between(1, static_cast<int64_t>(dimensions.size() - i)));
      const auto begin = dimensions.begin() + static_cast<std::ptrdiff_t>(i);
      const std::vector<int> chunk(begin, begin + static_cast<std::ptrdiff_t>(length));
      grouping.items.push_back(sets && depth > 0 ? RandomGrouping(chunk, depth - 1) : AskedGrouping{.unit = chunk});
      i += length;
    }
    if (sets && random_.OneIn(2)) grouping.items.push_back({});
    if (sets && random_.OneIn(2)) grouping.items.push_back({.unit = {random_.Pick(dimensions)}});
    return grouping;
  }

  void AddOrder() {
    const auto columns = static_cast<int64_t>(query_.dimensions.size() + query_.statistics.size());
    for (int64_t n = random_.Pick<int64_t>({0, 0, 1, 2}); n > 0; --n)
      query_.order.push_back({static_cast<int>(random_.Below(columns)), random_.OneIn(2)});
    if (random_.OneIn(4)) query_.limit = random_.Below(8);
  }

  const RegisterWorld& world_;
  Random& random_;
  AskedQuery query_;
  std::vector<bool> alone_;  // per register: the pivot has no partner there
  std::map<std::pair<int, int>, int> pivots_;
  std::set<std::pair<int, int>> others_;
  std::set<AskedKind> kinds_;  // without an alias
};

bool HasSets(const std::vector<AskedGrouping>& grouping) {
  return std::any_of(grouping.begin(), grouping.end(), [](const AskedGrouping& g) { return g.form != AskedGrouping::Form::kUnit; });
}

}  // namespace

bool AskedQuery::has_sets() const { return HasSets(grouping); }

AskedQuery RandomQuery(const RegisterWorld& world, Random* random) { return QueryMaker(world, random).Make(); }

}  // namespace kluis
