// The SQL that clusters run, written from the plan alone: names are quoted, values are integers.
// Every statement is one that Citus hands to its workers whole, too: it groups by cell and shard,
// and inside it, where contributors have several rows, by contributor and shard. No window
// functions, no GROUPING SETS, no temporary tables.
#ifndef KLUIS_SERVER_ENGINE_POSTGRES_SQL_H_
#define KLUIS_SERVER_ENGINE_POSTGRES_SQL_H_

#include <string>
#include <vector>

#include "server/engine/axis_classes.h"
#include "server/engine/plan_sql.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {

// A table of a source, on every cluster.
struct SourceTable {
  std::string name;      // quoted, with its schema
  bool by_shard = true;  // rows stand with those of the unit's table that they are joined to
};

class PostgresSql {
 public:
  // `plan` and `classes` must outlive the writer. `narrow`: numbers have 64 bits; one beyond them
  // is an error of the statement.
  PostgresSql(const AggregationPlan& plan, const std::vector<AxisClasses>& classes, bool narrow);

  // Axes with a group column, in their order; the others have one class.
  const std::vector<int>& grouped_axes() const { return grouped_axes_; }

  // Whether the largest contributors are told by number, as SqlWriter::shares().
  bool shares() const { return plan_.largest > 0 && (weighted_ || !plan_.contributor_unique); }

  // Statistics: group columns, and what SqlWriter says that a cell's statistics are read from;
  // then, where shares(), of each measure two arrays beside `sizes`: the identifiers of whose they
  // are, and which of the plan's identifiers that is. Every row is a contributor of its own, in
  // classes:
  std::string UniqueContributors(const std::vector<SourceTable>& tables) const;
  // At one level set, in its categories:
  std::string Contributors(const std::vector<SourceTable>& tables,
                           const std::vector<int>& level_set) const;

  // Group columns, 0, and how many different values of an identifier there are, at one level set.
  std::string Distinct(const std::vector<SourceTable>& tables, const std::string& identifier,
                       const std::vector<int>& level_set) const;

  // The different values of a measure, or one more than the plan asks about.
  std::string Levels(const std::vector<SourceTable>& tables, int measure) const;

  // Group columns, a value of the measure, and the weight of its rows (their number without
  // weights), at one level set.
  std::string Histogram(const std::vector<SourceTable>& tables, int measure,
                        const std::vector<int>& level_set) const;

  // Group columns, the weight of the rows with a value of the measure, and the smallest and the
  // largest of these.
  std::string Ranges(const std::vector<SourceTable>& tables, int measure,
                     const std::vector<int>& level_set) const;

  // Values of a cell that are equal but for their lowest bits.
  struct Bucket {
    std::vector<int> categories;  // one per grouped axis
    int64_t number = 0;           // the values without those bits
  };

  // Group columns, a bucket of `shift` bits, and the weight of its rows. `within`: of the values in
  // these buckets of `within_shift` bits only; none: of all.
  std::string Buckets(const std::vector<SourceTable>& tables, int measure,
                      const std::vector<int>& level_set, int shift,
                      const std::vector<Bucket>& within, int within_shift) const;

  // Where a percentile lies in a cell: `categories` one per grouped axis.
  struct Point {
    std::vector<int> categories;
    absl::int128 floor = 0;  // of the point
    bool exact = false;      // the point is `floor`
    absl::int128 twice = 0;  // twice the point, rounded up
  };

  // Group columns, contributors with a value, those at the point or below it, those at it or above,
  // those at it, and the nearest values below (descending) and above (ascending).
  std::string Around(const std::vector<SourceTable>& tables, int measure,
                     const std::vector<int>& level_set, const std::vector<Point>& points) const;

 private:
  struct Rows;  // columns, FROM and WHERE of the rows at a level set or in classes

  Rows RowsAt(const std::vector<SourceTable>& tables, const std::vector<int>* level_set) const;
  std::string From(const std::vector<SourceTable>& tables) const;
  std::string UnitsOf(const Rows& rows) const;
  std::string Values(const std::vector<SourceTable>& tables, int measure,
                     const std::vector<int>& level_set) const;
  std::string WeightOfRows(const std::string& row_weight) const;
  std::string GroupColumns() const;
  std::string GroupBy(const std::string& more) const;
  std::string MeasureOf(int measure) const;
  std::string PerContributor(const std::vector<SourceTable>& tables,
                             const std::vector<std::string>& contributor,
                             const std::vector<int>& level_set, bool measures) const;
  std::string Top(const std::string& size, int count) const;
  std::string Identified(const std::string& part, const std::string& unit,
                         const std::string& level) const;
  std::string Columns(const std::string& identified) const;
  std::string NearestOf(const std::string& value, const std::string& condition,
                        const char* order) const;

  const AggregationPlan& plan_;
  const std::vector<AxisClasses>& classes_;
  std::vector<int> grouped_axes_;
  bool weighted_;
  const char* type_;  // of sums and of products
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_POSTGRES_SQL_H_
