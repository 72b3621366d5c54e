// What suppression costs and what is wished of single cells, as a user writes it; and who an
// insider is.
#include <gmock/gmock.h>

#include "disclosure/protect/cell_cost.h"
#include "tests/server/local/workshop.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

class Wishes : public Workshop {
 protected:
  nlohmann::json Run(const std::vector<std::string>& more, const char* table = kCube) {
    std::vector<std::string> options = {"--report", Path("out.json"), "-o", Path("out.csv")};
    options.insert(options.end(), more.begin(), more.end());
    const Outcome outcome = Sdc(Protect({table}, options));
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    if (outcome.exit != 0) return {};
    const nlohmann::json report = ReadReport("out.json");
    EXPECT_EQ(report["total"]["violations"], 0);
    EXPECT_EQ(report["total"]["insider_violations"], 0);
    return report;
  }

  void Rules(const std::string& cost) {
    Write("rules.yaml", absl::StrCat("rules: firms\nfrequency: {minimum: 3, zeros: publish, "
                                     "protect: exact}\ndominance: [{n: 1, share: 0.80}]\n"
                                     "secondary: {protect: interval, cost: ",
                                     cost, ", deadline: 10s}\n"));
  }

  static std::string StatusOf(const nlohmann::json& report, const std::string& sbi,
                              const std::string& gemeente) {
    for (const nlohmann::json& cell : report["cells"]) {
      if (cell["codes"]["sbi"] == sbi && cell["codes"]["gemeente"] == gemeente)
        return cell["status"];
    }
    return "none";
  }

  // A cell, "sbi,gemeente", that is secondary without any wish.
  static std::string FirstSecondary(const nlohmann::json& report) {
    for (const nlohmann::json& cell : report["cells"]) {
      if (cell["status"] == "secondary") {
        return absl::StrCat(std::string(cell["codes"]["sbi"]), ",",
                            std::string(cell["codes"]["gemeente"]));
      }
    }
    return "";
  }

  static std::string StatusOf(const nlohmann::json& report, const std::string& cell) {
    const std::vector<std::string> codes = absl::StrSplit(cell, ',');
    return StatusOf(report, codes[0], codes[1]);
  }
};

TEST(CellCostTest, EachKindAndItsPower) {
  AggregateTable table;
  table.weight_decimals = 1;
  table.units = {{.rows = 9, .contributors = 4, .weight = 90}};
  table.measures = {{.name = "staff", .decimals = 0, .any_sign = false, .cells = {{}}}};
  table.measures[0].cells[0].total = -2500;  // 250 with the decimal of the weights
  struct Case {
    const char* cost;
    int power_percent;
    double wanted;
  };
  for (const Case& c : {Case{"value", 100, 81}, Case{"value", 50, 9}, Case{"value", 200, 6561},
                        Case{"frequency", 100, 4}, Case{"frequency", 50, 2}, Case{"unity", 100, 1},
                        Case{"staff", 100, 250}, Case{"staff", 50, 15.8113883}}) {
    const SecondaryParameters secondary{.cost = c.cost, .cost_power_percent = c.power_percent};
    EXPECT_NEAR(CellCost(table, secondary, 0, 8100, 2), c.wanted, 1e-6) << c.cost;
  }
  EXPECT_EQ(CellCost(table, {}, 0, 1, 2), 1) << "no cell is for nothing";
}

TEST_F(Wishes, UnityHidesFewCellsAndValueLittle) {
  Rules("value");
  const nlohmann::json value = Run({})["total"];
  Rules("unity");
  const nlohmann::json unity = Run({})["total"];
  EXPECT_LE(unity["secondary"], value["secondary"]);
  EXPECT_LT(value["secondary_value"], unity["secondary_value"]);
  Rules("value^0.1");
  Run({});
}

TEST_F(Wishes, TheCostMayBeAMeasureThatNoTableShows) {
  const char* both =
      "SELECT sbi, gemeente, SUM(omzet) AS omzet, SUM(winst) AS winst FROM firms "
      "GROUP BY CUBE (sbi, gemeente)";
  Rules("value");
  const nlohmann::json value = Run({});
  std::string cell;
  for (const nlohmann::json& c : value["cells"]) {
    const std::string sbi = c["codes"]["sbi"], gemeente = c["codes"]["gemeente"];
    if (c["status"] == "secondary" && sbi.size() == 2 && sbi != "_T" && gemeente != "_T")
      cell = absl::StrCat(sbi, ",", gemeente);
  }
  ASSERT_NE(cell, "") << "no inner cell is secondary";
  std::string firms;  // with a profit by which that cell is dear
  for (const auto& line : absl::StrSplit(Firms(), '\n', absl::SkipEmpty())) {
    const std::string row(line), start = row.substr(0, row.rfind(',') + 1);
    const bool dear = row.substr(0, cell.size()) == cell;
    absl::StrAppend(&firms, dear ? absl::StrCat(start, "99999999") : row, "\n");
  }
  Write("firms.csv", firms);
  EXPECT_EQ(Run({})["cells"], value["cells"]) << "profit is no matter of these rules";
  Rules("winst");
  const nlohmann::json beside = Run({});
  EXPECT_EQ(StatusOf(beside, cell), "ok");
  EXPECT_EQ(Read("out.csv").find("winst"), std::string::npos);
  EXPECT_EQ(beside["total"]["cells"], value["total"]["cells"]);
  Rules("unity");
  EXPECT_NE(Run({})["cells"], beside["cells"]);
  Rules("winst");
  Run({}, both);
  Rules("personeel");
  const Outcome unknown = Sdc(Protect({kCube}));
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_THAT(unknown.err, ::testing::ContainsRegex("rules.yaml:[0-9]+:[0-9]+: secondary.cost: firms has no measure 'personeel'"));
  EXPECT_THAT(unknown.err, HasSubstr("hint: known are value, frequency, unity, omzet, winst"));
}

TEST_F(Wishes, KeptCellsAreShownAndTheTableStaysSafe) {
  const std::string cell = FirstSecondary(Run({}));
  ASSERT_NE(cell, "");
  Write("cells.csv", absl::StrCat("sbi,gemeente,wish\n_T,_T,keep\n", cell, ",keep\n"));
  const nlohmann::json report = Run({"--cells", Path("cells.csv")});
  EXPECT_EQ(StatusOf(report, cell), "ok");
  EXPECT_EQ(StatusOf(report, "_T", "_T"), "ok");
}

TEST_F(Wishes, AvoidedAndPreferredCellsChangeThePattern) {
  const nlohmann::json before = Run({});
  const std::string cell = FirstSecondary(before);
  Write("cells.csv", absl::StrCat("sbi,gemeente,wish\n", cell, ",avoid\n"));
  EXPECT_EQ(StatusOf(Run({"--cells", Path("cells.csv")}), cell), "ok");
  Write("cells.csv", "sbi,gemeente,wish\nA,*,avoid\nA,*,prefer\n");
  const nlohmann::json preferred = Run({"--cells", Path("cells.csv")});
  Write("cells.csv", "sbi,gemeente,wish\nA,*,prefer\n");
  EXPECT_EQ(Run({"--cells", Path("cells.csv")})["cells"], preferred["cells"]) << "the last counts";
  const auto hidden = [](const nlohmann::json& report) {
    int cells = 0;
    for (const nlohmann::json& c : report["cells"])
      cells += c["codes"]["sbi"] == "A" && c["status"] == "secondary" ? 1 : 0;
    return cells;
  };
  EXPECT_GE(hidden(preferred), hidden(before));
}

TEST_F(Wishes, AreWrongByPlace) {
  struct Case {
    const char* name;
    const char* csv;
    const char* says;
  };
  for (const Case& c : {
           Case{"nothing", "", ":1:1: no header line"},
           Case{"no dimension", "wish\n", "hint: write gemeente,sbi,wish"},
           Case{"unknown dimension", "gemente,wish\n", "did you mean 'gemeente'?"},
           Case{"twice", "sbi,sbi,wish\n", ":1:1: the header has 'sbi' twice"},
           Case{"unknown code", "sbi,wish\nA,keep\nA9,keep\n", ":3:1: sbi has no code 'A9'"},
           Case{"unknown wish", "sbi,wish\nA,stay\n", ":2:1: unknown wish 'stay'"},
           Case{"a field less", "sbi,gemeente,wish\nA,keep\n", ":2:1: has 2 fields, the header 3"},
       }) {
    Write("cells.csv", c.csv);
    const Outcome outcome = Sdc(Protect({kCube}, {"--cells", Path("cells.csv")}));
    EXPECT_EQ(outcome.exit, 2) << c.name;
    EXPECT_THAT(outcome.err, HasSubstr("cells.csv")) << c.name;
    EXPECT_THAT(outcome.err, HasSubstr(c.says)) << c.name;
    EXPECT_EQ(outcome.out, "") << c.name;
  }
}

TEST_F(Wishes, APrimaryCannotBeKept) {
  const nlohmann::json report = Run({});
  for (const nlohmann::json& cell : report["cells"]) {
    if (cell["status"] != "primary") continue;
    Write("cells.csv", absl::StrCat("sbi,gemeente,wish\n", std::string(cell["codes"]["sbi"]), ",",
                                    std::string(cell["codes"]["gemeente"]), ",keep\n"));
    break;
  }
  const Outcome outcome = Sdc(Protect({kCube}, {"--cells", Path("cells.csv")}));
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("cells.csv:2:1: the cell is unsafe by "));
}

TEST_F(Wishes, OfCountsAndJointTablesArePreferencesOnly) {
  const char* count =
      "SELECT sbi, gemeente, COUNT(*) AS n FROM firms GROUP BY CUBE (sbi, gemeente)";
  Write("cells.csv", "sbi,wish\nA,keep\n");
  const Outcome outcome = Sdc(Protect({count}, {"--cells", Path("cells.csv")}));
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("cells.csv:2:1: cells can be kept in one table with one sum"));
  Write("cells.csv", "sbi,wish\nA,avoid\n");
  Run({"--cells", Path("cells.csv")}, count);
}

TEST_F(Wishes, APurePercentageRuleNeedsNoFrequency) {
  Write("rules.yaml", "rules: pure\nfrequency: {minimum: 1}\np_percent: {p: 15}\n");
  const nlohmann::json by_rule = Run({})["total"]["primary_by_rule"];
  EXPECT_GT(by_rule["p_percent"], 0);
  EXPECT_EQ(by_rule.size(), 1) << by_rule.dump();
}

// The only firm of C1 is the only one of its municipality and of its size there: one insider,
// though neither of these cells is a part of the other.
TEST_F(Wishes, AFirmIsNoInsiderAgainstItself) {
  std::string firms;
  for (const auto& line : absl::StrSplit(Firms(), '\n', absl::SkipEmpty())) {
    if (line.substr(0, 2) != "C1") absl::StrAppend(&firms, line, "\n");
  }
  Write("firms.csv", firms + "C1,G2,klein,77.5,1\n");
  const Outcome outcome = Sdc(Protect(
      {kCube, "SELECT sbi, grootte, SUM(omzet) AS omzet FROM firms GROUP BY CUBE (sbi, grootte)"},
      {"--report", Path("out.json"), "-o", Path("out.csv")}));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const nlohmann::json report = ReadReport("out.json");
  EXPECT_EQ(report["total"]["insider_violations"], 0) << report["insiders"].dump();
  EXPECT_FALSE(report.contains("insiders"));
}

}  // namespace
}  // namespace kluis
