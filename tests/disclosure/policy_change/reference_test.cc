// A slow, obvious second evaluator of policies: for a query, key by key, it walks from the rule set
// to what it extends until one says the key, and then takes the strictest of all scoped rules on
// the way that hold. It shares nothing with loader and compiler but the text of the files.
// KLUIS_LONG=1: 100,000 policies instead of 2,000.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/strictness.h"
#include "disclosure/policy_change/change.h"

namespace kluis {
namespace {

// A key with whole numbers, or words that stand for them: the larger is the stricter.
struct NumberKey {
  const char* map;
  const char* key;
  int least, most, standard;
  bool lower_is_stricter = false;
  std::vector<std::string> words = {};  // by number
};

const std::vector<NumberKey>& Keys() {
  static const auto& keys = *new std::vector<NumberKey>{
      {"frequency", "minimum", 3, 30, 10},
      {"frequency", "range", 1, 100, 15},
      {"frequency", "zeros", 0, 1, 1, false, {"publish", "protect"}},
      {"frequency", "protect", 0, 1, 1, false, {"exact", "threshold"}},
      {"percentile", "each_side", 1, 30, 10},
      {"degrees_of_freedom", "minimum", 1, 30, 10},
      {"implied_tables", "minimum", 2, 10, 4},
      {"implied_tables", "levels", 2, 20, 11},
      {"regression", "degrees_of_freedom", 10, 40, 10},
      {"regression", "units_per_parameter", 10, 40, 10},
      {"review", "reviewers", 1, 10, 2},
      {"limits", "queries_per_day", 1, 1000, 500, true},
      {"limits", "cells_per_query", 1, 1000000, 1000000, true},
  };
  return keys;
}

using Dominance = std::vector<std::pair<int, int>>;  // n, per cent
using Words = std::vector<std::string>;

struct Scoped {
  std::map<std::string, Words> when;  // list -> words, one of which must be used
  std::map<size_t, int> numbers;      // number of the key -> value
  Dominance dominance;
  bool refuse = false;
};

struct RuleFile {
  std::string name, extends;
  std::map<size_t, int> numbers;
  std::optional<Dominance> dominance;
  std::vector<Scoped> stricter;
};

class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  int Number(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool Chance(int percent) { return Number(1, 100) <= percent; }

  // Up to four rule sets, of which each may extend an earlier one.
  std::vector<RuleFile> Policy() {
    std::vector<RuleFile> files;
    for (int i = 0, n = Number(1, 4); i < n; ++i) {
      RuleFile file;
      file.name = absl::StrCat("r", i);
      if (i > 0 && Chance(70)) file.extends = absl::StrCat("r", Number(0, i - 1));
      for (size_t key = 0; key < Keys().size(); ++key) {
        if (Chance(40)) file.numbers[key] = Number(Keys()[key].least, Keys()[key].most);
      }
      if (Chance(50)) file.dominance = RandomDominance();
      files.push_back(file);
      for (int s = 0, of = Chance(60) ? Number(1, 3) : 0; s < of; ++s)
        files.back().stricter.push_back(RandomScoped(files));
    }
    return files;
  }

  QueryTraits Query() {
    QueryTraits query;
    query.role = Chance(80) ? "researcher" : "reviewer";
    for (const char* name : {"d1", "d2"}) {
      if (Chance(50)) query.datasets.insert(name);
    }
    for (const char* name : {"d1.a", "d1.b", "d2.a"}) {
      if (Chance(40)) query.variables.insert(name);
    }
    for (const VariableKind kind :
         {VariableKind::kIdentifying, VariableKind::kMixed, VariableKind::kConfidential}) {
      if (Chance(50)) query.kinds.insert(kind);
    }
    for (const char* name : {"gemeente", "wijk", "buurt"}) {
      if (Chance(40)) query.levels.insert(name);
    }
    if (Chance(60)) query.statistics.insert(StatisticFamily::kFrequencies);
    if (Chance(40)) query.statistics.insert(StatisticFamily::kGini);
    return query;
  }

 private:
  Dominance RandomDominance() {
    Dominance rules;
    for (int n = 1; n <= 3; ++n) {
      if (Chance(50)) rules.emplace_back(n, Number(20, 95));
    }
    return rules;
  }

  Words Some(const Words& words) {
    Words some;
    for (const std::string& word : words) {
      if (Chance(50)) some.push_back(word);
    }
    return some.empty() ? Words{words[0]} : some;
  }

  // At least as strict as what the rule set says in general, as the loader demands.
  Scoped RandomScoped(const std::vector<RuleFile>& files);

  std::mt19937 random_;
};

// ---- the evaluator

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

struct Verdict {
  std::vector<int> numbers;
  Dominance dominance;  // of all that hold: a cell is hidden when any of them hides it
  bool refuse = false;
};

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

// ---- writing the text

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
    if (Chance(30))
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

// ---- what both are held against

std::map<std::string, DatasetEntry> Datasets() {
  std::map<std::string, DatasetEntry> datasets;
  const ReadCodeList none = [](const std::string&) -> absl::StatusOr<std::string> {
    return std::string("code,parent,level,label_nl,label_en\nG,,1,,\nW,G,2,,\nB,W,3,,\n");
  };
  for (const char* name : {"d1", "d2"}) {
    datasets[name] =
        ParseDatasetEntry(absl::StrCat("dataset: ", name,
                                       "\nvariables:\n  a: {role: dimension, codes: c.csv, levels: "
                                       "[gemeente, wijk, buurt]}\n  b: {role: measure}\n"),
                          "d.yaml", none)
            .value;
  }
  return datasets;
}

// Whether the n largest of a random cell hold too much, by exact shares in per cent.
bool Hides(const Dominance& dominance, const std::vector<int>& shares) {
  for (const auto& [n, percent] : dominance) {
    int held = 0;
    for (int i = 0; i < n && i < static_cast<int>(shares.size()); ++i)
      held += shares[static_cast<size_t>(i)];
    if (held > percent) return true;
  }
  return false;
}

Dominance ParsedDominance(const RuleSet& rules) {
  Dominance dominance;
  for (const DominanceParameters& rule : rules.dominance)
    dominance.emplace_back(rule.n, static_cast<int>(rule.share_ppm / 10'000));
  return dominance;
}

int Policies() {
  const char* asked = std::getenv("KLUIS_LONG");
  return asked != nullptr && *asked != '\0' && *asked != '0' ? 100'000 : 2'000;
}

PolicyBundle Load(const std::vector<RuleFile>& files,
                  const std::map<std::string, DatasetEntry>& datasets, unsigned seed) {
  std::map<std::string, std::string> texts;
  for (const RuleFile& file : files)
    texts[absl::StrCat("rules/", file.name, ".yaml")] = FileText(file);
  Parsed<PolicyBundle> parsed = ParsePolicyBundle(texts, datasets);
  EXPECT_TRUE(parsed.ok()) << "seed " << seed << "\n" << FormatDiagnostics(parsed.diagnostics);
  return std::move(parsed.value);
}

TEST(ReferenceTest, LoaderAndCompilerAgreeWithTheSlowEvaluator) {
  const auto datasets = Datasets();
  for (unsigned seed = 1; seed <= static_cast<unsigned>(Policies()); ++seed) {
    Writer writer(seed);
    const std::vector<RuleFile> files = writer.Policy();
    const PolicyBundle bundle = Load(files, datasets, seed);
    for (int q = 0; q < 3; ++q) {
      const QueryTraits query = writer.Query();
      for (const RuleFile& file : files) {
        const Verdict expected = Evaluate(files, file.name, query);
        const RuleSet held = EffectiveRules(bundle.rules.at(file.name), query);
        std::map<std::string, std::string> facts;
        for (const RuleFact& fact : RuleFacts(held)) facts[fact.key] = fact.value;
        for (size_t key = 0; key < Keys().size(); ++key) {
          const std::string path = absl::StrCat(Keys()[key].map, ".", Keys()[key].key);
          ASSERT_EQ(facts.at(path), NumberText(key, expected.numbers[key]))
              << "seed " << seed << " " << path << " of " << file.name << "\n"
              << FileText(file);
        }
        ASSERT_EQ(held.refuse, expected.refuse) << "seed " << seed;
        for (int cell = 0; cell < 5; ++cell) {
          const int first = writer.Number(10, 90),
                    second = writer.Number(0, std::min(first, 100 - first));
          const std::vector<int> shares = {first, second, std::min(second, 100 - first - second)};
          ASSERT_EQ(Hides(ParsedDominance(held), shares), Hides(expected.dominance, shares))
              << "seed " << seed << "\n"
              << FileText(file);
        }
      }
    }
  }
}

// Whether a change is weaker, judged by trying queries: where one is judged more loosely after it,
// the report may not call it anything else.
TEST(ReferenceTest, NoChangeThatLoosensAQueryIsMissed) {
  const auto datasets = Datasets();
  int weaker = 0, missed = 0;
  for (unsigned seed = 1; seed <= static_cast<unsigned>(Policies()) / 4; ++seed) {
    Writer writer(seed);
    const std::vector<RuleFile> before = writer.Policy();
    Writer other(writer.Chance(50) ? seed : seed + 1'000'000);
    std::vector<RuleFile> after = other.Policy();
    if (after.size() != before.size()) continue;
    const size_t at = static_cast<size_t>(writer.Number(0, static_cast<int>(after.size()) - 1));
    const size_t key = static_cast<size_t>(writer.Number(0, static_cast<int>(Keys().size()) - 1));
    if (writer.Chance(50) && after[at].stricter.empty())
      after[at].numbers[key] = writer.Number(Keys()[key].least, Keys()[key].most);
    PolicyBundle a = Load(before, datasets, seed);
    std::map<std::string, std::string> texts;
    for (const RuleFile& file : after)
      texts[absl::StrCat("rules/", file.name, ".yaml")] = FileText(file);
    Parsed<PolicyBundle> parsed = ParsePolicyBundle(texts, datasets);
    if (!parsed.ok()) continue;  // a scoped rule became weaker than what holds in general
    PolicyBundle& b = parsed.value;
    for (PolicyBundle* bundle : {&a, &b}) {
      for (const RuleFile& file : before) {
        Project& project = bundle->projects[file.name];
        project.name = file.name;
        project.rules = file.name;
      }
    }
    bool loosened = false;
    for (int q = 0; q < 20 && !loosened; ++q) {
      const QueryTraits query = writer.Query();
      for (const RuleFile& file : before) {
        const Verdict was = Evaluate(before, file.name, query);
        const Verdict is = Evaluate(after, file.name, query);
        if (is.refuse) continue;
        loosened |= was.refuse;
        for (size_t k = 0; k < Keys().size(); ++k) {
          loosened |= Keys()[k].lower_is_stricter ? is.numbers[k] > was.numbers[k]
                                                  : is.numbers[k] < was.numbers[k];
        }
      }
    }
    if (!loosened) continue;
    ++weaker;
    if (JudgeChange({a, datasets}, {b, datasets}).judgement() != Judgement::kWeaker) {
      ++missed;
      ADD_FAILURE() << "seed " << seed << ": a looser policy is not called weaker";
    }
  }
  EXPECT_GT(weaker, Policies() / 40);
  EXPECT_EQ(missed, 0);
}

}  // namespace
}  // namespace kluis
