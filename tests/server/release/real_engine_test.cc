// From a file to what leaves, with the engine that answers in production, against numbers that were
// computed by hand: ratios, classes of a CASE, both at once, shares, and parts by FILTER.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/protect/protect.h"
#include "tests/server/release/workshop.h"

namespace kluis {
namespace {

constexpr char kEntry[] = R"(dataset: baan
title: {nl: Banen, en: Jobs}
period: "2022"
unit: baan
source: {file: baan.csv, empty: ""}
contributor: [rin]
variables:
  rin: {role: identifier}
  plaats: {role: dimension, kind: identifying, values: [P1, P2, P3, P4]}
  leeftijd: {role: dimension, kind: identifying, range: [0, 99], bands: {from: 0, to: 100, widths: [10]}}
  loon: {role: measure, unit: EUR, decimals: 2}
  uren: {role: measure, decimals: 0}
  saldo: {role: measure, decimals: 1, sign: any}
)";

// Wages, hours and balances: P1 100 / 20 / -8, P2 15 / 45 / 9, P3 1 / 32 / 0; nobody works in P4.
constexpr char kJobs[] =
    "rin,plaats,leeftijd,loon,uren,saldo\n"
    "1,P1,20,10,5,-2\n2,P1,30,20,5,-2\n3,P1,40,30,5,-2\n4,P1,50,40,5,-2\n"
    "5,P2,20,1,10,1\n6,P2,30,2,10,1\n7,P2,40,3,10,1\n8,P2,50,4,10,1\n9,P2,60,5,5,5\n"
    "10,P3,20,0.25,8,1\n11,P3,30,0.25,8,1\n12,P3,40,0.25,8,-1\n13,P3,50,0.25,8,-1\n";

class RealEngineTest : public testing::Test {
 protected:
  RealEngineTest() : workshop_("real_engine") {
    workshop_.Write("baan.yaml", kEntry);
    workshop_.Write("baan.csv", kJobs);
    workshop_.Import({"baan"});
  }

  // Rows as "code value value; ...", values without their decimal point; `-` is empty, `.` suppressed.
  std::string Ask(const std::string& sql) const {
    RuleSet rules;
    rules.frequency.minimum = 3;
    rules.frequency.protect_zeros = false;
    rules.percentile_each_side = 3;
    rules.degrees_of_freedom = 3;
    rules.implied_tables.levels = 3;
    const auto plan = workshop_.Plan(sql, {{"baan", {"plaats", "leeftijd", "loon", "uren", "saldo"}, {}}}, rules);
    if (!plan.allowed()) return plan.refusal().message;
    const auto table = workshop_.Run(plan.value());
    if (!table.ok()) return table.status().ToString();
    const auto release = Protect(*table, rules, {});
    return release.ok() ? RowsOf(*release) : release.status().ToString();
  }

  static std::string RowsOf(const ProtectedTable& release) {
    std::vector<std::string> rows;
    for (size_t r = 0; r < release.shape().rows.size(); ++r) {
      std::vector<std::string> fields = release.shape().rows[r].codes;
      for (const ReleasedValue& value : release.values()[r]) {
        fields.push_back(value.status == ValueStatus::kOk      ? absl::StrCat(static_cast<int64_t>(value.scaled))
                         : value.status == ValueStatus::kEmpty ? "-"
                                                               : ".");
      }
      rows.push_back(absl::StrJoin(fields, " "));
    }
    return absl::StrJoin(rows, "; ");
  }

  ReleaseWorkshop workshop_;
};

// 116/97 = 1.19588, 100/20, 15/45, 1/32 = 0.03125, which is rounded to the even digit.
TEST_F(RealEngineTest, ARatioIsOfTheSumsOfEachCell) {
  EXPECT_EQ(Ask("SELECT plaats, RATIO(SUM(loon), SUM(uren)) AS r FROM baan GROUP BY CUBE (plaats)"),
            "_T 11959; P1 50000; P2 3333; P3 312; P4 -");
  EXPECT_EQ(Ask("SELECT plaats, SUM(uren), RATIO(SUM(uren), SUM(loon)) FROM baan GROUP BY plaats ORDER BY ratio DESC"),
            "P3 32 320000; P2 45 30000; P1 20 2000; P4 0 -");
}

// -8/20, 9/45, 0/32; 20/-8, 45/9, and 32/0 is none.
TEST_F(RealEngineTest, ARatioHasASignAndNoneWhereTheDivisorIsZero) {
  EXPECT_EQ(Ask("SELECT plaats, RATIO(SUM(saldo), SUM(uren)), RATIO(SUM(uren), SUM(saldo)) AS q FROM baan GROUP BY plaats"),
            "P1 -4000 -25000; P2 2000 50000; P3 0 -; P4 - -");
}

// Of 1, 2, 3, 4 and 5 euros the middle is one person's 3. Three persons have 3 to 5 euros, which round
// to 4.000 by steps of 2 euros: no smaller step has three at the middle. Of 5, 5, 5, 5 everybody has the
// middle, so neither it nor the sum is shown, nor P2's, from which it would follow; all 13 have hours.
TEST_F(RealEngineTest, AMedianIsNobodysValue) {
  EXPECT_EQ(Ask("SELECT plaats, MEDIAN(loon) FROM baan WHERE plaats IN ('P2') GROUP BY plaats"), "P2 4000");
  EXPECT_EQ(Ask("SELECT plaats, COUNT(*), MEDIAN(loon), PERCENTILE(loon, 25) AS p FROM baan WHERE plaats = 'P2' "
                "GROUP BY plaats"),
            "P2 5 4000 .");
  EXPECT_EQ(Ask("SELECT plaats, COUNT(*), SUM(uren), MEDIAN(uren) FROM baan WHERE plaats = 'P1' GROUP BY plaats"),
            "P1 4 . .");
  EXPECT_EQ(Ask("SELECT COUNT(*), MEDIAN(uren) FROM baan"), "13 80");
  EXPECT_EQ(Ask("SELECT plaats, MEDIAN(uren) FROM baan WHERE plaats = 'P4' GROUP BY plaats"), "P4 -");
}

// 10, 20, 30 and 40 have a variance of 500 / 3, 1 to 5 of 2.5. Hours are 5, 8 or 10, so a mean and a
// deviation tell how often each; and wages of P3 are all equal, so no mean is shown beside a deviation.
TEST_F(RealEngineTest, AVarianceIsOfASample) {
  EXPECT_EQ(Ask("SELECT plaats, VARIANCE(loon), STDDEV(loon) FROM baan WHERE plaats IN ('P1', 'P2') GROUP BY plaats"),
            "P1 16666667 12910; P2 250000 1581");
  EXPECT_EQ(Ask("SELECT COUNT(*), AVG(uren), STDDEV(uren) FROM baan"), "13 75 .");
  EXPECT_EQ(Ask("SELECT plaats, COUNT(*), AVG(loon), STDDEV(loon) FROM baan WHERE plaats = 'P3' GROUP BY plaats"),
            "P3 4 . .");
  EXPECT_EQ(Ask("SELECT plaats, COUNT(*), AVG(loon) FROM baan WHERE plaats = 'P3' GROUP BY plaats"), "P3 4 250");
}

// Of 1 to n times anything it is (n - 1) / 3n: 3/12, 4/15. In P3 one half have a balance of 1, the others
// a debt, which counts as nothing; of no jobs there is none.
TEST_F(RealEngineTest, AGiniCoefficientIsOfAllPairs) {
  EXPECT_EQ(Ask("SELECT plaats, GINI(loon) FROM baan WHERE plaats IN ('P1', 'P2') GROUP BY plaats"), "P1 2500; P2 2667");
  EXPECT_EQ(Ask("SELECT plaats, GINI(saldo) FROM baan WHERE plaats IN ('P3', 'P4') GROUP BY plaats"), "P3 5000; P4 -");
  EXPECT_EQ(Ask("SELECT plaats, COUNT(*), SUM(loon), GINI(loon) FROM baan WHERE plaats = 'P3' GROUP BY plaats"),
            "P3 4 . .");
}

// P1 against the rest: 4 and 9 jobs, 100 and 16 euros; 16/77 = 0.20779.
TEST_F(RealEngineTest, ACaseIsAClassOfItsCodes) {
  const std::string stad = "CASE WHEN plaats = 'P1' THEN 'stad' ELSE 'land' END AS c";
  EXPECT_EQ(Ask("SELECT " + stad + ", COUNT(*), SUM(loon), RATIO(SUM(loon), SUM(uren)) FROM baan GROUP BY c"),
            "stad 4 10000 50000; land 9 1600 2078");
  EXPECT_EQ(Ask("SELECT " + stad + ", plaats, COUNT(*) FROM baan WHERE plaats <> 'P4' GROUP BY ROLLUP (c, plaats)"),
            "_T _T 13; stad _T 4; stad P1 4; land _T 9; land P2 5; land P3 4");
}

// Three people of each of the ages 20, 30, 40 and 50, and one of 60; 71.5/51 and 44.5/46.
TEST_F(RealEngineTest, ACaseOfARangeTakesThresholds) {
  EXPECT_EQ(Ask("SELECT CASE WHEN leeftijd < 40 THEN 'jong' ELSE 'oud' END AS c, COUNT(*), SUM(uren) FROM baan GROUP BY c"),
            "jong 6 46; oud 7 51");
  EXPECT_EQ(Ask("SELECT CASE WHEN BAND(leeftijd, 10) IN ('20-30', '40-50') THEN 'even' ELSE 'oneven' END AS c, "
                "RATIO(SUM(loon), SUM(uren)) FROM baan GROUP BY c"),
            "oneven 14020; even 9674");
}

// 4 of 13 jobs are in P1, 5 of the 9 others in P2; 4/13 = 0.30769, 5/9 = 0.55556.
TEST_F(RealEngineTest, AShareIsOfTheUnitsOfEachCell) {
  EXPECT_EQ(Ask("SELECT SHARE(plaats = 'P1') FROM baan"), "3077");
  EXPECT_EQ(Ask("SELECT plaats, SHARE(plaats = 'P1') FROM baan GROUP BY ROLLUP (plaats)"), "_T 3077; P1 10000; P2 0; P3 0; P4 -");
  EXPECT_EQ(Ask("SELECT CASE WHEN plaats = 'P1' THEN 'stad' ELSE 'land' END AS c, COUNT(*), SHARE(plaats = 'P2') FROM baan "
                "GROUP BY c ORDER BY share DESC"),
            "land 9 5556; stad 4 0");
  EXPECT_EQ(Ask("SELECT SHARE(plaats IN ('P1', 'P2')) AS a, SHARE(plaats IN ('P2', 'P3')) AS b FROM baan"), "6923 6923");
  EXPECT_EQ(Ask("SELECT SHARE(plaats = 'P4') FROM baan"), "0");
}

// Of the 6 who are under 40, 2 are in P1 and 2 in P2: of the four parts of P1 and P2 none has three.
TEST_F(RealEngineTest, AShareIsShownWhereAllOfItsPartsAre) {
  EXPECT_EQ(Ask("SELECT COUNT(*), SHARE(leeftijd < 40) FROM baan"), "13 4615");
  EXPECT_EQ(Ask("SELECT plaats, COUNT(*), SHARE(leeftijd < 40) FROM baan WHERE plaats <> 'P4' GROUP BY plaats"), "P1 4 .; P2 5 .; P3 4 .");
  EXPECT_EQ(Ask("SELECT COUNT(*), SHARE(leeftijd >= 60), SHARE(leeftijd < 60) AS s FROM baan"), "13 . .");
}

// One is 60: beside all there are, the number of the others is not shown; alone it is.
TEST_F(RealEngineTest, AFilteredCountIsTheCellOfThoseWhoMeetTheCondition) {
  EXPECT_EQ(Ask("SELECT COUNT(*) FILTER (WHERE leeftijd < 60) AS n FROM baan"), "12");
  EXPECT_EQ(Ask("SELECT COUNT(*), COUNT(*) FILTER (WHERE leeftijd < 60) AS n FROM baan"), "13 .");
  EXPECT_EQ(Ask("SELECT COUNT(*) FILTER (WHERE plaats = 'P1') AS a, COUNT(*) FILTER (WHERE plaats IN ('P1', 'P3')) AS b FROM baan"), "4 8");
  EXPECT_EQ(Ask("SELECT plaats, COUNT(*) FILTER (WHERE plaats = 'P1') AS n FROM baan GROUP BY plaats"), "P1 4; P2 0; P3 0; P4 0");
}

// 100, 15/5, 20, 1/32 = 0.03125, and the 5 persons of P2; in P4 there is nobody.
TEST_F(RealEngineTest, EveryStatisticTakesAFilter) {
  EXPECT_EQ(Ask("SELECT SUM(loon) FILTER (WHERE plaats = 'P1'), AVG(loon) FILTER (WHERE plaats = 'P2'), "
                "RATIO(SUM(loon), SUM(uren)) FILTER (WHERE plaats = 'P3'), COUNT(DISTINCT rin) FILTER (WHERE plaats = 'P2') FROM baan"),
            "10000 3000 312 5");
  EXPECT_EQ(Ask("SELECT AVG(loon) FILTER (WHERE plaats IN ('P1', 'P2')) AS a, AVG(loon) FILTER (WHERE plaats = 'P1') AS b, "
                "SUM(uren) FILTER (WHERE plaats = 'P4') FROM baan"),
            "12778 25000 0");
}

}  // namespace
}  // namespace kluis
