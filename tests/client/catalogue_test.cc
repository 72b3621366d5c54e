// How datasets and variables read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/catalogue_view.h"

namespace kluis {
namespace {

v1::Dataset Turnover() {
  v1::Dataset dataset;
  dataset.set_name("datasets/omzet_2016");
  dataset.set_title_nl("Omzet");
  dataset.set_title_en("Turnover");
  dataset.set_lineage("omzet");
  dataset.set_period("2016");
  dataset.set_reference_date("2016-12-31");
  dataset.set_episodes(true);
  dataset.set_unit("vestiging");
  dataset.add_contributor("bedrijf");
  dataset.set_weighted(true);
  dataset.set_weight("ophoogfactor");
  dataset.set_snapshot_sha256("ab");
  dataset.set_quality_nl("Voorlopig.");
  dataset.set_quality_en("Provisional.");
  v1::Period* period = dataset.add_periods();
  period->set_dataset("datasets/omzet_2015");
  period->set_period("2015");
  v1::Variable* area = dataset.add_variables();
  area->set_name("plaats");
  area->set_role("dimension");
  area->set_kind("identifying");
  area->set_code_count(3);
  area->add_levels("plaats2022");
  area->add_levels("plaats");
  area->add_level_counts(2);
  area->add_level_counts(3);
  area->set_merged_level("plaats2022");
  area->set_merged_on("2022-01-01");
  area->set_missing_category(true);
  area->add_missing("");
  area->add_forbidden_with("bron.land");
  v1::Code* code = area->add_codes();
  code->set_code("A");
  code->set_parent("_T");
  code->set_level(1);
  code->set_last_level(2);
  code->set_label_nl("Aa\x1b[2J");
  code->set_valid_until("2018-12-31");
  v1::Variable* measure = dataset.add_variables();
  measure->set_name("omzet");
  measure->set_role("measure");
  measure->set_kind("confidential");
  measure->set_unit("1 000 EUR");
  measure->set_decimals(2);
  measure->set_any_sign(true);
  measure->add_missing("9999999999");
  measure->add_grain("bedrijf_jaar");
  return dataset;
}

TEST(CatalogueViewTest, ADatasetIsToldInFullAndWithoutEmptyLines) {
  EXPECT_EQ(DatasetText(Turnover()),
            "dataset         omzet_2016\n"
            "title           Turnover / Omzet\n"
            "period          2016 of omzet; others: 2015 (omzet_2015)\n"
            "reference date  2016-12-31; of episodes, those of that day\n"
            "one row is      vestiging\n"
            "contributor     bedrijf\n"
            "weighted        by ophoogfactor\n"
            "snapshot        sha256:ab\n"
            "quality         Provisional.\n"
            "kwaliteit       Voorlopig.\n"
            "\n"
            "variable  role       kind          codes  title\n"
            "plaats    dimension  identifying       3         levels plaats2022 2 (areas of "
            "2022-01-01) > plaats 3; _U; "
            "not with bron.land\n"
            "omzet     measure    confidential                1 000 EUR, 2 decimals, any sign; "
            "missing 9999999999; once for "
            "each bedrijf_jaar\n");
}

TEST(CatalogueViewTest, AVariableShowsWhenItsCodesAreValidAndNothingThatATerminalObeys) {
  EXPECT_EQ(VariableText(Turnover().variables(0)),
            "variable  plaats\n"
            "role      dimension\n"
            "kind      identifying\n"
            "missing   '' = _U\n"
            "levels    plaats2022 2 (areas of 2022-01-01) > plaats 3\n"
            "not with  bron.land\n"
            "\n"
            "code  parent  level  label   label_nl  valid\n"
            "A     _T        1-2  Aa\xEF\xBF\xBD[2J  Aa\xEF\xBF\xBD[2J    until 2018-12-31\n");
}

TEST(CatalogueViewTest, JsonHasTheSame) {
  const std::string json = DatasetJson(Turnover());
  for (
      const char* part :
      {R"("dataset":"omzet_2016","title":{"nl":"Omzet","en":"Turnover"},"quality":{"nl":"Voorlopig.","en":"Provisional."})",
       R"("lineage":"omzet","period":"2016","other_periods":[{"dataset":"omzet_2015","period":"2015"}])",
       R"("reference_date":"2016-12-31","episodes":true)",
       R"("weighted":true,"weight":"ophoogfactor")",
       R"("levels":[{"name":"plaats2022","codes":2,"areas_on":"2022-01-01"},{"name":"plaats","codes":3}])",
       R"("missing":[""],"missing_category":"_U","forbidden_with":["bron.land"])",
       R"("unit":"1 000 EUR","decimals":2,"sign":"any","missing":["9999999999"],"grain":["bedrijf_jaar"])",
       R"({"code":"A","parent":"_T","level":1,"last_level":2,"label":{"nl":"Aa\u001b[2J"},"valid_until":"2018-12-31"})"})
    EXPECT_THAT(json, testing::HasSubstr(part));
  EXPECT_EQ(json.find('\n'), json.size() - 1);
}

}  // namespace
}  // namespace kluis
