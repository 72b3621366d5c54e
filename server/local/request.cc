#include "server/local/request.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/access/authorised_query.h"

namespace kluis {
namespace {

constexpr char kLocal[] = "local";
constexpr char kAnyDay[] = "2000-01-01";

std::vector<std::string> VariablesOf(const DatasetEntry& entry) {
  std::vector<std::string> names;
  for (const Variable& variable : entry.variables) {
    if (variable.role != VariableRole::kIdentifier) names.push_back(variable.name);
  }
  return names;
}

PolicyBundle Everything(const DatasetEntry& entry, const RuleSet& rules) {
  PolicyBundle policy;
  policy.rules[rules.name] = rules;
  Project& project = policy.projects[kLocal];
  project.name = kLocal;
  project.members = {kLocal};
  project.valid_from = project.valid_until = kAnyDay;
  project.rules = rules.name;
  project.grants.push_back({.dataset = entry.name, .variables = VariablesOf(entry), .where = {}});
  return policy;
}

// The conditions of WHERE, in whatever order and with whatever names they are written.
using ConditionFacts =
    std::tuple<std::string, int, std::string, int, int, std::set<std::string>, int64_t, int64_t>;
std::set<ConditionFacts> ConditionsOf(const ParsedQuery& query) {
  std::set<ConditionFacts> conditions;
  for (const Condition& c : query.conditions) {
    conditions.insert({c.dimension.variable.name,
                       static_cast<int>(c.dimension.form),
                       c.dimension.level,
                       c.dimension.band_width,
                       static_cast<int>(c.form),
                       {c.values.begin(), c.values.end()},
                       c.low,
                       c.high});
  }
  return conditions;
}

// A pattern is of what adds up.
std::optional<Refusal> CheckStatistic(const StatisticRef& statistic) {
  constexpr char kConditions[] =
      "kluis-sdc protects cells; those that meet a condition are cells of their own";
  switch (statistic.kind) {
    case StatisticKind::kCount:
    case StatisticKind::kCountDistinct:
    case StatisticKind::kSum:
    case StatisticKind::kAverage:
      if (statistic.conditions.empty()) return std::nullopt;
      return UsageAt("FILTER_CLAUSE", kConditions, statistic.at,
                    "GROUP BY the variable, in GROUPING SETS if it is wanted in total too");
    case StatisticKind::kShare:
      return UsageAt("SHARE", kConditions, statistic.at,
                    "write COUNT(*), GROUP BY the variable and divide what is shown");
    case StatisticKind::kRatio:
      return UsageAt("RATIO", "kluis-sdc protects sums; a ratio may be shown where both are",
                    statistic.at, "write SUM(x), SUM(y) and divide what is shown");
    case StatisticKind::kMedian:
    case StatisticKind::kPercentile:
      return UsageAt("PERCENTILE", "kluis-sdc protects what adds up, and percentiles do not",
                    statistic.at,
                    "ask an enclave, which rounds them so that enough stand behind "
                    "each; here write SUM(x)");
    case StatisticKind::kVariance:
    case StatisticKind::kDeviation:
      return UsageAt("VARIANCE", "kluis-sdc protects counts and sums, not sums of squares",
                    statistic.at, "ask an enclave; here write SUM(x)");
    case StatisticKind::kGini:
      return UsageAt("GINI", "kluis-sdc protects what adds up, and a Gini coefficient does not",
                    statistic.at, "ask an enclave; here write SUM(x)");
  }
  return UsageAt("NOT_AVAILABLE", "kluis-sdc has no such statistic", statistic.at, "write SUM(x)");
}

std::optional<Refusal> CheckLocal(const ParsedQuery& query, const DatasetEntry& entry) {
  if (query.dataset != entry.name) {
    return UsageAt("UNKNOWN_DATASET", absl::StrCat("there is no dataset ", query.dataset, " here"),
                  query.dataset_at,
                  absl::StrCat("--describe gives ", entry.name, ": write FROM ", entry.name));
  }
  if (!query.joins.empty()) {
    return UsageAt("ONE_DATASET", "kluis-sdc reads one dataset, so nothing can be joined to it",
                  query.joins[0].at, "join the files first, or ask an enclave");
  }
  for (const DimensionRef& dimension : query.grouping_dimensions) {
    if (dimension.form != DimensionRef::Form::kCase) continue;
    return UsageAt("CASE_EXPRESSION", "a file's cells carry codes of its code lists only",
                  dimension.variable.at, "add a level to the code list and use LEVEL");
  }
  for (const SelectItem& item : query.items) {
    const auto* statistic = std::get_if<StatisticRef>(&item.value);
    if (statistic == nullptr) continue;
    if (auto refused = CheckStatistic(*statistic)) return refused;
  }
  if (!query.order_by.empty() || query.limit >= 0) {
    return UsageAt("ALL_ROWS", "every row is protected and written, in the order of the code lists",
                  query.order_by.empty() ? query.limit_at : query.order_by[0].at,
                  "leave ORDER BY and LIMIT out");
  }
  return std::nullopt;
}

// A few codes of the variable that the message ends with.
std::string CodesHint(const std::string& message, const DatasetEntry& entry) {
  constexpr size_t kShown = 12;
  const Variable* variable = entry.FindVariable(message.substr(message.rfind(' ') + 1));
  if (variable == nullptr || variable->codes.codes.empty())
    return "the catalogue entry says which codes there are";
  std::vector<std::string> codes;
  for (const Code& code : variable->codes.codes) {
    if (codes.size() < kShown) codes.push_back(absl::StrCat("'", code.code, "'"));
  }
  if (codes.size() < variable->codes.codes.size()) codes.push_back("...");
  return absl::StrCat("its codes are ", absl::StrJoin(codes, ", "));
}

// There is no enclave to ask here: the entry and the rule set are at hand.
Refusal InLocalWords(Refusal refusal, const DatasetEntry& entry) {
  if (refusal.code == "CONTRIBUTOR") {
    refusal.kind = RefusalKind::kUsage;
    refusal.hint = absl::StrCat("let the rule set's contributor be ",
                                absl::StrJoin(entry.contributor, " or "), ", or leave it out");
  } else if (refusal.code == "UNKNOWN_CODE" && absl::StartsWith(refusal.hint, "kluis describe")) {
    refusal.hint = CodesHint(refusal.message, entry);
  }
  if (refusal.code != "NOT_GRANTED") return refusal;
  refusal.message = absl::StrCat(entry.name, " has no such variable, or it is an identifier");
  for (const std::string& name : VariablesOf(entry)) {
    if (name == absl::AsciiStrToLower(name) ||
        !absl::EndsWith(refusal.hint, absl::StrCat(name, "?")))
      continue;
    refusal.hint =
        absl::StrCat("write \"", name, "\": SQL reads names without quotes in lower case");
  }
  if (absl::StrContains(refusal.hint, "kluis datasets")) {
    refusal.hint = absl::StrCat("its variables are ", absl::StrJoin(VariablesOf(entry), ", "));
  }
  return refusal;
}

bool HasGrain(const AggregationPlan& plan) {
  return std::any_of(plan.measures.begin(), plan.measures.end(),
                     [](const PlanMeasure& measure) { return !measure.grain.empty(); });
}

// The cells of one table would be asked of the dimensions of another, which tell units apart.
Refusal GrainOfSeveral(const AggregationPlan& plan) {
  const auto measure = std::find_if(plan.measures.begin(), plan.measures.end(),
                                    [](const PlanMeasure& m) { return !m.grain.empty(); });
  return UsageAt("GRAIN_JOINTLY",
                absl::StrCat(measure->column, " is a value of ", measure->grain,
                             ", and tables that are protected jointly count rows"),
                {}, "protect its table by itself");
}

class TablePlanner {
 public:
  TablePlanner(const Snapshot& snapshot, const RuleSet& rules, bool any_dataset)
      : entry_(snapshot.entry),
        policy_(Everything(snapshot.entry, rules)),
        any_dataset_(any_dataset) {
    catalogue_.datasets[entry_.name] = snapshot;
  }

  Decision<AggregationPlan> Plan(const std::string& sql) {
    Decision<ParsedQuery> parsed = ParseQuery(sql);
    if (!parsed.allowed()) return parsed.refusal();
    ParsedQuery query = std::move(parsed).value();
    if (any_dataset_) query.dataset = entry_.name;
    if (auto refusal = CheckLocal(query, entry_)) return *refusal;
    if (auto refusal = CheckSameWhere(query)) return *refusal;
    const Caller caller{.id = kLocal, .organisation = "", .certificate_sha256 = ""};
    const Decision<AuthorisedQuery> authorised =
        Authorise(caller, std::move(query), kLocal, policy_, catalogue_, kAnyDay);
    if (!authorised.allowed()) return InLocalWords(authorised.refusal(), entry_);
    const Decision<AggregationPlan> plan = MakePlan(authorised.value(), catalogue_);
    if (!plan.allowed()) return InLocalWords(plan.refusal(), entry_);
    return plan;
  }

 private:
  std::optional<Refusal> CheckSameWhere(const ParsedQuery& query) {
    std::set<ConditionFacts> where = ConditionsOf(query);
    if (!where_.has_value()) where_ = std::move(where);
    if (*where_ == ConditionsOf(query)) return std::nullopt;
    return UsageAt("DIFFERENT_WHERE", "tables that are protected jointly have the same WHERE",
                  query.conditions.empty() ? query.dataset_at : query.conditions[0].at,
                  "group by the variable instead of selecting on it: GROUPING SETS then give the "
                  "same cells");
  }

  const DatasetEntry& entry_;
  PolicyBundle policy_;
  const bool any_dataset_;
  CatalogueView catalogue_;
  std::optional<std::set<ConditionFacts>> where_;
};

}  // namespace

std::variant<JointPlan, TableRefusal> PlanTables(const std::vector<std::string>& tables,
                                                 const Snapshot& snapshot, const RuleSet& rules,
                                                 bool any_dataset) {
  TablePlanner planner(snapshot, rules, any_dataset);
  std::vector<AggregationPlan> plans;
  const bool several = tables.size() > 1;
  for (size_t t = 0; t < tables.size(); ++t) {
    Decision<AggregationPlan> plan = planner.Plan(tables[t]);
    if (!plan.allowed()) return TableRefusal{plan.refusal(), static_cast<int>(t)};
    if (several && HasGrain(plan.value()))
      return TableRefusal{GrainOfSeveral(plan.value()), static_cast<int>(t)};
    plans.push_back(std::move(plan).value());
  }
  Decision<JointPlan> joint = JoinPlans(std::move(plans), snapshot);
  if (!joint.allowed()) {
    return TableRefusal{joint.refusal(), static_cast<int>(tables.size()) - 1};
  }
  return std::move(joint).value();
}

}  // namespace kluis
