// Rows, axes, hidden cells, columns and contributors of plans in the small world.
#include "tests/server/plan/ask.h"

namespace kluis {
namespace {

TEST(RowsTest, StandInCodeListOrderWithTheTotalFirst) {
  const struct { const char* name; const char* sql; const char* rows; } kCases[] = {
      {"no grouping",       "SELECT COUNT(*) FROM persoon", ""},
      {"finest level",      "SELECT buurt, COUNT(*) FROM persoon GROUP BY buurt", "B1 B2 B3 B4"},
      {"one level",         "SELECT LEVEL(buurt, 'wijk'), COUNT(*) FROM persoon GROUP BY 1", "W1 W2 W3"},
      {"the same by name",  "SELECT wijk, COUNT(*) FROM persoon GROUP BY wijk", "W1 W2 W3"},
      {"all levels",        "SELECT buurt, COUNT(*) FROM persoon GROUP BY ROLLUP (buurt)", "_T G1 W1 B1 B2 W2 B3 G2 W3 B4"},
      {"a level, rolled",   "SELECT wijk, COUNT(*) FROM persoon GROUP BY CUBE (wijk)", "_T W1 W2 W3"},
      {"architecture.md",   "SELECT wijk, buurt, COUNT(*) FROM persoon GROUP BY ROLLUP (wijk, buurt)",
       "_T,_T W1,_T W1,B1 W1,B2 W2,_T W2,B3 W3,_T W3,B4"},
      {"one tree, cube",    "SELECT wijk, buurt, COUNT(*) FROM persoon GROUP BY CUBE (wijk, buurt)",
       "_T,_T _T,B1 _T,B2 _T,B3 _T,B4 W1,_T W1,B1 W1,B2 W2,_T W2,B3 W3,_T W3,B4"},
      {"one tree, plain",   "SELECT buurt, gemeente, COUNT(*) FROM persoon GROUP BY buurt, gemeente", "B1,G1 B2,G1 B3,G1 B4,G2"},
      {"two trees",         "SELECT geslacht, gemeente, COUNT(*) FROM persoon GROUP BY geslacht, gemeente", "M,G1 M,G2 V,G1 V,G2"},
      {"flat, rolled",      "SELECT geslacht, COUNT(*) FROM persoon GROUP BY ROLLUP (geslacht)", "_T M V"},
      {"grouping sets",     "SELECT geslacht, gemeente, COUNT(*) FROM persoon GROUP BY GROUPING SETS (geslacht, gemeente)",
       "_T,G1 _T,G2 M,_T V,_T"},
      {"missing declared",  "SELECT herkomst, COUNT(*) FROM persoon GROUP BY herkomst", "NL EU X _U"},
      {"bands",             "SELECT BAND(leeftijd, 3) AS b, COUNT(*) FROM persoon GROUP BY b", "<2 2-5 5-8 >=8"},
      {"the last is cut",   "SELECT BAND(leeftijd, 4) AS b, COUNT(*) FROM persoon GROUP BY b", "<2 2-6 6-8 >=8"},
      {"bands in bands",    "SELECT BAND(leeftijd, 4) AS a, BAND(leeftijd, 2) AS b, COUNT(*) FROM persoon GROUP BY ROLLUP (a, b)",
       "_T,_T <2,_T <2,<2 2-6,_T 2-6,2-4 2-6,4-6 6-8,_T 6-8,6-8 >=8,_T >=8,>=8"},
      {"values of a range", "SELECT leeftijd, COUNT(*) FROM persoon WHERE leeftijd > 6 GROUP BY leeftijd", "7 8 9"},
      {"WHERE narrows",     "SELECT buurt, COUNT(*) FROM persoon WHERE gemeente = 'G1' AND buurt <> 'B2' GROUP BY ROLLUP (buurt)",
       "_T G1 W1 B1 W2 B3"},
      {"WHERE on a code above", "SELECT buurt, COUNT(*) FROM persoon WHERE buurt = 'W1' GROUP BY buurt", "B1 B2"},
      {"confidential WHERE", "SELECT schuld, COUNT(*) FROM persoon WHERE schuld = 'ja' GROUP BY ROLLUP (schuld)", "_T ja"},
      {"joined",            "SELECT type, COUNT(*) FROM persoon JOIN huishouden USING (hhs, hh) GROUP BY type", "een twee"},
      {"left joined",       "SELECT type, COUNT(*) FROM persoon LEFT JOIN huishouden USING (hhs, hh) GROUP BY type", "een twee _U"},
  };
  for (const auto& c : kCases) EXPECT_EQ(RowsOf(c.sql), c.rows) << c.name;
}

// A branch that ends early is its own child: what stands at a level adds up to the total.
TEST(RowsTest, ACodeWithoutChildrenStandsForItselfAtEveryLevelBelowIt) {
  CatalogueView world = World();
  for (Variable& variable : world.datasets["persoon"].entry.variables) {
    if (variable.name != "buurt") continue;
    AddCode(&variable.codes, "W4", "G2", 2);
    AddCode(&variable.codes, "G3", "", 1);
  }
  const auto plan = [&](const std::string& sql) { return Plan(sql, world).value(); };
  EXPECT_EQ(Rows(plan("SELECT buurt, COUNT(*) FROM persoon GROUP BY buurt")), "B1 B2 B3 B4 W4 G3");
  EXPECT_EQ(Rows(plan("SELECT wijk, COUNT(*) FROM persoon GROUP BY wijk")), "W1 W2 W3 W4 G3");
  const AggregationPlan all = plan("SELECT buurt, COUNT(*) FROM persoon GROUP BY ROLLUP (buurt)");
  EXPECT_EQ(Rows(all), "_T G1 W1 B1 B2 W2 B3 G2 W3 B4 W4 G3");
  const PlanAxis& axis = all.axes[0];
  const std::vector<Category>& categories = all.table.axes[0].categories;
  for (const std::string leaf : {"B1", "B2", "B3", "B4", "W4", "G3"}) {
    const int stored = world.datasets["persoon"].entry.FindVariable("buurt")->codes.Find(leaf);
    for (size_t level = 1; level < axis.level_maps.size(); ++level) {
      const int category = axis.level_maps[level][stored - axis.stored_low];
      ASSERT_GE(category, 0) << leaf << " is lost at level " << level;
      const int coarser = axis.level_maps[level - 1][stored - axis.stored_low];
      EXPECT_TRUE(category == coarser || categories[category].parent == coarser) << leaf << " at level " << level;
    }
  }
}

TEST(ScopeTest, TheGrantNarrowsTheTreeAndFiltersTheRest) {
  const std::vector<Grant> grants = {{"persoon", {"buurt", "geslacht"}, {{"gemeente", {"G1"}}, {"geslacht", {"V"}}}}};
  const AggregationPlan plan = Plan("SELECT buurt, COUNT(*) FROM persoon GROUP BY ROLLUP (buurt)", World(), grants).value();
  EXPECT_EQ(Rows(plan), "_T G1 W1 B1 B2 W2 B3");
  EXPECT_EQ(plan.axes[0].level_maps[0].back(), -1) << "B4 lies outside";
  ASSERT_EQ(plan.filters.size(), 1u);
  EXPECT_EQ(plan.filters[0].column, "geslacht");
  EXPECT_EQ(plan.filters[0].stored_values, std::vector<int>{1});
}

// Whom a grant leaves out is as much of a secret as whom a WHERE leaves out.
TEST(ScopeTest, OfAVariableThatNotEveryoneKnowsIsACondition) {
  std::vector<Grant> grants = AllGrants();
  grants[0].where["schuld"] = {"ja"};
  const AggregationPlan plan = Plan("SELECT COUNT(*) FROM persoon", World(), grants).value();
  EXPECT_TRUE(plan.filters.empty());
  EXPECT_EQ(Cells(plan, CellUse::kDisplayed), "in");
  EXPECT_EQ(Cells(plan, CellUse::kHidden), "_T out");
}

// One question has one plan.
TEST(AxesTest, OfConditionsStandInTheSameOrderHoweverTheQueryWritesThem) {
  const auto cells = [](const std::string& where) {
    return Cells(Plan("SELECT geslacht, COUNT(*) FROM persoon WHERE " + where + " GROUP BY geslacht").value(), CellUse::kHidden);
  };
  const std::string expected = cells("herkomst = 'NL' AND schuld = 'ja'");
  EXPECT_EQ(cells("schuld = 'ja' AND herkomst = 'NL'"), expected);
  EXPECT_EQ(expected.substr(0, 8), "M/_T/_T ");
  EXPECT_NE(expected.find("M/in/out"), std::string::npos) << expected;
}

TEST(HiddenCellsTest, AnIdentifyingWhereIsAFilterWithoutCells) {
  const AggregationPlan plan = Plan("SELECT COUNT(*) FROM persoon WHERE geslacht = 'V' AND leeftijd BETWEEN 2 AND 4").value();
  EXPECT_EQ(Cells(plan, CellUse::kHidden), "");
  ASSERT_EQ(plan.filters.size(), 2u);
  EXPECT_EQ(plan.filters[0].stored_values, std::vector<int>{1});
  EXPECT_EQ(plan.filters[1].stored_values, (std::vector<int>{2, 3, 4}));
}

TEST(HiddenCellsTest, AConfidentialWhereHasItsComplementAndTotalInTheTable) {
  const AggregationPlan plan = Plan("SELECT geslacht, COUNT(*) FROM persoon WHERE schuld = 'ja' GROUP BY geslacht").value();
  EXPECT_EQ(Rows(plan), "M V");
  EXPECT_EQ(Cells(plan, CellUse::kDisplayed), "M/in V/in");
  EXPECT_EQ(Cells(plan, CellUse::kHidden), "M/_T M/out V/_T V/out");
  EXPECT_TRUE(plan.table.axes[1].categories[1].sensitive);
  EXPECT_FALSE(plan.table.axes[1].categories[2].sensitive);
  EXPECT_TRUE(plan.table.axes[1].categories[2].zero_public);
}

TEST(HiddenCellsTest, IdentifyingTotalsStandBesideConfidentialAndMixedCells) {
  const AggregationPlan plan = Plan("SELECT herkomst, schuld, COUNT(*) FROM persoon GROUP BY herkomst, schuld").value();
  EXPECT_EQ(Cells(plan, CellUse::kHidden), "EU/_T NL/_T X/_T _T/_T _U/_T");
  const AggregationPlan mixed = Plan("SELECT herkomst, COUNT(*) FROM persoon GROUP BY herkomst").value();
  EXPECT_EQ(Cells(mixed, CellUse::kHidden), "_T");
  const AggregationPlan known = Plan("SELECT buurt, COUNT(*) FROM persoon GROUP BY buurt").value();
  EXPECT_EQ(Cells(known, CellUse::kHidden), "");
}

TEST(HiddenCellsTest, AGroupedConfidentialVariableKeepsTheComplementOfItsWhere) {
  const AggregationPlan plan = Plan("SELECT herkomst, COUNT(*) FROM persoon WHERE herkomst IN ('NL', 'EU') GROUP BY ROLLUP (herkomst)").value();
  EXPECT_EQ(Rows(plan), "_T NL EU");
  EXPECT_EQ(Cells(plan, CellUse::kDisplayed), "EU NL in");
  EXPECT_EQ(Cells(plan, CellUse::kHidden), "_T out");
}

CatalogueView Linked(VariableKind membership, VariableKind type) {
  CatalogueView world = World();
  world.datasets["persoon"].entry.links[0].membership = membership;
  for (Variable& variable : world.datasets["huishouden"].entry.variables) {
    if (variable.name == "type") variable.kind = type;
  }
  return world;
}

// Which persons have a household: what of it stands in the table, by who knows it.
TEST(MembershipTest, IsJudgedAsAConditionUnlessEveryoneKnowsIt) {
  constexpr VariableKind kIdentifying = VariableKind::kIdentifying, kMixed = VariableKind::kMixed,
                         kConfidential = VariableKind::kConfidential;
  const std::string count = "SELECT COUNT(*) FROM persoon JOIN huishouden USING (hhs, hh)";
  const std::string inner = "SELECT type, COUNT(*) FROM persoon JOIN huishouden USING (hhs, hh)";
  const std::string left = "SELECT type, COUNT(*) FROM persoon LEFT JOIN huishouden USING (hhs, hh)";
  const struct { const char* name; VariableKind membership, type; std::string sql; const char* axes; const char* displayed; const char* hidden; const char* impossible; } kCases[] = {
      {"known to all",        kIdentifying,  kMixed, count, "", "", "", ""},
      {"known to some",       kMixed,        kMixed, count, "huis.*", "in", "_T out", ""},
      {"a secret",            kConfidential, kMixed, count, "huis.*", "in", "_T out", ""},
      {"type, known to all",  kIdentifying,  kIdentifying, inner + " GROUP BY type", "huis.type", "een twee", "", ""},
      {"type, known to some", kMixed,        kIdentifying, inner + " GROUP BY type", "huis.type", "een twee", "_T out", ""},
      {"type with its total", kMixed,        kMixed, inner + " GROUP BY ROLLUP (type)", "huis.type", "een in twee", "_T out", ""},
      {"WHERE has the same complement", kMixed, kIdentifying, count + " WHERE type = 'een'", "huis.type", "in", "_T out", ""},
      {"secret type, known members", kMixed, kConfidential, inner + " GROUP BY type", "huis.type huis.*", "een/in twee/in",
       "_T/_T _T/in _T/out een/_T out/_T out/out twee/_T", "een/out out/in twee/out"},
      {"both secrets",        kConfidential, kConfidential, inner + " GROUP BY type", "huis.type", "een twee", "_T out", ""},
      {"left, known to all",  kIdentifying,  kIdentifying, left + " GROUP BY type", "huis.type", "_U een twee", "", ""},
      {"left, known to some", kMixed,        kIdentifying, left + " GROUP BY type", "huis.type", "_U een twee", "_T", ""},
      {"left, secret type",   kMixed,        kConfidential, left + " GROUP BY type", "huis.type huis.*", "_U/_T een/_T twee/_T",
       "_T/_T _T/in _T/out _U/out een/in twee/in", "_U/in een/out twee/out"},
      {"left, nothing asked", kMixed,        kConfidential, "SELECT COUNT(*) FROM persoon LEFT JOIN huishouden USING (hhs, hh)", "", "", "", ""},
      {"left, WHERE",         kMixed,        kIdentifying, left + " WHERE type <> '_U' GROUP BY type", "huis.type", "een twee", "_T out", ""},
  };
  for (const auto& c : kCases) {
    const AggregationPlan plan = Plan(c.sql, Linked(c.membership, c.type)).value();
    std::vector<std::string> axes;
    for (const Axis& axis : plan.table.axes) {
      axes.push_back(axis.name);
      EXPECT_GE(axis.kind, c.membership) << c.name << ": no less a secret than the membership";
    }
    EXPECT_EQ(absl::StrJoin(axes, " "), c.axes) << c.name;
    EXPECT_EQ(Cells(plan, CellUse::kDisplayed), c.displayed) << c.name;
    EXPECT_EQ(Cells(plan, CellUse::kHidden), c.hidden) << c.name;
    EXPECT_EQ(Cells(plan, CellUse::kImpossible), c.impossible) << c.name;
  }
}

TEST(MembershipTest, TheScopeOfAJoinedDatasetIsAConditionToo) {
  std::vector<Grant> grants = AllGrants();
  grants[1].where["type"] = {"een"};
  const std::string sql = "SELECT COUNT(*) FROM persoon JOIN huishouden USING (hhs, hh)";
  const AggregationPlan known = Plan(sql, Linked(VariableKind::kIdentifying, VariableKind::kIdentifying), grants).value();
  EXPECT_EQ(known.filters.size(), 1u);
  EXPECT_EQ(Cells(known, CellUse::kHidden), "");
  const AggregationPlan judged = Plan(sql, Linked(VariableKind::kMixed, VariableKind::kIdentifying), grants).value();
  EXPECT_TRUE(judged.filters.empty());
  EXPECT_EQ(Cells(judged, CellUse::kDisplayed), "in");
  EXPECT_EQ(Cells(judged, CellUse::kHidden), "_T out");
}

// A zero of a code that is not sensitive would still tell that nobody is a member.
TEST(MembershipTest, NoZeroOfAJudgedJoinIsPublic) {
  CatalogueView world = Linked(VariableKind::kMixed, VariableKind::kConfidential);
  for (Variable& variable : world.datasets["huishouden"].entry.variables) {
    if (variable.name == "type") variable.sensitive = {"een"};
  }
  const AggregationPlan plan = Plan("SELECT type, COUNT(*) FROM persoon JOIN huishouden USING (hhs, hh) GROUP BY type", world).value();
  for (const Axis& axis : plan.table.axes) {
    for (const Category& category : axis.categories) EXPECT_FALSE(category.zero_public) << axis.name << " " << category.code;
  }
}

TEST(MembershipTest, CombinationsThatNoUnitCanHaveAreNoRows) {
  const std::string sql = "SELECT type, h.geslacht, COUNT(*) FROM persoon p LEFT JOIN huishouden h ON p.hhs = h.hhs AND p.hh = h.hh GROUP BY type, h.geslacht";
  EXPECT_EQ(RowsOf(sql), "een,M een,V twee,M twee,V _U,_U");
  const std::string nobody = "SELECT COUNT(*) FROM persoon p LEFT JOIN huishouden h ON p.hhs = h.hhs AND p.hh = h.hh WHERE type = '_U' AND h.geslacht = 'M'";
  EXPECT_EQ(RowsOf(nobody), "refused NOTHING_SELECTED");
}

TEST(OneTreeTest, ACellThatIsReachableByTwoNamesIsOneCell) {
  const AggregationPlan plan = Plan("SELECT wijk, buurt, COUNT(*) FROM persoon GROUP BY CUBE (wijk, buurt)").value();
  EXPECT_EQ(plan.table.axes.size(), 1u);
  EXPECT_EQ(plan.table.keys.size(), 8u);
  EXPECT_EQ(plan.released_cells, 12);
  EXPECT_EQ(plan.table.shape.rows[1].cell, plan.table.shape.rows[6].cell) << "_T,B1 and W1,B1";
}

TEST(ColumnsTest, NamesDecimalsOrderAndPlaces) {
  const AggregationPlan plan = Plan("SELECT SUM(inkomen), buurt AS b, AVG(inkomen) AS m, COUNT(DISTINCT hh) FROM persoon "
                                    "GROUP BY b ORDER BY m DESC, b LIMIT 3").value();
  const ReleaseShape& shape = plan.table.shape;
  ASSERT_EQ(shape.statistics.size(), 3u);
  EXPECT_EQ(shape.dimensions[0].name, "b");
  EXPECT_EQ(shape.statistics[0].name + shape.statistics[1].name + shape.statistics[2].name, "summcount");
  EXPECT_EQ(shape.statistics[0].decimals, 2);
  EXPECT_EQ(shape.statistics[1].decimals, 3);
  EXPECT_EQ(shape.statistics[2].decimals, 0);
  EXPECT_EQ(shape.column_order, (std::vector<int>{1, 0, 2, 3}));
  EXPECT_EQ(shape.order_by[0].column, 1);
  EXPECT_TRUE(shape.order_by[0].statistic && shape.order_by[0].descending && !shape.order_by[1].statistic);
  EXPECT_EQ(shape.limit, 3);
  ASSERT_EQ(plan.measures.size(), 1u);
  EXPECT_TRUE(plan.measures[0].any_sign);
  EXPECT_EQ(plan.released_cells, 12);
}

TEST(ContributorTest, TheRuleSetChoosesTheLevelElseTheDatasetDoes) {
  RuleSet rules;
  EXPECT_EQ(Plan("SELECT COUNT(*) FROM persoon").value().contributor, (std::vector<std::string>{"rin", "hh"}));
  EXPECT_FALSE(Plan("SELECT COUNT(*) FROM persoon").value().contributor_unique);
  rules.contributor = "rin";
  EXPECT_TRUE(Plan("SELECT COUNT(*) FROM persoon", World(), AllGrants(), rules).value().contributor_unique);
  rules.contributor = "hh";
  EXPECT_FALSE(Plan("SELECT COUNT(*) FROM persoon", World(), AllGrants(), rules).value().contributor_unique);
  rules.contributor = "obj";
  EXPECT_EQ(Plan("SELECT COUNT(*) FROM persoon", World(), AllGrants(), rules).refusal().code, "CONTRIBUTOR");
}

TEST(DistinctTest, IsAdditiveOnlyWhereEachUnitHasOneCategory) {
  const std::string sql = "SELECT buurt, geslacht, COUNT(DISTINCT hh) AS h, COUNT(DISTINCT rin) AS r FROM persoon GROUP BY buurt, geslacht";
  const AggregationPlan plan = Plan(sql).value();
  EXPECT_EQ(plan.table.distincts[0].additive, (std::vector<bool>{true, false}));
  EXPECT_EQ(plan.table.distincts[1].additive, (std::vector<bool>{true, true}));
}

TEST(JoinTest, KeysRunFromTheUnitInEitherSpelling) {
  for (const char* on : {"USING (hhs, hh)", "ON p.hh = h.hh AND p.hhs = h.hhs", "ON h.hhs = p.hhs AND h.hh = p.hh"}) {
    const std::string from = std::string(on)[0] == 'U' ? "persoon JOIN huishouden " : "persoon p JOIN huishouden h ";
    const AggregationPlan plan = Plan("SELECT type, COUNT(*) FROM " + from + on + " GROUP BY type").value();
    ASSERT_EQ(plan.sources.size(), 2u);
    EXPECT_EQ(plan.sources[1].keys, (std::vector<std::pair<std::string, std::string>>{{"hh", "hh"}, {"hhs", "hhs"}}));
    EXPECT_EQ(plan.table.axes[0].name, "huis.type");
    EXPECT_EQ(plan.axes[0].source, 1);
  }
}

TEST(WeightTest, AWeightedDatasetIsWeightedWithTheWeightsDecimals) {
  CatalogueView world = World();
  world.datasets["persoon"].entry.weight = "inkomen";
  const AggregationPlan plan = Plan("SELECT COUNT(*) FROM persoon", world).value();
  EXPECT_EQ(plan.weight, "inkomen");
  EXPECT_TRUE(plan.table.weighted);
  EXPECT_EQ(plan.table.weight_decimals, 2);
}

TEST(PlanTextTest, IsEqualForEqualQuestionsAndNamesTheSnapshot) {
  const auto text = [](const std::string& where) { return Plan("SELECT COUNT(*) FROM persoon WHERE " + where).value(); };
  EXPECT_EQ(text("geslacht = 'V' AND schuld IN ('ja')").sha256, text("schuld='ja' and geslacht in ('V', 'V')").sha256);
  EXPECT_NE(text("geslacht = 'V'").sha256, text("geslacht = 'M'").sha256);
  CatalogueView later = World();
  later.datasets["persoon"].sha256 = "cc";
  EXPECT_NE(Plan("SELECT COUNT(*) FROM persoon").value().sha256, Plan("SELECT COUNT(*) FROM persoon", later).value().sha256);
  EXPECT_EQ(text("geslacht = 'V'").sha256.size(), 64u);
}

// History tells periods of one register from reloads of one by these words (safety.md 19).
TEST(PlanTextTest, SaysOfWhichPeriodOfWhichLineageTheDataAre) {
  CatalogueView world = World();
  const std::string sql = "SELECT sector, SUM(omzet) FROM vestiging GROUP BY sector";
  const Decision<AggregationPlan> plan = Plan(sql, world);
  ASSERT_TRUE(plan.allowed());
  EXPECT_NE(plan.value().canonical.find("source vestiging vestiging cc lineage vestigingen period \"2016\"\n"),
            std::string::npos)
      << plan.value().canonical;
  EXPECT_NE(plan.value().canonical.find("measure omzet decimals 0 grain bedrijf_jaar\n"), std::string::npos);
  world.datasets["vestiging"].entry.period = "2017\" judged\n";
  EXPECT_NE(Plan(sql, world).value().canonical.find("period \"2017\\\" judged\\n\"\n"), std::string::npos);
}

TEST(GrainTest, WhoIsJudgedMustHoldWholeUnits) {
  const auto judged_on = [](const char* contributor) {
    RuleSet rules;
    if (contributor != nullptr) rules.contributor = contributor;
    const auto plan = Plan("SELECT SUM(omzet) FROM vestiging", World(), AllGrants(), rules);
    return plan.allowed() ? std::string("ok") : plan.refusal().code;
  };
  EXPECT_EQ(judged_on(nullptr), "ok");
  EXPECT_EQ(judged_on("holding"), "ok");
  EXPECT_EQ(judged_on("vst"), "CONTRIBUTOR");
  EXPECT_EQ(judged_on("bedrijf"), "CONTRIBUTOR");  // import looks at the largest only: the grain is none of them
}

// A secret of a business in a year is judged on its holding, not on the business-year alone.
TEST(GrainTest, AJoinByTheGrainLeavesTheLargerContributor) {
  const std::string sql = "SELECT rang, SUM(banen) FROM vestiging JOIN concern USING (bedrijf_jaar) GROUP BY rang";
  const auto plan = Plan(sql);
  ASSERT_TRUE(plan.allowed()) << plan.refusal().message;
  EXPECT_EQ(absl::StrJoin(plan.value().contributor, ","), "vst,bedrijf,holding");
}

// Of a household's secret in persons, and a person's in its jobs: the larger of the two is judged.
TEST(JoinedUnitsTest, TheLargerUnitIsJudged) {
  const std::string sql = "SELECT rang, COUNT(*) FROM vestiging JOIN concern USING (bedrijf_jaar) GROUP BY rang";
  using Nested = std::map<std::string, std::vector<std::string>>;
  const auto judged_by = [&](const char* rule, const Nested& nested) {
    CatalogueView world = World();
    world.datasets["vestiging"].nested = nested;
    for (Variable& variable : world.datasets["vestiging"].entry.variables) {
      if (variable.role == VariableRole::kMeasure) variable.grain.clear();
    }
    RuleSet rules;
    if (rule != nullptr) rules.contributor = rule;
    const auto plan = Plan(sql, world, AllGrants(), rules);
    return plan.allowed() ? absl::StrJoin(plan.value().contributor, ",")
                          : absl::StrCat(plan.refusal().code, " ", plan.refusal().line, ":", plan.refusal().column);
  };
  EXPECT_EQ(judged_by(nullptr, {{"bedrijf_jaar", {""}}}), "vst,bedrijf,holding");
  EXPECT_EQ(judged_by(nullptr, {{"vst", {"bedrijf_jaar"}}, {"bedrijf", {"bedrijf_jaar"}}, {"holding", {"bedrijf_jaar"}}}),
            "vst,bedrijf,holding,bedrijf_jaar");
  EXPECT_EQ(judged_by(nullptr, {{"vst", {"bedrijf_jaar"}}, {"holding", {"bedrijf_jaar"}}}), "JOIN_UNITS 1:43");
  EXPECT_EQ(judged_by(nullptr, {}), "JOIN_UNITS 1:43");
  EXPECT_EQ(judged_by("holding", {{"bedrijf_jaar", {"holding"}}}), "holding");
  EXPECT_EQ(judged_by("vst", {{"bedrijf_jaar", {"", "holding"}}, {"vst", {"bedrijf_jaar"}}}), "vst,bedrijf_jaar");
  EXPECT_EQ(judged_by("vst", {{"bedrijf_jaar", {"", "holding"}}}), "JOIN_UNITS 1:43");
}

}  // namespace
}  // namespace kluis
