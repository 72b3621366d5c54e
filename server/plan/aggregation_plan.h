// AuthorisedQuery -> AggregationPlan: canonical and hashed; the cell universe from code lists.
#ifndef KLUIS_SERVER_PLAN_AGGREGATION_PLAN_H_
#define KLUIS_SERVER_PLAN_AGGREGATION_PLAN_H_

#include <map>
#include <string>
#include <vector>

#include "disclosure/base/refusal.h"
#include "disclosure/table/aggregate_table.h"
#include "server/access/authorised_query.h"
#include "server/catalogue/catalogue.h"

namespace kluis {

// Stored value, on an axis of a joined dataset, of a row that has no partner there: in a judged
// join always, and where PlanAxis::column is empty.
inline constexpr int kNoPartner = -2;

// One dataset of FROM.
struct PlanSource {
  std::string alias;          // unique in the plan
  std::string dataset;
  std::string snapshot_file;  // DuckDB file
  std::string snapshot_sha256;
  std::string lineage = {}, period = {};  // of the register that the snapshot is one period of
  bool left = false;                       // joined by LEFT JOIN: no partner is the missing value
  bool judged = false;  // joined by JOIN, but rows without a partner stay and count in hidden cells
  std::vector<std::pair<std::string, std::string>> keys;  // (column of sources[0], column here); empty for sources[0]
};

// How an axis is computed. `level_maps[l]` takes a stored value to a category of the table's axis
// at level l (-1: the row is out of scope). Level 0 is always the total: every stored value in scope
// maps to category 0.
struct PlanAxis {
  int source = 0;      // index in `sources`
  std::string column;  // of the snapshot's table; empty: 0 where the row has a partner in `source`
  int stored_low = -1; // stored values run from stored_low; entry i of a map is for stored_low + i
  std::vector<std::vector<int>> level_maps;
};

// A condition on a variable that is no axis: stored values that stay.
struct PlanFilter {
  int source = 0;
  std::string column;
  std::vector<int> stored_values;
};

struct PlanMeasure {
  std::string column;  // of sources[0]
  int decimals = 0;    // of the values; of their squares, twice as many
  bool any_sign = false;
  bool squared = false;  // the squares of the column's values, not the values
  int levels = 0;        // of squares: up to how many different values of the register are named
  // Identifier of sources[0] whose units the value is of: it enters once for each of them that has a
  // row in scope. Their rows are in one cell of each level set. Empty: once for each row.
  std::string grain = {};
  std::string times = {};  // of products: the other column; its decimals are counted in
  // Only rows with a value in each of these columns have one; empty: in the columns above.
  std::vector<std::string> complete = {};
};

struct PlanPercentile {
  int measure = 0;  // index in `measures`
  int percent = 50;
};

struct AggregationPlan {
  std::vector<PlanSource> sources;  // [0] is the unit
  std::vector<PlanAxis> axes;       // parallel to table.axes
  std::vector<PlanFilter> filters;
  std::vector<std::vector<int>> level_sets;  // per grouping: one level per axis; all distinct
  std::vector<PlanMeasure> measures;         // parallel to table.measures
  std::vector<PlanPercentile> percentiles;   // parallel to table.percentiles
  std::vector<int> ginis;                    // indices in `measures`; parallel to table.ginis
  std::vector<std::string> distincts;        // identifier columns of sources[0]; parallel to table.distincts
  std::vector<std::string> contributor;      // identifier columns of sources[0], from small to large:
                                             // each row is judged on the last that is not empty
  bool contributor_unique = false;           // every row is a contributor of its own
  std::string weight;                        // measure column of sources[0], or empty
  int weight_decimals = 0;
  int largest = 2;                           // how many largest contributions the rules need
  // Of how many contributors on each side of a percentile the rules need the values.
  int nearest = 0;
  // Axes, keys, uses and shape are filled; the statistics are empty. The engine fills them.
  AggregateTable table;
  std::string canonical;  // canonical text of all of the above, for the log
  std::string sha256;     // of `canonical`
  std::string words;      // the same in plain words, for who asks; without rule parameters
  int64_t released_cells = 0;  // rows x statistics
};

// From code lists alone, never from data. Refuses (with position and hint) what the catalogue does
// not allow: unknown codes and levels, joins on half a key or that repeat rows, measures of a joined
// dataset, SUM over a dimension, more cells than the rule set's limit.
Decision<AggregationPlan> MakePlan(const AuthorisedQuery& query, const CatalogueView& catalogue);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_AGGREGATION_PLAN_H_
