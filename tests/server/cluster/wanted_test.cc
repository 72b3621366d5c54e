// Which units must be whole, and what is joined to what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/cluster/load.h"
#include "tests/server/plan/world.h"

namespace kluis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const Wanted* Of(const std::vector<Wanted>& all, const std::string& snapshot) {
  for (const Wanted& wanted : all) {
    if (wanted.snapshot == snapshot) return &wanted;
  }
  return nullptr;
}

CatalogueView TheWorld() {
  CatalogueView world = World();
  for (auto& [name, snapshot] : world.datasets) {
    snapshot.sha256 = name;
    snapshot.nested.clear();  // of an import by an earlier version
  }
  return world;
}

// A household's secrets are judged by household: by the last of its keys, as a plan has them. The
// link to claims may have many, so it is none to join by.
TEST(WantedCopiesTest, ContributorsAloneAndTogetherAndWithThePartnerThatIsJudged) {
  const std::vector<Wanted> all = WantedCopies(TheWorld());
  const Wanted& persons = *Of(all, "persoon");
  EXPECT_THAT(persons.units,
              UnorderedElementsAre(Distribution{"rin", "hh", "hhs"}, Distribution{"rin", "hh"},
                                   Distribution{"rin", "hhs"}, Distribution{"hh", "hhs"},
                                   Distribution{"rin"}, Distribution{"hh"}));
  EXPECT_THAT(persons.distinct, ElementsAre("rin", "hh"));
  EXPECT_THAT(persons.joins, IsEmpty());
  EXPECT_GE(persons.units.front().size(), persons.units.back().size());  // the longest first
  const Wanted& households = *Of(all, "huishouden");
  EXPECT_THAT(households.units, ElementsAre(Distribution{"hh"}));
  ASSERT_EQ(households.joins.size(), 1u);
  EXPECT_EQ(households.joins[0].from, "persoon");
  EXPECT_EQ(households.joins[0].near, "hhs");
  EXPECT_EQ(households.joins[0].far, "hhs");
  EXPECT_THAT(Of(all, "vordering")->joins, IsEmpty());
}

// Of the keys of a link, the one that determines the others names its units.
TEST(WantedCopiesTest, HouseholdsThatAreContributorsNeedNoOtherCopy) {
  CatalogueView world = TheWorld();
  world.datasets.at("persoon").nested = {{"hh", {"hhs"}}};
  const std::vector<Wanted> all = WantedCopies(world);
  EXPECT_EQ(Of(all, "persoon")->units.size(), 3u);
  EXPECT_EQ(Of(all, "huishouden")->joins[0].near, "hh");
}

TEST(WantedCopiesTest, APartnerWithoutSecretsIsNotJudged) {
  CatalogueView world = TheWorld();
  for (Variable& variable : world.datasets.at("huishouden").entry.variables)
    variable.kind = VariableKind::kIdentifying;
  Link& link = world.datasets.at("persoon").entry.links[0];
  link.membership = VariableKind::kIdentifying;
  const std::vector<Wanted> open = WantedCopies(world);
  EXPECT_THAT(
      Of(open, "persoon")->units,
      UnorderedElementsAre(Distribution{"rin", "hh"}, Distribution{"rin"}, Distribution{"hh"}));
  EXPECT_EQ(Of(open, "huishouden")->joins.size(), 1u);
  link.membership = VariableKind::kMixed;  // that there is a partner is a secret, too
  EXPECT_EQ(Of(WantedCopies(world), "persoon")->units.size(), 6u);
}

TEST(WantedCopiesTest, ADatasetWithoutContributorsIsPlacedByRow) {
  CatalogueView world = TheWorld();
  world.datasets.at("huishouden").entry.contributor.clear();
  EXPECT_THAT(Of(WantedCopies(world), "huishouden")->units, ElementsAre(Distribution{}));
}

TEST(WantedCopiesTest, APartnerThatIsNotImportedIsNoPartner) {
  CatalogueView world = TheWorld();
  world.datasets.erase("huishouden");
  EXPECT_EQ(Of(WantedCopies(world), "persoon")->units.size(), 3u);
}

}  // namespace
}  // namespace kluis
