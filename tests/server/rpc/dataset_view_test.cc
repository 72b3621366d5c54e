// What describe tells: of what is granted, and of nothing else.
#include "server/rpc/dataset_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "disclosure/policy/load.h"

namespace kluis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

absl::StatusOr<std::string> Codes(const std::string& path) {
  if (path == "changes.csv")
    return std::string("code,successor,date,label_nl,label_en\nA,M,2019-01-01,Em,\nB,M,2019-01-01,Em,\n");
  return std::string(
      "code,parent,level,label_nl,label_en,valid_from,valid_until\nP,,1,,,,\nA,P,2,,,,2018-12-31\nB,P,2,,,,2018-12-31\n"
      "C,P,2,,,,\n");
}

Snapshot Entry(const std::string& yaml) {
  Snapshot snapshot;
  auto parsed = ParseDatasetEntry(yaml, "e.yaml", Codes);
  EXPECT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  snapshot.entry = std::move(parsed.value);
  return snapshot;
}

CatalogueView Catalogue() {
  CatalogueView view;
  const std::string loon = R"(
unit: baan
contributor: [persoon]
weight: gewicht
reference_date: 2016-01-01
variables:
  persoon: {role: identifier}
  huis: {role: identifier}
  plaats: {role: dimension, codes: c.csv, levels: [provincie, plaats], grain: huis, missing: ["x"],
           merged: {level: plaats, as: later, on: 2022-01-01, changes: changes.csv}, forbidden_with: [loon, huis.type]}
  straks: {role: dimension, of: plaats, level: later}
  provincie: {role: dimension, of: plaats, level: provincie}
  loon: {role: measure, unit: EUR, decimals: 2, sign: any, missing: [9999999999], quality: {nl: "voorlopig", en: "provisional"}}
  gewicht: {role: measure, decimals: 2}
links:
  huis: {key: huis, to: huis, one: true}
)";
  view.datasets["loon_2016"] = Entry("dataset: loon_2016\nlineage: loon\nperiod: \"2016\"" + loon);
  view.datasets["loon_2015"] = Entry("dataset: loon_2015\nlineage: loon\nperiod: \"2015\"" + loon);
  view.datasets["huis"] = Entry(
      "dataset: huis\ncontributor: [huis]\nvariables:\n  huis: {role: identifier}\n  type: {role: dimension, values: [a, b]}\n");
  return view;
}

GrantedDataset Grant(const std::vector<std::string>& variables) {
  GrantedDataset grant;
  grant.projects = {"p"};
  grant.variables.insert(variables.begin(), variables.end());
  return grant;
}

v1::Dataset Described(const std::map<std::string, GrantedDataset>& granted, const std::string& only = "") {
  const CatalogueView catalogue = Catalogue();
  v1::Dataset dataset;
  FillDataset(catalogue.datasets.at("loon_2016"), granted.at("loon_2016"), &dataset);
  EXPECT_TRUE(FillVariables(catalogue, granted, "loon_2016", only, &dataset));
  return dataset;
}

TEST(DatasetViewTest, TellsWhatIsSaidOfAGrantedVariable) {
  const v1::Dataset dataset = Described({{"loon_2016", Grant({"plaats", "straks", "provincie", "loon", "gewicht"})},
                                         {"loon_2015", Grant({"loon"})},
                                         {"huis", Grant({"type"})}});
  EXPECT_EQ(dataset.lineage(), "loon");
  EXPECT_EQ(dataset.reference_date(), "2016-01-01");
  EXPECT_EQ(dataset.weight(), "gewicht");
  ASSERT_EQ(dataset.periods_size(), 1);
  EXPECT_EQ(dataset.periods(0).dataset(), "datasets/loon_2015");
  ASSERT_EQ(dataset.links_size(), 1);
  ASSERT_EQ(dataset.variables_size(), 5);
  const v1::Variable &place = dataset.variables(0), &later = dataset.variables(1), &measure = dataset.variables(3);
  EXPECT_THAT(place.levels(), ElementsAre("provincie", "later", "plaats"));
  EXPECT_THAT(place.level_counts(), ElementsAre(1, 2, 3));
  EXPECT_EQ(place.merged_level(), "later");
  EXPECT_EQ(place.merged_on(), "2022-01-01");
  EXPECT_THAT(place.grain(), ElementsAre("huis"));
  EXPECT_TRUE(place.missing_category());
  EXPECT_THAT(place.forbidden_with(), ElementsAre("huis.type", "loon"));
  EXPECT_EQ(later.code_count(), 2);
  EXPECT_THAT(later.grain(), ElementsAre("huis"));
  EXPECT_THAT(later.forbidden_with(), ElementsAre("huis.type", "loon"));
  EXPECT_THAT(measure.forbidden_with(), ElementsAre("plaats", "straks", "provincie"));
  EXPECT_THAT(measure.missing(), ElementsAre("9999999999"));
  EXPECT_TRUE(measure.any_sign());
  EXPECT_EQ(measure.quality_en(), "provisional");
}

TEST(DatasetViewTest, NamesNothingThatIsNotGranted) {
  const v1::Dataset dataset = Described({{"loon_2016", Grant({"plaats"})}});
  EXPECT_THAT(dataset.weight(), IsEmpty());
  EXPECT_TRUE(dataset.weighted());
  EXPECT_EQ(dataset.periods_size(), 0);
  EXPECT_EQ(dataset.links_size(), 0);
  ASSERT_EQ(dataset.variables_size(), 1);
  EXPECT_THAT(dataset.variables(0).forbidden_with(), IsEmpty());
}

TEST(DatasetViewTest, TheCodesOfAVariableAreThoseOfItsLevelAndDay) {
  const v1::Dataset dataset = Described({{"loon_2016", Grant({"straks"})}}, "straks");
  std::vector<std::string> codes;
  for (const v1::Code& code : dataset.variables(0).codes()) codes.push_back(code.code());
  EXPECT_THAT(codes, ElementsAre("M", "C"));
  EXPECT_EQ(dataset.variables(0).codes(1).last_level(), 3);
}

}  // namespace
}  // namespace kluis
