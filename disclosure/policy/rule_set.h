// A rule set (policies/rules/*.yaml): the parsed form.
#ifndef KLUIS_DISCLOSURE_POLICY_RULE_SET_H_
#define KLUIS_DISCLOSURE_POLICY_RULE_SET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kluis {

// (n,k) dominance: sensitive when the n largest hold more than `share_ppm` millionths of the total.
struct DominanceParameters {
  int n = 1;
  int64_t share_ppm = 500'000;
  bool operator==(const DominanceParameters&) const = default;
};

// p%: sensitive when total - x1 - ... - x(coalition+1) < p/100 x1.
struct PPercentParameters {
  int64_t p_ppm = 100'000;  // 10 per cent = 100,000
  int coalition = 1;
  bool operator==(const PPercentParameters&) const = default;
};

struct FrequencyParameters {
  int minimum = 10;
  bool protect_zeros = true;  // zeros: protect | publish
  bool threshold = true;      // protect: threshold | exact (safety.md 1)
  int range_percent = 15;     // protection level of magnitudes with a frequency rule only
  int coalition = 1;
  bool operator==(const FrequencyParameters&) const = default;
};

struct GroupDisclosureParameters {
  int64_t share_ppm = 900'000;
  bool operator==(const GroupDisclosureParameters&) const = default;
};

struct SecondaryParameters {
  bool interval = true;        // protect: interval | exact
  std::string cost = "value";  // value, frequency, unity or a variable
  int64_t deadline_ms = 10'000;
  bool operator==(const SecondaryParameters&) const = default;
};

// Kept for the history of releases; the scope is everyone.
struct HistoryParameters {
  bool hold_on_hit = false;  // on_hit: suppress | hold
  bool operator==(const HistoryParameters&) const = default;
};

// Which releases wait for reviewers.
struct ReviewParameters {
  int reviewers = 2;
  std::vector<std::string> hold_statistics;
  std::optional<int64_t> hold_cells_over;
  bool operator==(const ReviewParameters&) const = default;
};

struct RuleSet {
  std::string name;
  std::optional<std::string> contributor;  // level to judge on; else the dataset's, row by row
  FrequencyParameters frequency;
  std::vector<DominanceParameters> dominance;
  std::optional<PPercentParameters> p_percent;
  std::optional<GroupDisclosureParameters> group_disclosure;
  int percentile_each_side = 10;
  SecondaryParameters secondary;
  HistoryParameters history;
  ReviewParameters review;
  int64_t queries_per_day = 500;
  int64_t cells_per_query = 1'000'000;
  std::string sha256;  // of the file's bytes, lower-case hex

  // How many of the largest contributions a cell must carry for the rules above.
  int LargestNeeded() const;
  bool operator==(const RuleSet&) const = default;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_RULE_SET_H_
