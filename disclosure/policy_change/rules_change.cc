#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/policy_change/parts.h"

namespace kluis {
namespace {

template <typename T>
std::string WordsOf(const std::vector<T>& values,
                    const std::vector<std::pair<std::string, T>>& words) {
  std::vector<std::string> names;
  for (const T value : values) {
    for (const auto& [name, known] : words) {
      if (known == value) names.push_back(name);
    }
  }
  return absl::StrJoin(names, ", ");
}

std::string ScopeText(const RuleScope& scope) {
  static const std::vector<std::pair<std::string, VariableKind>> kKinds = {
      {"identifying", VariableKind::kIdentifying},
      {"mixed", VariableKind::kMixed},
      {"confidential", VariableKind::kConfidential}};
  std::vector<std::string> parts;
  const auto add = [&](const char* key, const std::string& list) {
    if (!list.empty()) parts.push_back(absl::StrCat(key, ": [", list, "]"));
  };
  add("datasets", absl::StrJoin(scope.datasets, ", "));
  add("variables", absl::StrJoin(scope.variables, ", "));
  add("kinds", WordsOf(scope.kinds, kKinds));
  add("statistics", WordsOf(scope.statistics, StatisticFamilies()));
  add("levels", absl::StrJoin(scope.levels, ", "));
  add("roles", absl::StrJoin(scope.roles, ", "));
  return absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
}

// What it asks beyond nothing.
std::string ScopedText(const ScopedRules& scoped) {
  std::vector<std::string> keys;
  for (const RuleDifference& difference : CompareRules(Weakest(), *scoped.rules))
    keys.push_back(absl::StrCat(difference.key, ": ", difference.after));
  return absl::StrCat("when ", ScopeText(scoped.when), ": ", absl::StrJoin(keys, ", "));
}

// Queries for which it holds use one of these. Empty: it is not known; a variable may be named
// without its dataset.
std::set<std::string> DatasetsOf(const RuleScope& scope) {
  if (!scope.datasets.empty()) return {scope.datasets.begin(), scope.datasets.end()};
  std::set<std::string> datasets;
  for (const std::string& variable : scope.variables) {
    const size_t dot = variable.find('.');
    if (dot == std::string::npos) return {};
    datasets.insert(variable.substr(0, dot));
  }
  return datasets;
}

bool Has(const std::vector<ScopedRules>& list, const ScopedRules& one) {
  return std::any_of(list.begin(), list.end(), [&](const ScopedRules& other) {
    return other.when == one.when && *other.rules == *one.rules;
  });
}

// Whether queries for which `scoped` held are judged at least as strictly now, by the base and what
// provably holds for all of them.
bool IsStillHeld(const ScopedRules& scoped, const RuleSet& before, const RuleSet& after) {
  RuleSet now = after;
  for (const ScopedRules& other : after.stricter) {
    if (other.when.Covers(scoped.when)) now = Stricter(std::move(now), *other.rules);
  }
  return AtLeastAsStrict(now, Stricter(before, *scoped.rules));
}

void CompareScoped(const RuleSet& before, const RuleSet& after, ChangeList* changes) {
  for (const ScopedRules& scoped : before.stricter) {
    if (Has(after.stricter, scoped)) continue;
    const bool held = IsStillHeld(scoped, before, after);
    changes
        ->Add("stricter", ScopedText(scoped), "", held ? Judgement::kNeither : Judgement::kWeaker,
              held ? "what it asks holds by other rules" : "",
              held ? "wat het vraagt geldt door andere regels" : "")
        .only_datasets = DatasetsOf(scoped.when);
  }
  for (const ScopedRules& scoped : after.stricter) {
    if (!Has(before.stricter, scoped))
      changes->Add("stricter", "", ScopedText(scoped), Judgement::kStronger).only_datasets =
          DatasetsOf(scoped.when);
  }
}

}  // namespace

void CompareRuleSets(const RuleSet& before, const RuleSet& after, ChangeList* changes) {
  for (const RuleDifference& difference : CompareRules(before, after)) {
    const bool indifferent = difference.judgement == Judgement::kNeither;
    changes->Add(difference.key, difference.before, difference.after, difference.judgement,
                 indifferent ? "which cells are hidden may change, not how well" : "",
                 indifferent ? "welke cellen verborgen zijn kan veranderen, niet hoe goed" : "");
  }
  CompareScoped(before, after, changes);
  changes->Compare("source", before.source, after.source, Judgement::kNeither);
  changes->Compare("to_be_confirmed_by", before.to_be_confirmed_by, after.to_be_confirmed_by,
                   Judgement::kNeither);
  // What is in force has none of these; if it ever differs, nobody has judged it.
  if (!(before.noise == after.noise) || before.publication != after.publication)
    changes->AddUnjudged();
}

}  // namespace kluis
