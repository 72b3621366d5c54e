// Wrong input of each kind: the exit code, the place, and what to do.
#include <gmock/gmock.h>

#include <algorithm>

#include "server/catalogue/csv_reader.h"
#include "tests/server/local/workshop.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(Workshop, UnknownSubcommandsAreNoneOfOurs) {
  for (const char* word : {"ptable", "compare", "protcet"}) {
    const Outcome outcome = Sdc({word});
    EXPECT_EQ(outcome.exit, 2) << word;
    EXPECT_THAT(outcome.err, HasSubstr("is no command of kluis-sdc"));
  }
  EXPECT_THAT(Sdc({"protcet"}).err, HasSubstr("did you mean 'protect'?"));
  EXPECT_EQ(Sdc({}).exit, 2);
  EXPECT_EQ(Sdc({"protect"}).exit, 2);
}

TEST_F(Workshop, HelpHasExamples) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--help"},
                                                {"protect", "--help"},
                                                {"audit", "--help"},
                                                {"report", "--help"}}) {
    const Outcome outcome = Sdc(words);
    EXPECT_EQ(outcome.exit, 0);
    EXPECT_THAT(outcome.out, HasSubstr("Example"));
    EXPECT_THAT(outcome.out, HasSubstr("kluis-sdc "));
    EXPECT_THAT(outcome.out, Not(HasSubstr("ptable")));
  }
}

TEST_F(Workshop, WrongOptionsAreErrorsLikeOthers) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"protect", "--tabel", "x"},
                                                {"protect", "--threads", "0"},
                                                {"protect", "--seed", "a"},
                                                {"protect", "--deadline", "soon"}}) {
    const Outcome outcome = Sdc(words);
    EXPECT_EQ(outcome.exit, 2);
    EXPECT_THAT(outcome.err, ::testing::StartsWith("error: ")) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("\nhint: kluis-sdc protect --help")) << outcome.err;
  }
}

// There is no privacy officer and no `kluis describe` beside a file of one's own.
TEST_F(Workshop, HintsAreOfThisProgram) {
  const Outcome code = Sdc(
      Protect({"SELECT sbi, COUNT(*) AS n FROM firms WHERE gemeente = 'Utrecht' GROUP BY sbi"}));
  EXPECT_EQ(code.exit, 2);
  EXPECT_THAT(code.err, HasSubstr("hint: its codes are 'G1', 'G2', 'G3', 'G4'\n"));
  Write("rules.yaml", "rules: firms\ncontributor: holding_id\n");
  const Outcome contributor = Sdc(Protect({kCube}));
  EXPECT_EQ(contributor.exit, 2);
  EXPECT_THAT(contributor.err, HasSubstr("hint: let the rule set's contributor be row, or leave"));
}

// What it extends stands beside it, or among the presets; without it there is no pattern.
TEST_F(Workshop, ARuleSetMayExtendOneBesideIt) {
  const std::string plain = Sdc(Protect({kCube})).out;
  const std::string whole = *ReadTextFile(Path("rules.yaml"));
  std::filesystem::create_directories(Path("own"));
  std::filesystem::create_directories(Path("presets"));
  std::vector<std::string> words = Protect({kCube});
  *(std::find(words.begin(), words.end(), "--rules") + 1) = Path("own/mine.yaml");
  Write("own/mine.yaml", "rules: mine\nextends: firms\n");

  const Outcome missing = Sdc(words);
  EXPECT_EQ(missing.exit, 2);
  EXPECT_THAT(missing.err, HasSubstr("own/mine.yaml:2:10: there is no rule set 'firms'"));

  Write("own/firms.yaml", whole);
  EXPECT_EQ(Sdc(words).out, plain);
  Write("own/firms.yaml", whole + "frequancy: {minimum: 3}\n");
  EXPECT_THAT(Sdc(words).err, HasSubstr("own/firms.yaml:5:1: unknown key 'frequancy'"));
  Write("own/firms.yaml", "rules: firms\nextends: mine\n");
  EXPECT_THAT(Sdc(words).err, HasSubstr("extends"));
  EXPECT_EQ(Sdc(words).exit, 2);

  std::filesystem::remove(Path("own/firms.yaml"));
  Write("presets/firms.yaml", whole + "source: a test\nto_be_confirmed_by: nobody\n");
  EXPECT_EQ(Sdc(words).out, plain);
}

struct Wrong {
  const char* name;
  const char* sql;
  int exit;
  const char* says;
};

TEST_F(Workshop, TablesAreRefusedWithTheirPlace) {
  const Wrong cases[] = {
      {"no SQL", "SELEC sbi", 2, "--table 1:1:1: "},
      {"outside the language", "SELECT sbi, SUM(omzet) FROM firms GROUP BY sbi HAVING COUNT(*) > 3",
       2, "--table 1:1:"},
      {"another dataset", "SELECT COUNT(*) FROM persons", 2, "write FROM firms"},
      {"unknown variable", "SELECT sbi, SUM(omzett) FROM firms GROUP BY sbi", 3,
       "did you mean omzet?"},
      {"an identifier", "SELECT \"row\", COUNT(*) FROM firms GROUP BY \"row\"", 3, "identifier"},
      {"a join", "SELECT f.sbi, COUNT(*) FROM firms f JOIN firms g ON f.sbi = g.sbi GROUP BY f.sbi",
       2, "one dataset"},
      {"an order", "SELECT sbi, COUNT(*) AS n FROM firms GROUP BY sbi ORDER BY n", 2,
       "--table 1:1:60: "},
      {"a recode",
       "SELECT CASE WHEN sbi = 'A' THEN 'x' ELSE 'y' END AS c, COUNT(*) FROM firms GROUP BY c", 2,
       "--table 1:1:18: "},
      {"a ratio", "SELECT sbi, RATIO(SUM(winst), SUM(omzet)) FROM firms GROUP BY sbi", 2,
       "divide what is shown"},
      {"a share", "SELECT sbi, SHARE(grootte = 'klein') FROM firms GROUP BY sbi", 2,
       "hint: write COUNT(*), GROUP BY the variable and divide what is shown"},
      {"a filter",
       "SELECT sbi,\n SUM(omzet) FILTER (WHERE grootte = 'klein') FROM firms GROUP BY sbi", 2,
       "--table 1:2:2: "},
      {"a median", "SELECT sbi, MEDIAN(omzet) FROM firms GROUP BY sbi", 2, "--table 1:1:13: "},
      {"a deviation", "SELECT sbi, STDDEV(omzet) FROM firms GROUP BY sbi", 2, "--table 1:1:13: "},
      {"a variance", "SELECT sbi, VARIANCE(omzet) FROM firms GROUP BY sbi", 2, "sums of squares"},
      {"a Gini", "SELECT sbi, GINI(omzet) FROM firms GROUP BY sbi", 2,
       "a Gini coefficient does not"},
      {"a percentile", "SELECT sbi, PERCENTILE(omzet, 90) FROM firms GROUP BY sbi", 2,
       "percentiles do not"},
      {"a limit", "SELECT sbi, COUNT(*) AS n FROM firms GROUP BY sbi LIMIT 3", 2,
       "--table 1:1:57: "},
      {"unknown code", "SELECT sbi, COUNT(*) FROM firms WHERE gemeente = 'G7' GROUP BY sbi", 2,
       "G7"},
  };
  for (const Wrong& c : cases) {
    const Outcome outcome = Sdc(Protect({c.sql}));
    EXPECT_EQ(outcome.exit, c.exit) << c.name << ": " << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("error: --table 1:")) << c.name;
    EXPECT_THAT(outcome.err, HasSubstr(c.says)) << c.name;
    EXPECT_EQ(outcome.out, "") << c.name;
  }
}

TEST_F(Workshop, RulesAreWrongByLineAndColumn) {
  Write("rules.yaml", "rules: firms\nfrequency: {minimun: 3}\n");
  const Outcome outcome = Sdc(Protect({kCube}));
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr(Path("rules.yaml") + ":2:13: "));
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'minimum'?"));
}

TEST_F(Workshop, AnEntryIsWrongByLineAndColumn) {
  Write("policies/datasets/firms.yaml", "dataset: firms\nunit: 7:\n");
  const Outcome outcome = Sdc(Protect({kCube}));
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("firms.yaml:2:"));
}

TEST_F(Workshop, ABadRowIsNamedByPlaceAndNeverByValue) {
  Write("firms.csv", Firms() + "A1,SECRETPLACE,klein,1.0,2\n");
  const Outcome outcome = Sdc(Protect({kCube}));
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("firms.csv:152: gemeente: not in the code list"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("SECRETPLACE")));
}

TEST_F(Workshop, FilesThatAreNotThere) {
  for (const char* option : {"--microdata", "--describe", "--rules"}) {
    std::vector<std::string> arguments = Protect({kCube});
    for (size_t i = 0; i + 1 < arguments.size(); ++i) {
      if (arguments[i] == option) arguments[i + 1] = Path("absent");
    }
    const Outcome outcome = Sdc(arguments);
    EXPECT_EQ(outcome.exit, 2) << option;
    EXPECT_THAT(outcome.err, HasSubstr(Path("absent"))) << option;
  }
  std::filesystem::remove(Path("policies/codes/sbi.csv"));
  EXPECT_THAT(Sdc(Protect({kCube})).err, HasSubstr("firms.yaml:11:"));
}

TEST_F(Workshop, FilesThatAreNoParquet) {
  Write("firms.parquet", "PAR1 not at all");
  std::vector<std::string> arguments = Protect({kCube});
  arguments[2] = Path("firms.parquet");
  const Outcome outcome = Sdc(arguments);
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("cannot be read as Parquet"));
}

TEST_F(Workshop, OutputsAreTriedBeforeTheWork) {
  for (const char* option : {"-o", "--report"}) {
    const Outcome outcome = Sdc(Protect({kCube}, {option, Path("absent/out")}));
    EXPECT_EQ(outcome.exit, 2);
    EXPECT_THAT(outcome.err, HasSubstr("cannot write"));
  }
}

TEST_F(Workshop, DurationsAreSpelledOut) {
  const Outcome outcome = Sdc(Protect({kCube}, {"--deadline", "soon"}));
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_THAT(outcome.err, HasSubstr("500ms, 10s or 2m"));
}

struct WrongTable {
  const char* name;
  const char* csv;
  const char* yaml;
  const char* says;
};

TEST_F(Workshop, TablesToAuditAreWrongByPlace) {
  const char* good = "dimensions: {sbi: {values: [A, B]}}\nvalue: n\nstatus: s\n";
  const WrongTable cases[] = {
      {"unknown key", "sbi,n,s\n", "dimensions: {sbi: {values: [A]}}\nvalue: n\nstats: s\n",
       "t.yaml:3:1: "},
      {"no code list", "sbi,n,s\n", "dimensions: {sbi: {codes: x.csv}}\nvalue: n\nstatus: s\n",
       "t.yaml:1:"},
      {"one bound", "sbi,n,s\n",
       "dimensions: {sbi: {values: [A]}}\nvalue: n\nstatus: s\nbounds: [1]\n", "t.yaml:4:9: "},
      {"no column", "sbi,m,s\n", good, "t.csv:1: there is no column 'n'"},
      {"unknown code", "sbi,n,s\n_T,1,ok\nX,1,ok\n", good, "t.csv:3: sbi: not in the code list"},
      {"unknown status", "sbi,n,s\n_T,1,fine\n", good, "t.csv:2: s: unknown status"},
      {"no number", "sbi,n,s\n_T,many,ok\n", good, "t.csv:2: n: not a number"},
      {"twice", "sbi,n,s\n_T,1,ok\n_T,1,ok\n", good, "t.csv:3: the cell stands in line 2 already"},
      {"a field less", "sbi,n,s\n_T,1\n", good, "t.csv:2: has 2 fields, the header 3"},
      {"no row", "sbi,n,s\n", good, "no row after the header"},
      {"does not add up", "sbi,n,s\n_T,5,ok\nA,1,ok\nB,1,ok\n", good, "sbi=_T: the parts"},
      {"no value fits", "sbi,n,s\n_T,5,ok\nA,9,ok\nB,.,primary\n", good, "no value fits"},
  };
  for (const WrongTable& c : cases) {
    Write("t.csv", c.csv);
    Write("t.yaml", c.yaml);
    const Outcome outcome = Sdc({"audit", "--table", Path("t.csv"), "--describe", Path("t.yaml")});
    EXPECT_EQ(outcome.exit, 2) << c.name << ": " << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(c.says)) << c.name;
  }
}

TEST_F(Workshop, ReportsOfOthersAreRefused) {
  for (const char* text : {"", "no JSON", "{}", "{\"cells\":[{}],\"total\":{}}", "[1]"}) {
    Write("other.json", text);
    const Outcome outcome = Sdc({"report", Path("other.json")});
    EXPECT_EQ(outcome.exit, 2) << text;
    EXPECT_THAT(outcome.err, HasSubstr("other.json")) << text;
    EXPECT_EQ(outcome.out, "");
  }
}

}  // namespace
}  // namespace kluis
