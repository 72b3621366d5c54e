// Loader, compiler and the judgement of changes against the slow evaluator (slow_policy.h) on
// random policies and queries. KLUIS_LONG=1: 100,000 policies instead of 2,000.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy_change/change.h"
#include "tests/disclosure/policy_change/slow_policy.h"

namespace kluis {
namespace {

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

// Of the three largest contributors, descending.
std::vector<int> RandomShares(Writer* writer) {
  const int first = writer->Number(10, 90),
            second = writer->Number(0, std::min(first, 100 - first));
  return {first, second, std::min(second, 100 - first - second)};
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
  std::printf("seeds 1 to %d\n", Policies());
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
          const std::vector<int> shares = RandomShares(&writer);
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
        for (int cell = 0; cell < 5; ++cell) {
          const std::vector<int> shares = RandomShares(&writer);
          loosened |= Hides(was.dominance, shares) && !Hides(is.dominance, shares);
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
