#include "tests/disclosure/policy_change/slow_policy.h"

#include <algorithm>

#include "absl/strings/str_join.h"

namespace kluis {
namespace {

const RuleFile* FindFile(const std::vector<RuleFile>& files, const std::string& name) {
  for (const RuleFile& file : files) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

int GeneralNumber(const std::vector<RuleFile>& files, const std::string& name, size_t key) {
  for (const RuleFile* file = FindFile(files, name); file != nullptr;
       file = FindFile(files, file->extends)) {
    if (file->numbers.count(key) > 0) return file->numbers.at(key);
  }
  return Keys()[key].standard;
}

bool Used(const std::string& list, const std::string& word, const QueryTraits& query) {
  if (list == "datasets") return query.datasets.count(word) > 0;
  if (list == "levels") return query.levels.count(word) > 0;
  if (list == "roles") return query.role == word;
  if (list == "variables") {
    for (const std::string& used : query.variables) {
      if (used == word || used.substr(used.find('.') + 1) == word) return true;
    }
    return false;
  }
  if (list == "kinds") {
    const VariableKind kind = word == "identifying" ? VariableKind::kIdentifying
                              : word == "mixed"     ? VariableKind::kMixed
                                                    : VariableKind::kConfidential;
    return query.kinds.count(kind) > 0;
  }
  return query.statistics.count(word == "gini" ? StatisticFamily::kGini
                                               : StatisticFamily::kFrequencies) > 0;
}

bool Holds(const Scoped& scoped, const QueryTraits& query) {
  for (const auto& [list, words] : scoped.when) {
    bool one = false;
    for (const std::string& word : words) one |= Used(list, word, query);
    if (!one) return false;
  }
  return true;
}

std::string MapsText(const std::map<size_t, int>& numbers, const std::string& indent) {
  std::map<std::string, std::vector<std::string>> maps;
  for (const auto& [key, value] : numbers)
    maps[Keys()[key].map].push_back(absl::StrCat(Keys()[key].key, ": ", NumberText(key, value)));
  std::string text;
  for (const auto& [map, keys] : maps)
    absl::StrAppend(&text, indent, map, ": {", absl::StrJoin(keys, ", "), "}\n");
  return text;
}

std::string DominanceText(const Dominance& dominance, const std::string& indent) {
  std::vector<std::string> rules;
  for (const auto& [n, percent] : dominance)
    rules.push_back(absl::StrCat("{n: ", n, ", share: 0.", percent < 10 ? "0" : "", percent, "}"));
  return absl::StrCat(indent, "dominance: [", absl::StrJoin(rules, ", "), "]\n");
}

}  // namespace

const std::vector<NumberKey>& Keys() {
  static const auto& keys = *new std::vector<NumberKey>{
      {"frequency", "minimum", 3, 30, 10},
      {"frequency", "range", 1, 100, 15},
      {"frequency", "zeros", 0, 1, 1, false, {"publish", "protect"}},
      {"frequency", "protect", 0, 1, 1, false, {"exact", "threshold"}},
      {"percentile", "each_side", 3, 30, 10},
      {"degrees_of_freedom", "minimum", 10, 40, 10},
      {"implied_tables", "minimum", 2, 10, 4},
      {"implied_tables", "levels", 2, 20, 11},
      {"regression", "degrees_of_freedom", 10, 40, 10},
      {"regression", "units_per_parameter", 10, 40, 10},
      {"secondary", "protect", 0, 1, 1, false, {"exact", "interval"}, true},
      {"review", "reviewers", 1, 10, 2},
      {"review", "after_check", 0, 100, 0},
      {"limits", "queries_per_day", 1, 1000, 500, true},
      {"limits", "cells_per_query", 1, 1000000, 1000000, true},
  };
  return keys;
}

Verdict Evaluate(const std::vector<RuleFile>& files, const std::string& name,
                 const QueryTraits& query) {
  Verdict verdict;
  for (size_t key = 0; key < Keys().size(); ++key)
    verdict.numbers.push_back(GeneralNumber(files, name, key));
  for (const RuleFile* file = FindFile(files, name); file != nullptr;
       file = FindFile(files, file->extends)) {
    if (!file->dominance) continue;
    verdict.dominance = *file->dominance;
    break;
  }
  for (const RuleFile* file = FindFile(files, name); file != nullptr;
       file = FindFile(files, file->extends)) {
    for (const Scoped& scoped : file->stricter) {
      if (!Holds(scoped, query)) continue;
      for (const auto& [key, value] : scoped.numbers) {
        int& held = verdict.numbers[key];
        held = Keys()[key].lower_is_stricter ? std::min(held, value) : std::max(held, value);
      }
      verdict.dominance.insert(verdict.dominance.end(), scoped.dominance.begin(),
                               scoped.dominance.end());
      verdict.refuse |= scoped.refuse;
    }
  }
  return verdict;
}

Scoped Writer::RandomScoped(const std::vector<RuleFile>& files) {
  Scoped scoped;
  const std::map<std::string, Words> lists = {{"datasets", {"d1", "d2"}},
                                              {"variables", {"a", "d1.b", "d2.a"}},
                                              {"kinds", {"identifying", "mixed", "confidential"}},
                                              {"statistics", {"gini", "frequencies"}},
                                              {"levels", {"wijk", "buurt"}},
                                              {"roles", {"researcher", "reviewer"}}};
  for (const auto& [list, words] : lists) {
    if (Chance(35)) scoped.when[list] = Some(words);
  }
  if (scoped.when.empty()) scoped.when["levels"] = {"buurt"};
  for (size_t key = 0; key < Keys().size(); ++key) {
    const NumberKey& of = Keys()[key];
    const int general = GeneralNumber(files, files.back().name, key);
    if (!of.is_general && Chance(30))
      scoped.numbers[key] = of.lower_is_stricter ? Number(of.least, std::max(of.least, general))
                                                 : Number(general, std::max(of.most, general));
  }
  if (Chance(30)) scoped.dominance = RandomDominance();
  scoped.refuse = Chance(10) || (scoped.numbers.empty() && scoped.dominance.empty());
  return scoped;
}

std::string NumberText(size_t key, int value) {
  const NumberKey& of = Keys()[key];
  return of.words.empty() ? absl::StrCat(value) : of.words[static_cast<size_t>(value)];
}

std::string FileText(const RuleFile& file) {
  std::string text = absl::StrCat("rules: ", file.name, "\n");
  if (!file.extends.empty()) absl::StrAppend(&text, "extends: ", file.extends, "\n");
  text += MapsText(file.numbers, "");
  if (file.dominance) text += DominanceText(*file.dominance, "");
  if (!file.stricter.empty()) text += "stricter:\n";
  for (const Scoped& scoped : file.stricter) {
    std::vector<std::string> lists;
    for (const auto& [list, words] : scoped.when)
      lists.push_back(absl::StrCat(list, ": [", absl::StrJoin(words, ", "), "]"));
    absl::StrAppend(&text, "  - when: {", absl::StrJoin(lists, ", "), "}\n    because: b\n");
    text += MapsText(scoped.numbers, "    ");
    if (!scoped.dominance.empty()) text += DominanceText(scoped.dominance, "    ");
    if (scoped.refuse) text += "    refuse: true\n";
  }
  return text;
}

}  // namespace kluis
