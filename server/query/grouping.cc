#include "server/query/grouping.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "server/query/expressions.h"
#include "server/query/recode.h"

namespace kluis {
namespace {

using Set = std::vector<int>;  // sorted indices of dimensions
using Sets = std::vector<Set>;

Set Union(const Set& a, const Set& b) {
  Set both;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

class GroupingParser {
 public:
  GroupingParser(ParseContext& context, ParsedQuery* query) : context_(context), query_(query) {}

  // The cross product of the items of a list: GROUP BY a, ROLLUP (b).
  bool Product(const Json& list, Sets* sets) {
    *sets = {{}};
    for (const Json& item : list) {
      Sets of_item;
      if (!Element(item, &of_item)) return false;
      Sets product;
      if (sets->size() * of_item.size() > kGroupingSetsMax) return RefuseSize(item);
      for (const Set& left : *sets) {
        for (const Set& right : of_item) product.push_back(Union(left, right));
      }
      *sets = std::move(product);
    }
    return true;
  }

 private:
  bool RefuseSize(const Json& node) {
    return context_.Refuse(
        "GROUPING_TOO_LARGE", LocationOf(node, 0),
        absl::StrCat("GROUP BY stands for more than ", kGroupingSetsMax, " grouping sets"),
        "name the sets that you need in GROUPING SETS");
  }

  bool Element(const Json& node, Sets* sets) {
    const auto [kind, fields] = Unwrap(node);
    if (kind == "GroupingSet") return GroupingSet(node, *fields, sets);
    Set unit;
    if (!Unit(node, &unit)) return false;
    *sets = {unit};
    return true;
  }

  bool GroupingSet(const Json& node, const Json& fields, Sets* sets) {
    const std::string kind = TextAt(fields, "kind");
    const Json& content = ListAt(fields, "content");
    if (kind == "GROUPING_SET_EMPTY") {
      *sets = {{}};
      return true;
    }
    query_->has_rollup = true;
    if (kind == "GROUPING_SET_SETS") return SetList(node, content, sets);
    std::vector<Set> units(content.size());
    for (size_t i = 0; i < content.size(); ++i) {
      if (!Unit(content[i], &units[i])) return false;
    }
    if (kind == "GROUPING_SET_ROLLUP") return Rollup(units, sets);
    if (kind == "GROUPING_SET_CUBE") return Cube(node, units, sets);
    return RefuseExpression(context_, node, 0);
  }

  bool SetList(const Json& node, const Json& content, Sets* sets) {
    for (const Json& item : content) {
      Sets of_item;
      if (!Element(item, &of_item)) return false;
      sets->insert(sets->end(), of_item.begin(), of_item.end());
      if (sets->size() > kGroupingSetsMax) return RefuseSize(node);
    }
    return true;
  }

  bool Rollup(const std::vector<Set>& units, Sets* sets) {
    for (size_t length = units.size() + 1; length-- > 0;) {
      Set prefix;
      for (size_t i = 0; i < length; ++i) prefix = Union(prefix, units[i]);
      sets->push_back(std::move(prefix));
    }
    return true;
  }

  bool Cube(const Json& node, const std::vector<Set>& units, Sets* sets) {
    if (units.size() > 10) return RefuseSize(node);
    for (int mask = (1 << units.size()) - 1; mask >= 0; --mask) {
      Set chosen;
      for (size_t i = 0; i < units.size(); ++i) {
        if ((mask >> (units.size() - 1 - i)) & 1) chosen = Union(chosen, units[i]);
      }
      sets->push_back(std::move(chosen));
    }
    return true;
  }

  // A dimension, or several in brackets.
  bool Unit(const Json& node, Set* unit) {
    const auto [kind, fields] = Unwrap(node);
    if (kind != "RowExpr") {
      int index = -1;
      if (!Dimension(node, &index)) return false;
      *unit = {index};
      return true;
    }
    for (const Json& argument : ListAt(*fields, "args")) {
      int index = -1;
      if (!Dimension(argument, &index)) return false;
      *unit = Union(*unit, {index});
    }
    return true;
  }

  bool Dimension(const Json& node, int* index) {
    DimensionRef dimension;
    if (Unwrap(node).first == "A_Const") {
      if (!ByPosition(node, &dimension)) return false;
    } else if (LooksLikeCase(node)) {
      if (!ParseCase(context_, node, &dimension)) return false;
    } else if (!ParseDimension(context_, node, &dimension) || !ByAlias(node, &dimension)) {
      return false;
    }
    std::vector<DimensionRef>& known = query_->grouping_dimensions;
    const auto same = std::find_if(known.begin(), known.end(),
                                   [&](const DimensionRef& d) { return d.SameAs(dimension); });
    *index = static_cast<int>(same - known.begin());
    if (same != known.end()) return true;
    if (known.size() == kGroupingDimensionsMax) {
      return context_.Refuse(
          "TOO_MANY_DIMENSIONS", LocationOf(node, 0),
          absl::StrCat("a query groups by at most ", kGroupingDimensionsMax, " dimensions"),
          "leave some out");
    }
    known.push_back(std::move(dimension));
    return true;
  }

  bool ByPosition(const Json& node, DimensionRef* dimension) {
    const int at = LocationOf(node, 0);
    int64_t position = 0;
    if (!ParsePosition(context_, node, query_->items.size(), &position)) return false;
    return FromItem(query_->items[position - 1], at, dimension);
  }

  // A variable that SELECT shows under its own name stands before an alias of that name.
  bool ByAlias(const Json& node, DimensionRef* dimension) {
    if (dimension->form != DimensionRef::Form::kPlain || !dimension->variable.qualifier.empty())
      return true;
    for (const SelectItem& item : query_->items) {
      const auto* shown = std::get_if<DimensionRef>(&item.value);
      if (shown != nullptr && shown->SameAs(*dimension)) return true;
    }
    for (const SelectItem& item : query_->items) {
      if (item.alias == dimension->variable.name)
        return FromItem(item, LocationOf(node, 0), dimension);
    }
    return true;
  }

  bool FromItem(const SelectItem& item, int at, DimensionRef* dimension) {
    const auto* of_item = std::get_if<DimensionRef>(&item.value);
    if (of_item == nullptr) {
      return context_.Refuse("STATISTIC_MISPLACED", at, "GROUP BY names a statistic",
                             "group by dimensions only");
    }
    *dimension = *of_item;
    return true;
  }

  ParseContext& context_;
  ParsedQuery* query_;
};

}  // namespace

bool ParseGrouping(ParseContext& context, const Json& clause, ParsedQuery* query) {
  GroupingParser parser(context, query);
  Sets sets;
  if (!parser.Product(clause, &sets)) return false;
  std::set<Set> seen;
  for (Set& set : sets) {
    if (seen.insert(set).second) query->grouping_sets.push_back(std::move(set));
  }
  return true;
}

}  // namespace kluis
