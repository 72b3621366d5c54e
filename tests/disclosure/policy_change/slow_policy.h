// A slow, obvious second evaluator of policies: for a query, key by key, it walks from the rule set
// to what it extends until one says the key, and then takes the strictest of all scoped rules on
// the way that hold. It shares nothing with loader and compiler but the text of the files.
#ifndef KLUIS_TESTS_DISCLOSURE_POLICY_CHANGE_SLOW_POLICY_H_
#define KLUIS_TESTS_DISCLOSURE_POLICY_CHANGE_SLOW_POLICY_H_

#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "disclosure/policy/strictness.h"

namespace kluis {

// A key with whole numbers, or words that stand for them: the larger is the stricter.
struct NumberKey {
  const char* map;
  const char* key;
  int least, most, standard;
  bool lower_is_stricter = false;
  std::vector<std::string> words = {};  // by number
  bool is_general = false;              // no scoped rule can have it
};

const std::vector<NumberKey>& Keys();

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

// Random policies and queries.
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

struct Verdict {
  std::vector<int> numbers;
  Dominance dominance;  // of all that hold: a cell is hidden when any of them hides it
  bool refuse = false;
};

Verdict Evaluate(const std::vector<RuleFile>& files, const std::string& name,
                 const QueryTraits& query);

// As it stands in a file of the policy.
std::string NumberText(size_t key, int value);
std::string FileText(const RuleFile& file);

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_POLICY_CHANGE_SLOW_POLICY_H_
