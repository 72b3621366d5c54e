#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "disclosure/policy/statistic_checks.h"
#include "disclosure/rules/statistic_family.h"
#include "server/local/inputs.h"
#include "server/local/record_rules.h"

namespace kluis {
namespace {

using Check = StatisticCheck;

std::string NameOf(Check check) {
  for (const auto& [name, known] : StatisticChecks()) {
    if (known == check) return name;
  }
  return "";
}

std::string NameOf(StatisticFamily family) {
  for (const auto& [name, known] : StatisticFamilies()) {
    if (known == family) return name;
  }
  return "";
}

// Why a check that is listed would do nothing; empty: it does something. History is that of earlier
// releases, and a file has none.
std::string FaultOf(Check check, StatisticFamily family, const RuleSet& rules) {
  const bool counts = family == StatisticFamily::kFrequencies;
  switch (check) {
    case Check::kFrequency:
    case Check::kHistory:
      return "";
    case Check::kZero:
      return rules.frequency.protect_zeros || rules.zero ? "" : "has no zero rule in this rule set";
    case Check::kDominance:
      if (counts) return "looks at the contributions to a sum, and a count has none";
      return rules.dominance.empty() ? "has no dominance rule in this rule set" : "";
    case Check::kPPercent:
      if (counts) return "looks at the contributions to a sum, and a count has none";
      return rules.p_percent || !rules.prior_posterior.empty() ? ""
                                                               : "has no p% or (p,q) rule in this rule set";
    case Check::kGroupDisclosure:
      return rules.group_disclosure ? "" : "has no group_disclosure rule in this rule set";
    case Check::kRefuse:
      return "releases no such statistic";
    default:
      return "cannot be made of the cells of a table here";
  }
}

}  // namespace

absl::Status CheckWithoutRecords(const std::string& rules_file, const RuleSet& rules) {
  const struct {
    std::vector<std::string> path;
    bool used;
  } keys[] = {
      {{"frequency", "records"}, rules.frequency.records > 0},
      {{"frequency", "weighted"}, rules.frequency.weighted > 0},
      {{"request"}, rules.request.has_value()},
      {{"waiver"}, rules.waiver.has_value()},
      {{"shadow"}, !rules.shadow.empty()},
  };
  for (const auto& [path, used] : keys) {
    if (!used) continue;
    return RuleFault(
        rules_file, path,
        absl::StrCat(path[0], path.size() > 1 ? "." + path[1] : "",
                     " looks at records, and a table has none"),
        "give the microdata with --microdata, or remove it from this rule set");
  }
  return absl::OkStatus();
}

absl::Status CheckStatistics(const std::string& rules_file, const RuleSet& rules,
                             const AggregateTable& table) {
  for (const StatisticColumn& column : table.shape.statistics) {
    const StatisticFamily family = FamilyOf(StatisticName(column.kind));
    if (rules.statistics.count(family) == 0) continue;
    for (const Check check : rules.statistics.at(family)) {
      const std::string fault = FaultOf(check, family, rules);
      if (fault.empty()) continue;
      const std::string name = NameOf(family);
      return RuleFault(rules_file, {"statistics", name},
                       absl::StrCat("statistics.", name, ": ", NameOf(check), " ", fault),
                       check == Check::kRefuse ? "ask for another statistic than " + column.name
                                               : "leave it out for these statistics");
    }
  }
  return absl::OkStatus();
}

}  // namespace kluis
