// JJ problems: protected, audited, and written so that they replay a result.
#include <gmock/gmock.h>

#include "tests/server/local/argus_workshop.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

// 25 = 20 + 5 in two rows and their sum, one of them unsafe.
constexpr char kProblem[] =
    "0\n"
    "9\n"
    "0 50.0 50 s 0.0 75.0 0.0 0.0 0.0\n"
    "1 25.0 25 s 0.0 75.0 0.0 0.0 0.0\n"
    "2 25.0 25 s 0.0 75.0 0.0 0.0 0.0\n"
    "3 30.0 30 s 0.0 75.0 0.0 0.0 0.0\n"
    "4 20.0 20 u 0.0 75.0 2.0 3.0 0.0\n"
    "5 10.0 10 s 0.0 75.0 0.0 0.0 0.0\n"
    "6 20.0 20 s 0.0 75.0 0.0 0.0 0.0\n"
    "7 5.0 5 s 0.0 75.0 0.0 0.0 0.0\n"
    "8 15.0 15 s 0.0 75.0 0.0 0.0 0.0\n"
    "6\n"
    "0 3 : 0 (-1) 1 (1) 2 (1)\n"
    "0 3 : 0 (-1) 3 (1) 6 (1)\n"
    "0 3 : 1 (-1) 4 (1) 7 (1)\n"
    "0 3 : 2 (-1) 5 (1) 8 (1)\n"
    "0 3 : 3 (-1) 4 (1) 5 (1)\n"
    "0 3 : 6 (-1) 7 (1) 8 (1)\n";

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

class JjWorkshop : public ArgusWorkshop {
 protected:
  Outcome ProtectJj(const std::string& problem, const std::vector<std::string>& more = {}) const {
    Write("in.jj", problem);
    std::vector<std::string> arguments = {"protect",      "--jj",          Path("in.jj"),
                                          "-o",           Path("out.csv"), "--jj-out",
                                          Path("out.jj"), "--report",      Path("out.json")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Sdc(arguments);
  }

  std::string Statuses(const std::string& name) const {
    std::string all;
    for (const JjCell& cell : ReadJj(name).cells) all.push_back(static_cast<char>(cell.status));
    return all;
  }
};

TEST_F(JjWorkshop, AnUnsafeCellGetsACompanionInEachRelation) {
  const Outcome outcome = ProtectJj(kProblem);
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_EQ(Statuses("out.jj"), "ssssumsmm");
  EXPECT_EQ(Read("out.csv").substr(0, 38), "cell,value,value_status\r\n0,50.0,ok\r\n1,");
  EXPECT_THAT(Read("out.csv"), HasSubstr("\r\n4,.,primary\r\n5,.,secondary\r\n"));
  EXPECT_THAT(outcome.err, HasSubstr("9 cells, 0 empty, 1 primary, 3 secondary; audit: 0 viol"));
  const nlohmann::json cell = ReadReport("out.json")["cells"][4];
  EXPECT_EQ(cell["required"], nlohmann::json({18.0, 23.0}));
  EXPECT_EQ(cell["interval"], nlohmann::json({5.0, 25.0}));
  EXPECT_EQ(Sdc({"audit", "--jj", Path("out.jj")}).exit, 0);
}

// All but the statuses that were added is as it was.
TEST_F(JjWorkshop, NothingButStatusesChanges) {
  ASSERT_EQ(ProtectJj(kProblem).exit, 0);
  const JjTable before = ReadJj("in.jj");
  JjTable after = ReadJj("out.jj");
  for (JjCell& cell : after.cells) {
    if (cell.status == JjStatus::kSecondary) cell.status = JjStatus::kSafe;
  }
  EXPECT_EQ(after, before);
}

TEST_F(JjWorkshop, CostsBoundsAndWhatMustBePublishedAreHeeded) {
  ProtectJj(Replaced(kProblem, "8 15.0 15 s", "8 15.0 15 z"));
  const std::string published = Statuses("out.jj");
  EXPECT_EQ(published[8], 'z');
  EXPECT_NE(published, "ssssumsmz");
  EXPECT_EQ(Sdc({"audit", "--jj", Path("out.jj")}).exit, 0);
  ProtectJj(Replaced(kProblem, "7 5.0 5 s", "7 5.0 900 s"));
  EXPECT_EQ(Statuses("out.jj")[7], 's') << "dear";
  ProtectJj(Replaced(kProblem, "7 5.0 5 s 0.0 75.0", "7 5.0 5 s 4.5 5.5"));
  EXPECT_EQ(Statuses("out.jj")[1], 'm') << "what everyone knows of cell 7 is too much";
  EXPECT_EQ(Sdc({"audit", "--jj", Path("out.jj")}).exit, 0);
}

TEST_F(JjWorkshop, ASlidingLevelIsAWidth) {
  ProtectJj(Replaced(kProblem, "75.0 2.0 3.0 0.0", "75.0 2.0 3.0 14.0"));
  EXPECT_EQ(Statuses("out.jj")[1], 'm') << "from 5 to 25 does not reach 18 to 32";
  const nlohmann::json cell = ReadReport("out.json")["cells"][4];
  EXPECT_EQ(cell["required"], nlohmann::json({18.0, 32.0}));
}

TEST_F(JjWorkshop, ASlidingLevelTurnsDownwardsWhereTheUpperBoundIsNear) {
  ProtectJj(Replaced(kProblem, "75.0 2.0 3.0 0.0", "21.0 2.0 3.0 14.0"));
  const nlohmann::json cell = ReadReport("out.json")["cells"][4];
  EXPECT_EQ(cell["required"], nlohmann::json({7.0, 21.0}));
  EXPECT_EQ(Sdc({"audit", "--jj", Path("out.jj")}).exit, 0);
  ProtectJj(Replaced(kProblem, "75.0 2.0 3.0 0.0", "20.0 0.0 0.0 0.0"));
  EXPECT_EQ(ReadReport("out.json")["cells"][4]["required"], nlohmann::json({19.9, 20.0}));
}

TEST_F(JjWorkshop, WithoutLevelsAnUnsafeCellMustNotBeExact) {
  const Outcome outcome = ProtectJj(Replaced(kProblem, "75.0 2.0 3.0 0.0", "75.0 0.0 0.0 0.0"));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_EQ(Statuses("out.jj"), "ssssumsmm");
}

TEST_F(JjWorkshop, TheAuditNamesAnExposedCellByItsLine) {
  Write("open.jj", Replaced(kProblem, "5 10.0 10 s", "5 10.0 10 m"));
  const Outcome outcome = Sdc({"audit", "--jj", Path("open.jj"), "-o", Path("open.json")});
  EXPECT_EQ(outcome.exit, 3);
  EXPECT_THAT(outcome.err, HasSubstr("open.jj:7: cell 4: not protected: it is 20"));
  EXPECT_EQ(ReadReport("open.json")["total"]["violations"], 1);
  Write("narrow.jj", Replaced(Replaced(Replaced(kProblem, "5 10.0 10 s", "5 10.0 10 m"),
                                       "7 5.0 5 s 0.0 75.0", "7 5.0 5 m 4.0 6.5"),
                              "8 15.0 15 s", "8 15.0 15 m"));
  const Outcome narrow = Sdc({"audit", "--jj", Path("narrow.jj"), "-o", Path("open.json")});
  EXPECT_EQ(narrow.exit, 3);
  EXPECT_THAT(narrow.err,
              HasSubstr("narrow.jj:7: cell 4: not protected: it lies between 18.5 and 21"));
}

// Relations need not be sums of children, and their right side need not be 0.
TEST_F(JjWorkshop, AnyRelationIsUsed) {
  const char* problem =
      "0\n3\n7 10 10 u 0 30 1 1 0\n8 4 4 s 0 30 0 0 0\n9 100 100 s 0 900 0 0 0\n"
      "2\n18 2 : 7 (1) 8 (2)\n0 2 : 9 (-1) 7 (10)\n";
  const Outcome outcome = ProtectJj(problem);
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_EQ(Statuses("out.jj"), "umm");
  EXPECT_EQ(ReadReport("out.json")["cells"][0]["interval"], nlohmann::json({0.0, 18.0}));
  Write("open.jj", Replaced(problem, "8 4 4 s", "8 4 4 m"));
  EXPECT_EQ(Sdc({"audit", "--jj", Path("open.jj")}).exit, 3);
}

TEST_F(JjWorkshop, AResultThatWasWrittenReadsBackAndIsJudgedAlike) {
  for (const bool records : {true, false}) {
    std::vector<std::string> more = {"-o",           Path("t.csv"), "--report",
                                     Path("t.json"), "--jj-out",    Path("t.jj")};
    if (records) more.insert(more.end(), {"--specify", kSpecified});
    const Outcome outcome = Sdc(records ? FromRecords(more) : FromTable(more));
    ASSERT_EQ(outcome.exit, 0) << outcome.err;
    EXPECT_THAT(outcome.err, ::testing::Not(HasSubstr("within the bounds")));
    const JjTable jj = ReadJj("t.jj");
    EXPECT_EQ(WriteJj(jj), Read("t.jj"));
    const auto rows = Rows(Read("t.csv"));
    ASSERT_EQ(jj.cells.size(), rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(jj.cells[i].id, static_cast<int64_t>(i));
      const std::string& status = rows[i].at("omzet_status");
      const JjStatus written = jj.cells[i].status;
      EXPECT_EQ(status == "primary", written == JjStatus::kUnsafe) << i;
      EXPECT_EQ(status == "secondary", written == JjStatus::kSecondary) << i;
      if (status != "ok") continue;
      EXPECT_NEAR(std::stod(rows[i].at("omzet")) * 10, static_cast<double>(jj.cells[i].value),
                  1e-6);
    }
    // sbi: 4 parents over 5 columns; gemeente: 10 rows.
    EXPECT_EQ(jj.relations.size(), 4u * 5 + 10);
    EXPECT_EQ(Sdc({"audit", "--jj", Path("t.jj"), "-o", Path("a.json")}).exit, 0);
    const nlohmann::json ours = ReadReport("t.json")["total"],
                         theirs = ReadReport("a.json")["total"];
    for (const char* count : {"cells", "primary", "secondary", "secondary_value", "violations"})
      EXPECT_EQ(ours[count], theirs[count]) << count;
  }
}

// Rows come first, then what an attacker may derive besides: here the firms that a condition on a
// variable leaves out that not everyone knows.
TEST_F(JjWorkshop, CellsThatAreNotShownStandBehindTheRows) {
  std::string entry = Read("policies/datasets/firms.yaml");
  entry =
      Replaced(entry, "grootte: {role: dimension, kind: identifying", "grootte: {role: dimension");
  Write("policies/datasets/firms.yaml", entry);
  const Outcome outcome =
      Sdc(Protect({"SELECT sbi, SUM(omzet) AS omzet FROM firms WHERE grootte = 'klein' "
                   "GROUP BY ROLLUP (sbi)"},
                  {"-o", Path("t.csv"), "--jj-out", Path("t.jj")}));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const JjTable jj = ReadJj("t.jj");
  const auto rows = Rows(Read("t.csv"));
  ASSERT_GT(jj.cells.size(), rows.size());
  for (size_t i = 0; i < jj.cells.size(); ++i) {
    if (i >= rows.size()) {
      EXPECT_TRUE(jj.cells[i].status == JjStatus::kSecondary ||
                  jj.cells[i].status == JjStatus::kUnsafe)
          << i;
    } else if (rows[i].at("omzet_status") == "ok") {
      EXPECT_NEAR(std::stod(rows[i].at("omzet")) * 10, static_cast<double>(jj.cells[i].value),
                  1e-6);
    }
  }
  EXPECT_EQ(Sdc({"audit", "--jj", Path("t.jj")}).exit, 0);
}

TEST_F(JjWorkshop, TheFirstOfSeveralTablesIsWritten) {
  const Outcome outcome =
      Sdc(Protect({"SELECT gemeente, SUM(omzet) AS omzet FROM firms GROUP BY ROLLUP (gemeente)",
                   "SELECT gemeente, grootte, SUM(omzet) AS omzet FROM firms GROUP BY CUBE "
                   "(gemeente, grootte)"},
                  {"-o", Path("t.csv"), "--jj-out", Path("t.jj")}));
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  const JjTable jj = ReadJj("t.jj");
  EXPECT_EQ(jj.cells.size(), 5u);
  EXPECT_EQ(jj.relations.size(), 1u);
  EXPECT_EQ(Sdc({"audit", "--jj", Path("t.jj")}).exit, 0);
}

TEST_F(JjWorkshop, LevelsAreWhatTheRulesRequire) {
  ASSERT_EQ(Sdc(FromRecords({"--specify", kSpecified, "-o", Path("t.csv"), "--report",
                             Path("t.json"), "--jj-out", Path("t.jj")}))
                .exit,
            0);
  std::map<std::string, nlohmann::json> required;
  const nlohmann::json report = ReadReport("t.json");
  for (const auto& cell : report["cells"]) {
    required[absl::StrCat(cell["codes"]["sbi"].get<std::string>(), "|",
                          cell["codes"]["gemeente"].get<std::string>())] = cell["required"];
  }
  const JjTable jj = ReadJj("t.jj");
  const auto rows = Rows(Read("t.csv"));
  int unsafe = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const JjCell& cell = jj.cells[i];
    if (cell.status != JjStatus::kUnsafe) {
      EXPECT_TRUE(cell.lpl == 0 && cell.upl == 0) << i;
      continue;
    }
    const auto& ends = required.at(absl::StrCat(rows[i].at("sbi"), "|", rows[i].at("gemeente")));
    EXPECT_NEAR(static_cast<double>(cell.value - cell.lpl), ends[0].get<double>() * 10, 1e-3);
    EXPECT_NEAR(static_cast<double>(cell.value + cell.upl), ends[1].get<double>() * 10, 1e-3);
    EXPECT_GT(cell.upl, 0);
    ++unsafe;
  }
  EXPECT_EQ(unsafe, 2);
}

// The intervals of a table are those of its JJ problem where the outside bounds do not matter.
TEST_F(JjWorkshop, IntervalsOfATableAndOfItsProblemAgree) {
  ASSERT_EQ(
      Sdc(FromTable({"-o", Path("t.csv"), "--report", Path("t.json"), "--jj-out", Path("t.jj")}))
          .exit,
      0);
  JjTable jj = ReadJj("t.jj");
  for (JjCell& cell : jj.cells) cell.lower = 0, cell.upper = absl::int128{1000'000'000'000};
  Write("wide.jj", WriteJj(jj));
  ASSERT_EQ(Sdc({"audit", "--jj", Path("wide.jj"), "-o", Path("a.json")}).exit, 0);
  std::map<std::string, nlohmann::json> theirs;
  const auto rows = Rows(Read("t.csv"));
  const nlohmann::json audited = ReadReport("a.json"), report = ReadReport("t.json");
  for (const auto& cell : audited["cells"]) {
    const auto& row = rows[std::stoi(cell["codes"]["cell"].get<std::string>())];
    theirs[absl::StrCat(row.at("sbi"), "|", row.at("gemeente"))] = cell["interval"];
  }
  int compared = 0;
  for (const auto& cell : report["cells"]) {
    if (cell["interval"].is_null()) continue;
    const std::string codes = absl::StrCat(cell["codes"]["sbi"].get<std::string>(), "|",
                                           cell["codes"]["gemeente"].get<std::string>());
    for (int end = 0; end < 2; ++end)
      EXPECT_NEAR(cell["interval"][end], theirs.at(codes)[end], 1e-3) << codes;
    ++compared;
  }
  EXPECT_GT(compared, 8);
}

TEST_F(JjWorkshop, TheResultAndWhatItHidesAreForTheirOwner) {
  ASSERT_EQ(ProtectJj(kProblem).exit, 0);
  using std::filesystem::perms;
  for (const char* name : {"out.jj", "out.json"}) {
    const perms mode = std::filesystem::status(Path(name)).permissions();
    EXPECT_EQ(mode & (perms::group_all | perms::others_all), perms::none) << name;
  }
}

TEST_F(JjWorkshop, ASeedChangesCostsAndNothingElse) {
  ASSERT_EQ(ProtectJj(kProblem, {"--seed", "7"}).exit, 0);
  EXPECT_EQ(ReadJj("out.jj").cells[5].cost, ReadJj("in.jj").cells[5].cost);
  EXPECT_EQ(Sdc({"audit", "--jj", Path("out.jj")}).exit, 0);
}

}  // namespace
}  // namespace kluis
