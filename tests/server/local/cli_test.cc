// protect, audit and report, as a methodologist runs them.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <zlib.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "server/duckdb/duckdb.h"
#include "tests/server/local/workshop.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(Workshop, TheTableGoesToStandardOutput) {
  const Outcome outcome = Sdc(Protect({kCube}));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("sbi,gemeente,omzet,omzet_status\r\n_T,_T,"));
  std::map<std::string, int> statuses;
  for (const auto& row : Rows(outcome.out)) {
    ++statuses[row.at("omzet_status")];
    EXPECT_EQ(row.at("omzet") == ".", row.at("omzet_status") != "ok");
  }
  EXPECT_EQ(statuses.size(), 3u);
  EXPECT_GT(statuses["primary"], 0);
  EXPECT_GT(statuses["secondary"], 0);
  EXPECT_THAT(outcome.err, HasSubstr("audit: 0 violations"));
  EXPECT_THAT(outcome.err, HasSubstr("costs are not keyed"));
}

// A description named without a folder is in this one, and its code lists are beside it.
TEST_F(Workshop, ADescriptionMayBeNamedWithoutAFolder) {
  std::filesystem::create_directories(Path("codes"));
  Write("codes/sbi.csv", Read("policies/codes/sbi.csv"));
  Write("beside.yaml", Read("policies/datasets/firms.yaml"));
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(Path(""));
  const Outcome run = Sdc({"protect", "--microdata", "firms.csv", "--describe", "beside.yaml",
                                "--rules", "rules.yaml", "--table",
                                "SELECT sbi, SUM(omzet) FROM firms GROUP BY sbi"});
  std::filesystem::current_path(before);
  EXPECT_EQ(run.exit, 0) << run.err;
}

TEST_F(Workshop, TheReportHasEveryCellThatIsNotEmpty) {
  const Outcome outcome =
      Sdc(Protect({kCube}, {"-o", Path("out.csv"), "--report", Path("out.json")}));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  const nlohmann::json report = ReadReport("out.json");
  const nlohmann::json& total = report["total"];
  const auto rows = Rows(Read("out.csv"));
  EXPECT_EQ(total["cells"], rows.size());
  EXPECT_EQ(report["cells"].size() + total["empty"].get<size_t>(), rows.size());
  EXPECT_EQ(total["violations"], 0);
  std::map<std::string, std::string> status_of;
  for (const auto& row : rows)
    status_of[row.at("sbi") + "|" + row.at("gemeente")] = row.at("omzet_status");
  int primary = 0, secondary = 0;
  for (const nlohmann::json& cell : report["cells"]) {
    const std::string status = cell["status"];
    EXPECT_EQ(status, status_of[cell["codes"]["sbi"].get<std::string>() + "|" +
                                cell["codes"]["gemeente"].get<std::string>()]);
    EXPECT_EQ(cell["statistic"], "omzet");
    EXPECT_EQ(cell["table"], 0);
    EXPECT_EQ(cell["rule"].is_string(), status == "primary");
    EXPECT_EQ(cell["required"].is_array(), status == "primary");
    EXPECT_EQ(cell["interval"].is_array(), status != "ok");
    if (status == "ok") continue;
    ++(status == "primary" ? primary : secondary);
    const double value = cell["value"], low = cell["interval"][0], high = cell["interval"][1];
    EXPECT_LE(low, value);
    EXPECT_GE(high, value);
    if (status != "primary") continue;
    EXPECT_LE(low, cell["required"][0].get<double>() + 1e-6);
    EXPECT_GE(high, cell["required"][1].get<double>() - 1e-6);
  }
  EXPECT_EQ(total["primary"], primary);
  EXPECT_EQ(total["secondary"], secondary);
  for (const char* stage : {"import", "plan", "aggregate", "protect", "audit", "insiders", "write"})
    EXPECT_TRUE(total["seconds"].contains(stage)) << stage;
}

TEST_F(Workshop, WhatProtectWritesPassesTheAuditOfTheFile) {
  ASSERT_EQ(Sdc(Protect({kCube}, {"-o", Path("out.csv"), "--report", Path("out.json")})).exit, 0);
  Write("table.yaml",
        "dimensions: {sbi: {codes: policies/codes/sbi.csv}, gemeente: {values: [G1, G2, G3, G4]}}\n"
        "value: omzet\nstatus: omzet_status\n");
  const Outcome outcome =
      Sdc({"audit", "--table", Path("out.csv"), "--describe", Path("table.yaml")});
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  // Two programs, one attacker: the intervals of both agree.
  std::map<std::string, nlohmann::json> intervals;
  const nlohmann::json report = ReadReport("out.json");
  for (const nlohmann::json& cell : report["cells"])
    intervals[cell["codes"].dump()] = cell["interval"];
  int compared = 0;
  const nlohmann::json audited = nlohmann::json::parse(outcome.out);
  for (const nlohmann::json& cell : audited["cells"]) {
    if (cell["status"] == "ok") continue;
    for (const int end : {0, 1}) {
      EXPECT_NEAR(cell["interval"][end].get<double>(),
                  intervals[cell["codes"].dump()][end].get<double>(), 1e-4);
    }
    ++compared;
  }
  EXPECT_GT(compared, 4);
}

TEST_F(Workshop, AnExposedCellIsExitThree) {
  Write("table.csv",
        "sbi,n,n_status\n_T,30,ok\nA,12,ok\nA1,.,primary\nA2,.,secondary\nB,18,ok\nB1,.,"
        "primary\nB2,9,ok\nB3,4,ok\n");
  Write("table.yaml", "dimensions: {sbi: {codes: codes/sbi.csv}}\nvalue: n\nstatus: n_status\n");
  std::filesystem::rename(Path("table.yaml"), Path("policies/table.yaml"));
  const Outcome outcome =
      Sdc({"audit", "--table", Path("table.csv"), "--describe", Path("policies/table.yaml")});
  EXPECT_EQ(outcome.exit, 3);
  EXPECT_THAT(outcome.err, HasSubstr("table.csv:7: not protected: it is 5"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("table.csv:4")));
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["total"]["violations"], 1);
}

TEST_F(Workshop, RequiredIntervalsAndBoundsAreObeyed) {
  Write("table.csv",
        "sbi,n,n_status,lo,hi\n_T,30,ok,,\nA,.,primary,5,20\nB,.,secondary,,\nC,10,ok,,\n");
  const std::string yaml =
      "dimensions: {sbi: {values: [A, B, C]}}\nvalue: n\nstatus: n_status\nrequired: [lo, hi]\n";
  Write("wide.yaml", yaml);
  Write("narrow.yaml", yaml + "bounds: [2, 17.5]\n");
  const auto audit = [&](const char* describe) {
    return Sdc({"audit", "--table", Path("table.csv"), "--describe", Path(describe)});
  };
  EXPECT_EQ(audit("wide.yaml").exit, 0);
  const Outcome narrow = audit("narrow.yaml");
  EXPECT_EQ(narrow.exit, 3);
  EXPECT_THAT(narrow.err, HasSubstr("between 2.5 and 17.5"));
}

TEST_F(Workshop, ThePageHasLettersAndNoScript) {
  ASSERT_EQ(Sdc(Protect({kCube}, {"-o", Path("out.csv"), "--report", Path("out.json")})).exit, 0);
  const Outcome outcome =
      Sdc({"report", Path("out.json"), "--table", Path("out.csv"), "--title", "Omzet <2016>"});
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("<!doctype html>"));
  EXPECT_THAT(outcome.out, HasSubstr("Omzet &lt;2016&gt;"));
  for (const char* part : {">P</td>", ">S</td>", "dominance(1,80)", "an attacker knows"})
    EXPECT_THAT(outcome.out, HasSubstr(part));
  for (const char* never : {"<script", "http:", "https:", "src=", "href=", "@import", "url("})
    EXPECT_THAT(outcome.out, Not(HasSubstr(never)));
}

TEST_F(Workshop, TheSameAnswerForAnyNumberOfThreadsAndAnyOrderOfRows) {
  const Outcome one = Sdc(Protect({kCube}, {"--threads", "1"}));
  const std::vector<std::string> lines = absl::StrSplit(Firms(), '\n', absl::SkipEmpty());
  std::string turned = lines[0] + "\n";
  for (size_t i = lines.size(); i-- > 1;) turned += lines[i] + "\n";
  Write("firms.csv", turned);
  const Outcome two = Sdc(Protect({kCube}, {"--threads", "2"}));
  EXPECT_EQ(one.exit, 0);
  EXPECT_EQ(one.out, two.out);
}

TEST_F(Workshop, ASeedKeysTheCosts) {
  const Outcome keyed = Sdc(Protect({kCube}, {"--seed", "7"}));
  EXPECT_EQ(keyed.exit, 0);
  EXPECT_THAT(keyed.err, Not(HasSubstr("not keyed")));
  EXPECT_EQ(keyed.out, Sdc(Protect({kCube}, {"--seed", "7"})).out);
}

TEST_F(Workshop, AMeanAndNegativeValuesAreProtectedAndAudited) {
  const Outcome outcome = Sdc(Protect({"SELECT sbi, COUNT(*) AS n, AVG(winst) AS gemiddeld, "
                                       "SUM(winst) AS winst FROM firms GROUP BY ROLLUP (sbi)"},
                                      {"--report", Path("out.json")}));
  EXPECT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_EQ(ReadReport("out.json")["total"]["violations"], 0);
}

TEST_F(Workshop, ZippedAndParquetFilesAreRead) {
  const std::string plain = Sdc(Protect({kCube})).out;
  gzFile zipped = gzopen(Path("firms.csv.gz").c_str(), "wb");
  const std::string text = Firms();
  gzwrite(zipped, text.data(), static_cast<unsigned>(text.size()));
  gzclose(zipped);
  std::vector<std::string> arguments = Protect({kCube});
  arguments[2] = Path("firms.csv.gz");
  EXPECT_EQ(Sdc(arguments).out, plain);
  const auto database = DuckDatabase::Open("", {});
  ASSERT_TRUE(database.ok());
  const auto connection = (*database)->Connect();
  ASSERT_TRUE(connection.ok());
  ASSERT_TRUE(
      (*connection)
          ->Execute(absl::StrCat("COPY (SELECT * FROM read_csv(", QuoteText(Path("firms.csv")),
                                 ")) TO ", QuoteText(Path("firms.parquet")), " (FORMAT parquet)"))
          .ok());
  arguments[2] = Path("firms.parquet");
  const Outcome parquet = Sdc(arguments);
  EXPECT_EQ(parquet.exit, 0) << parquet.err;
  EXPECT_EQ(parquet.out, plain);
}

// A signal, even one that cannot be caught, leaves no microdata behind.
TEST_F(Workshop, AKilledProgramLeavesNothing) {
  std::string text = "sbi,gemeente,grootte,omzet,winst\n";
  for (int i = 0; i < 300'000; ++i) text += "A1,G1,klein,12.5,3\n";
  Write("firms.csv", text);
  for (const int signal : {SIGINT, SIGTERM, SIGKILL}) {
    const std::vector<std::string> words = Protect({kCube});
    const pid_t child = fork();
    if (child == 0) {
      std::vector<char*> arguments = {const_cast<char*>("kluis-sdc")};
      for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
      arguments.push_back(nullptr);
      if (freopen("/dev/null", "w", stdout) == nullptr) _exit(1);
      if (freopen("/dev/null", "w", stderr) == nullptr) _exit(1);
      execv(KLUIS_SDC, arguments.data());
      _exit(99);
    }
    const auto empty = [&] { return std::filesystem::is_empty(Path("tmp")); };
    for (int i = 0; i < 500 && empty(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    EXPECT_FALSE(empty());
    kill(child, signal);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    for (int i = 0; i < 1000 && !empty(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_TRUE(empty()) << "after signal " << signal;
  }
}

}  // namespace
}  // namespace kluis
