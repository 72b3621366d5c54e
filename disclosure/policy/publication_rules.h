// What a published figure must have behind it, and how it is rounded: the form of rules that
// statistical offices state for small areas. Presets say them; this version does not enforce them,
// so a rule set in force may not have them (docs/policy.md).
#ifndef KLUIS_DISCLOSURE_POLICY_PUBLICATION_RULES_H_
#define KLUIS_DISCLOSURE_POLICY_PUBLICATION_RULES_H_

#include <cstdint>
#include <string>
#include <vector>

namespace kluis {

// Values below `below` (0: all that is left) become the nearest multiple of `base`, or are not
// shown (`base` 0).
struct RoundingClass {
  int64_t below = 0;
  int64_t base = 0;
  bool operator==(const RoundingClass&) const = default;
};

struct NoiseParameters {
  std::string method = "none";         // none, round, cell_key or discrete_gaussian
  int base = 0;                        // of round: the nearest multiple
  std::vector<RoundingClass> classes;  // of round: by size of the value, ascending
  int significant_digits = 0;          // of round, where no class holds; 0: not asked
  bool operator==(const NoiseParameters&) const = default;
};

// "Mean income: only at 100 inhabitants and more, rounded to 100". What is 0 or empty is not asked.
struct PublicationRule {
  std::string figure;           // counts, shares, means, densities or per_thousand
  std::vector<std::string> of;  // what is counted, shared or averaged, in words of the field
  std::string units;            // what stands behind it: inhabitants, households, dwellings, ...
  int units_at_least = 0;
  int group_at_least = 0;        // of the units, those that the figure is about
  int64_t unknown_most_ppm = 0;  // share of the units of which it is not known
  int64_t round = 0;             // to the nearest multiple
  int64_t round_small_below = 0, round_small_to = 0;  // values below the first become the second
  int cap_low = 0, cap_high = 0;      // per cent: what lies outside is shown as this
  int from_year = 0, until_year = 0;  // of the figures; both included
  bool operator==(const PublicationRule&) const = default;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_PUBLICATION_RULES_H_
