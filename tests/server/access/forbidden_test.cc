// Variables that the catalogue forbids together, in whatever role.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/server/plan/world.h"

namespace kluis {
namespace {

// In persoon: schuld with leeftijd, buurt (a tree: wijk, gemeente) with inkomen; obj with buurt. And
// huishouden.type with persoon.herkomst, hh of both with score.
CatalogueView Guarded() {
  CatalogueView world = World();
  DatasetEntry& persons = world.datasets["persoon"].entry;
  const auto forbid = [](DatasetEntry* entry, const char* name, std::vector<std::string> others) {
    for (Variable& variable : entry->variables) {
      if (variable.name == name) variable.forbidden_with = std::move(others);
    }
  };
  forbid(&persons, "schuld", {"leeftijd"});
  forbid(&persons, "inkomen", {"wijk"});
  forbid(&persons, "hh", {"score"});
  forbid(&world.datasets["huishouden"].entry, "type", {"persoon.herkomst"});
  return world;
}

std::string Ask(const std::string& sql, const std::map<std::string, std::vector<std::string>>& where = {}) {
  Decision<ParsedQuery> parsed = ParseQuery(sql);
  EXPECT_TRUE(parsed.allowed()) << sql;
  std::vector<Grant> grants = AllGrants();
  grants[0].where = where;
  const auto decision =
      Authorise(Anna(), std::move(parsed).value(), "p", Policies({MakeProject("p", grants)}), Guarded(), "2020-01-01");
  if (decision.allowed()) return "ok";
  const Refusal& refusal = decision.refusal();
  EXPECT_EQ(refusal.kind, RefusalKind::kPolicy) << sql;
  return absl::StrCat(refusal.code, " ", refusal.line, ":", refusal.column, " ", refusal.message);
}

TEST(ForbiddenTest, InWhateverRolesAndInBothDirections) {
  const struct { const char* sql; const char* outcome; } kCases[] = {
      {"SELECT schuld, COUNT(*) FROM persoon GROUP BY schuld", "ok"},
      {"SELECT leeftijd, COUNT(*) FROM persoon WHERE geslacht = 'V' GROUP BY leeftijd", "ok"},
      {"SELECT schuld, leeftijd, COUNT(*) FROM persoon GROUP BY schuld, leeftijd",
       "FORBIDDEN_TOGETHER 1:16 leeftijd may not be used together with schuld"},
      {"SELECT leeftijd, COUNT(*) FROM persoon WHERE schuld = 'ja' GROUP BY leeftijd",
       "FORBIDDEN_TOGETHER 1:46 schuld may not be used together with leeftijd"},
      {"SELECT SHARE(schuld = 'ja') FROM persoon WHERE leeftijd < 5",
       "FORBIDDEN_TOGETHER 1:48 leeftijd may not be used together with schuld"},
      {"SELECT BAND(leeftijd, 2) AS l, COUNT(*) FILTER (WHERE schuld = 'ja') FROM persoon GROUP BY l",
       "FORBIDDEN_TOGETHER 1:55 schuld may not be used together with leeftijd"},
      {"SELECT CASE WHEN schuld = 'ja' THEN 'x' ELSE 'y' END AS s, leeftijd, COUNT(*) FROM persoon GROUP BY s, leeftijd",
       "FORBIDDEN_TOGETHER 1:60 leeftijd may not be used together with schuld"},
      {"SELECT gemeente, SUM(inkomen) FROM persoon GROUP BY gemeente",
       "FORBIDDEN_TOGETHER 1:22 inkomen may not be used together with gemeente"},
      {"SELECT RATIO(SUM(inkomen), SUM(inkomen)) FROM persoon WHERE buurt = 'B1'",
       "FORBIDDEN_TOGETHER 1:61 buurt may not be used together with inkomen"},
      {"SELECT MEDIAN(inkomen), COUNT(DISTINCT hh) FROM persoon", "ok"},
      {"SELECT score, COUNT(DISTINCT hh) FROM persoon GROUP BY score",
       "FORBIDDEN_TOGETHER 1:30 hh may not be used together with score"},
      {"SELECT score, COUNT(*) FROM persoon JOIN huishouden USING (hhs, hh) GROUP BY score",
       "FORBIDDEN_TOGETHER 1:42 hh may not be used together with score"},
      {"SELECT score, COUNT(*) FROM persoon p JOIN huishouden h ON p.hhs = h.hhs AND h.hh = p.hh GROUP BY score",
       "FORBIDDEN_TOGETHER 1:85 hh may not be used together with score"},
      {"SELECT type, COUNT(*) FROM persoon JOIN huishouden USING (hhs, hh) WHERE herkomst = 'NL' GROUP BY type",
       "FORBIDDEN_TOGETHER 1:74 persoon.herkomst may not be used together with huishouden.type"},
      {"SELECT type, COUNT(*) FROM persoon JOIN huishouden USING (hhs, hh) GROUP BY type", "ok"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Ask(c.sql), c.outcome) << c.sql;
}

TEST(ForbiddenTest, WhatTheProjectIsNarrowedByIsUsedToo) {
  EXPECT_EQ(Ask("SELECT SUM(inkomen) FROM persoon", {{"gemeente", {"G1"}}}),
            "FORBIDDEN_TOGETHER 1:12 inkomen may not be used together with gemeente, by which the project is narrowed");
  EXPECT_EQ(Ask("SELECT COUNT(*) FROM persoon", {{"gemeente", {"G1"}}}), "ok");
}

TEST(ForbiddenTest, TheNameOfALineageIsNoDatasetAndTheHintNamesItsPeriods) {
  CatalogueView world = World();
  world.datasets["vordering"].entry.lineage = world.datasets["verborgen"].entry.lineage = "schulden";
  const auto ask = [&](const std::string& sql) {
    Decision<ParsedQuery> parsed = ParseQuery(sql);
    const auto decision = Authorise(Anna(), std::move(parsed).value(), "p",
                                    Policies({MakeProject("p", AllGrants())}), world, "2020-01-01");
    return decision.refusal();
  };
  const Refusal refusal = ask("SELECT COUNT(*) FROM schulden");
  EXPECT_EQ(refusal.code, "NOT_GRANTED");
  EXPECT_EQ(refusal.hint, "its periods are datasets: vordering");  // the other one is not granted
}

}  // namespace
}  // namespace kluis
