// Several tables as one.
#include <gmock/gmock.h>

#include "server/local/request.h"
#include "tests/server/local/workshop.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

std::string Select(const std::string& columns, const std::string& grouping,
                   const std::string& where = "") {
  return absl::StrCat("SELECT ", columns, ", SUM(omzet) AS omzet FROM firms ",
                      where.empty() ? "" : absl::StrCat("WHERE ", where, " "), "GROUP BY ",
                      grouping);
}

using Values = std::map<std::string, std::string>;

TEST_F(Workshop, JointTablesAreTheGroupingSetsOfOneQuery) {
  const Outcome joint = Sdc(Protect({Select("sbi, gemeente", "CUBE (sbi, gemeente)"),
                                     Select("sbi, grootte", "CUBE (sbi, grootte)")}));
  const Outcome one = Sdc(Protect({Select(
      "sbi, gemeente, grootte",
      "GROUPING SETS ((sbi, gemeente), (sbi, grootte), (sbi), (gemeente), (grootte), ())")}));
  ASSERT_EQ(joint.exit, 0) << joint.err;
  ASSERT_EQ(one.exit, 0) << one.err;
  const auto cells = [](const std::string& csv) {
    std::map<std::string, Values> rows;
    for (const auto& row : Rows(csv))
      rows[absl::StrCat(row.at("sbi"), "|", row.at("gemeente"), "|", row.at("grootte"))] = row;
    return rows;
  };
  const auto a = cells(joint.out), b = cells(one.out);
  ASSERT_EQ(a.size(), b.size());
  EXPECT_EQ(Rows(joint.out).size(), a.size()) << "a cell stands twice";
  for (const auto& [key, row] : a) {
    ASSERT_TRUE(b.count(key)) << key;
    const bool primary = row.at("omzet_status") == "primary";
    EXPECT_EQ(primary, b.at(key).at("omzet_status") == "primary") << key;
    if (row.at("omzet") != "." && b.at(key).at("omzet") != ".") {
      EXPECT_EQ(row.at("omzet"), b.at(key).at("omzet")) << key;
    }
  }
}

TEST_F(Workshop, ACommonCellHasOneStatusInBothTables) {
  const Outcome outcome = Sdc(Protect({Select("sbi, gemeente", "CUBE (sbi, gemeente)"),
                                       Select("sbi, grootte", "CUBE (sbi, grootte)")},
                                      {"--report", Path("out.json"), "-o", Path("out.csv")}));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  std::map<std::string, std::string> status[2];
  const nlohmann::json report = ReadReport("out.json");
  for (const auto& cell : report["cells"]) {
    const auto& codes = cell["codes"];
    if (codes[cell["table"] == 0 ? "gemeente" : "grootte"] != "_T") continue;
    status[cell["table"].get<int>()][codes["sbi"]] = cell["status"];
  }
  EXPECT_GT(status[0].size(), 5u);
  EXPECT_EQ(status[0], status[1]);
  EXPECT_EQ(report["total"]["violations"], 0);
}

// Levels and bands of one tree are one axis, whichever table names them.
TEST_F(Workshop, LevelsOfTwoTablesAreOneTree) {
  const Outcome outcome = Sdc(Protect(
      {Select("LEVEL(sbi, 'sectie') AS sectie, gemeente", "CUBE (LEVEL(sbi, 'sectie'), gemeente)"),
       Select("sbi", "sbi")},
      {"--report", Path("out.json")}));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  std::map<std::string, std::string> value;
  for (const auto& row : Rows(outcome.out)) {
    if (row.at("gemeente") == "_T") value[row.at("sectie") + "|" + row.at("sbi")] = row.at("omzet");
  }
  EXPECT_EQ(value.count("A|_T"), 1u);
  EXPECT_EQ(value.count("_T|A1"), 1u);
  // C has one division: both names are one set of firms, so both are shown or neither.
  EXPECT_EQ(value["C|_T"], value["_T|C1"]);
}

TEST_F(Workshop, DifferentStatisticsStandInOneTable) {
  const Outcome outcome =
      Sdc(Protect({Select("sbi", "ROLLUP (sbi)"),
                   "SELECT gemeente, COUNT(*) AS n FROM firms GROUP BY ROLLUP (gemeente)"}));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  for (const auto& row : Rows(outcome.out)) {
    const bool total = row.at("sbi") == "_T" && row.at("gemeente") == "_T";
    EXPECT_EQ(row.at("n_status").empty(), row.at("sbi") != "_T");
    EXPECT_EQ(row.at("omzet_status").empty(), row.at("sbi") == "_T" && !total);
  }
}

TEST_F(Workshop, TheSameWhereInAnotherOrderIsTheSame) {
  const Outcome outcome = Sdc(Protect(
      {Select("sbi", "ROLLUP (sbi)", "gemeente IN ('G1', 'G2') AND grootte = 'klein'"),
       Select("gemeente", "ROLLUP (gemeente)", "grootte = 'klein' AND gemeente IN ('G2', 'G1')")}));
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
}

TEST_F(Workshop, DifferentWhereIsRefused) {
  const Outcome outcome = Sdc(Protect({Select("sbi", "ROLLUP (sbi)", "gemeente = 'G1'"),
                                       Select("sbi", "ROLLUP (sbi)", "gemeente = 'G2'")}));
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--table 2:1:"));
  EXPECT_THAT(outcome.err, HasSubstr("have the same WHERE"));
}

TEST_F(Workshop, OneNameForTwoStatisticsIsRefused) {
  const Outcome outcome =
      Sdc(Protect({Select("sbi", "ROLLUP (sbi)"),
                   "SELECT sbi, COUNT(*) AS omzet FROM firms GROUP BY ROLLUP (sbi)"}));
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("omzet names two columns"));
}

}  // namespace
}  // namespace kluis
