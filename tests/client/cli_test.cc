// The client against a small server: exit codes, and what stands on which stream.
#include "client/cli.h"

#include <sys/stat.h>

#include <regex>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/cli_workshop.h"

namespace kluis {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST_F(CliTest, LoginKeepsTheBundleForTheUserAloneAndSaysWhoYouAre) {
  const Result login = Login();
  EXPECT_EQ(login.exit, 0) << login.err;
  EXPECT_THAT(login.out, StartsWith("anna@heerlen.nl, researcher of gemeente-heerlen\n"));
  EXPECT_THAT(login.out, HasSubstr("heerlen "));
  EXPECT_THAT(login.out, Not(HasSubstr("\x1b")));
  for (const char* name : {"key", "certificate", "ca", "log_key", "server", "checkpoint"}) {
    struct stat facts;
    ASSERT_EQ(stat((folder_ + "/config/kluis/default/" + name).c_str(), &facts), 0) << name;
    EXPECT_EQ(facts.st_mode & 0777, 0600u) << name;
  }
}

TEST_F(CliTest, ABundleThatDoesNotHoldTogetherIsRefused) {
  const nlohmann::json good = nlohmann::json::parse(enclave_.Bundle());
  for (const char* member : {"server", "ca", "key", "certificate", "log_key"}) {
    for (const bool wrong : {false, true}) {
      nlohmann::json bundle = good;
      bundle.erase(member);
      if (wrong) bundle[member] = "";
      std::ofstream(folder_ + "/bad") << bundle.dump();
      const Result result = Run({"login", "--bundle", folder_ + "/bad", "--profile", "bad"});
      EXPECT_EQ(result.exit, 2) << member;
      EXPECT_THAT(result.err, HasSubstr(member));
    }
  }
}

TEST_F(CliTest, ExitCodesAreThoseOfTheManual) {
  ASSERT_EQ(Login().exit, 0);
  using grpc::StatusCode;
  struct Case {
    const char* name;
    std::string answer;
    StatusCode code;
    std::vector<std::string> arguments;
    int exit;
  };
  const std::vector<std::string> query = {"query", "-e", "SELECT wijken"};
  const Case cases[] = {
      {"released", kReleased, StatusCode::OK, query, 0},
      {"allowed by a dry run", kAllowed, StatusCode::OK, {"query", "-e", "x", "--dry-run"}, 0},
      {"outside the language", Refused("usage"), StatusCode::OK, query, 2},
      {"refused by policy", Refused("policy"), StatusCode::OK, query, 3},
      {"held", std::regex_replace(kReleased, std::regex("released"), "held"), StatusCode::OK, query,
       4},
      {"a fault of the server", "", StatusCode::INTERNAL, query, 1},
      {"not authenticated", "", StatusCode::UNAUTHENTICATED, query, 5},
      {"the role may not", "", StatusCode::PERMISSION_DENIED, query, 5},
      {"unreachable", "", StatusCode::UNAVAILABLE, query, 6},
      {"too late", "", StatusCode::DEADLINE_EXCEEDED, query, 6},
      {"unknown dataset", "", StatusCode::NOT_FOUND, {"describe", "nix"}, 3},
      {"known dataset", "", StatusCode::OK, {"describe", "persoon"}, 0},
      {"datasets", "", StatusCode::OK, {"datasets"}, 0},
      {"no command", "", StatusCode::OK, {}, 2},
      {"a command that is not built", "", StatusCode::OK, {"shell"}, 2},
      {"a format that is not built",
       "",
       StatusCode::OK,
       {"query", "-e", "x", "--format", "xlsx"},
       2},
      {"an option that is not built",
       "",
       StatusCode::OK,
       {"query", "-e", "x", "--plot", "a.svg"},
       2},
      {"a dataset without a name", "", StatusCode::OK, {"describe", ""}, 2},
      {"a variable without a name", "", StatusCode::OK, {"describe", "persoon."}, 2},
      {"an output without a name", "", StatusCode::OK, {"query", "-e", "x", "-o", ""}, 2},
      {"an output of the whole list", "", StatusCode::OK, {"releases", "-o", "x"}, 2},
      {"a format of the whole list", "", StatusCode::OK, {"releases", "--format", "csv"}, 2},
      {"an address without a port",
       "",
       StatusCode::OK,
       {"login", "--bundle", folder_ + "/bundle", "--server", "localhost"},
       2},
      {"abbreviated options", "", StatusCode::OK, {"query", "-e", "x", "--form", "csv"}, 2},
      {"a query twice", "", StatusCode::OK, {"query", "-e", "x", "-f", "y"}, 2},
      {"a file that is not there", "", StatusCode::OK, {"query", "-f", "/nonexistent"}, 2},
      {"a profile that is not there", "", StatusCode::OK, {"datasets", "--profile", "other"}, 5},
      {"a profile's name that is a path", "", StatusCode::OK, {"datasets", "--profile", "../x"}, 2},
      {"help", "", StatusCode::OK, {"query", "--help"}, 0},
      {"the log", "", StatusCode::OK, {"log", "verify"}, 0},
      {"the checkpoint", "", StatusCode::OK, {"log", "checkpoint"}, 0},
  };
  for (const Case& c : cases) {
    enclave_.answer = c.answer;
    enclave_.error = grpc::Status(c.code, "because");
    const Result result = Run(c.arguments);
    EXPECT_EQ(result.exit, c.exit) << c.name << "\n" << result.err;
    if (c.exit != 0 && c.exit != 4) {
      EXPECT_THAT(result.out, IsEmpty()) << c.name;
    }
    EXPECT_THAT(result.out + result.err, Not(HasSubstr("\x1b"))) << c.name;
  }
}

TEST_F(CliTest, ARefusalShowsTheLineAndACaret) {
  ASSERT_EQ(Login().exit, 0);
  enclave_.answer = Refused("policy");
  EXPECT_EQ(Run({"query"}, "SELECT wijken").err,
            "error[UNKNOWN]: wijken is unknown (line 1, column 8)\n  1 | SELECT wijken\n    |      "
            "  ^\nhint: try wijk\n");
  EXPECT_THAT(Run({"query", "--format", "json"}, "x").out, HasSubstr(R"("status":"refused")"));
}

TEST_F(CliTest, TextThatIsNotUtf8IsRefusedBeforeItIsSent) {
  ASSERT_EQ(Login().exit, 0);
  const std::string sql = "SELECT\n 'caf\xE9'";
  std::ofstream(folder_ + "/bad.sql", std::ios::binary) << sql;
  for (const Result& result : {Run({"query", "-e", sql}),
                               Run({"query", "-f", folder_ + "/bad.sql"}), Run({"query"}, sql)}) {
    EXPECT_EQ(result.exit, 2);
    EXPECT_EQ(result.err,
              "error[INVALID_TEXT]: the text is not UTF-8 (line 2, column 6)\n"
              "  2 |  'caf\uFFFD'\n    |      ^\nhint: save the query as UTF-8 text\n");
    EXPECT_THAT(result.out, IsEmpty());
  }
  EXPECT_THAT(Run({"query", "-e", sql, "--format", "json"}).out,
              HasSubstr(R"("code":"INVALID_TEXT","column":6)"));
  const std::vector<std::vector<std::string>> commands = {
      {"query", "-e", "x", "--project", "caf\xE9"},
      {"describe", "caf\xE9"},
      {"releases", "\xE9"},
      {"datasets", "--profile", "\xE9"}};
  for (const auto& command : commands) {
    const Result result = Run(command);
    EXPECT_EQ(result.exit, 2) << command[0];
    EXPECT_THAT(result.err, Not(IsEmpty()));
  }
  EXPECT_TRUE(enclave_.request_ids.empty());
}

TEST_F(CliTest, AByteOrderMarkOfAnEditorIsNoPartOfTheQuery) {
  ASSERT_EQ(Login().exit, 0);
  std::ofstream(folder_ + "/bom.sql", std::ios::binary) << "\xEF\xBB\xBFSELECT 1";
  EXPECT_EQ(Run({"query", "-f", folder_ + "/bom.sql"}).exit, 0);
  EXPECT_EQ(enclave_.sql, "SELECT 1");
}

TEST_F(CliTest, DataGoToStandardOutputAndTheRestToStandardError) {
  ASSERT_EQ(Login().exit, 0);
  const Result result = Run({"query", "-e", "x"});
  EXPECT_EQ(result.out, "buurt     n\nBU1    1234\nBU2       .\n");
  EXPECT_EQ(result.err,
            "2 cells, 1 suppressed; rules standard; release r1, receipt verified: entry 1 of "
            "kluis.test\n");
}

TEST_F(CliTest, DataThatCannotBeWrittenAreAFailureUnlessTheReaderLeft) {
  ASSERT_EQ(Login().exit, 0);
  const std::string config = folder_ + "/config";
  for (const bool gone : {false, true}) {
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{{"datasets"}, {"query", "-e", "x"}}) {
      std::istringstream in;
      std::ofstream out("/dev/full");
      std::ostringstream err;
      Console console = {
          in,    out,   err,
          false, false, [&](const std::string&) {
                           return std::optional<std::string>(config); }};
      console.reader_gone = [gone] { return gone; };
      EXPECT_EQ(RunCli(command, console), gone ? 0 : 2) << command[0];
      EXPECT_EQ(err.str().find("cannot write") == std::string::npos, gone) << err.str();
    }
  }
}

TEST_F(CliTest, TheSummaryTellsTheScopeInWords) {
  ASSERT_EQ(Login().exit, 0);
  enclave_.answer = std::regex_replace(kReleased, std::regex(R"("scope":\{\})"),
                                       R"("scope":{"gemeente":["GM0917","GM0928"]})");
  EXPECT_THAT(Run({"query", "-e", "x"}).err, HasSubstr("; only gemeente GM0917, GM0928; release"));
}

TEST_F(CliTest, AQueryIsAskedOnceMoreUnderTheSameId) {
  ASSERT_EQ(Login().exit, 0);
  enclave_.error = grpc::Status(grpc::StatusCode::UNAVAILABLE, "restarting");
  enclave_.failures = 1;
  EXPECT_EQ(Run({"query", "-e", "x"}).exit, 0);
  ASSERT_EQ(enclave_.request_ids.size(), 2u);
  EXPECT_EQ(enclave_.request_ids[0], enclave_.request_ids[1]);
  EXPECT_TRUE(std::regex_match(
      enclave_.request_ids[0],
      std::regex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")));
}

TEST_F(CliTest, ADryRunWithExplainSaysInWordsWhatIsAskedAndUnderWhichRules) {
  ASSERT_EQ(Login().exit, 0);
  enclave_.answer = kAllowed;
  const Result result = Run({"query", "-e", "x", "--dry-run", "--explain"});
  EXPECT_EQ(result.exit, 0);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, StartsWith("population: persons\nrows:       one for each buurt: 2\n"
                                     "rules:      standard\ncells:      2\n"));
}

constexpr char kModel[] =
    R"({"columns":[{"name":"term","role":"dimension"},{"name":"level","role":"dimension"},)"
    R"({"name":"coefficient","role":"measure","statistic":"coefficient"}],)"
    R"("model":{"degrees_of_freedom":98,"family":"ols","n":100,"outcome":"y","parameters":2,"r2":0.25,"r2_kind":"r2",)"
    R"("residual_standard_error":3.5,"standard_errors":"classical","weights":"none"},)"
    R"("protection":{"cells":9,"policy":"sha256:ab","rules":"standard","suppressed":0},"reasons":[],"release":"r1",)"
    R"x("rows":[{"coefficient":{"status":"ok","value":12.25},"level":"","term":"(intercept)"},)x"
    R"({"coefficient":{"status":"empty","value":null},"level":"A","term":"wijk"},)"
    R"({"coefficient":{"status":"ok","value":3.0},"level":"B","term":"wijk"}],"scope":{},"status":"released"})";

TEST_F(CliTest, AModelIsSentAsItIsWrittenAndPrintedWithItsSummary) {
  ASSERT_EQ(Login().exit, 0);
  enclave_.answer = kModel;
  const Result result =
      Run({"regress", "y ~ factor(wijk)", "--dataset", "d", "--where", "a = 'b'"});
  EXPECT_EQ(result.exit, 0) << result.err;
  EXPECT_EQ(result.out,
            "term         level  coefficient\n"
            "(intercept)               12.25\n"
            "wijk         A\n"
            "wijk         B              3.0\n"
            "\n"
            "ols of y: n 100, 2 coefficients, 98 residual degrees of freedom, R2 0.25, residual "
            "standard error 3.5\n");
  EXPECT_THAT(enclave_.sql, IsEmpty());
  EXPECT_EQ(enclave_.model.formula(), "y ~ factor(wijk)");
  EXPECT_EQ(enclave_.model.dataset(), "d");
  EXPECT_EQ(enclave_.model.where(), "a = 'b'");
  EXPECT_EQ(enclave_.model.family(), "ols");
  EXPECT_EQ(Run({"regress", "y ~ x", "--dataset", "d", "--where", ""}).exit, 0);
  EXPECT_EQ(enclave_.model.where(), " ") << "an empty condition is not none";
}

TEST_F(CliTest, APlaceInAModelIsThatOfTheWholeRequest) {
  ASSERT_EQ(Login().exit, 0);
  enclave_.answer = std::regex_replace(Refused("policy"), std::regex(R"("line":1)"), R"("line":4)");
  EXPECT_THAT(Run({"regress", "y ~\nx", "--dataset", "d", "--where", "wijken = 'b'"}).err,
              StartsWith("error[UNKNOWN]: wijken is unknown (line 4, column 8)\n"
                         "  4 | WHERE wijken = 'b'\n"
                         "    |        ^\n"));
}

TEST_F(CliTest, WrongUseOfRegressIsNotSent) {
  ASSERT_EQ(Login().exit, 0);
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"regress"},
           {"regress", "y ~ x"},
           {"regress", "y ~ x", "--dataset", ""},
           {"regress", "y ~ x", "--dataset", "a b"},
           {"regress", "y ~ x", "--dataset", "d", "--family", "gamma"},
           {"regress", "y ~ x", "z", "--dataset", "d"},
           {"regress", "y ~ \xff", "--dataset", "d"},
           {"regress", "y ~ x", "--dataset", "d", "--where", "\xff"}}) {
    EXPECT_EQ(Run(arguments).exit, 2);
  }
  EXPECT_THAT(enclave_.request_ids, IsEmpty());
}

}  // namespace
}  // namespace kluis
