// SQL text -> ParsedQuery: PostgreSQL's grammar, an allow-list over its tree, deny by default.
// Knows no catalogue: names are still text. The only user of libpg_query.
#ifndef KLUIS_SERVER_QUERY_PARSED_QUERY_H_
#define KLUIS_SERVER_QUERY_PARSED_QUERY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "disclosure/base/refusal.h"
#include "disclosure/table/release_shape.h"

namespace kluis {

// `p.buurt` or `buurt`.
struct NameRef {
  std::string qualifier;  // alias or dataset, may be empty
  std::string name;
  SourcePosition at;
};

struct CaseBranch;

// A dimension as written: a variable, LEVEL(variable, 'name'), BAND(variable, width) or a CASE that
// puts the codes of one variable into classes.
struct DimensionRef {
  enum class Form { kPlain, kLevel, kBand, kCase } form = Form::kPlain;
  NameRef variable;
  std::string level;  // kLevel
  int band_width = 0; // kBand
  std::vector<CaseBranch> branches;      // kCase: the first that a code meets names its class
  std::optional<std::string> otherwise;  // kCase: ELSE
  // Equal apart from the position.
  bool SameAs(const DimensionRef& other) const;
  // The variable, wherever the dimension names it, under another qualifier.
  void Qualify(const std::string& qualifier);
};

// One condition of WHERE, FILTER or SHARE; all of them hold together (AND).
struct Condition {
  DimensionRef dimension;
  // kIn / kNotIn: `values`; kRange: low <= x <= high (whole numbers; unbounded = INT64 limits).
  enum class Form { kIn, kNotIn, kRange } form = Form::kIn;
  std::vector<std::string> values;
  std::vector<SourcePosition> value_positions;
  int64_t low = INT64_MIN, high = INT64_MAX;
  SourcePosition at;
};

// WHEN all of the conditions, which are on the variable of the CASE, THEN a class.
struct CaseBranch {
  std::vector<Condition> conditions;
  std::string name;
};

struct StatisticRef {
  StatisticKind kind = StatisticKind::kCount;
  NameRef variable;  // empty name for COUNT(*) and SHARE
  SourcePosition at;
  NameRef divisor = {};  // kRatio: RATIO(SUM(variable), SUM(divisor))
  // SHARE(conditions), or of what has FILTER (WHERE conditions); else none.
  std::vector<Condition> conditions = {};
  int percent = 0;  // kMedian: 50; kPercentile: 10, 25, 50, 75 or 90
};

struct SelectItem {
  std::variant<DimensionRef, StatisticRef> value;
  std::string alias;  // empty: none given
  SourcePosition at;
};

// What its column is called.
std::string OutputName(const SelectItem& item);

struct JoinRef {
  std::string dataset, alias;
  bool left = false;                                   // LEFT JOIN: no match is `_U`; else the row drops out
  std::vector<std::pair<NameRef, NameRef>> equalities; // ON a.x = b.y [AND ...]; USING (x): both names x
  SourcePosition at;
};

struct ParsedQuery {
  std::string dataset, alias;  // alias = dataset when none is given
  SourcePosition dataset_at;
  std::vector<JoinRef> joins;
  std::vector<SelectItem> items;
  std::vector<Condition> conditions;
  // GROUP BY expanded: distinct sets of indices into `grouping_dimensions`, in the order written;
  // without GROUP BY one empty set.
  std::vector<DimensionRef> grouping_dimensions;
  std::vector<std::vector<int>> grouping_sets;
  bool has_rollup = false;  // ROLLUP, CUBE or GROUPING SETS occurs: variables stand for all levels
  struct Order {
    NameRef name;      // an output name; or
    int position = 0;  // 1-based column number
    bool descending = false;
    SourcePosition at;
  };
  std::vector<Order> order_by;  // each column once: what follows its first key decides nothing
  int64_t limit = -1;
  SourcePosition limit_at;
  std::string canonical;  // deparsed, for the log; not the user's text
  bool of_model = false;  // a table that a model tells, which nobody is shown
};

// Cost O(length); texts over 64 KiB are refused unparsed. Everything outside the language is a
// refusal of kind kUsage with position, reason and hint.
Decision<ParsedQuery> ParseQuery(absl::string_view sql);

}  // namespace kluis

#endif  // KLUIS_SERVER_QUERY_PARSED_QUERY_H_
