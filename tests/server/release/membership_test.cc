// From two files to protected tables: a register of persons, and one of benefits in which few of
// one neighbourhood have no row, and all of another. What a join tells of who has a benefit is
// attacked with the sizes of the neighbourhoods, which everyone knows.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "disclosure/protect/protect.h"
#include "server/catalogue/catalogue_store.h"
#include "server/catalogue/import.h"
#include "server/engine/engine.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {
namespace {

std::shared_ptr<const DataKey> TestKey() {
  static const auto key = DataKey::Random();
  return key;
}

namespace fs = std::filesystem;

constexpr int kSize = 60;  // persons of each neighbourhood
constexpr int kMinimum = 10;

struct Neighbourhood {
  const char* code;
  int with_benefit;  // of kSize
  int unemployed;    // of these; the others are disabled
};

constexpr Neighbourhood kNeighbourhoods[] = {{"A", 30, 30}, {"B", 57, 57}, {"C", 0, 0},
                                             {"D", 25, 12}, {"E", 40, 20}, {"F", 31, 31}};

constexpr char kPersons[] = R"(dataset: persoon
title: {nl: Personen, en: Persons}
period: "2022"
unit: persoon
source: {file: persoon.csv}
contributor: [rin]
variables:
  rin: {role: identifier}
  buurt: {role: dimension, kind: identifying, values: [A, B, C, D, E, F]}
links:
  uitkering: {key: [rin], to: uitkering, one: true)";

// The kind of benefit is called identifying, as if whoever has one wears it on his sleeve.
constexpr char kBenefits[] = R"(dataset: uitkering
title: {nl: Uitkeringen, en: Benefits}
period: "2022"
unit: uitkering
source: {file: uitkering.csv}
contributor: [rin]
variables:
  rin: {role: identifier}
  soort: {role: dimension, kind: identifying, values: [ww, ao]}
)";

class MembershipTest : public testing::Test {
 protected:
  MembershipTest() : root_(fs::temp_directory_path() / absl::StrCat("kluis_membership_", getpid())) {
    fs::remove_all(root_);
    fs::create_directories(root_ / "policies/datasets");
    std::string persons = "rin,buurt\n", benefits = "rin,soort\n";
    int rin = 0;
    for (const Neighbourhood& n : kNeighbourhoods) {
      for (int i = 0; i < kSize; ++i) {
        absl::StrAppend(&persons, ++rin, ",", n.code, "\n");
        if (i < n.with_benefit) absl::StrAppend(&benefits, rin, i < n.unemployed ? ",ww\n" : ",ao\n");
      }
    }
    Write("persoon.csv", persons);
    Write("uitkering.csv", benefits);
    Write("uitkering.yaml", kBenefits);
  }
  ~MembershipTest() override { fs::remove_all(root_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(root_ / "policies/datasets" / name) << text;
  }

  // `membership`: as it stands in the entry, or empty.
  std::shared_ptr<const CatalogueView> Import(const std::string& membership) {
    fs::remove_all(root_ / "data");
    Write("persoon.yaml", absl::StrCat(kPersons, membership.empty() ? "" : ", membership: ", membership, "}\n"));
    for (const char* name : {"uitkering", "persoon"}) {
      const auto report = ImportDataset({.entry_file = (root_ / "policies/datasets" / (std::string(name) + ".yaml")).string(),
                                         .policies_root = (root_ / "policies").string(),
                                         .data_folder = (root_ / "data").string(),
                                         .pseudonym_key = std::string(32, 'k'),
                                         .data_key = TestKey()});
      EXPECT_TRUE(report.ok()) << report.status();
    }
    return (*Catalogue::Open((root_ / "data").string()))->view();
  }

  fs::path root_;
};

RuleSet StandardRules() {
  std::ostringstream text;
  text << std::ifstream(KLUIS_SOURCE_DIR "/policies/rules/standard.yaml").rdbuf();
  const Parsed<RuleSet> parsed = ParseRuleSet(text.str(), "standard.yaml");
  EXPECT_TRUE(parsed.ok());
  return parsed.value;
}

// Neighbourhood, or `_T` -> released count; -1: suppressed.
std::map<std::string, int64_t> Released(const std::string& sql, const CatalogueView& catalogue,
                                        const std::map<std::string, std::vector<std::string>>& scope) {
  PolicyBundle policy;
  policy.rules["standard"] = StandardRules();
  Project& project = policy.projects["p"];
  project.name = "p";
  project.members = {"anna"};
  project.valid_from = "2016-11-28";
  project.valid_until = "2036-11-28";
  project.rules = "standard";
  project.grants = {{"persoon", {"rin", "buurt"}, {}}, {"uitkering", {"rin", "soort"}, scope}};
  Caller anna;
  anna.id = "anna";
  auto parsed = ParseQuery(sql);
  EXPECT_TRUE(parsed.allowed()) << sql;
  const auto authorised = Authorise(anna, std::move(parsed).value(), "p", policy, catalogue, "2026-11-22");
  EXPECT_TRUE(authorised.allowed()) << authorised.refusal().message;
  const auto plan = MakePlan(authorised.value(), catalogue);
  EXPECT_TRUE(plan.allowed()) << plan.refusal().message;
  const auto table = (*NewDuckDbEngine({.data_key = TestKey()}))->Run(plan.value(), nullptr);
  EXPECT_TRUE(table.ok()) << table.status();
  const auto release = Protect(*table, authorised.value().rules(), {});
  EXPECT_TRUE(release.ok()) << release.status();
  std::map<std::string, int64_t> counts;
  for (size_t row = 0; row < release->shape().rows.size(); ++row) {
    const ReleasedValue& value = release->values()[row][0];
    counts[release->shape().rows[row].codes[0]] = value.status == ValueStatus::kOk ? static_cast<int64_t>(value.scaled) : -1;
  }
  return counts;
}

// Neighbourhoods of which the attacker learns that fewer than the minimum are in, or are out.
std::string Exposed(const std::map<std::string, int64_t>& counts, const std::map<std::string, int>& truth) {
  int64_t hidden = 0, left = counts.at("_T");
  for (const auto& [code, count] : counts) {
    if (code == "_T") continue;
    hidden += count < 0;
    left -= std::max<int64_t>(count, 0);
  }
  std::string exposed;
  for (const auto& [code, n] : truth) {
    int64_t low = counts.at(code), high = low;
    if (low < 0) {
      const int64_t others = (hidden - 1) * kSize;
      low = counts.at("_T") < 0 ? 0 : std::max<int64_t>(0, left - others);
      high = counts.at("_T") < 0 ? kSize : std::min<int64_t>(kSize, left);
    }
    EXPECT_TRUE(low <= n && n <= high) << code;
    const bool in = n < kMinimum && (low > 0 || high < kMinimum);
    const bool out = kSize - n < kMinimum && (high < kSize || kSize - low < kMinimum);
    if (in || out) exposed += code;
  }
  return exposed;
}

struct Asked {
  const char* name;
  const char* sql;
  std::map<std::string, std::vector<std::string>> scope;
  bool of_unemployed;
};

std::vector<Asked> Questions() {
  const char* all = "SELECT buurt, COUNT(*) FROM persoon p JOIN uitkering u ON p.rin = u.rin GROUP BY ROLLUP (buurt)";
  return {{"who has a benefit", all, {}, false},
          {"who has a benefit of one kind",
           "SELECT buurt, COUNT(*) FROM persoon p JOIN uitkering u ON p.rin = u.rin WHERE u.soort = 'ww' GROUP BY ROLLUP (buurt)", {}, true},
          {"the same by the grant", all, {{"soort", {"ww"}}}, true},
          {"a LEFT JOIN that WHERE makes an inner one",
           "SELECT buurt, COUNT(*) FROM persoon p LEFT JOIN uitkering u ON p.rin = u.rin WHERE u.soort <> '_U' GROUP BY ROLLUP (buurt)", {}, false},
          {"a LEFT JOIN that the grant makes an inner one",
           "SELECT buurt, COUNT(*) FROM persoon p LEFT JOIN uitkering u ON p.rin = u.rin WHERE u.soort IN ('ww', 'ao') GROUP BY ROLLUP (buurt)",
           {{"soort", {"ww", "ao"}}}, false}};
}

std::map<std::string, int> Truth(bool of_unemployed) {
  std::map<std::string, int> truth;
  for (const Neighbourhood& n : kNeighbourhoods) truth[n.code] = of_unemployed ? n.unemployed : n.with_benefit;
  return truth;
}

TEST_F(MembershipTest, AJoinTellsOfNobodyThatFewHaveABenefitOrThatFewHaveNone) {
  for (const char* membership : {"", "mixed", "confidential"}) {
    const auto catalogue = Import(membership);
    for (const Asked& asked : Questions()) {
      SCOPED_TRACE(absl::StrCat(asked.name, ", membership '", membership, "'"));
      const auto counts = Released(asked.sql, *catalogue, asked.scope);
      ASSERT_EQ(counts.size(), 7u);
      EXPECT_EQ(Exposed(counts, Truth(asked.of_unemployed)), "");
      int shown = 0;
      for (const auto& [code, count] : counts) shown += count >= 0;
      EXPECT_GE(shown, 3) << "what is safe is shown";
    }
  }
}

// The data have teeth: where everyone is said to know the members, nothing is hidden from anyone.
TEST_F(MembershipTest, WhatEveryoneKnowsIsNotJudged) {
  const auto catalogue = Import("identifying");
  for (const Asked& asked : Questions()) {
    SCOPED_TRACE(asked.name);
    EXPECT_EQ(Exposed(Released(asked.sql, *catalogue, asked.scope), Truth(asked.of_unemployed)), "BC");
  }
}

}  // namespace
}  // namespace kluis
