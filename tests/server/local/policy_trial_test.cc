// `policy test` and `policy explain` on a folder of their own.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/server/local/workshop.h"

namespace kluis {
namespace {

using testing::HasSubstr;

constexpr char kBase[] = KLUIS_SOURCE_DIR "/tests/golden/policy_cases/base";

class PolicyTrialTest : public Workshop {
 protected:
  void SetUp() override {
    Workshop::SetUp();
    std::filesystem::copy(kBase, Path("policy"), std::filesystem::copy_options::recursive);
  }

  Outcome Test(const std::string& queries) {
    Write("policy/rules/standard_test.yaml",
          absl::StrCat("test: debts\nproject: heerlen\ndata:\n  huishouden:\n"
                       "    - {times: 40, buurt: BU09171000, typhh: een, schuld: nee, leeftijd: "
                       "\"40\", inkomen: \"100\"}\n"
                       "    - {times: 3, buurt: BU09171001, typhh: een, schuld: ja, leeftijd: "
                       "\"40\", inkomen: \"100\"}\n"
                       "queries:\n",
                       queries));
    return Sdc({"policy", "test", Path("policy")});
  }

  Outcome Explain(const std::string& sql, const std::string& project = "heerlen") {
    Write("query.sql", sql);
    return Sdc(
        {"policy", "explain", Path("policy"), "--query", Path("query.sql"), "--project", project});
  }
};

constexpr char kCounts[] =
    "  - sql: SELECT schuld, COUNT(*) AS n FROM huishouden GROUP BY schuld\n"
    "    cells:\n";

TEST_F(PolicyTrialTest, WhatComesOutAsExpectedIsDone) {
  const Outcome outcome = Test(absl::StrCat(
      kCounts, "      - {row: [ja], n: P}\n      - {row: [nee], n: hidden}\n",
      "  - sql: SELECT LEVEL(buurt, 'gemeente') AS g, COUNT(*) AS n FROM huishouden GROUP BY "
      "LEVEL(buurt, 'gemeente')\n    cells: [{row: [GM0917], n: 43}]\n",
      "  - sql: SELECT GINI(inkomen) AS g FROM huishouden\n    refused: REFUSED_BY_RULE\n",
      "  - sql: SELECT buurt, COUNT(*) AS n FROM huishouden GROUP BY buurt\n"
      "    refused: OUT_OF_SCOPE\n",
      "  - sql: SELECT typhh, COUNT(*) AS n FROM huishouden GROUP BY typhh\n"
      "    refused: NOT_GRANTED\n"));
  EXPECT_EQ(outcome.exit, 0) << outcome.out << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("ok    rules/standard_test.yaml: debts (6 outcomes)\n"));
  EXPECT_THAT(outcome.out, HasSubstr("met     standard: frequency\n"));
  EXPECT_THAT(outcome.out, HasSubstr("met     standard: stricter rules/standard.yaml:21\n"));
  EXPECT_THAT(outcome.out, HasSubstr("not met standard: dominance\n"));
  EXPECT_THAT(outcome.out, HasSubstr("1 test, 0 failed"));
}

// A figure, a row, a statistic and a refusal that are not what comes out.
std::string Faults() {
  return absl::StrCat(
      kCounts, "      - {row: [ja], n: ok}\n      - {row: [nooit], n: P}\n",
      "      - {row: [ja], m: P}\n",
      "  - sql: SELECT LEVEL(buurt, 'gemeente') AS g, COUNT(*) AS n FROM huishouden GROUP BY "
      "LEVEL(buurt, 'gemeente')\n    refused: OUT_OF_SCOPE\n");
}

TEST_F(PolicyTrialTest, EveryDifferenceIsToldAtItsLineAndExitsWithTwo) {
  const Outcome outcome = Test(Faults());
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.out, HasSubstr("standard_test.yaml:10: [ja] n is P, expected ok\n"));
  EXPECT_THAT(outcome.out, HasSubstr("standard_test.yaml:11: there is no row [nooit]"));
  EXPECT_THAT(outcome.out, HasSubstr("standard_test.yaml:12: there is no statistic m\n"));
  EXPECT_THAT(outcome.out, HasSubstr("answered; expected a refusal, OUT_OF_SCOPE\n"));
}

// A test that cannot fail tests nothing: a weaker rule set is noticed.
TEST_F(PolicyTrialTest, AWeakerRuleSetFailsTheTest) {
  const std::string expected = absl::StrCat(kCounts, "      - {row: [ja], n: P}\n");
  EXPECT_EQ(Test(expected).exit, 0);
  std::ifstream in(Path("policy/rules/standard.yaml"));
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  text.replace(text.find("minimum: 10"), 11, "minimum: 3");
  text.replace(text.find("zeros: protect"), 14, "zeros: publish");
  text.erase(text.find("group_disclosure"), 32);
  Write("policy/rules/standard.yaml", text);
  EXPECT_EQ(Test(expected).exit, 2);
}

TEST_F(PolicyTrialTest, WrongFilesAndRowsAreToldWithTheirPlace) {
  const Outcome neither = Test("  - sql: SELECT 1\n");
  EXPECT_EQ(neither.exit, 2);
  EXPECT_THAT(neither.err, HasSubstr("standard_test.yaml:8:5: queries[0] must say either cells"));
  Write("policy/rules/standard_test.yaml",
        "test: t\nproject: heerlen\ndata:\n  huishouden: [{kleur: rood}]\nqueries:\n"
        "  - {sql: SELECT 1, refused: X}\n");
  EXPECT_THAT(Sdc({"policy", "test", Path("policy")}).out,
              HasSubstr("huishouden has no column 'kleur'"));
  std::filesystem::remove(Path("policy/rules/standard_test.yaml"));
  const Outcome none = Sdc({"policy", "test", Path("policy")});
  EXPECT_EQ(none.exit, 2);
  EXPECT_THAT(none.err, HasSubstr("there are no tests"));
}

TEST_F(PolicyTrialTest, JsonHasTestsAndRules) {
  Test(absl::StrCat(kCounts, "      - {row: [ja], n: P}\n"));
  const Outcome outcome = Sdc({"policy", "test", Path("policy"), "--format", "json"});
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["ok"], true);
  EXPECT_EQ(json["tests"][0]["outcomes"], 1);
  EXPECT_GT(json["rules"].size(), 5u);
}

TEST_F(PolicyTrialTest, ExplainSaysFromWhichLineEachValueComes) {
  const Outcome outcome = Explain(
      "SELECT LEVEL(buurt, 'wijk') AS w, SUM(inkomen) AS s FROM huishouden WHERE schuld = "
      "'ja' GROUP BY LEVEL(buurt, 'wijk')");
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("1. project heerlen, 2026-02-01 to 2027-12-31"));
  EXPECT_THAT(outcome.out, HasSubstr("huishouden, only gemeente of GM0917\n"));
  EXPECT_THAT(outcome.out, HasSubstr("frequency.minimum: 10  (rules/standard.yaml:2)\n"));
  EXPECT_THAT(outcome.out, HasSubstr("frequency.coalition: 1  (default)\n"));
  EXPECT_THAT(outcome.out, HasSubstr("does not rules/standard.yaml:18  frequency.minimum: 20"));
  EXPECT_THAT(outcome.out, HasSubstr("linear_aggregations: frequency, dominance, p_percent"));
  const Outcome business = Explain("SELECT SUM(omzet) AS s FROM bedrijf", "bedrijven");
  EXPECT_THAT(business.out, HasSubstr("frequency.minimum: 10  (presets/cbs-output.yaml:4)\n"));
  EXPECT_THAT(business.out, HasSubstr("frequency.zeros: publish  (rules/business.yaml:4)\n"));
}

TEST_F(PolicyTrialTest, TestsAreToldInDutch) {
  Test(absl::StrCat(
      Faults(), "  - sql: SELECT GINI(inkomen) AS g FROM huishouden\n    refused: OUT_OF_SCOPE\n"));
  const Outcome outcome = Sdc({"policy", "test", Path("policy"), "--lang", "nl"});
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.out, HasSubstr("FOUT  rules/standard_test.yaml: debts (4 uitkomsten)\n"));
  EXPECT_THAT(outcome.out, HasSubstr(":10: [ja] n is P, verwacht was ok\n"));
  EXPECT_THAT(outcome.out, HasSubstr(":11: er is geen rij [nooit]; de kolommen zijn schuld\n"));
  EXPECT_THAT(outcome.out, HasSubstr(":12: er is geen statistiek m\n"));
  EXPECT_THAT(outcome.out, HasSubstr("beantwoord; verwacht was een weigering, OUT_OF_SCOPE\n"));
  EXPECT_THAT(outcome.out, HasSubstr("geweigerd met REFUSED_BY_RULE: "));
  EXPECT_THAT(outcome.out, HasSubstr("geraakt standard: frequency\n"));
  EXPECT_THAT(outcome.out, HasSubstr("1 test, 1 fout; "));
}

TEST_F(PolicyTrialTest, ExplainSpeaksDutchAndJson) {
  Write("query.sql",
        "SELECT LEVEL(buurt, 'wijk') AS w, SUM(inkomen) AS s FROM huishouden "
        "WHERE schuld = 'ja' GROUP BY LEVEL(buurt, 'wijk')");
  const std::vector<std::string> explain = {
      "policy", "explain", Path("policy"), "--query", Path("query.sql"), "--project", "heerlen"};
  const auto with = [&explain](const std::string& option, const std::string& value) {
    std::vector<std::string> arguments = explain;
    arguments.insert(arguments.end(), {option, value});
    return arguments;
  };
  const Outcome dutch = Sdc(with("--lang", "nl"));
  EXPECT_EQ(dutch.exit, 0);
  EXPECT_THAT(dutch.out, HasSubstr("1. project heerlen, 2026-02-01 tot en met 2027-12-31"));
  EXPECT_THAT(dutch.out, HasSubstr("huishouden, alleen gemeente van GM0917\n"));
  EXPECT_THAT(dutch.out, HasSubstr("frequency.coalition: 1  (standaard)\n"));
  EXPECT_THAT(dutch.out, HasSubstr("niet  rules/standard.yaml:18  frequency.minimum: 20"));
  const auto json = nlohmann::json::parse(Sdc(with("--format", "json")).out);
  EXPECT_EQ(json["project"], "heerlen");
  EXPECT_EQ(json["grants"][0]["only"]["gemeente"][0], "GM0917");
  EXPECT_EQ(json["rule_set"], "standard");
  EXPECT_EQ(json["stricter"][0]["line"], 18);
  EXPECT_EQ(json["stricter"][0]["holds"], false);
  EXPECT_EQ(json["checks"][0]["family"], "linear_aggregations");
  bool minimum = false;
  for (const auto& rule : json["rules"]) {
    if (rule["key"] != "frequency.minimum") continue;
    minimum = rule["value"] == "10" && rule["file"] == "rules/standard.yaml" && rule["line"] == 2;
  }
  EXPECT_TRUE(minimum) << json["rules"];
  Write("query.sql", "SELECT GINI(inkomen) AS g FROM huishouden");
  const Outcome refused = Sdc(with("--format", "json"));
  EXPECT_EQ(refused.exit, 3);
  EXPECT_EQ(nlohmann::json::parse(refused.out)["refused"], "REFUSED_BY_RULE");
}

TEST_F(PolicyTrialTest, ExplainTellsWhyAQueryIsRefused) {
  const Outcome refused = Explain("SELECT GINI(inkomen) AS g FROM huishouden");
  EXPECT_EQ(refused.exit, 3);
  EXPECT_THAT(refused.err, HasSubstr("REFUSED_BY_RULE"));
  EXPECT_EQ(Explain("SELECT nothing").exit, 2);
  EXPECT_EQ(Explain("SELECT COUNT(*) FROM huishouden", "nobody").exit, 2);
}

}  // namespace
}  // namespace kluis
