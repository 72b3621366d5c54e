// The presets that ship: each loads with its source, and what this version cannot do is refused
// when a rule set in force takes it over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "absl/strings/str_cat.h"
#include "disclosure/policy/load.h"
#include "tests/disclosure/policy/policy_files.h"

namespace kluis {
namespace {

std::map<std::string, std::string> PresetFiles() {
  std::map<std::string, std::string> files;
  for (const auto& file :
       std::filesystem::directory_iterator(KLUIS_SOURCE_DIR "/policies/presets")) {
    files[absl::StrCat("presets/", file.path().filename().string())] = ReadFile(file.path());
  }
  return files;
}

TEST(PresetsTest, EachSaysItsSourceAndWhoConfirmsIt) {
  const auto bundle = ParsePolicyBundle(PresetFiles(), {});
  ASSERT_TRUE(bundle.ok()) << FormatDiagnostics(bundle.diagnostics);
  EXPECT_TRUE(bundle.value.rules.empty());
  EXPECT_EQ(bundle.value.presets.size(), 7u);
  for (const auto& [name, rules] : bundle.value.presets) {
    EXPECT_FALSE(rules.source.empty()) << name;
    EXPECT_FALSE(rules.to_be_confirmed_by.empty()) << name;
  }
}

TEST(PresetsTest, ARuleSetInForceCanExtendThoseThatAreEnforcedWhole) {
  const struct {
    const char* preset;
    const char* refused;  // empty: it can be in force
  } cases[] = {
      {"cbs-output", ""},
      {"sdclog", ""},
      {"cbs-small-areas", "has publication, which is not available on the server"},
      {"dwb-rule-of-thumb", "has group_disclosure.of, which is not available on the server"},
      {"acro", "has noise, which is not available on the server"},
      {"opensafely", "has noise, which is not available on the server"},
      {"us-census-rounding", "has noise, which is not available on the server"},
  };
  for (const auto& c : cases) {
    auto files = PresetFiles();
    files["rules/own.yaml"] = absl::StrCat("rules: own\nextends: ", c.preset, "\n");
    const auto bundle = ParsePolicyBundle(files, {});
    EXPECT_EQ(bundle.ok(), *c.refused == '\0') << FormatDiagnostics(bundle.diagnostics);
    if (bundle.ok()) continue;
    EXPECT_THAT(bundle.diagnostics[0].message, testing::HasSubstr(c.refused));
    EXPECT_EQ(bundle.diagnostics[0].line, 2);
  }
}

// The table of CBS's explanation of its figures for districts and neighbourhoods, row by row.
TEST(PresetsTest, TheSmallAreaRulesAreTheTable) {
  const auto bundle = ParsePolicyBundle(PresetFiles(), {});
  const auto& rules = bundle.value.presets.at("cbs-small-areas").publication;
  const auto find = [&](const std::string& figure, const std::string& of, int year) {
    for (const PublicationRule& rule : rules) {
      const bool named = std::find(rule.of.begin(), rule.of.end(), of) != rule.of.end();
      const bool then = (rule.from_year == 0 || rule.from_year <= year) &&
                        (rule.until_year == 0 || year <= rule.until_year);
      if (rule.figure == figure && named && then) return rule;
    }
    ADD_FAILURE() << figure << " of " << of << " in " << year;
    return PublicationRule{};
  };
  EXPECT_EQ(find("counts", "persons", 2009).round, 10);
  EXPECT_EQ(find("counts", "dwellings", 2012).round, 5);
  EXPECT_EQ(find("shares", "persons", 2012).units_at_least, 50);
  EXPECT_EQ(find("shares", "origin", 2012).group_at_least, 10);
  EXPECT_EQ(find("densities", "population", 2012).units_at_least, 10);
  EXPECT_EQ(find("means", "income", 2011).units_at_least, 200);
  EXPECT_EQ(find("means", "income", 2012).units_at_least, 100);
  EXPECT_EQ(find("means", "income", 2012).round, 100);
  EXPECT_EQ(find("shares", "below_social_minimum", 2011).units_at_least, 70);
  EXPECT_EQ(find("shares", "below_social_minimum", 2012).units_at_least, 100);
  EXPECT_EQ(find("shares", "non_active", 2012).cap_high, 95);
  EXPECT_EQ(find("shares", "benefit_recipients", 2012).group_at_least, 6);
  EXPECT_EQ(find("per_thousand", "bijstand", 2012).round_small_to, 5);
  EXPECT_EQ(find("counts", "business_establishments", 2012).units_at_least, 20);
  EXPECT_EQ(find("shares", "housing", 2012).unknown_most_ppm, 500'000);
  EXPECT_EQ(find("means", "energy", 2012).units_at_least, 6);
  EXPECT_EQ(find("counts", "households", 2010).round, 5);
  EXPECT_EQ(find("shares", "origin", 2012).units_at_least, 50);
  for (const int year : {2011, 2012}) {
    const PublicationRule recipients = find("counts", "income_recipients", year);
    EXPECT_EQ(recipients.units_at_least, year == 2011 ? 200 : 100);
    EXPECT_EQ(recipients.round, 100);
    EXPECT_EQ(recipients.units, "inhabitants");
    EXPECT_EQ(find("means", "income", year).round, 100);
  }
  EXPECT_EQ(find("shares", "non_active", 2012).cap_low, 5);
  EXPECT_EQ(find("shares", "benefit_recipients", 2012).units_at_least, 51) << "more than 50";
  EXPECT_EQ(find("per_thousand", "bijstand", 2012).units, "households");
  EXPECT_EQ(find("per_thousand", "bijstand", 2012).units_at_least, 50);
  EXPECT_EQ(find("per_thousand", "bijstand", 2012).round_small_below, 10);
  EXPECT_EQ(find("counts", "business_establishments", 2012).round, 5);
  EXPECT_EQ(find("shares", "housing", 2012).units_at_least, 20);
  EXPECT_EQ(find("means", "energy", 2012).round, 50);
}

}  // namespace
}  // namespace kluis
