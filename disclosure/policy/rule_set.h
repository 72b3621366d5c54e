// A rule set (policies/rules/*.yaml): the parsed form.
#ifndef KLUIS_DISCLOSURE_POLICY_RULE_SET_H_
#define KLUIS_DISCLOSURE_POLICY_RULE_SET_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "disclosure/policy/primary_rules.h"
#include "disclosure/policy/publication_rules.h"
#include "disclosure/policy/scoped_rules.h"
#include "disclosure/policy/statistic_checks.h"

namespace kluis {

struct SecondaryParameters {
  bool interval = true;          // protect: interval | exact
  std::string cost = "value";    // value, frequency, unity or a variable
  int cost_power_percent = 100;  // value^0.5 is 50
  int64_t deadline_ms = 10'000;
  bool operator==(const SecondaryParameters&) const = default;
};

// Floors of models, whatever their cells say. Source: DwB rule 2; DataSHIELD nfilter.glm (a third of n).
struct RegressionParameters {
  int degrees_of_freedom = 10;   // residual: units - coefficients
  int units_per_parameter = 10;  // units for each coefficient
  int level_minimum = 0;         // units of each level of a factor; frequency.minimum at least
  bool operator==(const RegressionParameters&) const = default;
};

// Kept for the history of releases; the scope is everyone.
struct HistoryParameters {
  bool hold_on_hit = false;  // on_hit: suppress | hold
  bool operator==(const HistoryParameters&) const = default;
};

// Which releases wait for reviewers: judged from the request and from what was released before.
struct ReviewParameters {
  int reviewers = 2;
  std::vector<std::string> hold_statistics;  // by their name or their family's
  std::optional<int64_t> hold_cells_over;
  bool hold_new_dataset = false;    // of a dataset of which nothing was released yet
  bool hold_first_release = false;  // of a project
  int hold_sample_percent = 0;      // of all questions
  int after_check_percent = 0;      // of all questions: reviewers look at what was released
  bool operator==(const ReviewParameters&) const = default;
};

struct RuleSet {
  std::string name;
  std::string extends;  // whose keys hold where this one is silent; empty: the defaults
  std::optional<std::string> contributor;  // level to judge on; else the dataset's, row by row
  FrequencyParameters frequency;
  std::vector<DominanceParameters> dominance;
  std::optional<PPercentParameters> p_percent;
  std::vector<PriorPosteriorParameters> prior_posterior;
  std::optional<RequestParameters> request;
  std::optional<WaiverParameters> waiver;
  std::optional<ZeroParameters> zero;
  NegativeParameters negative;
  WeightsMethod weights = WeightsMethod::kSample;
  std::string shadow;         // variable on which sums are judged; empty: on itself
  bool judge_missing = true;  // missing: judge | skip, of cells of the category _U
  std::optional<GroupDisclosureParameters> group_disclosure;
  int percentile_each_side = 10;
  int degrees_of_freedom = 10;
  ImpliedTablesParameters implied_tables;
  RegressionParameters regression;
  std::map<StatisticFamily, std::vector<StatisticCheck>> statistics;  // instead of the default
  SecondaryParameters secondary;
  HistoryParameters history;
  ReviewParameters review;
  int64_t queries_per_day = 500;
  int64_t cells_per_query = 1'000'000;
  // What holds besides for some queries, those of `extends` first. It can only be stricter, so the
  // order does not matter (EffectiveRules() in strictness.h).
  std::vector<ScopedRules> stricter = {};
  // Not released at all: of scoped rules, and so of the rules of a query.
  bool refuse = false;
  std::string because_nl = {}, because_en = {};  // what a refused user is told
  NoiseParameters noise = {};                    // not in force: presets only, until noise is built
  std::vector<PublicationRule> publication = {};  // likewise
  std::string source = {}, to_be_confirmed_by = {};  // of a preset
  std::string sha256 = {};  // of the file's bytes, with `extends` over those of that one too; hex

  // How many of the largest contributions a cell must carry: what the rules above look at, and one
  // more, which bounds what any other contributor can know.
  int LargestNeeded() const;
  // How many contributors a percentile must hide among: k, the least number that is no secret. A
  // cell must list the values of so many on each side of it.
  int NearestNeeded() const { return frequency.minimum + std::max(frequency.coalition, 1) - 1; }
  bool operator==(const RuleSet&) const = default;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_RULE_SET_H_
