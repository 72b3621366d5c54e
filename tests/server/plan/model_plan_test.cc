// Which cells of a model's tables are displayed, from the request alone.
#include "server/plan/model_plan.h"

#include <gtest/gtest.h>

#include "tests/server/plan/ask.h"

namespace kluis {
namespace {

Decision<ModelPlan> PlanOf(const std::string& formula, const std::string& family, const std::string& where = "",
                           const std::vector<Grant>& grants = AllGrants()) {
  const CatalogueView world = World();
  const Decision<ParsedModel> model =
      ParseModel({.formula = formula, .dataset = "persoon", .where = where, .family = family});
  if (!model.allowed()) return model.refusal();
  const PolicyBundle policy = Policies({MakeProject("p", grants)});
  const auto authorise = [&](ParsedQuery query) {
    return Authorise(Anna(), std::move(query), "p", policy, world, "2020-01-01");
  };
  const Decision<AuthorisedQuery> cells = authorise(CellsQuery(model.value())),
                                  totals = authorise(TotalsQuery(model.value()));
  if (!cells.allowed()) return cells.refusal();
  if (!totals.allowed()) return totals.refusal();
  return MakeModelPlan(model.value(), cells.value(), totals.value(), world);
}

// The displayed cells of one way to show the table; of sums, or of counts.
std::string Displayed(const ModelPlan& plan, size_t display, bool sums = false) {
  AggregationPlan cells = plan.cells;
  const ModelDisplay& shown = plan.spec.displays.at(display);
  cells.table.uses = sums && !shown.sum_uses.empty() ? shown.sum_uses : shown.uses;
  return Cells(cells, CellUse::kDisplayed);
}

TEST(ModelPlanTest, WhatEveryoneKnowsIsNotDisplayed) {
  const ModelPlan plan = PlanOf("inkomen ~ factor(geslacht) + factor(gemeente)", "ols").value();
  ASSERT_EQ(plan.spec.displays.size(), 2u);
  EXPECT_EQ(Displayed(plan, 0), "M/_T V/_T _T/G1 _T/G2 _T/_T");
  EXPECT_EQ(Displayed(plan, 0, true), "M/_T V/_T _T/G1 _T/G2 _T/_T");
  EXPECT_TRUE(plan.spec.displays[0].complete_only);
  EXPECT_EQ(Displayed(plan, 1, true), "M/G1 M/G2 M/_T V/G1 V/G2 V/_T _T/G1 _T/G2 _T/_T");
  EXPECT_FALSE(plan.spec.displays[1].complete_only);
}

TEST(ModelPlanTest, PairsWithASecretFactorAreCounted) {
  const ModelPlan plan = PlanOf("inkomen ~ factor(geslacht) + factor(schuld)", "ols").value();
  EXPECT_EQ(Displayed(plan, 0), "M/_T M/ja M/nee V/_T V/ja V/nee _T/_T _T/ja _T/nee");
  EXPECT_EQ(Displayed(plan, 0, true), "M/_T V/_T _T/_T _T/ja _T/nee");
  EXPECT_EQ(plan.spec.terms[0].supports.size(), 2u);
  EXPECT_TRUE(plan.spec.terms[1].supports.empty());
}

// Who is in the model is no public matter then.
TEST(ModelPlanTest, ASecretConditionMakesPairsSecret) {
  const ModelPlan plan = PlanOf("inkomen ~ factor(geslacht) + factor(gemeente)", "ols", "schuld = 'ja'").value();
  EXPECT_EQ(Displayed(plan, 0), "M/G1/in M/G2/in M/_T/in V/G1/in V/G2/in V/_T/in _T/G1/in _T/G2/in _T/_T/in");
  std::vector<Grant> grants = AllGrants();
  grants[0].where["schuld"] = {"ja"};
  const ModelPlan scoped = PlanOf("inkomen ~ factor(geslacht) + factor(gemeente)", "ols", "", grants).value();
  EXPECT_EQ(Displayed(scoped, 0), Displayed(plan, 0));
}

TEST(ModelPlanTest, OtherFamiliesAreJudgedOnAllCombinations) {
  const ModelPlan logit = PlanOf("schuld = 'ja' ~ factor(geslacht) + factor(gemeente)", "logit").value();
  ASSERT_EQ(logit.spec.displays.size(), 2u);
  EXPECT_EQ(Displayed(logit, 1),
            "M/_T/_T M/_T/ja M/_T/nee V/_T/_T V/_T/ja V/_T/nee _T/G1/_T _T/G1/ja _T/G1/nee _T/G2/_T _T/G2/ja "
            "_T/G2/nee _T/_T/_T _T/_T/ja _T/_T/nee");
  EXPECT_FALSE(logit.spec.displays[1].complete_only) << "a code is never missing";
  for (const char* family : {"probit"}) {
    EXPECT_EQ(PlanOf("schuld = 'ja' ~ factor(geslacht) + factor(gemeente)", family).value().spec.displays.size(), 1u);
  }
  EXPECT_EQ(PlanOf("schuld = 'ja' ~ factor(geslacht) + factor(herkomst)", "logit").value().spec.displays.size(), 1u);
  EXPECT_EQ(PlanOf("schuld = 'ja' ~ factor(geslacht) + factor(gemeente)", "logit", "herkomst = 'NL'")
                .value().spec.displays.size(),
            1u);
}

TEST(ModelPlanTest, SquaresAreOfAllUnitsTogether) {
  const ModelPlan plan = PlanOf("inkomen ~ factor(geslacht) + factor(schuld)", "ols").value();
  ASSERT_TRUE(plan.totals.has_value());
  EXPECT_EQ(Cells(*plan.totals, CellUse::kDisplayed), "");  // one cell without axes
  EXPECT_EQ(plan.totals->table.keys.size(), 1u);
  for (const PlanMeasure& measure : plan.cells.measures) EXPECT_FALSE(measure.squared);
  EXPECT_FALSE(PlanOf("schuld = 'ja' ~ factor(geslacht) + factor(gemeente)", "logit").value().totals.has_value());
}

TEST(ModelPlanTest, TheTextNamesTheModelAndChangesWithIt) {
  const ModelPlan plan = PlanOf("inkomen ~ factor(geslacht) + factor(schuld)", "ols").value();
  EXPECT_NE(plan.canonical.find("model ols inkomen ~ 1 + factor(geslacht) + factor(schuld) FROM persoon\n"), std::string::npos);
  EXPECT_NE(plan.sha256, PlanOf("inkomen ~ factor(schuld) + factor(geslacht)", "ols").value().sha256);
  EXPECT_NE(plan.words.find("population:"), std::string::npos);
  EXPECT_NE(plan.words.find("schuld (2 levels, against ja); 3 coefficients"), std::string::npos);
}

}  // namespace
}  // namespace kluis
