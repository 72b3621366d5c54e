// What the engine hands to disclosure control: raw aggregates of every cell, displayed and hidden.
// Never leaves the server: only Protect() takes it, and gives a ProtectedTable.
#ifndef KLUIS_DISCLOSURE_TABLE_AGGREGATE_TABLE_H_
#define KLUIS_DISCLOSURE_TABLE_AGGREGATE_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "disclosure/table/axis.h"
#include "disclosure/table/gini.h"
#include "disclosure/table/percentiles.h"
#include "disclosure/table/release_shape.h"

namespace kluis {

// The units of one cell: COUNT(*).
struct UnitCount {
  int64_t rows = 0;          // rows of the unit dataset
  int64_t contributors = 0;  // distinct contributors at the level that the rule set judges
  absl::int128 weight = 0;   // sum of weights, scaled by 10^weight_decimals; = rows when unweighted
  bool waived = false;       // somebody is in it, and everybody in it has agreed to publication
};

// What one contributor gave to a total. Its number is the same in every cell of the table and says
// nothing outside it; it never leaves the process.
struct Share {
  int64_t contributor = 0;
  absl::int128 amount = 0;  // |contribution|, weighted and scaled as the total
};

// What the rules say of a total, where somebody judged it who has the records: waivers, requests, a
// shadow variable and the weights of single contributors are in no aggregate. Protect() then asks
// none of the rules on magnitudes itself.
struct RecordVerdict {
  std::string rule;  // empty: safe
  absl::int128 lower_level = 0, upper_level = 0;  // in the unit of the total
  // For whose sake the cell is secret, as numbered in `shares`: nobody is an insider against itself.
  // None: the largest. kNobody: nobody who contributes, so everyone is an insider.
  std::optional<int64_t> owner = {};
};

inline constexpr int64_t kNobody = -1;

// The contributions to one cell of one measure, per contributor.
struct Contributions {
  int64_t rows = 0;          // rows with a value: the divisor of an unweighted AVG
  int64_t contributors = 0;  // distinct contributors with a non-zero value
  absl::int128 weight = 0;   // sum of weights of rows with a value; = rows when unweighted
  absl::int128 total = 0;    // sum of weight x value, scaled by 10^(decimals + weight_decimals)
  absl::int128 absolute_total = 0;      // sum over contributors of |contribution|, weighted as total
  std::vector<absl::int128> largest;    // largest |contribution| per contributor, unweighted, scaled
                                        // by 10^decimals, descending; min(contributors, top) of them
  // The largest contributors to the total, descending; empty when the table does not know who they
  // are. Whoever is not among them gave `unlisted` at most.
  std::vector<Share> shares = {};
  absl::int128 unlisted = 0;
  std::optional<RecordVerdict> judged = {};  // none: by what stands above
};

// Orders the shares of a cell and keeps the `top` largest, of equal ones all or none, so that chance
// chooses nobody.
void KeepLargest(size_t top, Contributions* cell);

struct MeasureColumn {
  std::string name;  // "omzet"
  int decimals = 0;
  bool any_sign = false;             // the catalogue allows negative values
  std::vector<Contributions> cells;  // one per cell of the table
  // Of squares: the measure whose values are squared, which stands before this one; -1: of values.
  int squares_of = -1;
  // Of squares: the values that the variable has in the whole register, ascending and scaled, where
  // they are no more than the rules ask about; empty: they are more. None: not known.
  std::optional<std::vector<int64_t>> levels = {};
  bool product = false;  // of two measures, value by value
};

// COUNT(DISTINCT v). Additive only over axes of which each v-unit has one category.
struct DistinctColumn {
  std::string name;                   // "holding_id"
  std::vector<int64_t> cells;         // distinct v per cell
  std::vector<bool> additive;         // per axis: each unit has at most one category of it
};

// How a cell takes part.
enum class CellUse {
  kDisplayed,  // the researcher sees it unless it is suppressed
  kHidden,     // not shown, but an attacker may derive it (complements, I-totals)
  kImpossible, // never shown; no unit can be in it, as everyone knows, so its zero hides nothing
};

struct AggregateTable {
  std::vector<Axis> axes;
  std::vector<CellKey> keys;   // one per cell, all different
  std::vector<CellUse> uses;   // one per cell
  // Likewise, of what adds up measures; empty: `uses`. Of a cell that is displayed for its count
  // alone, or as a part of a share, nobody sees a sum.
  std::vector<CellUse> sum_uses = {};
  int weight_decimals = 0;     // 0 and weight = rows when `weighted` is false
  bool weighted = false;
  std::vector<UnitCount> units;          // one per cell
  std::vector<MeasureColumn> measures;
  std::vector<DistinctColumn> distincts;
  std::vector<PercentileColumn> percentiles = {};
  std::vector<GiniColumn> ginis = {};
  ReleaseShape shape;          // what is displayed, and in which order

  // INVALID_ARGUMENT when the sizes, the trees or the keys contradict each other.
  absl::Status Validate() const;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_TABLE_AGGREGATE_TABLE_H_
