// What `policy check` prints, in its three forms.
#include "disclosure/policy_check/check_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/disclosure/policy_check/cases.h"

namespace kluis {
namespace {

PolicyFolder Wrong() {
  return ReadPolicyFolder(
      WrongPolicy{"", "rules/standard.yaml", "zeros: protect", "zeros: hide", "", "", "", ""}
          .Files());
}

TEST(CheckReportTest, TextEndsWithCountsInTheLanguage) {
  EXPECT_THAT(CheckReport(Wrong(), CheckFormat::kText, Language::kEnglish),
              testing::AllOf(testing::HasSubstr("rules/standard.yaml:2:33: frequency.zeros must be "
                                                "protect or publish, not hide\n"),
                             testing::EndsWith(": 1 error, 0 warnings\n")));
  const std::string dutch = CheckReport(Wrong(), CheckFormat::kText, Language::kDutch);
  EXPECT_THAT(dutch, testing::HasSubstr("moet protect of publish zijn, niet hide"));
  EXPECT_THAT(dutch, testing::EndsWith(": 1 fout, 0 waarschuwingen\n"));
}

TEST(CheckReportTest, JsonHasIdPlaceAndArguments) {
  const auto json =
      nlohmann::json::parse(CheckReport(Wrong(), CheckFormat::kJson, Language::kEnglish));
  EXPECT_EQ(json["ok"], false);
  EXPECT_TRUE(json["policy"].is_null());
  ASSERT_EQ(json["errors"].size(), 1u);
  EXPECT_EQ(json["errors"][0]["id"], "type");
  EXPECT_EQ(json["errors"][0]["line"], 2);
  EXPECT_EQ(json["errors"][0]["arguments"][0], "frequency.zeros");
  const auto good = nlohmann::json::parse(
      CheckReport(ReadPolicyFolder(GoodFiles()), CheckFormat::kJson, Language::kEnglish));
  EXPECT_EQ(good["ok"], true);
  EXPECT_THAT(good["policy"].get<std::string>(), testing::StartsWith("sha256:"));
}

TEST(CheckReportTest, SarifPointsIntoTheFile) {
  const auto sarif =
      nlohmann::json::parse(CheckReport(Wrong(), CheckFormat::kSarif, Language::kEnglish));
  EXPECT_EQ(sarif["version"], "2.1.0");
  const auto& result = sarif["runs"][0]["results"][0];
  EXPECT_EQ(result["ruleId"], "type");
  EXPECT_EQ(result["level"], "error");
  const auto& place = result["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "rules/standard.yaml");
  EXPECT_EQ(place["region"]["startLine"], 2);
  EXPECT_EQ(place["region"]["startColumn"], 33);
}

}  // namespace
}  // namespace kluis
