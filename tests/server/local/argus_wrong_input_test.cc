// What is wrong with files of tau-ARGUS: the exit code, the place, what to do; and nothing is
// written.
#include <gmock/gmock.h>

#include "tests/server/local/argus_workshop.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Wrong {
  const char* name;
  const char* file;
  std::string text;
  std::string place;
  std::string hint;
};

class ArgusWrong : public ArgusWorkshop {
 protected:
  void ExpectRefused(const Wrong& c, std::vector<std::string> arguments) const {
    const std::string before = Read(c.file);
    Write(c.file, c.text);
    for (const char* option : {"-o", "--report", "--jj-out"}) {
      arguments.push_back(option);
      arguments.push_back(Path(absl::StrCat("out", option)));
    }
    const Outcome outcome = Sdc(arguments);
    EXPECT_EQ(outcome.exit, 2) << c.name << ": " << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(absl::StrCat("error: ", folder_, "/", c.place))) << c.name;
    EXPECT_THAT(outcome.err, HasSubstr(c.hint)) << c.name;
    EXPECT_EQ(outcome.out, "") << c.name;
    for (const char* option : {"-o", "--report", "--jj-out"})
      EXPECT_FALSE(std::filesystem::exists(Path(absl::StrCat("out", option)))) << c.name;
    Write(c.file, before);
  }
};

std::string Line(const std::string& record) { return record + "\n"; }

TEST_F(ArgusWrong, MicrodataAreRefusedByTheirPlace) {
  const std::string rda = kRda, records = Records();
  const Wrong cases[] = {
      {"an unknown keyword", "firms.rda", rda + "  <NUMERICAL>\n", "firms.rda:13:3: ", "<NUMERIC>"},
      {"a tree that is not there", "firms.rda",
       "sbi 1 2\n  <RECODEABLE>\n  <HIERARCHICAL>\n  <HIERCODELIST> \"x.hrc\"\n",
       "firms.rda:1:1: ", "beside the .rda"},
      {"requests", "firms.rda", rda + "ask 22 1\n  <REQUEST> \"1\"\n",
       "firms.rda:13:1: ", "remove its <REQUEST>"},
      {"cell-key noise", "firms.rda", rda + "key 22 9\n  <RECORDKEY>\n",
       "firms.rda:14:3: ", "by suppression"},
      {"no number", "firms.asc", records + Line("A1 G1 klein      many"), "firms.asc:151:12: ", ""},
      {"a short record", "firms.asc", records + Line("A1 G1 klein  12"),
       "firms.asc:151:12: ", "it needs 21 columns"},
      {"too many decimals", "firms.asc", records + Line("A1 G1 klein     12.34"),
       "firms.asc:151:12: ", "<DECIMALS> 2"},
      {"a code that the tree does not have", "firms.asc", records + Line("A7 G1 klein      12.3"),
       "firms.asc:151:1: ", "did you mean"},
      {"no record", "firms.asc", "\n", "firms.asc: there is no record", ""},
  };
  for (const Wrong& c : cases) ExpectRefused(c, FromRecords({"--specify", kSpecified}));
}

// A code file is named as the .rda names it.
TEST_F(ArgusWrong, ATreeIsRefusedByItsLine) {
  Write("sbi.hrc", "A\n@@A1\n");
  const Outcome outcome = Sdc(FromRecords({"--specify", kSpecified}));
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("sbi.hrc:2:"));
  EXPECT_EQ(outcome.out, "");
}

// What only the import sees has its place in the records, not in a file of ours.
TEST_F(ArgusWrong, AWeightThatIsNoneIsNamedByItsRecord) {
  std::string text = "\n";
  for (int i = 0; i < 5; ++i)
    text += absl::StrFormat("A1 G1 klein%10d %d\n\n", 100, i == 3 ? 9 : 2);
  Write("firms.asc", text);
  Write("firms.rda", absl::StrCat(kRda, "w 23 1 9\n  <WEIGHT>\n"));
  const Outcome outcome = Sdc(FromRecords({"--specify", kSpecified}));
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr(Path("firms.asc") + ":8:23: w: "));
  EXPECT_THAT(outcome.err, Not(HasSubstr(".csv")));
}

TEST_F(ArgusWrong, TablesAreRefusedByTheirPlace) {
  const std::string rda = kTableRda, table = Read("table.tab");
  const Wrong cases[] = {
      {"no total code", "table.rda", "sbi\n  <RECODEABLE>\nn\n  <FREQUENCY>\n",
       "table.rda:1:1: ", "<TOTCODE>"},
      {"a second response", "table.rda", rda + "winst\n  <NUMERIC>\n",
       "table.rda:23:1: ", "<SHADOW>"},
      {"microdata", "table.rda", rda + "w\n  <WEIGHT>\n", "table.rda:24:3: ", ""},
      {"an unknown status", "table.tab", table + "C1;G9;1.0;1;1.0;X\n",
       "table.tab:", "known are S"},
      {"a field less", "table.tab", table + "C1;G4;1.0\n", "table.tab:", "names 6 variables"},
      {"a cell twice", "table.tab", table + "A;G1;1.0;1;1.0;S\n", "table.tab:", ""},
      {"no sum", "table.tab", "Total;Total;5.0;3;2.0;S\nA;Total;4.0;3;2.0;S\n",
       "table.tab:1:1: ", ""},
      {"empty by its status only", "table.tab",
       "Total;Total;5.0;3;2.0;E\nC;Total;5.0;3;2.0;S\nC1;Total;5.0;3;2.0;S\n",
       "table.tab:1:1: ", "status S"},
      {"a value of nobody", "table.tab",
       "Total;Total;5.0;0;2.0;S\nC;Total;5.0;0;2.0;S\nC1;Total;5.0;0;2.0;S\n",
       "table.tab:1:1: ", "frequencies"},
      {"a part larger than the whole", "table.tab",
       "Total;Total;5.0;3;6.0;S\nC;Total;5.0;3;6.0;S\nC1;Total;5.0;3;6.0;S\n",
       "table.tab:1:1: ", "contributions"},
  };
  for (const Wrong& c : cases) ExpectRefused(c, FromTable());
}

TEST_F(ArgusWrong, RulesThatTheColumnsCannotAnswerAreRefused) {
  Write("rules.yaml",
        "rules: firms\nfrequency: {minimum: 3, zeros: publish, protect: exact}\n"
        "dominance: [{n: 2, share: 0.80}]\n");
  Outcome outcome = Sdc(FromTable({"--primaries", "rules"}));
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("table.rda: dominance(2,80) looks at the 2 largest"));
  EXPECT_EQ(Sdc(FromTable()).exit, 0) << "the statuses ask no rule";
  std::string rda = kTableRda;
  rda.replace(rda.find("<FREQUENCY>"), 11, "<COSTVAR>");
  Write("table.rda", rda);
  outcome = Sdc(FromTable({"--primaries", "rules"}));
  EXPECT_THAT(outcome.err, HasSubstr("no variable is <FREQUENCY>"));
  rda = kTableRda;
  rda.erase(rda.find("status\n"));
  Write("table.rda", rda);
  outcome = Sdc(FromTable({"--primaries", "file"}));
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("no variable is <STATUS>"));
}

TEST_F(ArgusWrong, NegativeValuesAreNotJudgedByConcentration) {
  Write("table.tab",
        "Total;Total;1.0;7;0;S\nA;Total;5.0;4;0;S\nA1;Total;5.0;4;0;S\nC;Total;-4.0;3;0;S\n"
        "C1;Total;-4.0;3;0;S\n");
  const Outcome outcome = Sdc(FromTable({"--primaries", "rules"}));
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("table.tab:4:1: the cell C, _T is negative"));
}

TEST_F(ArgusWrong, DecisionsAreRefusedByTheirLine) {
  const std::pair<const char*, const char*> cases[] = {
      {"A;G1;x\n", "a.hst:1:"},
      {"A;G1;s\nQ;G1;s\n", "a.hst:2:1: sbi has no code 'Q'"},
      {"A2;G3;p\n", "a.hst:1:1: the cell is unsafe by "},
      {"A;G1;pl;1;2\n", "a.hst:1:1: protection levels are for cells that are unsafe"},
      {"A;G1;u\nA;G1;pl;1.25;2\n", "a.hst:2:1: a number has 2 decimals, not 1"},
      {"A;G1;ab;0;1\n", "a.hst:1:1: the value of the cell is outside these bounds"},
  };
  for (const auto& [text, says] : cases) {
    Write("a.hst", text);
    for (const bool records : {true, false}) {
      std::vector<std::string> more = {"--apriori", Path("a.hst"), "-o", Path("out.csv")};
      if (records) more.insert(more.end(), {"--specify", kSpecified});
      const Outcome outcome = Sdc(records ? FromRecords(more) : FromTable(more));
      EXPECT_EQ(outcome.exit, 2) << text;
      EXPECT_THAT(outcome.err, HasSubstr(says)) << text;
      EXPECT_FALSE(std::filesystem::exists(Path("out.csv"))) << text;
    }
  }
  const Outcome counts =
      Sdc(FromRecords({"--apriori", Path("a.hst"), "--specify", "\"sbi\"|<freq>"}));
  EXPECT_EQ(counts.exit, 2);
  EXPECT_THAT(counts.err, HasSubstr("one table with one sum"));
}

TEST_F(ArgusWrong, JjProblemsAreRefusedByTheirPlace) {
  const std::string cells = "0\n2\n0 5 5 u 0 9 1 1 0\n1 5 5 s 0 9 0 0 0\n";
  const Wrong cases[] = {
      {"an unknown status", "in.jj", "0\n1\n0 5 5 x 0 9 0 0 0\n0\n", "in.jj:3:7: ", "s (safe)"},
      {"no such cell", "in.jj", cells + "1\n0 2 : 0 (-1) 7 (1)\n", "in.jj:6:14: ", ""},
      {"does not add up", "in.jj", cells + "1\n0 2 : 0 (1) 1 (1)\n", "in.jj:6:1: ", "add up"},
      {"ends early", "in.jj", "0\n2\n0 5 5 s 0 9 0 0 0\n", "in.jj: ", ""},
      {"unsafe and known", "in.jj", "0\n2\n\n0 5 5 s 0 9 0 0 0\n1 5 5 u 5 5 1 1 0\n0\n",
       "in.jj:5:1: cell 1 is unsafe", "widen its bounds"},
      {"impossible", "in.jj", "0\n2\n0 5 5 u 0 9 1 1 0\n1 5 5 z 0 9 0 0 0\n1\n0 2 : 0 (-1) 1 (1)\n",
       "in.jj: what is ", "lower protection levels"},
      {"not there", "in.jj", "", "in.jj", ""},
  };
  for (const Wrong& c : cases) {
    ExpectRefused(c, {"protect", "--jj", Path("in.jj")});
    if (std::string(c.name) == "impossible") continue;
    Write("in.jj", c.text);
    EXPECT_EQ(Sdc({"audit", "--jj", Path("in.jj")}).exit, 2) << c.name;
  }
}

TEST_F(ArgusWrong, AJjFileHoldsOneStatisticThatAddsUp) {
  for (const char* columns : {"COUNT(*) AS n, SUM(omzet) AS v", "AVG(omzet) AS v"}) {
    const Outcome outcome =
        Sdc(Protect({absl::StrCat("SELECT sbi, ", columns, " FROM firms GROUP BY ROLLUP (sbi)")},
                    {"--jj-out", Path("out.jj"), "-o", Path("out.csv")}));
    EXPECT_EQ(outcome.exit, 2) << columns;
    EXPECT_THAT(outcome.err, HasSubstr("error: --jj-out: ")) << columns;
    EXPECT_FALSE(std::filesystem::exists(Path("out.csv"))) << columns;
  }
}

TEST_F(ArgusWrong, OptionsThatDoNotGoTogether) {
  struct Case {
    std::vector<std::string> arguments;
    const char* says;
  };
  const std::vector<Case> cases = {
      {{"protect"}, "needs --microdata, --table-file or --jj"},
      {{"protect", "--jj", "a", "--table-file", "b"}, "give one"},
      {{"protect", "--jj", "a", "--rules", "r"}, "--rules does not go with --jj"},
      {{"protect", "--jj", "a", "--threads", "2"}, "--threads does not go with --jj"},
      {{"protect", "--table-file", "a", "--rules", "r"}, "needs --metadata"},
      {{"protect", "--table-file", "a", "--metadata", "m"}, "needs --rules"},
      {{"protect", "--microdata", "a", "--rules", "r", "--table", "q"}, "needs --describe"},
      {{"protect", "--microdata", "a", "--metadata", "m", "--rules", "r"}, "needs --table"},
      {{"protect", "--microdata", "a", "--metadata", "m", "--describe", "d", "--rules", "r",
        "--table", "q"},
       "--describe does not go with"},
      {{"protect", "--microdata", "a", "--describe", "d", "--rules", "r", "--table", "q",
        "--unweighted"},
       "--unweighted does not go with"},
      {{"protect", "--microdata", "a", "--metadata", "m", "--rules", "r", "--specify", "sbi|omzet"},
       "no list of names in quotes"},
      {{"protect", "--microdata", "a", "--metadata", "m", "--rules", "r", "--specify",
        "\"sbi\"|\"omzet\"|\"winst\"\"kosten\""},
       "one shadow variable"},
      {{"protect", "--microdata", "a", "--metadata", "m", "--rules", "r", "--specify",
        "\"sbi\"|<freq>|\"winst\""},
       "a count has no shadow variable"},
      {{"audit"}, "needs --table, or --jj"},
      {{"audit", "--jj", "a", "--table", "b"}, "--table does not go with --jj"},
  };
  for (const Case& c : cases) {
    const Outcome outcome = Sdc(c.arguments);
    EXPECT_EQ(outcome.exit, 2) << c.says;
    EXPECT_THAT(outcome.err, HasSubstr(c.says));
  }
  const Outcome same = Sdc(FromTable({"-o", Path("x"), "--jj-out", Path("x")}));
  EXPECT_EQ(same.exit, 2);
  EXPECT_THAT(same.err, HasSubstr("-o and --jj-out are both"));
}

}  // namespace
}  // namespace kluis
