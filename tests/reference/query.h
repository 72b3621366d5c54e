// A query of docs/sql.md as the reference reads it: drawn at random for a world, and written as SQL.
#ifndef KLUIS_TESTS_REFERENCE_QUERY_H_
#define KLUIS_TESTS_REFERENCE_QUERY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/reference/world.h"

namespace kluis {

// A variable of a register: the whole dimension, or one of its levels by another name.
struct AskedVariable {
  int source = 0;      // in RegisterWorld::registers
  int dimension = 0;
  int other = -1;      // in RegisterDimension::others
};

// `variable`, LEVEL(variable, level) or BAND(variable, width).
struct AskedView {
  AskedVariable variable;
  int level = 0;  // of LEVEL; 0: none
  int width = 0;  // of BAND; 0: none
};

struct AskedCondition {
  enum class Form { kIn, kNotIn, kBetween } form = Form::kIn;
  AskedView view;
  std::vector<std::string> codes = {};
  int low = 0, high = 0;  // kBetween
};

struct AskedBranch {
  std::vector<AskedCondition> conditions;
  std::string name;
};

// A dimension: a view, or a CASE of one variable.
struct AskedDimension {
  AskedView view;
  std::vector<AskedBranch> branches = {};  // none: the view
  std::string otherwise = {};              // empty: no ELSE
  std::string alias = {};                  // empty: none
};

enum class AskedKind { kCount, kDistinct, kSum, kMean, kRatio, kShare, kMedian, kPercentile, kDeviation, kVariance, kGini };

struct AskedStatistic {
  AskedKind kind = AskedKind::kCount;
  int measure = 0, divisor = 0;
  int id = 0;  // kDistinct
  int percent = 50;
  std::vector<AskedCondition> conditions;  // of a SHARE or a FILTER
  std::string alias;
};

// GROUP BY: dimensions in brackets, or a ROLLUP, CUBE or GROUPING SETS of what stands in it.
struct AskedGrouping {
  enum class Form { kUnit, kRollup, kCube, kSets } form = Form::kUnit;
  std::vector<int> unit = {};             // kUnit: dimensions; none: ()
  std::vector<AskedGrouping> items = {};  // of the others
};

struct AskedOrder {
  int column = 0;  // in SELECT: dimensions, then statistics
  bool descending = false;
};

struct AskedQuery {
  enum class Joined { kNot, kInner, kLeft };
  std::vector<Joined> joined;  // per link of the world
  std::vector<AskedDimension> dimensions;
  std::vector<AskedStatistic> statistics;
  std::vector<AskedCondition> where;
  std::vector<AskedCondition> scope;  // of the grants: kIn of a plain variable
  std::vector<AskedGrouping> grouping;
  std::vector<AskedOrder> order;
  int64_t limit = -1;

  // A ROLLUP, CUBE or GROUPING SETS stands somewhere.
  bool has_sets() const;
};

// Every query is one that docs/sql.md allows, but for COUNT(DISTINCT) with FILTER, of which it says
// when not.
AskedQuery RandomQuery(const RegisterWorld& world, Random* random);

std::string SqlOf(const RegisterWorld& world, const AskedQuery& query, Random* random);

}  // namespace kluis

#endif  // KLUIS_TESTS_REFERENCE_QUERY_H_
