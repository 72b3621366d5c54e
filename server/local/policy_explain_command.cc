#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/policy/strictness.h"
#include "disclosure/policy_check/rule_origins.h"
#include "disclosure/rules/statistic_family.h"
#include "server/access/authorised_query.h"
#include "server/catalogue/csv_reader.h"
#include "server/local/policy_command.h"
#include "server/local/policy_folder_files.h"

namespace kluis {
namespace {

std::string Place(const std::string& file, int line) {
  return file.empty() ? "default" : absl::StrCat(file, ":", line);
}

class Explainer {
 public:
  Explainer(const LoadedPolicy& policy, const Project& project)
      : folder_(policy.folder), project_(project) {}

  void Explain(const AuthorisedQuery& query) {
    Line("1. project ", project_.name, ", ", project_.valid_from, " to ", project_.valid_until,
         " (", folder_.project_files.at(project_.name), ")");
    Grants(query);
    Rules(query.rules());
    Scoped(query.rules());
    Families(query);
  }
  std::string Take() { return std::move(out_); }

 private:
  template <typename... Parts>
  void Line(const Parts&... parts) {
    absl::StrAppend(&out_, parts..., "\n");
  }

  void Grants(const AuthorisedQuery& query) {
    Line("2. grants");
    for (const auto& [alias, dataset] : query.datasets()) {
      const auto scope = query.scope().find(alias);
      std::vector<std::string> narrowed;
      if (scope != query.scope().end()) {
        for (const auto& [variable, codes] : scope->second)
          narrowed.push_back(absl::StrCat(variable, " of ", absl::StrJoin(codes, ", ")));
      }
      Line("   ", dataset,
           narrowed.empty() ? "" : absl::StrCat(", only ", absl::StrJoin(narrowed, "; ")));
    }
  }

  // The values that hold for the query, and where each was written; scoped ones stand below.
  void Rules(const RuleSet& effective) {
    Line("3. rule set ", project_.rules);
    std::vector<RuleFact> facts = RuleFacts(effective);
    const std::vector<RuleOrigin> origins = RuleOrigins(folder_, project_.rules);
    for (size_t i = 0; i < facts.size(); ++i) {
      if (facts[i].value == "none" && origins[i].value == "none") continue;
      const bool raised = facts[i].value != origins[i].value;
      Line("   ", facts[i].key, ": ", facts[i].value, "  (",
           raised ? absl::StrCat("stricter than ", origins[i].value, ", ") : std::string(),
           Place(origins[i].file, origins[i].line), ")");
    }
  }

  void Scoped(const RuleSet& effective) {
    Line("4. stricter rules");
    for (const ScopedRules& scoped : folder_.bundle.rules.at(project_.rules).stricter) {
      const bool holds = AtLeastAsStrict(effective, *scoped.rules);
      std::vector<std::string> keys;
      for (const RuleDifference& d : CompareRules(Weakest(), *scoped.rules))
        keys.push_back(absl::StrCat(d.key, ": ", d.after));
      Line("   ", holds ? "holds    " : "does not ", Place(scoped.file, scoped.line), "  ",
           absl::StrJoin(keys, ", "));
    }
  }

  void Families(const AuthorisedQuery& query) {
    Line("5. checks, in this order");
    std::set<StatisticFamily> seen;
    for (const SelectItem& item : query.query().items) {
      const auto* statistic = std::get_if<StatisticRef>(&item.value);
      if (statistic == nullptr) continue;
      const StatisticFamily family = FamilyOf(StatisticName(statistic->kind));
      if (!seen.insert(family).second) continue;
      std::vector<std::string> names;
      for (const StatisticCheck check : ChecksOf(family, query.rules())) {
        for (const auto& [name, known] : StatisticChecks()) {
          if (known == check) names.push_back(name);
        }
      }
      for (const auto& [name, known] : StatisticFamilies()) {
        if (known == family) Line("   ", name, ": ", absl::StrJoin(names, ", "));
      }
    }
  }

  const PolicyFolder& folder_;
  const Project& project_;
  std::string out_;
};

int Refuse(const LocalConsole& console, const std::string& file, const std::string& sql,
           const Refusal& refusal) {
  const Diagnostic diagnostic{file,           refusal.line,
                              refusal.column, absl::StrCat(refusal.code, ": ", refusal.message),
                              refusal.hint,   ""};
  console.err << FormatDiagnostic(diagnostic, sql);
  return refusal.kind == RefusalKind::kPolicy ? kLocalPolicy : kLocalUsage;
}

}  // namespace

int ExplainPolicy(const LocalConsole& console, const PolicyCommand& command) {
  const absl::StatusOr<LoadedPolicy> policy = LoadPolicyFolder(command.folder);
  if (!policy.ok()) return LocalFail(console, policy.status());
  const absl::StatusOr<std::string> sql = ReadTextFile(command.query);
  if (!sql.ok()) return LocalFail(console, absl::InvalidArgumentError(sql.status().message()));
  const auto project = policy->folder.bundle.projects.find(command.project);
  if (project == policy->folder.bundle.projects.end())
    return LocalFail(console, absl::InvalidArgumentError(absl::StrCat(
                                  "--project: there is no project '", command.project, "'")));
  CatalogueView catalogue;
  for (const auto& [name, entry] : policy->folder.datasets) catalogue.datasets[name].entry = entry;
  Decision<ParsedQuery> parsed = ParseQuery(*sql);
  if (!parsed.allowed()) return Refuse(console, command.query, *sql, parsed.refusal());
  const Caller caller{.id = project->second.members[0],
                      .organisation = project->second.organisation,
                      .certificate_sha256 = ""};
  const Decision<AuthorisedQuery> query =
      Authorise(caller, std::move(parsed).value(), project->first, policy->folder.bundle, catalogue,
                project->second.valid_from);
  if (!query.allowed()) return Refuse(console, command.query, *sql, query.refusal());
  Explainer explainer(*policy, project->second);
  explainer.Explain(query.value());
  console.out << explainer.Take();
  return kLocalDone;
}

}  // namespace kluis
