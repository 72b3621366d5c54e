// What `policy check` prints, in its three forms.
#include "disclosure/policy_check/check_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
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

// Five hundred files are read in 0.2 s; asserted where the compiler optimised and nothing watches.
TEST(CheckReportTest, FiveHundredFilesAreReadAtOnce) {
  PolicyFiles files = GoodFiles();
  const std::string project = files.at("projects/heerlen.yaml");
  for (int i = 0; files.size() < 500; ++i) {
    std::string text = project;
    text.replace(text.find("project: heerlen"), 16, absl::StrCat("project: heerlen-", i));
    files[absl::StrCat("projects/heerlen-", i, ".yaml")] = text;
  }
  const auto begin = std::chrono::steady_clock::now();
  const PolicyFolder folder = ReadPolicyFolder(files);
  const std::string report = CheckReport(folder, CheckFormat::kText, Language::kEnglish);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("check of %zu files: %.3f s\n", files.size(), took.count());
  EXPECT_THAT(report, testing::HasSubstr("500 files: 0 errors"));
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  if (std::getenv("KLUIS_LONG") != nullptr) {
    EXPECT_LT(took.count(), 0.2);
  }
#endif
}

}  // namespace
}  // namespace kluis
