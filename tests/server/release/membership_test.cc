// From two files to protected tables: a register of persons, and one of benefits in which few of
// one neighbourhood have no row, and all of another. What a join tells of who has a benefit is
// attacked with the sizes of the neighbourhoods, which everyone knows.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "disclosure/protect/protect.h"
#include "tests/server/release/workshop.h"

namespace kluis {
namespace {

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

class MembershipTest : public testing::Test {
 protected:
  MembershipTest() : workshop_("membership") {
    std::string persons = "rin,buurt\n", benefits = "rin,soort\n";
    int rin = 0;
    for (const Neighbourhood& n : kNeighbourhoods) {
      for (int i = 0; i < kSize; ++i) {
        absl::StrAppend(&persons, ++rin, ",", n.code, "\n");
        if (i < n.with_benefit) absl::StrAppend(&benefits, rin, i < n.unemployed ? ",ww\n" : ",ao\n");
      }
    }
    workshop_.Write("persoon.csv", persons);
    workshop_.Write("uitkering.csv", benefits);
    // As if whoever has one wears it on his sleeve.
    workshop_.Write("uitkering.yaml", BenefitsEntry("identifying"));
  }

  // `membership`: as it stands in the entry, or empty.
  void Import(const std::string& membership) {
    workshop_.Write("persoon.yaml", absl::StrCat(kPersons, membership.empty() ? "" : ", membership: ", membership, "}\n"));
    workshop_.Import({"uitkering", "persoon"});
  }

  ReleaseWorkshop workshop_;
};

RuleSet StandardRules() {
  std::ostringstream text;
  text << std::ifstream(KLUIS_SOURCE_DIR "/policies/rules/standard.yaml").rdbuf();
  const Parsed<RuleSet> parsed = ParseRuleSet(text.str(), "standard.yaml");
  EXPECT_TRUE(parsed.ok());
  return parsed.value;
}

// Neighbourhood, or `_T` -> released count; -1: suppressed.
std::map<std::string, int64_t> Released(const std::string& sql, const ReleaseWorkshop& workshop,
                                        const std::map<std::string, std::vector<std::string>>& scope) {
  const RuleSet rules = StandardRules();
  const auto plan =
      workshop.Plan(sql, {{"persoon", {"rin", "buurt"}, {}}, {"uitkering", {"rin", "soort"}, scope}}, rules);
  EXPECT_TRUE(plan.allowed()) << plan.refusal().message;
  const auto table = workshop.Run(plan.value());
  EXPECT_TRUE(table.ok()) << table.status();
  const auto release = Protect(*table, rules, {});
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
    Import(membership);
    for (const Asked& asked : Questions()) {
      SCOPED_TRACE(absl::StrCat(asked.name, ", membership '", membership, "'"));
      const auto counts = Released(asked.sql, workshop_, asked.scope);
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
  Import("identifying");
  for (const Asked& asked : Questions()) {
    SCOPED_TRACE(asked.name);
    EXPECT_EQ(Exposed(Released(asked.sql, workshop_, asked.scope), Truth(asked.of_unemployed)), "BC");
  }
}

}  // namespace
}  // namespace kluis
