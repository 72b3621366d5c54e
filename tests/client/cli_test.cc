// The client against a small server: exit codes, what stands on which stream, and what does not
// verify.
#include "client/cli.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <regex>

#include "client/progress.h"
#include "disclosure/base/canonical_json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/fake_enclave.h"

namespace kluis {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr char kReleased[] =
    R"({"columns":[{"name":"buurt","role":"dimension"},{"name":"n","role":"measure","statistic":"count"}],)"
    R"("protection":{"cells":2,"policy":"sha256:ab","rules":"standard","suppressed":1},"reasons":[],"release":"r1",)"
    R"("rows":[{"buurt":"BU1","n":{"status":"ok","value":1234}},{"buurt":"BU2","n":{"status":"suppressed","value":null}}],)"
    R"("scope":{},"status":"released"})";

std::string Refused(const std::string& kind) {
  return R"({"columns":[],"protection":{"cells":0,"policy":"","rules":"","suppressed":0},"reasons":[{"code":"UNKNOWN",)"
         R"("column":8,"hint":"try wijk","kind":")" +
         kind +
         R"(","line":1,"message":"wijken is unknown"}],"release":"r1","rows":[],"scope":{},"status":"refused"})";
}

constexpr char kAllowed[] =
    R"({"cells":2,"columns":[],"plan":"population: persons\nrows:       one for each buurt: 2\n","protection":{"cells":2,"policy":"sha256:ab","rules":"standard",)"
    R"("suppressed":null},"reasons":[],"release":"","rows":[],"scope":{},"status":"allowed"})";

struct Result {
  int exit;
  std::string out, err;
};

class CliTest : public testing::Test {
 protected:
  CliTest() : folder_(MakeFolder()), enclave_(folder_) {
    enclave_.answer = kReleased;
    std::ofstream(folder_ + "/bundle") << enclave_.Bundle();
    std::ofstream(folder_ + "/trust") << "# the demo's log\nlog " << enclave_.log_key() << "\n";
  }

  ~CliTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  static std::string MakeFolder() {
    std::string name = testing::TempDir() + "/kluis-cli-XXXXXX";
    return mkdtemp(name.data());
  }
  Result Run(const std::vector<std::string>& arguments, const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out, err;
    const std::string config = folder_ + "/config";
    const Console console = {in, out, err, false, false, [config](const std::string& name) {
                               return name == "XDG_CONFIG_HOME" ? std::optional(config)
                                                                : std::nullopt;
                             }};
    const int exit = RunCli(arguments, console);
    return {exit, out.str(), err.str()};
  }
  Result Login() { return Run({"login", "--bundle", folder_ + "/bundle"}); }

  std::string folder_;
  FakeEnclave enclave_;
};

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

class OutputTest : public CliTest {
 protected:
  void SetUp() override { ASSERT_EQ(Login().exit, 0); }
  Result Ask(const std::string& output) {
    return Run({"query", "-e", "x", "--format", "csv", "-o", output});
  }
  std::string InFolder(const std::string& name) const { return folder_ + "/" + name; }
};

constexpr char kCsv[] = "buurt,n,n_status\r\nBU1,1234,ok\r\nBU2,.,suppressed\r\n";

TEST_F(OutputTest, WhatCannotBeWrittenIsRefusedBeforeTheQueryIsSent) {
  mkdir(InFolder("map").c_str(), 0700);
  mkdir(InFolder("t.csv.receipt").c_str(), 0700);
  ASSERT_EQ(symlink(InFolder("map").c_str(), InFolder("link-to-map").c_str()), 0);
  ASSERT_EQ(symlink(InFolder("round").c_str(), InFolder("round").c_str()), 0);
  const std::string outputs[] = {InFolder("map"),   InFolder("map/"), InFolder("link-to-map"),
                                 InFolder("t.csv"), InFolder("no/t"), InFolder("bundle/t"),
                                 InFolder("round"), "/dev/fd/12345",  "/proc/t.csv"};
  for (const std::string& output : outputs) {
    const Result result = Ask(output);
    EXPECT_EQ(result.exit, 2) << output;
    EXPECT_THAT(result.err, HasSubstr(output == InFolder("t.csv") ? "t.csv.receipt" : output));
    EXPECT_THAT(result.out, IsEmpty());
  }
  EXPECT_TRUE(enclave_.request_ids.empty());
  EXPECT_NE(access(InFolder("t.csv").c_str(), F_OK), 0) << "nothing is left behind";
}

TEST_F(OutputTest, ALinkStaysAndItsTargetIsReplaced) {
  std::ofstream(InFolder("target")) << "old";
  chmod(InFolder("target").c_str(), 0600);
  ASSERT_EQ(symlink("target", InFolder("link").c_str()), 0);
  ASSERT_EQ(symlink("later", InFolder("dangling").c_str()), 0);
  for (const auto& [link, target] : {std::pair("link", "target"), std::pair("dangling", "later")}) {
    ASSERT_EQ(Ask(InFolder(link)).exit, 0);
    struct stat facts;
    ASSERT_EQ(lstat(InFolder(link).c_str(), &facts), 0);
    EXPECT_TRUE(S_ISLNK(facts.st_mode)) << link;
    EXPECT_EQ(Slurp(InFolder(target)), kCsv);
    EXPECT_EQ(Run({"receipt", "verify", InFolder(link)}).exit, 0);
  }
  struct stat facts;
  ASSERT_EQ(stat(InFolder("target").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u) << "what was closed to others stays closed";
}

TEST_F(OutputTest, ADeviceAndAPipeAreWrittenThroughAndHaveNoReceipt) {
  EXPECT_EQ(Ask("/dev/null").exit, 0);
  struct stat facts;
  ASSERT_EQ(stat("/dev/null", &facts), 0);
  EXPECT_TRUE(S_ISCHR(facts.st_mode));
  EXPECT_NE(access("/dev/null.receipt", F_OK), 0);

  ASSERT_EQ(mkfifo(InFolder("pipe").c_str(), 0600), 0);
  const int reader = open(InFolder("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  EXPECT_EQ(Ask(InFolder("pipe")).exit, 0);
  char bytes[200];
  EXPECT_EQ(std::string(bytes, std::max<ssize_t>(read(reader, bytes, sizeof bytes), 0)), kCsv);
  close(reader);
  EXPECT_NE(access(InFolder("pipe.receipt").c_str(), F_OK), 0);
}

TEST_F(OutputTest, ADescriptorIsWrittenWhereItStands) {
  std::ofstream(InFolder("log")) << "before\n";
  const int descriptor = open(InFolder("log").c_str(), O_WRONLY | O_APPEND);
  EXPECT_EQ(Ask("/dev/fd/" + std::to_string(descriptor)).exit, 0);
  close(descriptor);
  EXPECT_EQ(Slurp(InFolder("log")), std::string("before\n") + kCsv);
}

TEST_F(OutputTest, ACopyThatFailsNamesTheReleaseThatIsInTheLog) {
  const Result result = Ask("/dev/full");
  EXPECT_EQ(result.exit, 2);
  EXPECT_THAT(result.err, HasSubstr("kluis releases r1"));
}

TEST_F(OutputTest, ADashIsStandardOutput) { EXPECT_EQ(Ask("-").out, kCsv); }

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

TEST_F(CliTest, NothingIsShownOfAnAnswerThatDoesNotVerify) {
  ASSERT_EQ(Login().exit, 0);
  const int digit = static_cast<int>(enclave_.answer.find("1234"));
  enclave_.flip_answer_byte = digit;
  Result result = Run({"query", "-e", "x", "-o", folder_ + "/t.csv", "--format", "csv"});
  EXPECT_EQ(result.exit, 2);
  EXPECT_THAT(result.err, HasSubstr("does not verify"));
  EXPECT_NE(access((folder_ + "/t.csv").c_str(), F_OK), 0);
  enclave_.flip_answer_byte = -1;
  enclave_.with_receipt = false;
  result = Run({"query", "-e", "x"});
  EXPECT_EQ(result.exit, 2);
  EXPECT_THAT(result.out, IsEmpty());
}

TEST_F(CliTest, ALogThatWasRewrittenIsNoticedAndKeptAsEvidence) {
  ASSERT_EQ(Login().exit, 0);
  ASSERT_EQ(Run({"query", "-e", "x"}).exit, 0);
  enclave_.Rewrite();
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"query", "-e", "x"},
                                             {"log", "checkpoint"},
                                             {"log", "verify"},
                                             {"login", "--bundle", folder_ + "/bundle"}}) {
    const Result result = Run(command);
    EXPECT_EQ(result.exit, 2) << command[0];
    EXPECT_THAT(result.err, HasSubstr("REWRITTEN"));
    EXPECT_THAT(result.out, IsEmpty());
  }
  const std::string evidence = Slurp(folder_ + "/config/kluis/default/fork-evidence.txt");
  EXPECT_THAT(evidence, HasSubstr("seen before:\nkluis.test\n2\n"));
}

TEST_F(CliTest, AWrittenFileVerifiesWithoutServerAndProfile) {
  ASSERT_EQ(Login().exit, 0);
  for (const std::string format : {"table", "csv", "json"}) {
    const std::string file = folder_ + "/t." + format;
    ASSERT_EQ(Run({"query", "-e", "x", "--format", format, "-o", file}).exit, 0);
  }
  enclave_.Stop();
  for (const std::string format : {"table", "csv", "json"}) {
    const Result result = Run({"receipt", "verify", folder_ + "/t." + format, "--trust",
                               folder_ + "/trust", "--profile", "none"});
    EXPECT_EQ(result.exit, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("release:  r1, released 2026-11-22T22:20:00Z"));
  }
}

// Everything in an answer that a person could want to be different.
std::vector<nlohmann::json> Tampered(const nlohmann::json& answer) {
  std::vector<nlohmann::json> all;
  const auto change = [&](const nlohmann::json::json_pointer& where, const nlohmann::json& to) {
    nlohmann::json copy = answer;
    copy[where] = to;
    all.push_back(copy);
  };
  const nlohmann::json leaves = answer.flatten();
  for (const auto& [path, value] : leaves.items()) {
    if (path.rfind("/receipt", 0) == 0) continue;
    const nlohmann::json::json_pointer where(path);
    if (value.is_number())
      change(where, value.get<double>() + 1), change(where, value.get<double>());
    if (value.is_string())
      change(where, value.get<std::string>() + "x"), change(where, "ok "), change(where, "ok");
    change(where, 7), change(where, nullptr);
  }
  nlohmann::json shorter = answer;
  shorter["rows"].erase(1);
  all.push_back(shorter);
  return all;
}

TEST_F(CliTest, AnyChangedValueOrStatusFails) {
  ASSERT_EQ(Login().exit, 0);
  const std::string file = folder_ + "/t.json";
  ASSERT_EQ(Run({"query", "-e", "x", "--format", "json", "-o", file}).exit, 0);
  const nlohmann::json good = nlohmann::json::parse(Slurp(file));
  int changed = 0;
  for (const nlohmann::json& bad : Tampered(good)) {
    if (CanonicalJson(bad) == CanonicalJson(good)) continue;
    std::ofstream(file) << bad.dump(2);
    EXPECT_EQ(Run({"receipt", "verify", file}).exit, 2) << bad.dump();
    ++changed;
  }
  EXPECT_GT(changed, 50);
  std::ofstream(file) << good.dump(4);
  EXPECT_EQ(Run({"receipt", "verify", file}).exit, 0) << "white space is no change";
  std::string twice = good.dump();
  twice.replace(twice.find(R"("value":1234)"), 12, R"("value":9999,"value":1234)");
  std::ofstream(file) << twice;
  EXPECT_EQ(Run({"receipt", "verify", file}).exit, 2) << "a key that stands twice";
}

TEST_F(CliTest, AnyChangedByteOfACsvFails) {
  ASSERT_EQ(Login().exit, 0);
  const std::string file = folder_ + "/t.csv";
  ASSERT_EQ(Run({"query", "-e", "x", "--format", "csv", "-o", file}).exit, 0);
  const std::string good = Slurp(file), receipt = Slurp(file + ".receipt");
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] ^= 1;
    std::ofstream(file, std::ios::binary) << bad;
    EXPECT_EQ(Run({"receipt", "verify", file}).exit, 2) << i;
  }
  std::ofstream(file, std::ios::binary) << good;
  EXPECT_EQ(Run({"receipt", "verify", file}).exit, 0);
  for (size_t i = 0; i < receipt.size(); ++i) {
    std::string bad = receipt;
    bad[i] ^= 1;
    std::ofstream(file + ".receipt", std::ios::binary) << bad;
    if (bad[i] == '\n' || receipt[i] == '\n') continue;
    EXPECT_EQ(Run({"receipt", "verify", file}).exit, 2) << i << receipt.substr(i, 10);
  }
  std::remove((file + ".receipt").c_str());
  EXPECT_THAT(Run({"receipt", "verify", file}).err, HasSubstr("there is no receipt"));
}

TEST_F(CliTest, AnExportedLogVerifiesAndADamagedOneDoesNot) {
  ASSERT_EQ(Login().exit, 0);
  for (int i = 0; i < 5; ++i) ASSERT_EQ(Run({"query", "-e", "x"}).exit, 0);
  const std::string folder = folder_ + "/export";
  const Result exported = Run({"log", "export", folder});
  ASSERT_EQ(exported.exit, 0) << exported.err;
  EXPECT_THAT(exported.out, StartsWith("exported and verified: kluis.test, 6 entries"));
  enclave_.Stop();
  const std::vector<std::string> verify = {"log",  "verify",  "--from",
                                           folder, "--trust", folder_ + "/trust"};
  EXPECT_EQ(Run(verify).exit, 0);
  const std::string good = Slurp(folder + "/entries");
  ASSERT_EQ(good.size(), 6 * kEntrySize);
  const std::map<std::string, std::string> bad = {
      {"one entry less", good.substr(0, 5 * kEntrySize)},
      {"one entry more", good + good.substr(5 * kEntrySize)},
      {"a torn entry", good.substr(0, good.size() - 1)},
      {"two swapped", good.substr(kEntrySize, kEntrySize) + good.substr(0, kEntrySize) +
                          good.substr(2 * kEntrySize)},
      {"a bit",
       [&] {
         std::string b = good;
         b[3 * kEntrySize + 300] ^= 1;
         return b;
       }()},
      {"nothing", ""}};
  for (const auto& [name, entries] : bad) {
    std::ofstream(folder + "/entries", std::ios::binary) << entries;
    EXPECT_EQ(Run(verify).exit, 2) << name;
  }
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

TEST(ProgressLineTest, IsALineEveryTenSecondsUnlessStandardErrorIsATerminal) {
  std::istringstream in;
  std::ostringstream out, err;
  Console console = {in, out, err, false, false, {}};
  std::chrono::steady_clock::time_point now{};
  {
    ProgressLine line(console, [&] { return now; });
    for (int i = 0; i <= 25; ++i, now += std::chrono::seconds(1)) line.Show("engine", i / 25.0);
  }
  EXPECT_EQ(err.str(), "engine 40 %\nengine 80 %\n");
  err.str("");
  console.err_terminal = true;
  {
    ProgressLine line(console, [&] { return now; });
    now += std::chrono::seconds(1);
    line.Show("engine\x1b", 2);
  }
  EXPECT_EQ(err.str(), "engine\uFFFD 100 %\r             \r");
}

}  // namespace
}  // namespace kluis
