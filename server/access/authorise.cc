#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/policy/strictness.h"
#include "server/access/authorised_query.h"
#include "server/access/forbidden.h"
#include "server/access/resolve.h"
#include "server/access/scope.h"
#include "server/access/traits.h"

namespace kluis {
namespace {

constexpr const char* kRoleNames[] = {"researcher", "reviewer", "privacy-officer", "operator"};

bool IsMember(const Caller& caller, const Project& project) {
  return std::find(project.members.begin(), project.members.end(), caller.id) !=
         project.members.end();
}

// Dates are YYYY-MM-DD, so text order is time order; both ends are valid days.
std::optional<Refusal> CheckPeriod(const Project& project, const std::string& today) {
  std::string message;
  if (today < project.valid_from) {
    message = absl::StrCat("project ", project.name, " is valid from ", project.valid_from);
  } else if (today > project.valid_until) {
    message = absl::StrCat("project ", project.name, " was valid until ", project.valid_until);
  } else {
    return std::nullopt;
  }
  return Refusal{.kind = RefusalKind::kPolicy,
                 .code = "PROJECT_EXPIRED",
                 .message = std::move(message),
                 .line = 0,
                 .column = 0,
                 .hint = "ask the data owner to extend the project"};
}

std::string Names(const std::vector<const Project*>& projects) {
  std::vector<std::string> names;
  for (const Project* project : projects) names.push_back(project->name);
  return absl::StrJoin(names, ", ");
}

std::vector<const Project*> ProjectsOf(const Caller& caller, const PolicyBundle& policy) {
  std::vector<const Project*> projects;
  for (const auto& [name, project] : policy.projects) {
    if (IsMember(caller, project)) projects.push_back(&project);
  }
  return projects;
}

// A project that does not exist and one of others are the same to the caller.
Decision<const Project*> NamedProject(const Caller& caller, const std::string& name,
                                      const PolicyBundle& policy, const std::string& today) {
  const auto found = policy.projects.find(name);
  if (found == policy.projects.end() || !IsMember(caller, found->second)) {
    const std::vector<const Project*> own = ProjectsOf(caller, policy);
    return Refusal{
        .kind = RefusalKind::kPolicy,
        .code = "NOT_A_MEMBER",
        .message = "project unknown, or you are not a member of it",
        .line = 0,
        .column = 0,
        .hint = own.empty() ? "ask the data owner" : absl::StrCat("your projects: ", Names(own))};
  }
  if (auto expired = CheckPeriod(found->second, today)) return *expired;
  return &found->second;
}

Refusal NoneCovers(const std::vector<const Project*>& valid, const std::optional<Refusal>& why) {
  Refusal refusal{.kind = RefusalKind::kUsage,
                  .code = "NO_PROJECT",
                  .message = "you are in no project",
                  .line = 0,
                  .column = 0,
                  .hint = "ask the data owner"};
  if (!why.has_value()) return refusal;
  refusal.message =
      absl::StrCat("no project of yours covers the query (", Names(valid), "): ", why->message);
  refusal.line = why->line;
  refusal.column = why->column;
  refusal.hint = why->hint;
  return refusal;
}

// The only valid project of the caller whose grants cover the query.
Decision<const Project*> OnlyProject(const Caller& caller, const ParsedQuery& query,
                                     const PolicyBundle& policy, const CatalogueView& catalogue,
                                     const std::string& today) {
  std::vector<const Project*> valid, covering;
  std::optional<Refusal> expired, uncovered;
  for (const Project* project : ProjectsOf(caller, policy)) {
    if (auto refusal = CheckPeriod(*project, today)) {
      if (!expired.has_value()) expired = std::move(refusal);
      continue;
    }
    valid.push_back(project);
    const Resolution resolution = ResolveNames(query, *project, catalogue);
    if (!resolution.refusal.has_value() || resolution.refusal->code == "AMBIGUOUS_NAME") {
      covering.push_back(project);
    } else if (!uncovered.has_value()) {
      uncovered = resolution.refusal;
    }
  }
  if (covering.size() == 1) return covering[0];
  if (valid.empty() && expired.has_value()) return *expired;
  if (covering.empty()) return NoneCovers(valid, uncovered);
  return Refusal{
      .kind = RefusalKind::kUsage,
      .code = "SEVERAL_PROJECTS",
      .message = absl::StrCat("several of your projects cover the query: ", Names(covering)),
      .line = 0,
      .column = 0,
      .hint = absl::StrCat("choose one: --project ", covering[0]->name)};
}

// Those of WHERE and those within dimensions and statistics: every place that names codes.
std::vector<Condition> AllConditions(const ParsedQuery& query) {
  std::vector<Condition> conditions = query.conditions;
  for (const DimensionRef& dimension : query.grouping_dimensions) {
    for (const CaseBranch& branch : dimension.branches)
      conditions.insert(conditions.end(), branch.conditions.begin(), branch.conditions.end());
  }
  for (const SelectItem& item : query.items) {
    const auto* statistic = std::get_if<StatisticRef>(&item.value);
    if (statistic == nullptr) continue;
    conditions.insert(conditions.end(), statistic->conditions.begin(), statistic->conditions.end());
  }
  return conditions;
}

std::optional<Refusal> CheckScopes(const Resolution& resolution, const CatalogueView& catalogue) {
  for (const Condition& condition : AllConditions(resolution.query)) {
    const std::string& alias = condition.dimension.variable.qualifier;
    const DatasetEntry& entry = catalogue.datasets.at(resolution.datasets.at(alias)).entry;
    if (auto refusal = CheckScope(condition, entry, *resolution.grants.at(alias))) return refusal;
  }
  return std::nullopt;
}

Refusal RefusedByRule(const RuleSet& rules, SourcePosition at) {
  return RefuseAt(RefusalKind::kPolicy, "REFUSED_BY_RULE",
                  absl::StrCat("rule set ", rules.name, " does not release this: ",
                               rules.because_en),
                  at, "leave out what it names, or ask for a coarser level");
}

}  // namespace

bool ParseRole(absl::string_view text, Role* role) {
  for (int i = 0; i < 4; ++i) {
    if (text != kRoleNames[i]) continue;
    *role = static_cast<Role>(i);
    return true;
  }
  return false;
}

const char* RoleName(Role role) { return kRoleNames[static_cast<int>(role)]; }

Decision<AuthorisedQuery> Authorise(const Caller& caller, ParsedQuery query,
                                    const std::string& project, const PolicyBundle& policy,
                                    const CatalogueView& catalogue, const std::string& today) {
  const Decision<const Project*> chosen = project.empty()
                                              ? OnlyProject(caller, query, policy, catalogue, today)
                                              : NamedProject(caller, project, policy, today);
  if (!chosen.allowed()) return chosen.refusal();
  const auto rules = policy.rules.find(chosen.value()->rules);
  if (rules == policy.rules.end()) {
    return Refusal{.kind = RefusalKind::kPolicy,
                   .code = "NO_RULES",
                   .message = "the project has no rule set in force",
                   .line = 0,
                   .column = 0,
                   .hint = "ask the privacy officer"};
  }
  Resolution resolution = ResolveNames(std::move(query), *chosen.value(), catalogue);
  if (resolution.refusal.has_value()) return *resolution.refusal;
  if (auto refusal = CheckScopes(resolution, catalogue)) return *refusal;
  if (auto refusal = CheckForbidden(resolution, catalogue)) return *refusal;
  if (auto refusal = CheckGrantLimits(resolution, catalogue)) return *refusal;
  RuleSet effective =
      EffectiveRules(rules->second, TraitsOf(resolution, catalogue, RoleName(caller.role)));
  if (effective.refuse) return RefusedByRule(effective, resolution.query.dataset_at);
  AuthorisedQuery authorised;
  authorised.query_ = std::move(resolution.query);
  authorised.project_ = *chosen.value();
  authorised.rules_ = std::move(effective);
  authorised.datasets_ = std::move(resolution.datasets);
  for (const auto& [alias, grant] : resolution.grants) {
    if (!grant->where.empty()) authorised.scope_[alias] = grant->where;
  }
  return authorised;
}

}  // namespace kluis
