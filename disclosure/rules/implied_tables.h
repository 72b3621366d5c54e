// Implied frequency tables: n, mean and standard deviation of a variable with few integer values
// can determine how often each value was given, so how each of a small group answered. Source:
// Derrick, Green, Ritchie and White, The Risk of Disclosure When Reporting Commonly Used Univariate
// Statistics (PSD 2022). Of the 1,001 tables of 10 answers on a 5-point scale, 181 (18.1 %) are the
// only one with their mean and standard deviation, 593 (59.2 %) one of at most 3.
#ifndef KLUIS_DISCLOSURE_RULES_IMPLIED_TABLES_H_
#define KLUIS_DISCLOSURE_RULES_IMPLIED_TABLES_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "disclosure/policy/primary_rules.h"

namespace kluis {

// What mean and variance say, exactly.
struct Moments {
  int64_t n = 0;
  int64_t sum = 0;
  int64_t squares = 0;  // sum of squares
  bool operator==(const Moments&) const = default;
};

// Frequency tables over `levels` that agree: how many, and how often each level occurs in them.
struct ImpliedTables {
  int64_t tables = 0;
  std::vector<std::pair<int64_t, int64_t>> counts;  // per level: least and most; empty: no table
  bool complete = true;                             // false: the search stopped at its limit

  bool determined() const { return complete && tables == 1; }
  // A level that occurs equally often in every table (never, too).
  bool LevelDetermined() const;
};

struct SearchLimits {
  int64_t tables_max = 1'000;     // counting further tells nothing new
  int64_t steps_max = 1'000'000;  // counted work, never the clock
};

// Depth first over all levels but three, which the three equations give. A search that stops at a
// limit then looks for one more table per level that did not vary so far. REQUIRES: levels
// ascending and different; all |level| <= 1,000; n <= 1,000,000.
ImpliedTables CountImpliedTables(const std::vector<int>& levels, const Moments& moments,
                                 const SearchLimits& limits = {});

// Mean and standard deviation (sample, n - 1) as shown, with `decimals` decimals, half to even.
struct RoundedMoments {
  int64_t n = 0;
  int64_t mean = 0;                // scaled by 10^decimals
  int64_t standard_deviation = 0;  // the same
  int decimals = 2;
};

// The tables of all exact moments that round to what is shown. REQUIRES: decimals <= 6.
ImpliedTables CountImpliedTables(const std::vector<int>& levels, const RoundedMoments& shown,
                                 const SearchLimits& limits = {});

// Sensitive: fewer tables than the minimum, or a level whose count is the same in every table; of a
// search that stopped early, in every table that it found. A variable of more than
// `parameters.levels` levels is not asked; moments without a table are nobody's.
bool AreTablesSensitive(const ImpliedTables& implied, size_t levels,
                        const ImpliedTablesParameters& parameters);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_IMPLIED_TABLES_H_
