// Weaker, stronger or neither: a corpus that people labelled, and random changes of which the
// answer is known. No weaker one may be missed.
#include "disclosure/policy_change/change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "disclosure/policy_change/change_text.h"
#include "tests/disclosure/policy_check/cases.h"

namespace kluis {
namespace {

// `expect: weaker`, and one or more of file, old and new as in cases.h.
struct Pair {
  std::string name, expected;
  PolicyFiles after;
};

Pair ReadPair(const std::filesystem::path& path) {
  Pair pair{path.stem().string(), "", GoodFiles()};
  std::string file;
  std::vector<std::string> olds, news;
  const auto apply = [&] {
    if (file.empty()) return;
    const std::string from = absl::StrJoin(olds, "\n"), to = absl::StrJoin(news, "\n");
    std::string& text = pair.after[file];
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << path;
    if (at != std::string::npos) text.replace(at, from.size(), to);
    olds.clear();
    news.clear();
  };
  const std::string text = ReadFile(path);
  for (absl::string_view line : absl::StrSplit(absl::StripSuffix(text, "\n"), '\n')) {
    if (absl::ConsumePrefix(&line, "expect: ")) pair.expected = std::string(line);
    if (absl::ConsumePrefix(&line, "old: ")) olds.emplace_back(line);
    if (absl::ConsumePrefix(&line, "new: ")) news.emplace_back(line);
    if (!absl::ConsumePrefix(&line, "file: ")) continue;
    apply();
    file = std::string(line);
  }
  apply();
  return pair;
}

ChangeReport Report(const PolicyFiles& before, const PolicyFiles& after) {
  const PolicyFolder a = ReadPolicyFolder(before), b = ReadPolicyFolder(after);
  EXPECT_TRUE(a.ok()) << FormatDiagnostics(a.errors);
  EXPECT_TRUE(b.ok()) << FormatDiagnostics(b.errors);
  return JudgeChange({a.bundle, a.datasets}, {b.bundle, b.datasets});
}

TEST(ChangeTest, EveryPairIsJudgedAsPeopleJudgedIt) {
  int pairs = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(KLUIS_SOURCE_DIR "/tests/golden/policy_changes")) {
    const Pair pair = ReadPair(file.path());
    const ChangeReport report = Report(GoodFiles(), pair.after);
    EXPECT_EQ(JudgementName(report.judgement()), pair.expected) << pair.name << "\n"
                                                                << ChangeText(report, false);
    EXPECT_EQ(report.NeedsSecondOfficer(), pair.expected == "weaker") << pair.name;
    // The way back of what is stronger is weaker; of what is neither, neither.
    const ChangeReport back = Report(pair.after, GoodFiles());
    if (pair.expected == "stronger") {
      EXPECT_EQ(back.judgement(), Judgement::kWeaker) << pair.name << "\n"
                                                      << ChangeText(back, false);
    }
    ++pairs;
  }
  EXPECT_GE(pairs, 100);
}

TEST(ChangeTest, NothingChangesNothing) {
  const ChangeReport report = Report(GoodFiles(), GoodFiles());
  EXPECT_TRUE(report.changes.empty());
  EXPECT_EQ(ChangeText(report, false), "nothing becomes weaker or stronger: one officer signs\n");
}

TEST(ChangeTest, TestsThatGoComeOrAskSomethingElseAreShown) {
  const std::map<std::string, std::string> before = {{"rules/a_test.yaml", "queries: []\n"},
                                                     {"rules/b_test.yaml", "queries: []\n"},
                                                     {"rules/c_test.yaml", "queries: []\n"},
                                                     {"rules/a.yaml", "name: a\n"}};
  const std::map<std::string, std::string> after = {{"rules/b_test.yaml", "queries: [x]\n"},
                                                    {"rules/c_test.yaml", "# same\nqueries: []\n"},
                                                    {"rules/d_test.yaml", "queries: []\n"}};
  ChangeReport report;
  AddTestChanges(before, after, &report);
  EXPECT_FALSE(report.NeedsSecondOfficer());
  EXPECT_EQ(ChangeText(report, false),
            "neither: test rules/a_test.yaml: rules/a_test.yaml is gone: what it looks after is "
            "looked after no more\n"
            "neither: test rules/b_test.yaml: has changed\n"
            "neither: test rules/d_test.yaml: rules/d_test.yaml is new\n"
            "3 changes, 0 weaker: one officer signs\n");
}

TEST(ChangeTest, SaysForWhom) {
  PolicyFiles after = GoodFiles();
  std::string& rules = after["rules/standard.yaml"];
  rules.replace(rules.find("minimum: 10"), 11, "minimum: 5");
  const ChangeReport report = Report(GoodFiles(), after);
  ASSERT_EQ(report.changes.size(), 1u);
  const Concerned& whom = report.changes[0].whom;
  EXPECT_EQ(whom.projects, std::set<std::string>{"heerlen"});
  EXPECT_EQ(whom.members, (std::set<std::string>{"anna@heerlen.nl", "bram@heerlen.nl"}));
  EXPECT_EQ(whom.datasets, std::set<std::string>{"huishouden"});
  EXPECT_EQ(ChangeText(report, false),
            "weaker: rule set standard: frequency.minimum 10 -> 5, for project heerlen "
            "(anna@heerlen.nl, bram@heerlen.nl), datasets huishouden\n"
            "1 change, 1 weaker: two different officers sign\n");
  EXPECT_THAT(ChangeText(report, true),
              testing::StartsWith("zwakker: regelset standard: frequency.minimum 10 -> 5, voor "
                                  "project heerlen"));
  const auto json = nlohmann::json::parse(ChangeJson(report, false));
  EXPECT_EQ(json["officers"], 2);
  EXPECT_EQ(json["changes"][0]["judgement"], "weaker");
}

// A rule for some datasets concerns whoever was granted one of these, and nobody else.
TEST(ChangeTest, ARuleForSomeQueriesSaysForWhoseQueries) {
  PolicyFiles before = GoodFiles();
  std::string& project = before["projects/bedrijven.yaml"];
  project.replace(project.find("rules: business"), 15, "rules: standard");
  const auto whom_of = [&before](const std::string& when) {
    PolicyFiles after = before;
    absl::StrAppend(&after["rules/standard.yaml"], "  - when: ", when,
                    "\n    because: Test\n    refuse: true\n");
    const ChangeReport report = Report(before, after);
    EXPECT_EQ(report.changes.size(), 1u);
    return report.changes.at(0).whom;
  };
  const std::set<std::string> anna = {"anna@heerlen.nl"},
                              both = {"anna@heerlen.nl", "bram@heerlen.nl"};
  for (const char* when : {"{datasets: [bedrijf]}", "{variables: [bedrijf.omzet]}"}) {
    const Concerned whom = whom_of(when);
    EXPECT_EQ(whom.projects, std::set<std::string>{"bedrijven"}) << when;
    EXPECT_EQ(whom.members, anna) << when;
    EXPECT_EQ(whom.datasets, std::set<std::string>{"bedrijf"}) << when;
  }
  for (const char* when : {"{variables: [omzet]}", "{statistics: [frequencies]}",
                           "{variables: [bedrijf.omzet, inkomen]}"}) {
    EXPECT_EQ(whom_of(when).projects, (std::set<std::string>{"bedrijven", "heerlen"})) << when;
    EXPECT_EQ(whom_of(when).members, both) << when;
  }
}

// A weaker rule set is weaker for whoever uses it, also when it comes under another name.
TEST(ChangeTest, AWeakerRuleSetUnderAnotherNameIsWeaker) {
  PolicyFiles after = GoodFiles();
  std::string weak = after["rules/standard.yaml"];
  weak.replace(weak.find("rules: standard"), 15, "rules: new");
  weak.replace(weak.find("minimum: 10"), 11, "minimum: 5");
  after["rules/new.yaml"] = weak;
  EXPECT_EQ(Report(GoodFiles(), after).judgement(), Judgement::kNeither);
  std::string& project = after["projects/heerlen.yaml"];
  project.replace(project.find("rules: standard"), 15, "rules: new");
  EXPECT_EQ(Report(GoodFiles(), after).judgement(), Judgement::kWeaker);
}

TEST(ChangeTest, WhatGoesIsStrongerButForWhoSignsAndWatches) {
  const struct {
    const char* path;
    Judgement gone;
  } cases[] = {{"projects/heerlen.yaml", Judgement::kStronger},
               {"indicators/schulden.yaml", Judgement::kStronger},
               {"officers.yaml", Judgement::kWeaker},
               {"witnesses.yaml", Judgement::kWeaker}};
  for (const auto& c : cases) {
    PolicyFiles fewer = GoodFiles();
    fewer.erase(c.path);
    EXPECT_EQ(Report(GoodFiles(), fewer).judgement(), c.gone) << c.path;
    if (c.gone == Judgement::kStronger) {
      EXPECT_EQ(Report(fewer, GoodFiles()).judgement(), Judgement::kWeaker) << c.path;
    }
  }
}

}  // namespace
}  // namespace kluis
