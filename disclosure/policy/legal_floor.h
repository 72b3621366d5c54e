// What no rule set of an enclave, and no scoped rule of one, may go under, whatever an officer
// signs. docs/policy.md lists the same with reasons. A rule set that does is an error, not a
// warning.
#ifndef KLUIS_DISCLOSURE_POLICY_LEGAL_FLOOR_H_
#define KLUIS_DISCLOSURE_POLICY_LEGAL_FLOOR_H_

#include <string>
#include <vector>

namespace kluis {

// frequency.minimum: with two contributors each knows the other exactly. 3 is the smallest
// threshold in use anywhere (DataSHIELD, nfilter.tab); CBS's own 10 is a number of its rule sets.
inline constexpr int kLeastContributors = 3;

// regression.degrees_of_freedom, .units_per_parameter: DwB rule 2, ten residual degrees of freedom;
// counts come back exactly from saturated models whatever the degrees of freedom, so each
// coefficient needs units of its own.
inline constexpr int kLeastModelDegreesOfFreedom = 10;
inline constexpr int kLeastUnitsPerParameter = 10;
inline constexpr int kLeastUnitsOfLevel = 2;

// degrees_of_freedom.minimum, of variances and the like: the same rule. With fewer, one contributor
// who knows himself has nearly all that a sum of squares says.
inline constexpr int kLeastDegreesOfFreedom = 10;

// percentile.each_side: with fewer units beyond it, a bound is a value of one of them, and the
// others know of whom. As frequency.minimum.
inline constexpr int kLeastEachSide = 3;

// history.scope: what one researcher has, another may combine with what he has.
inline constexpr char kHistoryScope[] = "everyone";

struct FloorRule {
  std::string key;
  std::string floor;
  std::string source;
};
// The same as a list, for people.
const std::vector<FloorRule>& LegalFloor();

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_LEGAL_FLOOR_H_
