#include <nlohmann/json.hpp>
#include <set>
#include <utility>

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

using Json = nlohmann::ordered_json;

struct ToldGrant {
  std::string dataset;
  std::map<std::string, std::vector<std::string>> only;  // variable -> codes
};

struct ToldValue {
  std::string key, value;
  std::string file;  // empty: the default
  int line = 0;
  std::string stricter_than;  // what the rule set says; empty: this
};

struct ToldScoped {
  bool holds = false;
  std::string file;
  int line = 0;
  std::vector<std::pair<std::string, std::string>> values;
};

struct ToldFamily {
  std::string name;
  std::vector<std::string> checks;
};

struct Explanation {
  std::string project, from, until, file, rule_set;
  std::vector<ToldGrant> grants;
  std::vector<ToldValue> values;
  std::vector<ToldScoped> scoped;
  std::vector<ToldFamily> families;
};

std::vector<ToldGrant> GrantsOf(const AuthorisedQuery& query) {
  std::vector<ToldGrant> grants;
  for (const auto& [alias, dataset] : query.datasets()) {
    const auto scope = query.scope().find(alias);
    ToldGrant grant{dataset, {}};
    if (scope != query.scope().end()) {
      for (const auto& [variable, codes] : scope->second)
        grant.only[variable].assign(codes.begin(), codes.end());
    }
    grants.push_back(std::move(grant));
  }
  return grants;
}

// The values that hold for the query, and where each was written; scoped ones stand apart.
std::vector<ToldValue> ValuesOf(const PolicyFolder& folder, const std::string& rule_set,
                                const RuleSet& effective) {
  std::vector<ToldValue> values;
  const std::vector<RuleFact> facts = RuleFacts(effective);
  const std::vector<RuleOrigin> origins = RuleOrigins(folder, rule_set);
  for (size_t i = 0; i < facts.size(); ++i) {
    if (facts[i].value == "none" && origins[i].value == "none") continue;
    values.push_back({facts[i].key, facts[i].value, origins[i].file, origins[i].line,
                      facts[i].value == origins[i].value ? "" : origins[i].value});
  }
  return values;
}

std::vector<ToldScoped> ScopedOf(const RuleSet& rules, const RuleSet& effective) {
  std::vector<ToldScoped> all;
  for (const ScopedRules& scoped : rules.stricter) {
    ToldScoped one{AtLeastAsStrict(effective, *scoped.rules), scoped.file, scoped.line, {}};
    for (const RuleDifference& difference : CompareRules(Weakest(), *scoped.rules))
      one.values.emplace_back(difference.key, difference.after);
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<ToldFamily> FamiliesOf(const AuthorisedQuery& query) {
  std::vector<ToldFamily> families;
  std::set<StatisticFamily> seen;
  for (const SelectItem& item : query.query().items) {
    const auto* statistic = std::get_if<StatisticRef>(&item.value);
    if (statistic == nullptr) continue;
    const StatisticFamily family = FamilyOf(StatisticName(statistic->kind));
    if (!seen.insert(family).second) continue;
    ToldFamily told;
    for (const auto& [name, known] : StatisticFamilies()) {
      if (known == family) told.name = name;
    }
    for (const StatisticCheck check : ChecksOf(family, query.rules())) {
      for (const auto& [name, known] : StatisticChecks()) {
        if (known == check) told.checks.push_back(name);
      }
    }
    families.push_back(std::move(told));
  }
  return families;
}

Explanation Explain(const PolicyFolder& folder, const Project& project,
                    const AuthorisedQuery& query) {
  return {.project = project.name,
          .from = project.valid_from,
          .until = project.valid_until,
          .file = folder.project_files.at(project.name),
          .rule_set = project.rules,
          .grants = GrantsOf(query),
          .values = ValuesOf(folder, project.rules, query.rules()),
          .scoped = ScopedOf(folder.bundle.rules.at(project.rules), query.rules()),
          .families = FamiliesOf(query)};
}

std::string Place(const std::string& file, int line, bool dutch) {
  if (file.empty()) return dutch ? "standaard" : "default";
  return absl::StrCat(file, ":", line);
}

std::string TextOf(const Explanation& told, bool dutch) {
  const auto word = [dutch](const char* english, const char* nl) { return dutch ? nl : english; };
  std::string out =
      absl::StrCat("1. project ", told.project, ", ", told.from, word(" to ", " tot en met "),
                   told.until, " (", told.file, ")\n", word("2. grants\n", "2. toegang\n"));
  for (const ToldGrant& grant : told.grants) {
    std::vector<std::string> only;
    for (const auto& [variable, codes] : grant.only)
      only.push_back(absl::StrCat(variable, word(" of ", " van "), absl::StrJoin(codes, ", ")));
    absl::StrAppend(&out, "   ", grant.dataset, only.empty() ? "" : word(", only ", ", alleen "),
                    absl::StrJoin(only, "; "), "\n");
  }
  absl::StrAppend(&out, word("3. rule set ", "3. regels "), told.rule_set, "\n");
  for (const ToldValue& value : told.values) {
    absl::StrAppend(&out, "   ", value.key, ": ", value.value, "  (");
    if (!value.stricter_than.empty())
      absl::StrAppend(&out, word("stricter than ", "strenger dan "), value.stricter_than, ", ");
    absl::StrAppend(&out, Place(value.file, value.line, dutch), ")\n");
  }
  absl::StrAppend(&out, word("4. stricter rules\n", "4. strengere regels\n"));
  for (const ToldScoped& scoped : told.scoped) {
    std::vector<std::string> values;
    for (const auto& [key, value] : scoped.values) values.push_back(absl::StrCat(key, ": ", value));
    absl::StrAppend(
        &out, "   ", scoped.holds ? word("holds    ", "geldt ") : word("does not ", "niet  "),
        Place(scoped.file, scoped.line, dutch), "  ", absl::StrJoin(values, ", "), "\n");
  }
  absl::StrAppend(&out, word("5. checks, in this order\n", "5. toetsen, in deze volgorde\n"));
  for (const ToldFamily& family : told.families)
    absl::StrAppend(&out, "   ", family.name, ": ", absl::StrJoin(family.checks, ", "), "\n");
  return out;
}

std::string Dumped(const Json& json) {
  return absl::StrCat(json.dump(2, ' ', false, Json::error_handler_t::replace), "\n");
}

std::string JsonOf(const Explanation& told) {
  Json grants = Json::array(), values = Json::array(), scoped = Json::array(),
       checks = Json::array();
  for (const ToldGrant& grant : told.grants)
    grants.push_back({{"dataset", grant.dataset}, {"only", grant.only}});
  for (const ToldValue& value : told.values) {
    Json one = {{"key", value.key}, {"value", value.value}};
    one["file"] = value.file.empty() ? Json() : Json(value.file);
    one["line"] = value.file.empty() ? Json() : Json(value.line);
    if (!value.stricter_than.empty()) one["stricter_than"] = value.stricter_than;
    values.push_back(std::move(one));
  }
  for (const ToldScoped& one : told.scoped) {
    Json keys = Json::object();
    for (const auto& [key, value] : one.values) keys[key] = value;
    scoped.push_back(
        {{"holds", one.holds}, {"file", one.file}, {"line", one.line}, {"values", keys}});
  }
  for (const ToldFamily& family : told.families)
    checks.push_back({{"family", family.name}, {"checks", family.checks}});
  return Dumped({{"project", told.project},
                 {"from", told.from},
                 {"until", told.until},
                 {"file", told.file},
                 {"grants", grants},
                 {"rule_set", told.rule_set},
                 {"rules", values},
                 {"stricter", scoped},
                 {"checks", checks}});
}

int Refuse(const LocalConsole& console, const PolicyCommand& command, const std::string& sql,
           const Refusal& refusal) {
  if (command.format == "json") {
    console.out << Dumped({{"refused", refusal.code},
                           {"message", refusal.message},
                           {"hint", refusal.hint},
                           {"line", refusal.line},
                           {"column", refusal.column}});
  } else {
    console.err << FormatDiagnostic(
        {command.query, refusal.line, refusal.column,
         absl::StrCat(refusal.code, ": ", refusal.message), refusal.hint, ""},
        sql);
  }
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
  if (!parsed.allowed()) return Refuse(console, command, *sql, parsed.refusal());
  const Caller caller{.id = project->second.members[0],
                      .organisation = project->second.organisation,
                      .certificate_sha256 = ""};
  const Decision<AuthorisedQuery> query =
      Authorise(caller, std::move(parsed).value(), project->first, policy->folder.bundle, catalogue,
                project->second.valid_from);
  if (!query.allowed()) return Refuse(console, command, *sql, query.refusal());
  const Explanation told = Explain(policy->folder, project->second, query.value());
  console.out << (command.format == "json" ? JsonOf(told) : TextOf(told, command.dutch()));
  return kLocalDone;
}

}  // namespace kluis
