// Damaged files: never a crash, and what is still accepted means what it says, because writing it
// out in full quotes and braces and reading that gives the same value. KLUIS_FUZZ_RUNS=1000000 is
// the long loop of script/fuzz.
#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <random>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/yaml_tree.h"
#include "tests/disclosure/policy/policy_files.h"
#include "tests/fakes/mutator.h"

namespace kluis {
namespace {

std::string Quoted(const std::string& text) {
  return absl::StrCat(
      "\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}}), "\"");
}

// Flow style; plain scalars stay plain, unless a comma or the like would end them in flow style.
std::string Canonical(const YamlNode& node) {
  std::string out;
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "null";
    case YamlNode::Kind::kScalar:
      return node.plain && node.text.find_first_of(",:[]{}#&*!|>'\"%@`\\ \n?") == std::string::npos
                 ? node.text
                 : Quoted(node.text);
    case YamlNode::Kind::kSequence:
      for (const YamlNode& item : node.items) absl::StrAppend(&out, Canonical(item), ", ");
      return absl::StrCat("[", out.substr(0, out.size() - (out.empty() ? 0 : 2)), "]");
    case YamlNode::Kind::kMap:
      for (size_t i = 0; i < node.keys.size(); ++i) {
        absl::StrAppend(&out, Quoted(node.keys[i].text), ": ", Canonical(node.items[i]), ", ");
      }
      return absl::StrCat("{", out.substr(0, out.size() - (out.empty() ? 0 : 2)), "}");
  }
  return out;
}

template <typename T>
using Parser = std::function<Parsed<T>(const std::string&)>;

// 1 when the text is accepted, which must then agree with its canonical form.
template <typename T>
int CheckDamaged(const Parser<T>& parse, const std::string& text) {
  Parsed<T> parsed = parse(text);
  FormatDiagnostics(parsed.diagnostics);
  if (!parsed.ok()) return 0;
  DiagnosticSink sink(text, "f");
  const auto tree = ParseYaml(text, &sink);
  EXPECT_TRUE(tree.has_value() && sink.empty()) << text;
  Parsed<T> again = parse(Canonical(*tree));
  EXPECT_TRUE(again.ok()) << Canonical(*tree) << "\n" << FormatDiagnostics(again.diagnostics);
  if constexpr (requires { again.value.sha256; }) again.value.sha256 = parsed.value.sha256;
  EXPECT_TRUE(parsed.value == again.value) << text;
  return 1;
}

// Each byte flipped in each bit, replaced by what YAML takes for syntax, removed; the text cut at
// each byte; each line copied to each other place; and random pairs of such damage.
template <typename T>
void DamageEverywhere(const Parser<T>& parse, const std::string& valid) {
  ASSERT_EQ(CheckDamaged(parse, valid), 1) << FormatDiagnostics(parse(valid).diagnostics);
  static constexpr char kSyntax[] = "\n\t #:-?[]{},&*!|>'\"%@`0~<.";
  int tried = 0, accepted = 0;
  const auto check = [&](const std::string& text) {
    ++tried;
    accepted += CheckDamaged(parse, text);
  };
  for (size_t i = 0; i < valid.size(); ++i) {
    check(valid.substr(0, i));
    check(valid.substr(0, i) + valid.substr(i + 1));
    std::string text = valid;
    for (int bit = 0; bit < 8; ++bit) {
      text[i] = static_cast<char>(valid[i] ^ (1 << bit));
      check(text);
    }
    for (const char c : std::string(kSyntax)) {
      text[i] = c;
      check(text);
    }
  }
  const std::vector<std::string> lines = absl::StrSplit(valid, '\n');
  for (size_t from = 0; from < lines.size(); ++from) {
    for (size_t to = 0; to < lines.size(); ++to) {
      std::vector<std::string> copied = lines;
      copied.insert(copied.begin() + to, lines[from]);
      check(absl::StrJoin(copied, "\n"));
    }
  }
  const unsigned seed = FuzzSeed();
  std::mt19937 random(seed);
  const int runs = FuzzRuns(3000);
  for (int i = 0; i < runs; ++i) {
    std::string text = valid;
    for (int k = 0; k < 3; ++k) text[random() % text.size()] = kSyntax[random() % 26];
    check(text);
  }
  std::cout << "seed " << seed << ": " << tried << " damaged texts, " << accepted << " accepted\n";
}

TEST(DamagedTest, ARuleSetIsRefusedOrMeansWhatItSays) {
  DamageEverywhere<RuleSet>(
      [](const std::string& text) { return ParseRuleSet(text, "f"); },
      "rules: standard  # c\nfrequency:   {minimum: 10, zeros: protect, range: 15}\n"
      "dominance:   [{n: 1, share: 0.50}, {n: 2, share: 0.85}]\n"
      "p_percent:\n  p: 10\n  coalition: 1\nsecondary: {cost: \"value\", deadline: 10s}\n"
      "review: {hold: [{statistic: regression}, {cells_over: 100}]}\nnoise: {method: none}\n");
}

TEST(DamagedTest, PrimaryRulesAreRefusedOrMeanWhatTheySay) {
  DamageEverywhere<RuleSet>(
      [](const std::string& text) { return ParseRuleSet(text, "f"); },
      "rules: r\nfrequency: {minimum: 3, records: 10, weighted: 30}\n"
      "prior_posterior: [{p: 10, q: 60, coalition: 2}]\n"
      "request:\n  variable: v\n  codes: [{code: \"1\", share: 0.7}]\n  minimum: 3\n"
      "waiver: {variable: w, code: J}\nzero: {range: 5}\n"
      "negative: {policy: divide, divisor: 1.5}\nweights: spread\nmissing: skip\nshadow: omzet\n"
      "group_disclosure: {share: 0.9, of: lines, none: protect}\n"
      "degrees_of_freedom: {minimum: 10}\nimplied_tables: {minimum: 4, levels: 11}\n"
      "statistics: {endpoints: [refuse], shape: [frequency, implied_tables]}\n");
}

TEST(DamagedTest, AProjectIsRefusedOrMeansWhatItSays) {
  DamageEverywhere<Project>(
      [](const std::string& text) { return ParseProject(text, "f"); },
      "project: p-1\npurpose: {nl: Één doel, en: 'it''s'}\norganisation: o\n"
      "members: [anna@heerlen.nl, b]\nvalid: {from: 2016-11-28, until: 2036-11-28}\n"
      "rules: r\ngrants:\n  - {dataset: d, variables: [a, b], where: {a: [GM0917, \"01\"]}}\n");
}

TEST(DamagedTest, ScopedRulesAndAPresetAreRefusedOrMeanWhatTheySay) {
  DamageEverywhere<RuleSet>(
      [](const std::string& text) { return ParseRuleSet(text, "f"); },
      "rules: r\nfrequency: {minimum: 10}\nstricter:\n  - when: {variables: [h.s], levels: [b]}\n"
      "    because: {nl: Klein, en: Small}\n    frequency: {minimum: 20}\n"
      "  - when: {statistics: [gini], roles: [researcher]}\n    because: G\n    refuse: true\n");
  DamageEverywhere<RuleSet>(
      [](const std::string& text) { return ParseRuleSet(text, "f", RuleSetUse::kPreset); },
      "rules: p\nsource: S\nto_be_confirmed_by: C\npublication:\n"
      "  - {figure: shares, of: [o], units: inhabitants, units_at_least: 50, group_at_least: 10}\n"
      "  - {figure: shares, of: [m], cap: {low: 5, high: 95}}\n"
      "  - {figure: counts, of: [w], round: 5, from: 2010, until: 2012}\n");
}

// Inheritance shows only in a whole policy.
TEST(DamagedTest, ARuleSetThatExtendsAnotherIsRefusedOrMeansWhatItSays) {
  DamageEverywhere<RuleSet>(
      [](const std::string& text) {
        Parsed<PolicyBundle> bundle = ParsePolicyBundle(
            {{"rules/a.yaml",
              "rules: a\nfrequency: {minimum: 20}\ndominance: [{n: 1, share: 0.5}]\n"},
             {"rules/b.yaml", text}},
            {});
        Parsed<RuleSet> parsed;
        parsed.diagnostics = bundle.diagnostics;
        for (auto& [name, rules] : bundle.value.rules) {
          if (name != "a") parsed.value = rules;
        }
        parsed.value.stricter.clear();  // shared pointers: two readings have two
        return parsed;
      },
      "rules: b\nextends: a\np_percent: {p: 10}\n");
}

TEST(DamagedTest, PeopleAreRefusedOrAreWhoTheTextSays) {
  DamageEverywhere<Officers>(
      [](const std::string& text) { return ParseOfficers(text, "f"); },
      "officers:\n  - {id: a@b.nl, name: A, organisation: o,\n"
      "     key: 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=, valid: {from: 2026-01-01, until: "
      "2028-12-31}}\n");
  DamageEverywhere<Witnesses>(
      [](const std::string& text) { return ParseWitnesses(text, "f"); },
      "witnesses:\n  - {name: h, url: \"https://h.nl\",\n"
      "     key: heerlen.nl/getuige+0de828a8+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f}\n"
      "quorum: 1\n");
}

TEST(DamagedTest, AnIndicatorIsRefusedOrMeansWhatItSays) {
  DamageEverywhere<Indicator>(
      [](const std::string& text) { return ParseIndicator(text, "f"); },
      "indicator: s\ntitle: {nl: S, en: D}\ndefinition: {nl: H, en: H}\n"
      "numerator: {nl: M, en: I}\nsql: SELECT a FROM t\nunit: \"%\"\nsource: CBS\n"
      "areas: [buurt]\ncadence: year\ndirection: lower\n");
}

TEST(DamagedTest, ACatalogueEntryIsRefusedOrMeansWhatItSays) {
  DamageEverywhere<DatasetEntry>(
      [](const std::string& text) { return ParseDatasetEntry(text, "f", SmallCodeLists); },
      "dataset: d\nperiod: \"2016\"\nsource: {file: d.csv, empty: \"\"}\ncontributor: [id]\n"
      "weight: null\nvariables:\n  id: {role: identifier}\n"
      "  sbi: {role: dimension, codes: codes/sbi2008.csv, levels: [s, a]}\n"
      "  afd: {role: dimension, of: sbi, level: a}\n"
      "  g: {role: dimension, values: [k, m], missing: [\"\"], sensitive: [k]}\n"
      "  l: {role: dimension, range: [0, 120], bands: {from: 0, to: 100, widths: [5, 10]}}\n"
      "  o: {role: measure, decimals: 2, sign: any, missing: [99]}\n"
      "links:\n  h: {key: [id], to: h, one: true, membership: mixed}\n");
}

TEST(DamagedTest, AnEntryOfADayIsRefusedOrMeansWhatItSays) {
  DamageEverywhere<DatasetEntry>(
      [](const std::string& text) { return ParseDatasetEntry(text, "f", SmallCodeLists); },
      "dataset: d\nlineage: l\nquality: {nl: a, en: b}\nreference_date: 2016-01-01\n"
      "episodes: {from: A, until: B, open: [\"8\"], several: true}\ncontributor: [id, h]\n"
      "variables:\n  id: {role: identifier, forbidden_with: [g, x.z]}\n  h: {role: identifier}\n"
      "  g: {role: dimension, codes: codes/gemeente2016.csv, levels: [p, g], grain: [h, id],\n"
      "      merged: {level: g, as: q, on: 2022-01-01, changes: codes/changes.csv}}\n"
      "  o: {role: measure, grain: h, quality: c}\n");
}

// Whatever a file of changes says, the list stays a tree in order, with the codes that it had.
TEST(DamagedTest, AFileOfChangesIsRefusedOrLeavesATree) {
  Mutator mutator(FuzzSeed(),
                  {",", "GM0881", "GM0917", "GM1954", "2019-01-01", "LI", "+", "@2022", "\n\n"});
  const std::string entry =
      "dataset: d\nreference_date: 2016-01-01\nvariables:\n  g: {role: dimension, codes: "
      "codes/gemeente2016.csv, "
      "levels: [p, g], merged: {level: g, as: q, on: 2022-01-01, changes: codes/changes.csv}}\n";
  const std::string header = "code,successor,date,label_nl,label_en\n";
  const std::string valid = SmallCodeLists("codes/changes.csv").value().substr(header.size());
  const int runs = FuzzRuns(3000);
  int accepted = 0;
  for (int run = 0; run < runs && !HasFailure(); ++run) {
    const std::string changes = header + mutator.Damage(valid);
    const auto parsed =
        ParseDatasetEntry(entry, "f", [&](const std::string& path) -> absl::StatusOr<std::string> {
          if (path == "codes/changes.csv") return changes;
          return SmallCodeLists(path);
        });
    FormatDiagnostics(parsed.diagnostics);
    if (!parsed.ok()) continue;
    ++accepted;
    const CodeList& list = parsed.value.FindVariable("g")->codes;
    for (size_t k = 0; k < list.codes.size(); ++k) {
      EXPECT_LT(list.codes[k].parent, static_cast<int>(k)) << changes;
      EXPECT_EQ(list.Find(list.codes[k].code), static_cast<int>(k)) << changes;
      const int parent = list.codes[k].parent;
      EXPECT_TRUE(parent < 0 || list.codes[static_cast<size_t>(parent)].level < list.codes[k].level)
          << changes;
    }
    for (const char* code :
         {"LI", "NB", "GM0881", "GM0917", "GM0951", "GM0788", "GM0757", "GM0824"})
      EXPECT_GE(list.Find(code), 0) << changes;
  }
  EXPECT_GT(accepted, 0);
}

TEST(DamagedTest, ACodeListIsRefusedOrItsParentsComeFirst) {
  const std::string valid =
      "code,parent,level,label_nl,label_en\nA,,1,\"a \"\"x\"\"\",a\nA1,A,2,b,\n";
  for (size_t i = 0; i < valid.size(); ++i) {
    for (int c = 0; c < 256; ++c) {
      std::string text = valid;
      text[i] = static_cast<char>(c);
      const auto parsed = ParseCodeList(text, "f");
      FormatDiagnostics(parsed.diagnostics);
      for (size_t k = 0; parsed.ok() && k < parsed.value.codes.size(); ++k) {
        EXPECT_LT(parsed.value.codes[k].parent, static_cast<int>(k)) << text;
        EXPECT_EQ(parsed.value.Find(parsed.value.codes[k].code), static_cast<int>(k)) << text;
      }
    }
    FormatDiagnostics(ParseCodeList(valid.substr(0, i), "f").diagnostics);
  }
}

TEST(DamagedTest, ACodeListAfterRandomDamageIsRefusedOrItsParentsComeFirst) {
  Mutator mutator(FuzzSeed(), {",", "\"\"", "A", ",,1,", "_T", "17", "\n\n"});
  const int runs = FuzzRuns(3000);
  for (int run = 0; run < runs && !HasFailure(); ++run) {
    const std::string header = "code,parent,level,label_nl,label_en\n";
    const std::string rows = "A,,1,\"a \"\"x\"\"\",a\nA1,A,2,b,\nA2,A,3,,\n";
    const bool whole = mutator.Below(4) == 0;  // most damage of the header ends the reading there
    const std::string text = whole ? mutator.Damage(header + rows) : header + mutator.Damage(rows);
    const auto parsed = ParseCodeList(text, "f");
    FormatDiagnostics(parsed.diagnostics);
    for (size_t k = 0; parsed.ok() && k < parsed.value.codes.size(); ++k) {
      EXPECT_LT(parsed.value.codes[k].parent, static_cast<int>(k)) << text;
      EXPECT_EQ(parsed.value.Find(parsed.value.codes[k].code), static_cast<int>(k)) << text;
    }
  }
}

TEST(DamagedTest, HostileSizesAreRefusedQuickly) {
  for (const char* open : {"[", "{", "- ", "? ", "a: {", "\"", "!", "&a ", "|\n"}) {
    std::string text = "rules: r\nx: ";
    while (text.size() < 900'000) text += open;
    EXPECT_FALSE(ParseRuleSet(text, "f").ok()) << open;
  }
  EXPECT_FALSE(ParseRuleSet(std::string((1 << 20) + 1, ' '), "f").ok());
  std::string wide = "rules: r\n";
  for (int i = 0; i < 40'000; ++i) absl::StrAppend(&wide, "k", i, ": 1\n");
  EXPECT_FALSE(ParseRuleSet(wide, "f").ok());
}

}  // namespace
}  // namespace kluis
