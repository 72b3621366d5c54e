// Officers, witnesses, indicators, and the term of a project.
#include "disclosure/policy/officers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "disclosure/policy/load.h"

namespace kluis {
namespace {

constexpr char kOfficers[] = R"(officers:
  - id: p.devries@cbs.nl
    name: Petra de Vries
    organisation: cbs
    key: 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
    valid: {from: 2026-01-01, until: 2028-12-31}
)";

TEST(OfficersTest, AreReadWithTheirKeys) {
  const auto parsed = ParseOfficers(kOfficers, "officers.yaml");
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  const Officer* officer = parsed.value.Find("p.devries@cbs.nl");
  ASSERT_NE(officer, nullptr);
  EXPECT_EQ(officer->public_key.size(), 32u);
  EXPECT_EQ(officer->public_key[0], '\xd7');  // RFC 8032, 7.1, test 1
  EXPECT_EQ(officer->valid_until, "2028-12-31");
  EXPECT_EQ(parsed.value.Find("somebody"), nullptr);
}

// Whoever holds no secret can sign under a point of small order.
TEST(OfficersTest, KeysUnderWhichAnybodyCanSignAreRefused) {
  for (const char* key : {"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA=",
                          "7P///////////////////////////////////////38="}) {
    std::string text = kOfficers;
    const size_t at = text.find("11qY");
    text.replace(at, 44, key);
    const auto parsed = ParseOfficers(text, "officers.yaml");
    ASSERT_EQ(parsed.diagnostics.size(), 1u) << key;
    EXPECT_THAT(parsed.diagnostics[0].message, testing::HasSubstr("anybody can sign")) << key;
  }
}

TEST(OfficersTest, TwoMayNotShareAKey) {
  std::string second = kOfficers;
  second = second.substr(second.find('\n') + 1);
  second.replace(second.find("p.devries"), 9, "someone");
  const auto parsed = ParseOfficers(absl::StrCat(kOfficers, second), "officers.yaml");
  ASSERT_EQ(parsed.diagnostics.size(), 1u) << FormatDiagnostics(parsed.diagnostics);
  EXPECT_EQ(parsed.diagnostics[0].line, 10);
  EXPECT_THAT(parsed.diagnostics[0].message, testing::HasSubstr("key of p.devries@cbs.nl"));
}

constexpr char kProject[] = R"(project: p
purpose: x
organisation: o
members: [anna@heerlen.nl]
rules: r
grants:
  - {dataset: d, variables: [v], periods: ["2022"], finest: {buurt: wijk}}
)";

TEST(ProjectTermTest, IsWhileAuthorisationAndConsentBothHold) {
  const auto parsed = ParseProject(
      absl::StrCat(kProject,
                   "authorisation: {by: cbs, reference: CBS-1, from: 2020-01-01, until: 2024-06-30}\n"
                   "consent: {by: cbs, from: 2021-03-01, until: 2030-01-01}\n"),
      "projects/p.yaml");
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  EXPECT_EQ(parsed.value.valid_from, "2021-03-01");
  EXPECT_EQ(parsed.value.valid_until, "2024-06-30");
  EXPECT_EQ(parsed.value.grants[0].periods, std::vector<std::string>{"2022"});
  EXPECT_EQ(parsed.value.grants[0].finest.at("buurt"), "wijk");
}

TEST(ProjectTermTest, OneOfTheTwoIsNotEnough) {
  for (const char* term :
       {"authorisation: {by: cbs, from: 2020-01-01, until: 2024-06-30}\n",
        "consent: {by: cbs, from: 2020-01-01, until: 2024-06-30}\n", "",
        "authorisation: {by: a, from: 2020-01-01, until: 2020-06-30}\n"
        "consent: {by: b, from: 2021-01-01, until: 2021-06-30}\n",
        "valid: {from: 2020-01-01, until: 2024-06-30}\n"
        "consent: {by: cbs, from: 2020-01-01, until: 2024-06-30}\n"}) {
    EXPECT_FALSE(ParseProject(absl::StrCat(kProject, term), "projects/p.yaml").ok()) << term;
  }
}

TEST(IndicatorTest, IsReadInBothLanguages) {
  const auto parsed = ParseIndicator(R"(indicator: minimum-income
title: {nl: Minimuminkomen, en: Minimum income}
definition: {nl: a, en: b}
numerator: {nl: c, en: d}
denominator: {nl: e, en: f}
sql: SELECT buurt, SHARE(minimum = 'ja') AS aandeel FROM huishouden GROUP BY ROLLUP (buurt)
unit: "%"
source: CBS
areas: [gemeente, wijk, buurt]
cadence: year
direction: lower
)",
                                     "indicators/minimum.yaml");
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  EXPECT_EQ(parsed.value.title_nl, "Minimuminkomen");
  EXPECT_EQ(parsed.value.areas.size(), 3u);
  EXPECT_EQ(parsed.value.direction, "lower");
}

}  // namespace
}  // namespace kluis
