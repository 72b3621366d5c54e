#include "server/review/overlap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kluis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// As server/plan/plan_text writes it.
constexpr char kPlan[] =
    "query SELECT ...\n"
    "source p persoon abc lineage persoon period \"2022\"\n"
    "scope p.gemeente GM0917\n"
    "axis gemeente identifying source 0 column gemeente categories 4 maps 0f\n"
    "filter source 0 geslacht in 1,2\n"
    "levels 0,1\n"
    "measure inkomen decimals 0\n"
    "distinct rin\n"
    "contributor rin unique\n";

TEST(OverlapTest, APlanIsAboutItsRegistersAndVariables) {
  const PlanSubject subject = SubjectOfPlan(kPlan);
  EXPECT_THAT(subject.lineages, ElementsAre("persoon"));
  EXPECT_THAT(subject.variables, ElementsAre("gemeente", "geslacht", "inkomen", "rin"));
}

TEST(OverlapTest, VariablesAreSharedOnlyWithinARegister) {
  const PlanSubject persons = SubjectOfPlan(kPlan);
  PlanSubject homes = persons;
  homes.variables = {"inkomen", "typhh"};
  EXPECT_THAT(SharedVariables(persons, homes), ElementsAre("inkomen"));
  homes.lineages = {"huishouden"};
  EXPECT_THAT(SharedVariables(persons, homes), IsEmpty());
  EXPECT_THAT(SubjectOfPlan("").variables, IsEmpty());
}

}  // namespace
}  // namespace kluis
