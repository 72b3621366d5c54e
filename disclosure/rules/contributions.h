// The contributions to one cell as microdata give them: per contributor, with weight, request and
// waiver. An AggregateTable holds less (the largest sizes only); a tool that reads files has this.
//
// Holdings: the records of one holding are one contribution, added before any rule is asked.
// Source: SDC Handbook (2024), 4.2.1, "Holdings".
#ifndef KLUIS_DISCLOSURE_RULES_CONTRIBUTIONS_H_
#define KLUIS_DISCLOSURE_RULES_CONTRIBUTIONS_H_

#include <cstdint>
#include <vector>

#include "absl/numeric/int128.h"

namespace kluis {

// A record with a value in the cell.
struct ContributionRecord {
  int64_t contributor = 0;  // of the level that is judged: the holding where there is one
  int64_t value = 0;        // scaled by 10^decimals
  int64_t weight = 1;       // > 0, scaled by 10^weight_decimals
  int request = 0;          // 0: none, i: the i-th code of the request rule
  bool waiver = false;      // agrees to publication
};

struct Contribution {
  absl::int128 value = 0;     // sum of its sample values
  absl::int128 weighted = 0;  // sum of weight x value, scaled by 10^weight_decimals more
  int64_t weight = 1;         // of its records; kWeightsDiffer when they have several
  int request = 0;            // the lowest code of its records that is not 0
  bool waiver = false;        // of all of its records
  int64_t contributor = 0;    // whose it is
};

inline constexpr int64_t kWeightsDiffer = 0;

struct CellContributions {
  int weight_decimals = 0;
  int64_t records = 0;
  absl::int128 weight = 0;           // sum over records
  std::vector<Contribution> sorted;  // by size of `value`, descending

  int64_t ContributorsWithValue() const;  // whose value is not 0
  absl::int128 Total() const;             // sum of `weighted`, with signs
  absl::int128 AbsoluteTotal() const;     // sum of their sizes
};

// Adds up the records of each contributor. The order of the records changes nothing. O(r log r).
CellContributions AddPerContributor(std::vector<ContributionRecord> records, int weight_decimals);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_CONTRIBUTIONS_H_
