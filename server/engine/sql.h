// The SQL that the engine runs, written from the plan alone: names are quoted, values are integers.
#ifndef KLUIS_SERVER_ENGINE_SQL_H_
#define KLUIS_SERVER_ENGINE_SQL_H_

#include <optional>
#include <string>
#include <vector>

#include "server/duckdb/collect.h"
#include "server/engine/axis_classes.h"
#include "server/engine/plan_sql.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {

// What one cell's statistics are read from, in this order after the group columns:
//   rows BIGINT, contributors BIGINT, [weight HUGEINT], and for each measure
//   rows BIGINT, contributors BIGINT, [weight HUGEINT], total HUGEINT, absolute_total HUGEINT,
//   [largest BIGINT[] or HUGEINT[]], [sizes BIGINT[] or HUGEINT[]].
// The weight columns are there when the plan is weighted, and `largest` when it wants any. `sizes`
// is there when shares() and has the largest parts of the total, one more than the plan wants;
// without weights these are `largest` as well, which is not there then.
class SqlWriter {
 public:
  // `plan` and `classes` must outlive the writer. `schemas`: per source, the attached database.
  // `narrow`: a contributor's sum has 64 bits, which is faster; a sum beyond them is an error.
  SqlWriter(const AggregationPlan& plan, const std::vector<AxisClasses>& classes,
            const std::vector<std::string>& schemas, bool narrow);

  // Statements that make the look-up tables of stored values; run once, first.
  std::vector<std::string> LookUpTables() const;

  // Axes with a group column, in their order; the others have one class.
  const std::vector<int>& grouped_axes() const { return grouped_axes_; }

  // The rows in scope, one by one: the stored values of the grouped axes, which may also be out of
  // scope, and the values of the measures [first, last), which may be NULL. Needs no look-up
  // tables. None where the plan has weights, one of these measures is a product or of repeated
  // units, or there are more columns than can be collected.
  std::optional<CollectQuery> StoredRows(size_t first, size_t last) const;
  // And whose they are: the level of the contributor is the last of the ints; its identifier there
  // is NULL where it has none.
  std::optional<CollectQuery> ContributorRows(size_t first, size_t last) const;

  // Every row is a contributor of its own: statistics per class.
  std::string UniqueContributors() const;

  // One row per class and contributor, with partial sums, as a query or into the table `fine`.
  // `contributor`: identifier columns; `measures` false: units only, for COUNT(DISTINCT).
  std::string PerContributor(const std::vector<std::string>& contributor, bool measures) const;

  // Statistics per class from `base`, which is such a query in brackets or a table.
  std::string PerClass(const std::string& base, bool measures) const;

  // Whether it is known who the largest contributors are. A row that is a contributor of its own
  // stands in no two cells but those above each other, so the sizes tell unless it has a weight.
  bool shares() const { return plan_.largest > 0 && (weighted_ || !plan_.contributor_unique); }

  // As PerContributor, where every row is a contributor of its own.
  std::string PerRow() const;

  // Group columns, a contributor, and its part of the total of a measure, as HUGEINT: of
  // those in `base` whose part is larger than the last of `sizes` in the table `tops`, which has
  // the statistics per class. Whoever they are does not depend on the order of rows then.
  std::string Shares(const std::string& base, int measure) const;

  // The different values of a measure in the whole register: all of them, or one more than the plan
  // asks about.
  std::string Levels(int measure) const;

  // The rows with a value of a measure: group columns, contributor, k and kl, value x, [weight w].
  std::string Values(int measure) const;

  // Group columns by which the rows of `table` stand at a level set, "l0.c AS c0, ", and the joins
  // that give them. `look_ups` gets the statements to run before.
  struct Placing {
    std::string columns, joins;
  };
  Placing Place(const std::string& table, const std::vector<int>& level_set,
                std::vector<std::string>* look_ups) const;

  // One row per category and contributor at a level set, from the table `fine`. `look_ups` gets the
  // statements to run before. Group columns are categories then.
  std::string Coarser(const std::vector<int>& level_set, bool measures,
                      std::vector<std::string>* look_ups) const;

 private:
  std::string GroupColumns() const;  // "c0, c2, " or ""
  std::string ClassColumns() const;  // "expression AS c0, ..."
  std::string FromSources() const;   // the joins of the plan
  std::string FromData() const;      // and those that drop values
  std::string From() const;          // and those that tell which row stands for its unit
  std::string Where() const;
  std::string MeasureOf(size_t measure) const;  // its value in a row of t0
  const char* SumTypeOf(size_t measure) const;  // of one contributor's values
  std::string GroupBy(int more) const;          // the group columns and `more` columns after them
  std::string Largest(const std::string& size) const;             // ", max(...)" or ""
  std::string Sizes(int measure, const std::string& part) const;  // ", max(...) AS top0" or ""

  const AggregationPlan& plan_;
  const std::vector<AxisClasses>& classes_;
  std::vector<std::string> schemas_;
  std::vector<int> grouped_axes_;
  bool weighted_;
  const char* sum_type_;  // of one contributor's values
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_SQL_H_
