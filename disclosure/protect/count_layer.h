// The pattern of a count: units, distinct units, contributors with a value.
//
// A count below the minimum, and a protected zero, must look like any value from the floor to the
// minimum over all tables of integers that agree with everything published. Counts of identifying
// supports are constants that everyone knows; a mixed variable is judged in both readings.
#ifndef KLUIS_DISCLOSURE_PROTECT_COUNT_LAYER_H_
#define KLUIS_DISCLOSURE_PROTECT_COUNT_LAYER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "disclosure/protect/layer.h"

namespace kluis {

struct CountInput {
  std::string variable;
  std::vector<int64_t> values;        // what is released
  std::vector<int64_t> contributors;  // what the frequency rule judges
  std::vector<LinearRow> rows;        // how the values hang together
  std::vector<bool> additive = {};    // per axis, whether the values add up; empty: all do
  std::vector<std::pair<int, int>> differences;  // whole and part, of which the rest is a count too
  std::vector<bool> forced;           // suppressed by a layer below
  std::vector<int64_t> upper;         // public upper bounds, -1: none
  bool support_known = true;          // counts of identifying supports are known constants
  bool group_disclosure = false;      // judge sensitive categories
  const Layer* units = nullptr;       // pattern of the units of which these are some; may be null
  bool judge_only = false;            // the count is not shown: primaries, and nothing suppressed
  // Per cell: records and weights behind the count, for rule sets that ask for so many of them.
  struct Behind {
    int64_t records = 0;
    absl::int128 weight = 0;
  };
  std::vector<Behind> behind = {};
};

// What everyone knows of the number of units, or sees where `shown`, bounds every count of some of
// them. `count`: the layer of COUNT(*).
std::vector<int64_t> UnitsAsBound(const TableView& view, const Layer& count, bool shown);

// Errors as Protect().
absl::StatusOr<Layer> ProtectCount(const LayerContext& context, const CountInput& input);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_COUNT_LAYER_H_
