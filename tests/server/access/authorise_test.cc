// Who may ask what: members, days, grants, scope. One row, one rule.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/server/plan/world.h"

namespace kluis {
namespace {

constexpr char kToday[] = "2020-01-01";

Decision<AuthorisedQuery> Ask(const std::string& sql, const std::vector<Project>& projects, const std::string& project = "p",
                              const std::string& caller = "anna", const std::string& today = kToday) {
  Decision<ParsedQuery> parsed = ParseQuery(sql);
  EXPECT_TRUE(parsed.allowed()) << sql;
  Caller who = Anna();
  who.id = caller;
  return Authorise(who, std::move(parsed).value(), project, Policies(projects), World(), today);
}

std::string Outcome(const Decision<AuthorisedQuery>& decision) {
  if (decision.allowed()) return "ok " + decision.value().project().name;
  const Refusal& refusal = decision.refusal();
  return absl::StrCat(refusal.kind == RefusalKind::kPolicy ? "policy " : "usage ", refusal.code, " ", refusal.line, ":", refusal.column);
}

Project Plain(const std::string& name = "p") { return MakeProject(name, AllGrants()); }

Project Scoped() {
  return MakeProject("p", {{"persoon", {"buurt", "wijk", "gemeente", "geslacht"}, {{"gemeente", {"G1"}}, {"geslacht", {"V"}}}}});
}

TEST(AuthoriseTest, GrantsCoverEveryNameOrTheQueryIsRefusedAtThatName) {
  const struct { const char* sql; const char* outcome; } kCases[] = {
      {"SELECT COUNT(*) FROM persoon",                                            "ok p"},
      {"SELECT buurt, COUNT(*) FROM persoon GROUP BY buurt",                      "ok p"},
      {"SELECT x.buurt, COUNT(*) FROM persoon x GROUP BY x.buurt",                "ok p"},
      {"SELECT SUM(inkomen) FROM persoon WHERE schuld = 'ja'",                    "ok p"},
      {"SELECT COUNT(DISTINCT hh) FROM persoon",                                  "ok p"},
      {"SELECT COUNT(*) FROM persoon JOIN huishouden USING (hhs, hh)",            "ok p"},
      {"SELECT type, COUNT(*) FROM persoon JOIN huishouden USING (hhs, hh) GROUP BY type", "ok p"},
      {"SELECT COUNT(*) FROM onbekend",                                           "policy NOT_GRANTED 1:22"},
      {"SELECT COUNT(*) FROM verborgen",                                          "policy NOT_GRANTED 1:22"},
      {"SELECT SUM(onbekend) FROM persoon",                                       "policy NOT_GRANTED 1:12"},
      {"SELECT SUM(geheim) FROM persoon",                                         "policy NOT_GRANTED 1:12"},
      {"SELECT COUNT(*) FROM persoon WHERE geheim = 1",                           "policy NOT_GRANTED 1:36"},
      {"SELECT rin, COUNT(*) FROM persoon GROUP BY rin",                          "policy NOT_GRANTED 1:8"},
      {"SELECT COUNT(DISTINCT obj) FROM persoon",                                 "policy NOT_GRANTED 1:23"},
      {"SELECT y.buurt, COUNT(*) FROM persoon x GROUP BY y.buurt",                "policy NOT_GRANTED 1:8"},
      {"SELECT COUNT(*) FROM persoon JOIN verborgen USING (hh)",                  "policy NOT_GRANTED 1:35"},
      {"SELECT geslacht, COUNT(*) FROM persoon JOIN huishouden USING (hhs, hh) GROUP BY geslacht", "usage AMBIGUOUS_NAME 1:8"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Outcome(Ask(c.sql, {Plain()})), c.outcome) << c.sql;
}

TEST(AuthoriseTest, WhatDoesNotExistAndWhatIsNotGrantedCannotBeToldApart) {
  const Refusal unknown = Ask("SELECT SUM(nikso) FROM persoon", {Plain()}).refusal();
  const Refusal hidden = Ask("SELECT SUM(geheim) FROM persoon", {Plain()}).refusal();
  EXPECT_EQ(unknown.message, hidden.message);
  EXPECT_EQ(unknown.hint, hidden.hint);
  EXPECT_EQ(Ask("SELECT COUNT(*) FROM verborgen", {Plain()}).refusal().message, unknown.message);
}

TEST(AuthoriseTest, HintsNameOnlyWhatIsGranted) {
  EXPECT_EQ(Ask("SELECT SUM(inkomn) FROM persoon", {Plain()}).refusal().hint, "did you mean inkomen?");
  EXPECT_EQ(Ask("SELECT SUM(geheimm) FROM persoon", {Plain()}).refusal().hint.find("geheim?"), std::string::npos);
  EXPECT_EQ(Ask("SELECT COUNT(*) FROM verborge", {Plain()}).refusal().hint.find("verborgen"), std::string::npos);
}

TEST(AuthoriseTest, MembersAskOnValidDaysAndOthersLearnNothing) {
  const struct { const char* caller; const char* today; const char* outcome; } kCases[] = {
      {"anna", "2016-11-27", "policy PROJECT_EXPIRED 0:0"},
      {"anna", "2016-11-28", "ok p"},
      {"anna", "2036-11-28", "ok p"},
      {"anna", "2036-11-29", "policy PROJECT_EXPIRED 0:0"},
      {"bert", "2020-01-01", "policy NOT_A_MEMBER 0:0"},
      {"bert", "2036-11-29", "policy NOT_A_MEMBER 0:0"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Outcome(Ask("SELECT COUNT(*) FROM persoon", {Plain()}, "p", c.caller, c.today)), c.outcome) << c.caller << c.today;
  }
  EXPECT_NE(Ask("SELECT COUNT(*) FROM persoon", {Plain()}, "p", "anna", "2036-11-29").refusal().message.find("2036-11-28"), std::string::npos);
  EXPECT_EQ(Ask("SELECT COUNT(*) FROM persoon", {Plain()}, "p", "bert").refusal().message,
            Ask("SELECT COUNT(*) FROM persoon", {Plain()}, "nergens", "bert").refusal().message);
}

TEST(AuthoriseTest, WithoutAProjectTheOnlyCoveringOneIsTaken) {
  const Project narrow = MakeProject("narrow", {{"persoon", {"buurt"}, {}}});
  Project old = Plain("old");
  old.valid_until = "2019-12-31";
  Project others = Plain("others");
  others.members = {"bert"};
  const struct { const char* name; const char* sql; std::vector<Project> projects; const char* outcome; } kCases[] = {
      {"one covers",      "SELECT SUM(inkomen) FROM persoon", {narrow, Plain()},         "ok p"},
      {"both cover",      "SELECT COUNT(*) FROM persoon",     {narrow, Plain()},         "usage SEVERAL_PROJECTS 0:0"},
      {"none covers",     "SELECT SUM(geheim) FROM persoon",  {narrow, Plain()},         "usage NO_PROJECT 1:12"},
      {"one is over",     "SELECT COUNT(*) FROM persoon",     {old, Plain()},            "ok p"},
      {"all are over",    "SELECT COUNT(*) FROM persoon",     {old},                     "policy PROJECT_EXPIRED 0:0"},
      {"of others",       "SELECT COUNT(*) FROM persoon",     {others, Plain()},         "ok p"},
      {"in no project",   "SELECT COUNT(*) FROM persoon",     {others},                  "usage NO_PROJECT 0:0"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Outcome(Ask(c.sql, c.projects, "")), c.outcome) << c.name;
  EXPECT_NE(Ask("SELECT COUNT(*) FROM persoon", {narrow, Plain()}, "").refusal().message.find("narrow, p"), std::string::npos);
}

TEST(AuthoriseTest, ACodeOutsideTheScopeIsRefusedAtThatCode) {
  const struct { const char* sql; const char* outcome; } kCases[] = {
      {"SELECT COUNT(*) FROM persoon",                                       "ok p"},
      {"SELECT COUNT(*) FROM persoon WHERE gemeente = 'G1'",                 "ok p"},
      {"SELECT COUNT(*) FROM persoon WHERE buurt IN ('B1', 'B3')",           "ok p"},
      {"SELECT COUNT(*) FROM persoon WHERE wijk = 'W2' AND geslacht = 'V'",  "ok p"},
      {"SELECT COUNT(*) FROM persoon WHERE gemeente = 'G2'",                 "policy OUT_OF_SCOPE 1:47"},
      {"SELECT COUNT(*) FROM persoon WHERE buurt IN ('B1', 'B4')",           "policy OUT_OF_SCOPE 1:52"},
      {"SELECT COUNT(*) FROM persoon WHERE wijk <> 'W3'",                    "policy OUT_OF_SCOPE 1:44"},
      {"SELECT COUNT(*) FROM persoon WHERE geslacht = 'M'",                  "policy OUT_OF_SCOPE 1:47"},
      {"SELECT COUNT(*) FROM persoon WHERE buurt = 'geen code'",             "ok p"},  // the plan says so
  };
  for (const auto& c : kCases) EXPECT_EQ(Outcome(Ask(c.sql, {Scoped()})), c.outcome) << c.sql;
  const auto scope = Ask("SELECT COUNT(*) FROM persoon x", {Scoped()}).value().scope();
  EXPECT_EQ(scope.at("x").at("gemeente"), std::vector<std::string>{"G1"});
}

TEST(AuthoriseTest, GrantsOfOneDatasetAreNotMixed) {
  const Project project = MakeProject("p", {{"persoon", {"buurt", "geslacht"}, {{"gemeente", {"G1"}}}}, {"persoon", {"buurt", "inkomen"}, {}}});
  EXPECT_EQ(Outcome(Ask("SELECT geslacht, SUM(inkomen) FROM persoon GROUP BY geslacht", {project})), "policy NOT_GRANTED_TOGETHER 1:8");
  EXPECT_TRUE(Ask("SELECT buurt, SUM(inkomen) FROM persoon GROUP BY buurt", {project}).value().scope().empty());
  EXPECT_FALSE(Ask("SELECT geslacht, COUNT(*) FROM persoon GROUP BY geslacht", {project}).value().scope().empty());
}

TEST(AuthoriseTest, EveryNameCarriesItsDatasetAfterwards) {
  const auto query = Ask("SELECT type, COUNT(*) FROM persoon p JOIN huishouden h ON p.hhs = h.hhs AND p.hh = h.hh "
                         "WHERE buurt = 'B1' GROUP BY type", {Plain()}).value().query();
  EXPECT_EQ(std::get<DimensionRef>(query.items[0].value).variable.qualifier, "h");
  EXPECT_EQ(query.conditions[0].dimension.variable.qualifier, "p");
  EXPECT_EQ(query.grouping_dimensions[0].variable.qualifier, "h");
}

TEST(RoleTest, NamesAndRolesAgree) {
  Role role = Role::kResearcher;
  for (const Role each : {Role::kResearcher, Role::kReviewer, Role::kPrivacyOfficer, Role::kOperator}) {
    ASSERT_TRUE(ParseRole(RoleName(each), &role));
    EXPECT_EQ(role, each);
  }
  EXPECT_FALSE(ParseRole("root", &role));
}

}  // namespace
}  // namespace kluis
