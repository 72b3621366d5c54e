// `stricter:` of a rule set reaches the queries that it names, and limits of grants refuse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/server/plan/world.h"

namespace kluis {
namespace {

constexpr char kToday[] = "2020-01-01";

PolicyBundle WithStricter(const std::string& scoped, const std::vector<Project>& projects) {
  PolicyBundle policy = Policies(projects);
  const std::string name = projects[0].rules;
  const auto parsed = ParseRuleSet(
      absl::StrCat("rules: ", name, "\nfrequency: {minimum: 10}\nstricter:\n", scoped), "r.yaml");
  EXPECT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  policy.rules[name] = parsed.value;
  return policy;
}

Decision<AuthorisedQuery> AskOf(const std::string& sql, const PolicyBundle& policy) {
  Decision<ParsedQuery> parsed = ParseQuery(sql);
  EXPECT_TRUE(parsed.allowed()) << sql;
  return Authorise(Anna(), std::move(parsed).value(), "p", policy, World(), kToday);
}

int Minimum(const std::string& when, const std::string& sql) {
  const PolicyBundle policy =
      WithStricter(absl::StrCat("  - {when: ", when, ", frequency: {minimum: 25}}\n"),
                   {MakeProject("p", AllGrants())});
  const Decision<AuthorisedQuery> decision = AskOf(sql, policy);
  EXPECT_TRUE(decision.allowed()) << sql << decision.refusal().message;
  return decision.allowed() ? decision.value().rules().frequency.minimum : 0;
}

TEST(ScopedRulesTest, HoldForQueriesThatUseWhatTheyName) {
  const struct {
    const char* when;
    const char* sql;
    bool holds;
  } cases[] = {
      {"{variables: [schuld]}", "SELECT schuld, COUNT(*) FROM persoon GROUP BY schuld", true},
      {"{variables: [schuld]}", "SELECT COUNT(*) FROM persoon WHERE schuld = 'ja'", true},
      {"{variables: [persoon.schuld]}", "SELECT SHARE(schuld = 'ja') FROM persoon", true},
      {"{variables: [huishouden.schuld]}", "SELECT SHARE(schuld = 'ja') FROM persoon", false},
      {"{variables: [schuld]}", "SELECT COUNT(*) FROM persoon", false},
      {"{kinds: [confidential]}", "SELECT SUM(inkomen) FROM persoon", true},
      {"{kinds: [confidential]}", "SELECT geslacht, COUNT(*) FROM persoon GROUP BY geslacht", false},
      {"{statistics: [linear_aggregations]}", "SELECT AVG(inkomen) FROM persoon", true},
      {"{statistics: [linear_aggregations]}", "SELECT COUNT(*) FROM persoon", false},
      {"{levels: [wijk]}", "SELECT wijk, COUNT(*) FROM persoon GROUP BY wijk", true},
      {"{levels: [wijk]}", "SELECT buurt, COUNT(*) FROM persoon GROUP BY buurt", true},
      {"{levels: [wijk]}", "SELECT gemeente, COUNT(*) FROM persoon GROUP BY gemeente", false},
      {"{levels: [wijk]}",
       "SELECT LEVEL(buurt, 'gemeente') AS g, COUNT(*) FROM persoon GROUP BY LEVEL(buurt, "
       "'gemeente')",
       false},
      // The same cells by another name.
      {"{variables: [wijk]}",
       "SELECT LEVEL(buurt, 'wijk') AS w, COUNT(*) FROM persoon GROUP BY LEVEL(buurt, 'wijk')",
       true},
      {"{levels: [buurt], variables: [schuld]}",
       "SELECT wijk, COUNT(*) FROM persoon WHERE schuld = 'ja' GROUP BY wijk", false},
      {"{levels: [buurt], variables: [schuld]}",
       "SELECT buurt, COUNT(*) FROM persoon WHERE schuld = 'ja' GROUP BY buurt", true},
      {"{datasets: [huishouden]}",
       "SELECT COUNT(*) FROM persoon JOIN huishouden USING (hhs, hh)", true},
      {"{datasets: [huishouden]}", "SELECT COUNT(*) FROM persoon", false},
      {"{roles: [reviewer]}", "SELECT COUNT(*) FROM persoon", false},
      {"{roles: [researcher]}", "SELECT COUNT(*) FROM persoon", true},
  };
  for (const auto& c : cases)
    EXPECT_EQ(Minimum(c.when, c.sql), c.holds ? 25 : 10) << c.when << " " << c.sql;
}

TEST(ScopedRulesTest, RefuseWithTheirReason) {
  const PolicyBundle policy = WithStricter(
      "  - when: {variables: [schuld], levels: [buurt]}\n"
      "    because: {nl: Schulden per buurt, en: Debts by neighbourhood}\n    refuse: true\n",
      {MakeProject("p", AllGrants())});
  const auto refused =
      AskOf("SELECT buurt, COUNT(*) FROM persoon WHERE schuld = 'ja' GROUP BY buurt", policy);
  ASSERT_FALSE(refused.allowed());
  EXPECT_EQ(refused.refusal().code, "REFUSED_BY_RULE");
  EXPECT_THAT(refused.refusal().message, testing::HasSubstr("Debts by neighbourhood"));
  EXPECT_TRUE(
      AskOf("SELECT wijk, COUNT(*) FROM persoon WHERE schuld = 'ja' GROUP BY wijk", policy)
          .allowed());
}

TEST(GrantLimitsTest, AreasBelowTheFinestLevelAreRefused) {
  Project project = MakeProject("p", AllGrants());
  for (Grant& grant : project.grants) {
    if (grant.dataset == "persoon") grant.finest = {{"buurt", "wijk"}};
  }
  const PolicyBundle policy = Policies({project});
  EXPECT_TRUE(AskOf("SELECT wijk, COUNT(*) FROM persoon GROUP BY wijk", policy).allowed());
  for (const char* sql : {"SELECT buurt, COUNT(*) FROM persoon GROUP BY buurt",
                          "SELECT COUNT(*) FROM persoon WHERE buurt = 'B1'",
                          "SELECT SHARE(buurt = 'B1') FROM persoon"}) {
    const auto refused = AskOf(sql, policy);
    ASSERT_FALSE(refused.allowed()) << sql;
    EXPECT_EQ(refused.refusal().code, "OUT_OF_SCOPE") << sql;
    EXPECT_GT(refused.refusal().column, 0) << sql;
  }
}

TEST(GrantLimitsTest, OtherPeriodsAreRefused) {
  Project project = MakeProject("p", AllGrants());
  for (Grant& grant : project.grants) grant.periods = {"1999"};
  const auto refused = AskOf("SELECT COUNT(*) FROM persoon", Policies({project}));
  ASSERT_FALSE(refused.allowed());
  EXPECT_EQ(refused.refusal().code, "OUT_OF_SCOPE");
}

}  // namespace
}  // namespace kluis
