// Rows of one unit: values that are one for all of them, episodes on the reference date, and what
// entries of several datasets say about each other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/catalogue/import_workshop.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr char kPlants[] = R"(dataset: firm
source: {file: firm.csv, empty: ""}
bad_rows: refuse
contributor: [plant, firm, holding]
variables:
  plant: {role: identifier}
  firm: {role: identifier}
  firm_year: {role: identifier}
  holding: {role: identifier}
  town: {role: dimension, values: [a, b]}
  branch: {role: dimension, values: [x, z], grain: [firm_year], missing: [""]}
  turnover: {role: measure, grain: firm_year, column: OMZET}
)";
constexpr char kPlantHeader[] = "plant,firm,firm_year,holding,town,branch,OMZET\n";

class UnitsTest : public ImportTest {
 protected:
  void Plants(const std::string& rows, bool drop = false) {
    std::string entry = kPlants;
    if (drop) entry.replace(entry.find("refuse"), 6, "drop");
    Write("policies/datasets/firm.yaml", entry);
    Write("policies/datasets/firm.csv", kPlantHeader + rows);
  }
  void Persons(const std::string& rows, const std::string& more = "") {
    Write("policies/datasets/firm.yaml",
          "dataset: firm\nsource: {file: firm.csv, empty: \"-\"}\ncontributor: [id]\nreference_date: 2022-12-31\n"
          "episodes: {from: AANVANG, until: EINDE, open: [\"88888888\", \"\"]" + more +
              "}\nvariables:\n  id: {role: identifier}\n  type: {role: dimension, values: [a, b]}\n");
    Write("policies/datasets/firm.csv", "id,AANVANG,type,EINDE\n" + rows);
  }
};

TEST_F(UnitsTest, RowsOfOneUnitThatAgreeAreKept) {
  Plants(
      "p1,f1,f1-21,h,a,x,10\np2,f1,f1-21,h,b,x,10\np1,f1,f1-22,h,a,z,11\n"  //
      "p3,f2,f2-21,,a,,\np4,f2,f2-21,,a,,\np5,f3,,,a,x,\np6,f4,,,b,z,\n");
  const auto report = Import();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->rows, 7);
}

TEST_F(UnitsTest, ARowThatDiffersFromTheFirstOfItsUnitIsBad) {
  const struct {
    const char* row;
    const char* problem;
  } cases[] = {
      {"p9,f1,f1-21,h,b,x,4711\n", "firm.csv:5: OMZET: differs from that of the first row with this firm_year"},
      {"p9,f1,f1-21,h,b,x,\n", "firm.csv:5: OMZET: differs from that of the first row with this firm_year"},
      {"p9,f1,f1-21,h,b,z,10\n", "firm.csv:5: branch: differs from that of the first row with this firm_year"},
      {"p9,f1,f1-21,h,b,,10\n", "firm.csv:5: branch: differs from that of the first row with this firm_year"},
      {"p9,f1,f1-21,SECRET,b,x,10\n",
       "firm.csv:5: firm_year: not of the same contributor as the first row with this firm_year"},
      {"p9,f1,f1-21,,b,x,10\n",
       "firm.csv:5: firm_year: not of the same contributor as the first row with this firm_year"},
      {"p9,f1,,h,b,x,10\n", "firm.csv:5: firm_year: is empty beside a value of its units"},
  };
  for (const auto& c : cases) {
    Plants(std::string("p1,f1,f1-21,h,a,x,10\n\"p\n2\",f2,f2-21,h,b,x,12\n") + c.row);
    const std::string refusal = Refusal();
    EXPECT_THAT(refusal, HasSubstr(c.problem));
    EXPECT_THAT(refusal, HasSubstr("1 bad rows"));
    EXPECT_THAT(refusal, Not(HasSubstr("4711")));
    EXPECT_THAT(refusal, Not(HasSubstr("SECRET")));
  }
}

TEST_F(UnitsTest, BadRowsOfUnitsAreDroppedOnceEachAndReportedInOrder) {
  Plants(
      "p1,f1,f1-21,h,a,x,10\np2,f1,f1-21,h,a,z,11\np3,f1,f1-21,h,q,x,10\np4,f1,f1-21,h,a,x,10\np5,f1,f1-21,h,a,x,9\n",
      /*drop=*/true);
  threads_ = 3;
  const auto report = Import();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->rows, 2);
  EXPECT_EQ(report->dropped, 3);
  EXPECT_THAT(ReportText(*report),
              testing::AllOf(HasSubstr("firm: 2 rows, 3 dropped"),
                             HasSubstr("OMZET: differs from that of the first row with this firm_year: 2 rows, "
                                       "firm.csv lines 3, 6"),
                             HasSubstr("branch: differs from that of the first row with this firm_year: 1 row, "
                                       "firm.csv line 3"),
                             HasSubstr("town: not in the code list: 1 row, firm.csv line 4")));
  EXPECT_EQ(Dump("turnover::BIGINT"), "10 10 ");
}

TEST_F(UnitsTest, EpisodesOfTheReferenceDateAreImportedAndOthersCounted) {
  Persons(
      "p1,20220101,a,20221230\np1,2022-12-31,b,88888888\np2,20190101,a,20221231\np2,20230101,WRONG,\n"
      "p3,20230101,a,20231231\np4,20101231,b,\n");
  const auto report = Import();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->rows, 3);
  EXPECT_EQ(report->outside, 3);
  EXPECT_EQ(ReportText(*report).substr(0, 46), "firm: 3 rows, 0 dropped, 3 not of 2022-12-31, ");
  EXPECT_EQ(Dump("type::BIGINT"), "1 0 1 ");
  const auto catalogue = Catalogue::Open(Data());
  EXPECT_TRUE((*catalogue)->view()->datasets.at("firm").unique.at("id"));
}

TEST_F(UnitsTest, WhatIsNoEpisodeAndASecondOneOfADayAreBad) {
  const struct {
    const char* row;
    const char* problem;
  } cases[] = {
      {"p2,2022-02-30,a,88888888\n", "firm.csv:3: AANVANG: not a day (YYYY-MM-DD or YYYYMMDD)"},
      {"p2,88888888,a,88888888\n", "firm.csv:3: AANVANG: not a day"},
      {"p2,-,a,88888888\n", "firm.csv:3: AANVANG: not a day"},
      {"p2,20220101,a,99999999\n", "firm.csv:3: EINDE: not a day (YYYY-MM-DD or YYYYMMDD), nor one of episodes.open"},
      {"p2,20220102,a,20220101\n", "firm.csv:3: EINDE: ends before it begins"},
      {"p1,20221231,b,20221231\n", "firm.csv:3: id: has more than one episode on the reference date"},
  };
  for (const auto& c : cases) {
    Persons(std::string("p1,20220101,a,-\n") + c.row);
    EXPECT_THAT(Refusal(), HasSubstr(c.problem));
  }
  Persons("p1,20220101,a,-\np1,20221231,b,20221231\n", ", several: true");
  EXPECT_TRUE(Import().ok());
}

TEST_F(UnitsTest, ColumnsOfEpisodesMustBeThere) {
  Persons("p1,20220101,a,-\n");
  Write("policies/datasets/firm.csv", "id,AANVANG,type,EIND\np1,20220101,a,-\n");
  EXPECT_THAT(Refusal(), HasSubstr("'EINDE' did you mean 'EIND'?"));
}

TEST_F(UnitsTest, APeriodThatDoesNotAgreeWithItsLineageIsRefusedWithBothPlaces) {
  const auto entry = [&](const char* name, const char* period, const char* unit) {
    Write(absl::StrCat("policies/datasets/", name, ".yaml"),
          absl::StrCat("dataset: ", name, "\nlineage: loon\nperiod: \"", period,
                       "\"\nsource: {file: loon.csv}\ncontributor: [id]\n"
                       "variables:\n  id: {role: identifier}\n  loon: {role: measure, unit: ", unit, "}\n"));
  };
  Write("policies/datasets/loon.csv", "id,loon\na,1\n");
  entry("loon_2021", "2021", "EUR");
  ASSERT_TRUE(Import("loon_2021").ok());
  entry("loon_2022", "2022", "1 000 EUR");
  const std::string refused(Import("loon_2022").status().message());
  EXPECT_THAT(refused, HasSubstr("loon_2022.yaml:8:31: variables.loon.unit is 1 000 EUR, but EUR in dataset 'loon_2021' "
                                 "of the same lineage ("));
  EXPECT_THAT(refused, HasSubstr("/entry.yaml:8:31)"));
  entry("loon_2022", "2021", "EUR");
  EXPECT_THAT(std::string(Import("loon_2022").status().message()),
              HasSubstr("loon_2022.yaml:3:9: period 2021 of loon is dataset 'loon_2021' already"));
  entry("loon_2022", "2022", "EUR");
  EXPECT_TRUE(Import("loon_2022").ok());
  EXPECT_TRUE(Import("loon_2022").ok()) << "a reload";
}

TEST_F(UnitsTest, AForbiddenVariableOfADatasetThatIsNotThereIsNoted) {
  Plants("p1,f1,f1-21,h,a,x,10\n");
  std::string entry = kPlants;
  entry.replace(entry.find("grain: firm_year,"), 17, "grain: firm_year, forbidden_with: [town, persons.origin],");
  Write("policies/datasets/firm.yaml", entry);
  const auto report = Import();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(ReportText(*report),
              HasSubstr("\n  note: turnover is forbidden with persons.origin, and there is no dataset 'persons' yet"));
}

TEST_F(UnitsTest, AreasOfALaterDayAreStoredAsTheCodesThatTheyAreMadeOf) {
  Write("policies/codes/region.csv",
        "code,parent,level,label_nl,label_en,valid_from,valid_until\nA,,1,,,,2018-12-31\nB,,1,,,,2018-12-31\nC,,1,,,,\n"
        "M,,1,,,2019-01-01,\n");
  Write("policies/codes/changes.csv",
        "code,successor,date,label_nl,label_en\nA,M,2019-01-01,Em,\nB,M,2019-01-01,Em,\n");
  Write("policies/datasets/firm.yaml",
        "dataset: firm\nsource: {file: firm.csv}\ncontributor: [id]\nreference_date: 2018-12-31\nvariables:\n"
        "  id: {role: identifier}\n  region: {role: dimension, codes: codes/region.csv, levels: [gemeente], merged: "
        "{level: gemeente, as: later, on: 2022-01-01, changes: codes/changes.csv}}\n");
  Write("policies/datasets/firm.csv", "id,region\n1,A\n2,B\n3,C\n");
  const auto report = Import();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(Dump("region::BIGINT"), "1 2 3 ");  // M, A, B, C
  const auto snapshot = ReadSnapshot(fs::path(report->manifest).parent_path().string());
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_EQ(snapshot->entry.FindVariable("region")->codes.codes[0].code, "M");
  fs::remove_all(root_ / "data");
  Write("policies/datasets/firm.csv", "id,region\n1,M\n");
  EXPECT_THAT(Refusal(), HasSubstr("firm.csv:2: region: above the deepest level"));
}

}  // namespace
}  // namespace kluis
