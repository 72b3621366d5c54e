// What entries say about each other, with both places.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "disclosure/policy/load.h"

namespace kluis {
namespace {

constexpr char kEntry[] = R"(dataset: persoon_2021
period: "2021"
lineage: persoon
unit: persoon
contributor: [rin]
variables:
  rin: {role: identifier}
  huis: {role: identifier}
  geslacht: {role: dimension, kind: identifying, values: [M, V]}
  postcode: {role: dimension, values: [a, b], forbidden_with: huishouden.minimum}
  inkomen: {role: measure, unit: EUR}
links:
  huishouden: {key: [huis], to: huishouden, one: true}
)";

constexpr char kHousehold[] = R"(dataset: huishouden
period: "2021"
contributor: [huis]
variables:
  huis: {role: identifier}
  minimum: {role: dimension, values: [ja, nee]}
)";

EntryFile File(const std::string& yaml, const std::string& file) {
  const auto parsed = ParseDatasetEntry(yaml, file, nullptr);
  EXPECT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  return {parsed.value, yaml, file};
}

using Changes = std::vector<std::pair<const char*, const char*>>;

std::string With(const std::string& text, const Changes& changes) {
  std::string changed = text;
  for (const auto& [from, to] : changes) {
    EXPECT_NE(changed.find(from), std::string::npos) << from;
    changed = absl::StrReplaceAll(changed, {{from, to}});
  }
  return changed;
}

std::string NextYear(const Changes& changes) {
  return With(With(kEntry, {{"2021", "2022"}}), changes);
}

std::string Told(const std::vector<EntryFile>& files, bool complete = true) {
  return FormatDiagnostics(CheckEntries(files, complete));
}

TEST(EntryChecksTest, PeriodsThatAgreeMayDifferInCodesLabelsAndNewVariables) {
  const std::string next = NextYear({{"values: [M, V]", "values: [M, V, X], title: Sex"},
                                     {"unit: EUR", "unit: EUR, missing: [9999999999]"},
                                     {"  huis: {role", "  new: {role: measure}\n  huis: {role"}});
  EXPECT_EQ(Told({File(kEntry, "a.yaml"), File(next, "b.yaml"), File(kHousehold, "h.yaml")}), "");
}

TEST(EntryChecksTest, WhatTwoPeriodsDoNotAgreeOnIsToldWithBothPlaces) {
  struct Case {
    Changes changes;
    const char* told;
  };
  const Case cases[] = {
      {{{"unit: persoon", "unit: adres"}},
       "b.yaml:4:7: unit is adres, but persoon in dataset 'persoon_2021' of the same lineage (a.yaml:4:7)\n"},
      {{{"contributor: [rin]", "contributor: [rin, huis]"}},
       "b.yaml:5:14: contributor is rin, huis, but rin in dataset 'persoon_2021' of the same lineage (a.yaml:5:14)\n"},
      {{{"lineage: persoon\n", "lineage: persoon\nweight: inkomen\n"}},
       "b.yaml:4:9: weight is inkomen, but none in dataset 'persoon_2021' of the same lineage (a.yaml)\n"},
      {{{"kind: identifying", "kind: confidential"}},
       "b.yaml:9:37: variables.geslacht.kind is confidential, but identifying in dataset 'persoon_2021' of the same "
       "lineage (a.yaml:9:37)\n"},
      {{{"unit: EUR", "unit: 1 000 EUR"}},
       "b.yaml:11:34: variables.inkomen.unit is 1 000 EUR, but EUR in dataset 'persoon_2021' of the same lineage "
       "(a.yaml:11:34)\n"},
      {{{"unit: EUR", "unit: EUR, decimals: 2"}},
       "b.yaml:11:49: variables.inkomen.decimals is 2, but 0 in dataset 'persoon_2021' of the same lineage "
       "(a.yaml:11:12)\n"},
      {{{"unit: EUR", "unit: EUR, grain: huis"}},
       "b.yaml:11:46: variables.inkomen.grain is huis, but none in dataset 'persoon_2021' of the same lineage "
       "(a.yaml:11:12)\n"},
      {{{"{role: measure, unit: EUR}", "{role: dimension, values: [a]}"}},
       "b.yaml:11:19: variables.inkomen.role is dimension, but measure in dataset 'persoon_2021' of the same lineage "
       "(a.yaml:11:19)\n"},
      {{{"period: \"2022\"", "period: \"2021\""}},
       "b.yaml:2:9: period 2021 of persoon is dataset 'persoon_2021' already (a.yaml:2:9)\n"},
  };
  for (const Case& c : cases) {
    const std::string told =
        Told({File(kEntry, "a.yaml"), File(NextYear(c.changes), "b.yaml"), File(kHousehold, "h.yaml")});
    EXPECT_EQ(told.substr(0, told.find('\n') + 1), c.told) << told;
    EXPECT_EQ(told.find(".yaml", told.find("hint:")), std::string::npos) << "more than one: " << told;
  }
}

TEST(EntryChecksTest, KeysAndVariablesOfOtherDatasetsMustBeThere) {
  const EntryFile persons = File(kEntry, "a.yaml");
  EXPECT_EQ(Told({persons, File(With(kHousehold, {{"huis:", "huisje:"}, {"[huis]", "[huisje]"}}), "h.yaml")}),
            "a.yaml:13:21: links.huishouden: 'huishouden' has no identifier 'huis'\n"
            "  13 |   huishouden: {key: [huis], to: huishouden, one: true}\n"
            "     |                     ^\n"
            "hint: name it by to_key as it is called there; did you mean 'huisje'?\n");
  EXPECT_EQ(Told({persons, File(With(kHousehold, {{"minimum:", "minima:"}}), "h.yaml")}),
            "a.yaml:10:63: variables.postcode.forbidden_with: 'huishouden' has no variable 'minimum'\n"
            "  10 |   postcode: {role: dimension, values: [a, b], forbidden_with: huishouden.minimum}\n"
            "     |                                                               ^\n"
            "hint: did you mean 'minima'?\n");
}

TEST(EntryChecksTest, ADatasetThatIsNotThereIsAMistakeOnlyAmongAll) {
  EXPECT_EQ(Told({File(kEntry, "a.yaml")}, false), "");
  EXPECT_THAT(Told({File(kEntry, "a.yaml")}, true),
              testing::AllOf(testing::HasSubstr("a.yaml:13:33: links.huishouden.to: there is no dataset 'huishouden'"),
                             testing::HasSubstr("a.yaml:10:63: variables.postcode.forbidden_with: there is no dataset")));
}

}  // namespace
}  // namespace kluis
