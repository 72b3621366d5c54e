// The test set of tau-ARGUS, in KLUIS_TEST_DATA, in the form in which tau-ARGUS reads it.
#include <gmock/gmock.h>

#include <iostream>

#include "server/catalogue/csv_reader.h"
#include "tests/reference_data.h"
#include "tests/server/local/argus_workshop.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

constexpr char kTauRda[] =
    "Year 1 2 99\n  <RECODEABLE>\n"
    "IndustryCode 4 5 99999\n  <RECODEABLE>\n  <HIERARCHICAL>\n  <HIERLEVELS> 3 1 1 0 0\n"
    "Size 9 2 99\n  <RECODEABLE>\n"
    "Region 12 2 99\n  <RECODEABLE>\n  <HIERARCHICAL>\n  <HIERCODELIST> \"region.hrc\"\n"
    "  <HIERLEADSTRING> \"@\"\n"
    "Wgt 15 4 9999\n  <DECIMALS> 1\n  <WEIGHT>\n"
    "Var1 19 9 999999999\n  <NUMERIC>\n"
    "Var2 28 10 9999999999\n  <NUMERIC>\n  <DECIMALS> 2\n";

constexpr char kSizeByRegion[] = "\"Size\"\"Region\"|\"Var2\"";
constexpr char kIndustryByRegion[] = "\"IndustryCode\"\"Region\"|\"Var1\"";

class ArgusReference : public ArgusWorkshop {
 protected:
  void SetUp() override {
    Workshop::SetUp();
    if (!HasReferenceData(ReferenceFolder())) return;
    WriteRecords();
    WriteTree();
    Write("tau.rda", kTauRda);
    Write("p15.yaml",
          "rules: tau\nfrequency: {minimum: 3, zeros: publish, protect: exact}\n"
          "p_percent: {p: 15}\nsecondary: {protect: interval, deadline: 60s}\n");
    Write("dominance.yaml",
          "rules: tau\nfrequency: {minimum: 3, zeros: publish, protect: exact}\n"
          "dominance: [{n: 1, share: 0.85}]\nsecondary: {protect: interval, deadline: 60s}\n");
  }

  // Rows of a CSV, without its header.
  std::vector<std::vector<std::string>> RowsOf(const std::string& name) const {
    std::vector<std::vector<std::string>> rows;
    auto source = ByteSource::Open(data_ + "/" + name);
    EXPECT_TRUE(source.ok());
    CsvReader reader(**source);
    while (*reader.Next()) rows.emplace_back(reader.fields().begin(), reader.fields().end());
    rows.erase(rows.begin());
    return rows;
  }

  void WriteRecords() const {
    std::string text;
    for (const auto& r : RowsOf("micro_tau_testW.csv.gz"))
      text += absl::StrFormat("%2s %-5s%2s %2s %4s%9s%10s\r\n", r[0], r[1], r[2], r[3], r[4], r[5],
                              r[6]);
    Write("tau.asc", text);
  }

  void WriteTree() const {
    std::string text;
    const auto rows = RowsOf("hier_tau_region.csv");
    for (const auto& top : rows) {
      if (top[1] != "Total") continue;
      absl::StrAppend(&text, top[0], "\n");
      for (const auto& part : rows) {
        if (part[1] == top[0]) absl::StrAppend(&text, "@", part[0], "\n");
      }
    }
    Write("region.hrc", text);
  }

  nlohmann::json Run(const std::string& specified, const std::string& rules,
                     const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {
        "protect",     "--microdata",   Path("tau.asc"), "--metadata",     Path("tau.rda"),
        "--rules",     Path(rules),     "--specify",     specified,        "--unweighted",
        "-o",          Path("out.csv"), "--report",      Path("out.json"), "--jj-out",
        Path("out.jj")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = Sdc(arguments);
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    EXPECT_THAT(outcome.err, ::testing::Not(HasSubstr("within the bounds")));
    nlohmann::json report = ReadReport("out.json");
    std::cout << report["total"].dump() << "\n";
    return report;
  }

  const std::string data_ = ReferenceFolder().string();
};

// tau-ARGUS prints 162 cells and suppresses 2,524,351 of them with Modular.
TEST_F(ArgusReference, SizeByRegionHasTheCellsOfTauArgusAndHidesLess) {
  const nlohmann::json total = Run(kSizeByRegion, "p15.yaml")["total"];
  EXPECT_EQ(total["cells"], 162);
  EXPECT_EQ(total["violations"], 0);
  EXPECT_EQ(total["insider_violations"], 0);
  EXPECT_LT(total["secondary_value"], 2'524'351);
  ASSERT_EQ(Sdc({"audit", "--jj", Path("out.jj"), "-o", Path("a.json")}).exit, 0);
  const nlohmann::json replayed = ReadReport("a.json")["total"];
  for (const char* count : {"cells", "primary", "secondary", "secondary_value", "violations"})
    EXPECT_EQ(total[count], replayed[count]) << count;
}

TEST_F(ArgusReference, ThreadsChangeNoByte) {
  std::string csv, jj, cells;
  for (const char* threads : {"1", "2"}) {
    const nlohmann::json report = Run(kIndustryByRegion, "dominance.yaml", {"--threads", threads});
    EXPECT_EQ(report["total"]["cells"], 12'798);
    EXPECT_EQ(report["total"]["violations"], 0);
    if (csv.empty()) {
      csv = Read("out.csv"), jj = Read("out.jj"), cells = report["cells"].dump();
      continue;
    }
    EXPECT_TRUE(csv == Read("out.csv"));
    EXPECT_TRUE(jj == Read("out.jj"));
    EXPECT_TRUE(cells == report["cells"].dump());
  }
  EXPECT_EQ(Sdc({"audit", "--jj", Path("out.jj"), "-o", Path("a.json")}).exit, 0);
}

// Without the secondary suppressions of the result, its problem is protected anew.
TEST_F(ArgusReference, AProblemIsProtectedAnewFromItsPrimaries) {
  Run(kSizeByRegion, "p15.yaml");
  JjTable problem = ReadJj("out.jj");
  for (JjCell& cell : problem.cells) {
    if (cell.status == JjStatus::kSecondary) cell.status = JjStatus::kSafe;
  }
  Write("in.jj", WriteJj(problem));
  EXPECT_EQ(Sdc({"audit", "--jj", Path("in.jj"), "-o", Path("a.json")}).exit, 3);
  const Outcome outcome =
      Sdc({"protect", "--jj", Path("in.jj"), "-o", Path("cells.csv"), "--jj-out", Path("new.jj")});
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("162 cells, 0 empty, 9 primary, "));
  EXPECT_EQ(Sdc({"audit", "--jj", Path("new.jj"), "-o", Path("a.json")}).exit, 0);
}

}  // namespace
}  // namespace kluis
