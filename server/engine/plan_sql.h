// SQL that says the same to every database: names are quoted, values are integers. The unit's rows
// are t0, those of the i-th joined dataset ti.
#ifndef KLUIS_SERVER_ENGINE_PLAN_SQL_H_
#define KLUIS_SERVER_ENGINE_PLAN_SQL_H_

#include <string>
#include <vector>

#include "server/plan/aggregation_plan.h"

namespace kluis {

// "x BETWEEN 3 AND 9" or "x IN (3, 5)"; of no value "false".
std::string IsOneOf(const std::string& expression, std::vector<int> values);

// Whose a row of t0 is: an identifier says something at its level only.
struct RowContributor {
  std::string level;  // the last of `contributor` that is not empty; -1: all are
  std::string
      unit;  // the identifier there; NULL: all are empty, and such rows have one contributor
};

// `contributor`: identifier columns, from small to large; none: each row is its own, by
// `row_number`.
RowContributor ContributorOfRow(const std::vector<std::string>& contributor,
                                const std::string& row_number);

// The stored value of a dimension; kNoPartner and -1 where the plan says so.
std::string StoredValue(const AggregationPlan& plan, int source, const std::string& column);

// " LEFT JOIN TABLE AS t1 ON t0.key = t1.key".
std::string JoinOf(const AggregationPlan& plan, size_t source, const std::string& table);

// Of the plan's filters.
std::vector<std::string> FilterConditions(const AggregationPlan& plan);

// Name of the table (column f: rows, by number) of the rows of t0 that stand for the units of a
// measure's grain, "u" and the number of the first measure with that grain; empty: every row does.
std::string UnitTable(const AggregationPlan& plan, size_t measure);

// The value of a measure in a row of t0; NULL: it has none. `product_type`: "::HUGEINT", of
// products and squares.
std::string MeasureInRow(const AggregationPlan& plan, size_t measure, const char* product_type);

// Whoever gives nothing before weights is no contributor: NULL then, else `size`, which is not
// negative.
std::string PartOf(const std::string& sum, const std::string& size, bool weighted);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_PLAN_SQL_H_
