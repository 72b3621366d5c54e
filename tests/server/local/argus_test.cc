// Microdata and tables of tau-ARGUS, from its files to a protected table.
#include <gmock/gmock.h>

#include <set>

#include "tests/server/local/argus_workshop.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;
using Values = std::map<std::string, std::string>;

std::map<std::string, Values> ByCodes(const std::vector<Values>& rows) {
  std::map<std::string, Values> cells;
  for (const Values& row : rows) cells[absl::StrCat(row.at("sbi"), "|", row.at("gemeente"))] = row;
  return cells;
}

TEST_F(ArgusWorkshop, RecordsWithMetadataGiveTheTableOfTheirEntry) {
  const Outcome entry = Sdc(Protect({kCube}));
  const Outcome metadata =
      Sdc(FromRecords({"--table",
                       "SELECT sbi, gemeente, SUM(omzet) AS omzet FROM anything GROUP BY "
                       "CUBE (sbi, gemeente)"}));
  ASSERT_EQ(metadata.exit, 0) << metadata.err;
  EXPECT_EQ(metadata.out, entry.out);
}

TEST_F(ArgusWorkshop, ASpecificationIsTheCubeOfItsVariables) {
  const Outcome specified = Sdc(FromRecords({"--specify", kSpecified}));
  ASSERT_EQ(specified.exit, 0) << specified.err;
  EXPECT_EQ(specified.out, Sdc(Protect({kCube})).out);
  const Outcome counts = Sdc(FromRecords({"--specify", "\"gemeente\"|<freq>"}));
  ASSERT_EQ(counts.exit, 0) << counts.err;
  EXPECT_THAT(counts.out, HasSubstr("_T,150,ok"));
}

TEST_F(ArgusWorkshop, TablesOfBothKindsAreProtectedJointlyInTheOrderOfTheirNaming) {
  const std::string by_size = "SELECT grootte, SUM(omzet) AS omzet FROM f GROUP BY CUBE (grootte)";
  const std::string by_place = "\"gemeente\"|\"omzet\"";
  const std::vector<std::vector<std::string>> orders = {
      {"--table", by_size, "--specify", by_place}, {"--specify", by_place, "--table", by_size}};
  for (size_t size_at : {0, 1}) {
    std::vector<std::string> arguments = orders[size_at];
    arguments.insert(arguments.end(), {"--report", Path("out.json")});
    const Outcome outcome = Sdc(FromRecords(arguments));
    ASSERT_EQ(outcome.exit, 0) << outcome.err;
    std::map<std::string, std::set<size_t>> tables;
    const nlohmann::json report = ReadReport("out.json");
    for (const auto& cell : report["cells"])
      tables[cell["codes"].begin().key()].insert(cell["table"].get<size_t>());
    EXPECT_EQ(tables["grootte"], std::set<size_t>{size_at});
    EXPECT_EQ(tables["gemeente"], std::set<size_t>{1 - size_at});
  }
}

TEST_F(ArgusWorkshop, SeparatedRecordsAreReadToo) {
  Write("firms.rda",
        "<SEPARATOR> \";\"\nsbi 2\n  <RECODEABLE>\ngemeente 2\n  <RECODEABLE>\n"
        "omzet 10\n  <NUMERIC>\n  <DECIMALS> 1\n");
  std::string text;
  for (const auto& row : FirmRows()) absl::StrAppend(&text, row[0], ";", row[1], ";", row[3], "\n");
  Write("firms.asc", text);
  const Outcome outcome = Sdc(FromRecords({"--specify", "\"gemeente\"|\"omzet\""}));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("_T,99104.2,ok"));
}

TEST_F(ArgusWorkshop, AWeightCountsUnlessItIsDeclined) {
  std::string text;
  for (const auto& row : FirmRows())
    text += absl::StrFormat("%-2s %-2s %-5s%10s 2\n", row[0], row[1], row[2], row[3]);
  Write("firms.asc", text);
  Write("firms.rda", absl::StrCat(kRda, "w 23 1\n  <WEIGHT>\n"));
  const Outcome weighted = Sdc(FromRecords({"--specify", "\"gemeente\"|\"omzet\""}));
  const Outcome plain = Sdc(FromRecords({"--specify", "\"gemeente\"|\"omzet\"", "--unweighted"}));
  EXPECT_THAT(weighted.out, HasSubstr("_T,198208.4,ok")) << weighted.err;
  EXPECT_THAT(plain.out, HasSubstr("_T,99104.2,ok")) << plain.err;
}

// The records of a holding are one contribution.
TEST_F(ArgusWorkshop, HoldingsAreJudgedTogether) {
  std::string text;
  for (const char* place : {"G1", "G2"}) {
    for (int firm = 0; firm < 6; ++firm)
      text += absl::StrFormat("A1 %-2s klein%10d %d\n", place, 100, place[1] == '1' ? 7 : firm);
  }
  Write("firms.asc", text);
  Write("firms.rda", absl::StrCat(kRda, "h 23 1\n  <HOLDING>\n"));
  const Outcome outcome = Sdc(FromRecords({"--specify", "\"gemeente\"|\"omzet\""}));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("G1,.,primary"));
  EXPECT_THAT(outcome.out, HasSubstr("G2,.,secondary"));
}

TEST_F(ArgusWorkshop, AMissingCodeIsACategory) {
  std::string rda = kRda;
  rda.insert(rda.find("gemeente 4 2") + 12, " G9");
  Write("firms.rda", rda);
  Write("firms.asc", Records() + "A1 G9 klein     500.0\n");
  const Outcome outcome = Sdc(FromRecords({"--specify", "\"gemeente\"|\"omzet\""}));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("_U,.,primary"));
}

TEST_F(ArgusWorkshop, StatusesOfATableAndTheRulesOnItsColumnsFindTheSamePrimaries) {
  const Outcome by_file = Sdc(FromTable());
  const Outcome by_rules = Sdc(FromTable({"--primaries", "rules"}));
  const Outcome by_records = Sdc(Protect({kCube}));
  ASSERT_EQ(by_file.exit, 0) << by_file.err;
  ASSERT_EQ(by_rules.exit, 0) << by_rules.err;
  const auto records = ByCodes(Rows(by_records.out));
  for (const Outcome* outcome : {&by_file, &by_rules}) {
    EXPECT_THAT(outcome->err, HasSubstr("audit: 0 violations, 0 by insiders"));
    const auto cells = ByCodes(Rows(outcome->out));
    ASSERT_EQ(cells.size(), records.size());
    for (const auto& [codes, row] : cells) {
      const bool primary = row.at("omzet_status") == "primary";
      EXPECT_EQ(primary, records.at(codes).at("omzet_status") == "primary") << codes;
      if (row.at("omzet") == "." || records.at(codes).at("omzet") == ".") continue;
      EXPECT_EQ(row.at("omzet"), records.at(codes).at("omzet")) << codes;
    }
  }
}

TEST_F(ArgusWorkshop, WhatATableSaysIsSuppressedOrPublishedStaysSo) {
  int cell = 0;
  Write("table.tab", Table([&](const Cell& c) {
          ++cell;
          return c.Unsafe() ? "U" : cell % 5 == 0 ? "M" : cell % 5 == 1 ? "P" : "S";
        }));
  const Outcome outcome = Sdc(FromTable({"--jj-out", Path("out.jj")}));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  std::map<std::string, std::string> given;
  for (const auto& line : absl::StrSplit(Read("table.tab"), '\n', absl::SkipEmpty())) {
    const std::vector<std::string> f = absl::StrSplit(line, ';');
    const auto code = [](const std::string& c) { return c == "Total" ? "_T" : c; };
    given[absl::StrCat(code(f[0]), "|", code(f[1]))] = f[5];
  }
  const auto cells = ByCodes(Rows(outcome.out));
  for (const auto& [codes, status] : given) {
    const std::string& found = cells.at(codes).at("omzet_status");
    const std::map<std::string, std::string> kept = {
        {"U", "primary"}, {"M", "secondary"}, {"P", "ok"}};
    if (kept.count(status) > 0) {
      EXPECT_EQ(found, kept.at(status)) << codes;
    }
  }
  const JjTable jj = ReadJj("out.jj");
  EXPECT_TRUE(std::any_of(jj.cells.begin(), jj.cells.end(), [](const JjCell& c) {
    return c.status == JjStatus::kProtected && c.value > 0;
  })) << "what must be published is so in the JJ file";
}

TEST_F(ArgusWorkshop, ATableOfFrequenciesIsProtectedAsCounts) {
  std::string rda = kTableRda;
  rda.erase(rda.find("omzet\n"), std::string("omzet\n  <NUMERIC>\n  <DECIMALS> 1\n").size());
  rda.erase(rda.find("top\n"));
  Write("table.rda", rda);
  std::string table;
  for (const auto& line : absl::StrSplit(Read("table.tab"), '\n', absl::SkipEmpty())) {
    const std::vector<std::string> f = absl::StrSplit(line, ';');
    absl::StrAppend(&table, f[0], ";", f[1], ";", f[3], "\n");
  }
  Write("table.tab", table);
  const Outcome outcome = Sdc(FromTable());
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const Outcome records = Sdc(
      Protect({"SELECT sbi, gemeente, COUNT(*) AS n FROM firms GROUP BY CUBE (sbi, gemeente)"}));
  EXPECT_EQ(outcome.out, records.out);
}

struct Decision {
  const char* name;
  const char* line;
  const char* cell;
  const char* status;  // afterwards
};

TEST_F(ArgusWorkshop, ACellIsWhatTheAPrioriFileSays) {
  const Decision cases[] = {
      {"unsafe by hand", "A;G1;u", "A|G1", "primary"},
      {"suppressed by hand", "Total;G2;m", "_T|G2", "secondary"},
      {"safe by hand", "A2;G3;s\nA2;G3;p", "A2|G3", "ok"},
      {"must be published", "A1;G3;p", "A1|G3", "ok"},
      {"the empty code is the total", ";G2;m", "_T|G2", "secondary"},
      {"dear", "A1;G3;c;100000000", "A1|G3", "ok"},
  };
  const auto before = ByCodes(Rows(Sdc(Protect({kCube})).out));
  ASSERT_EQ(before.at("A2|G3").at("omzet_status"), "primary");
  ASSERT_EQ(before.at("A1|G3").at("omzet_status"), "secondary");
  for (const Decision& c : cases) {
    Write("a.hst", c.line);
    for (const bool records : {true, false}) {
      std::vector<std::string> more = {"--apriori", Path("a.hst")};
      if (records) more.insert(more.end(), {"--specify", kSpecified});
      const Outcome outcome = Sdc(records ? FromRecords(more) : FromTable(more));
      ASSERT_EQ(outcome.exit, 0) << c.name << ": " << outcome.err;
      EXPECT_EQ(ByCodes(Rows(outcome.out)).at(c.cell).at("omzet_status"), c.status)
          << c.name << (records ? ", records" : ", table");
      EXPECT_THAT(outcome.err, HasSubstr("audit: 0 violations")) << c.name;
      EXPECT_EQ(absl::StrContains(outcome.err, "1 unsafe cell is safe by"),
                absl::StartsWith(c.name, "safe"));
    }
  }
}

TEST_F(ArgusWorkshop, LevelsAndBoundsByHandAreKept) {
  Write("a.hst", "A;G1;u\nA;G1;pl;100;250.5\nB;Total;ab;1000;100000\n");
  const Outcome outcome = Sdc(FromTable(
      {"--apriori", Path("a.hst"), "--report", Path("r.json"), "--jj-out", Path("r.jj")}));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const nlohmann::json report = ReadReport("r.json");
  bool found = false;
  for (const auto& cell : report["cells"]) {
    if (cell["codes"]["sbi"] != "A" || cell["codes"]["gemeente"] != "G1") continue;
    found = true;
    const double value = cell["value"];
    EXPECT_EQ(cell["rule"], "a priori");
    EXPECT_NEAR(cell["required"][0].get<double>(), value - 100, 1e-6);
    EXPECT_NEAR(cell["required"][1].get<double>(), value + 250.5, 1e-6);
    EXPECT_LE(cell["interval"][0].get<double>(), value - 100 + 1e-3);
    EXPECT_GE(cell["interval"][1].get<double>(), value + 250.5 - 1e-3);
  }
  EXPECT_TRUE(found);
  const JjTable jj = ReadJj("r.jj");
  EXPECT_TRUE(std::any_of(jj.cells.begin(), jj.cells.end(),
                          [](const JjCell& c) { return c.lower == 10000 && c.upper == 1000000; }));
}

// What everyone knows of a hidden cell narrows what the others may be.
TEST_F(ArgusWorkshop, OutsideBoundsNarrowTheIntervalsOfTheAudit) {
  const auto cell = [&](const std::string& hst) {
    Write("a.hst", hst);
    const Outcome outcome =
        Sdc(FromTable({"--apriori", Path("a.hst"), "--report", Path("r.json")}));
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    const nlohmann::json report = ReadReport("r.json");
    for (const auto& found : report["cells"]) {
      if (found["codes"]["sbi"] == "A1" && found["codes"]["gemeente"] == "G3") return found;
    }
    return nlohmann::json();
  };
  const auto width = [](const nlohmann::json& found) {
    return found["interval"][1].get<double>() - found["interval"][0].get<double>();
  };
  const nlohmann::json before = cell("A1;G3;m\n");
  EXPECT_GT(width(before), 1000);
  const int value = before["value"].get<int>();
  EXPECT_LE(width(cell(absl::StrCat("A1;G3;m\nA1;G3;ab;", value - 300, ";", value + 300))),
            600.001);
}

TEST_F(ArgusWorkshop, LevelsOfATableAreRequired) {
  Write("table.rda", absl::StrCat(kTableRda,
                                  "down\n  <NUMERIC> <LOWERPL>\nup\n  <NUMERIC> "
                                  "<UPPERPL>\n"));
  std::string table;
  for (const auto& line : absl::StrSplit(Read("table.tab"), '\n', absl::SkipEmpty()))
    absl::StrAppend(&table, line, ";12.5;30\n");
  Write("table.tab", table);
  const Outcome outcome = Sdc(FromTable({"--report", Path("r.json")}));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  int primaries = 0;
  const nlohmann::json report = ReadReport("r.json");
  for (const auto& cell : report["cells"]) {
    if (cell["status"] != "primary") continue;
    EXPECT_EQ(cell["rule"], "status");
    const double value = cell["value"];
    EXPECT_NEAR(cell["required"][0].get<double>(), value - 12.5, 1e-6);
    EXPECT_NEAR(cell["required"][1].get<double>(), value + 30, 1e-6);
    ++primaries;
  }
  EXPECT_EQ(primaries, 2);
}

TEST_F(ArgusWorkshop, CostsOfATableSayWhatIsCheap) {
  std::string rda = kTableRda;
  absl::StrAppend(&rda, "cost\n  <NUMERIC> <COSTVAR>\n");
  Write("table.rda", rda);
  std::string table;
  for (const auto& line : absl::StrSplit(Read("table.tab"), '\n', absl::SkipEmpty())) {
    const bool dear = absl::StartsWith(line, "A1;G3;");
    absl::StrAppend(&table, line, ";", dear ? "9000000" : "1", "\n");
  }
  Write("table.tab", table);
  for (const char* primaries : {"rules", "file"}) {
    const Outcome outcome = Sdc(FromTable({"--primaries", primaries}));
    ASSERT_EQ(outcome.exit, 0) << outcome.err;
    EXPECT_EQ(ByCodes(Rows(outcome.out)).at("A1|G3").at("omzet_status"), "ok") << primaries;
  }
}

}  // namespace
}  // namespace kluis
