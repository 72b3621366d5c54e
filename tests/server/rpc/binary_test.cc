// The two programs as an operator and a user run them: commands while it serves, signals, exit
// codes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "tests/server/rpc/kluisd_process.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class BinaryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    home_ = ::testing::TempDir() + "/binary-" +
            ::testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(home_);
    fs::create_directories(home_ + "/policies");
    setenv("KLUIS_SHARE_DIR", KLUIS_SOURCE_DIR "/policies", 1);
    setenv("XDG_CONFIG_HOME", (home_ + "/config").c_str(), 1);
    Good("init " + Dir());
  }
  void TearDown() override { fs::remove_all(home_); }

  std::string Dir() const { return home_ + "/enclave"; }
  static Ran Kluisd(const std::string& arguments) {
    return RunShell(std::string(KLUISD) + " " + arguments);
  }
  static Ran Kluis(const std::string& arguments) {
    return RunShell(std::string(KLUIS) + " " + arguments + " </dev/null");
  }
  static void Good(const std::string& arguments) {
    const Ran ran = Kluisd(arguments);
    EXPECT_EQ(ran.exit, 0) << arguments << ": " << ran.output;
  }

  void WriteToy(const std::string& rows) {
    std::ofstream(home_ + "/policies/toy.yaml")
        << "dataset: toy\ntitle: {nl: Speelgoed, en: Toy}\nperiod: \"2016\"\nlineage: toy\nunit: "
           "persoon\nsource: {file: toy.csv, empty: \"\"}\nbad_rows: refuse\ncontributor: [id]\n"
           "weight: null\nvariables:\n  id: {role: identifier}\n"
           "  geslacht: {role: dimension, values: [m, v]}\n";
    std::ofstream(home_ + "/policies/toy.csv") << "id,geslacht\n" << rows;
  }
  void WriteProject(const std::string& member) {
    std::ofstream(Dir() + "/policies/projects/toy.yaml")
        << "project: toy\npurpose: {nl: Proef, en: Test}\norganisation: test\nmembers: [" << member
        << "]\nvalid: {from: 2016-11-28, until: 2036-11-28}\nrules: standard\ngrants:\n"
           "  - {dataset: toy, variables: [geslacht]}\n";
  }
  std::string ImportToy() const { return "import " + Dir() + " " + home_ + "/policies/toy.yaml"; }
  std::string AddUser(const std::string& id, const std::string& role) const {
    return "user add " + Dir() + " " + id + " --role " + role + " --organisation test -o " + home_ +
           "/" + id + ".bundle";
  }
  Ran LogIn(const std::string& id, const KluisdProcess& server) const {
    return Kluis("login --bundle " + home_ + "/" + id + ".bundle --profile " + id + " --server " +
                 server.address());
  }
  bool JournalSays(const std::string& what) const {
    for (int i = 0; i < 500; ++i) {
      std::ostringstream text;
      text << std::ifstream(home_ + "/journal").rdbuf();
      if (text.str().find(what) != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  std::string home_;
};

TEST_F(BinaryTest, EveryCommandWorksWhileItServes) {
  WriteToy("1,m\n2,v\n3,v\n");
  Good(ImportToy());
  WriteProject("anna");
  KluisdProcess server(Dir());
  Good(AddUser("anna", "researcher"));
  EXPECT_EQ(LogIn("anna", server).exit, 0);
  EXPECT_THAT(Kluis("datasets --profile anna").output, HasSubstr("toy"));

  WriteToy("1,m\n2,v\n3,v\n4,v\n");
  const Ran imported = Kluisd(ImportToy());
  EXPECT_EQ(imported.exit, 0);
  EXPECT_THAT(imported.output, HasSubstr("toy: 4 rows, 0 dropped, snapshot sha256:"));
  WriteToy("1,SECRET\n");
  const Ran bad = Kluisd(ImportToy());
  EXPECT_EQ(bad.exit, 2) << bad.output;
  EXPECT_THAT(bad.output, Not(HasSubstr("SECRET")));

  EXPECT_EQ(Kluisd(AddUser("anna", "researcher")).exit, 2) << "the bundle's file exists";
  Good("user revoke " + Dir() + " anna");
  EXPECT_EQ(Kluis("datasets --profile anna").exit, 5);
  EXPECT_EQ(Kluisd("user revoke " + Dir() + " nobody").exit, 2);
  EXPECT_EQ(server.Terminate(), 0);
  EXPECT_EQ(Kluis("datasets --profile anna").exit, 6) << "nobody serves";
}

TEST_F(BinaryTest, AKeyThatIsNotAsItShouldBeIsWrongInputWithWhatToDo) {
  const std::string key = Dir() + "/keys/data.key";
  ::chmod(key.c_str(), 0640);
  for (const std::string& command : {"serve " + Dir() + " --listen 127.0.0.1:0", ImportToy()}) {
    const Ran refused = Kluisd(command);
    EXPECT_EQ(refused.exit, 2) << command;
    EXPECT_THAT(refused.output, HasSubstr("hint: chmod 600")) << command;
  }
  fs::remove(key);
  const Ran refused = Kluisd("serve " + Dir() + " --listen 127.0.0.1:0");
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.output, HasSubstr("hint: put the key file back"));
}

// script(1) gives it a terminal.
TEST_F(BinaryTest, AnErrorStandsBehindTheBarAndTheBarOnATerminalOnly) {
  std::string rows;
  for (int row = 0; row < 50'000; ++row) rows += std::to_string(row) + ",m\n";
  WriteToy(rows + "\"" + std::string(2 << 20, 'x'));
  const std::string import = std::string(KLUISD) + " " + ImportToy();
  const Ran seen = RunShell("TERM=xterm script -qec '" + import + "' /dev/null </dev/null");
  EXPECT_THAT(seen.output, HasSubstr("\r[#"));
  EXPECT_THAT(seen.output, HasSubstr(" %\r\nkluisd: "));
  const Ran piped = RunShell("TERM=xterm " + import);
  EXPECT_EQ(piped.exit, 2) << piped.output;
  EXPECT_THAT(piped.output, Not(HasSubstr(" %")));
}

TEST_F(BinaryTest, TheJournalSaysWhenItStartedWithWhatAndWhenItStopped) {
  KluisdProcess server(Dir(), 0, home_ + "/journal");
  EXPECT_TRUE(JournalSays("\"event\":\"start\",\"address\":\"" + server.address() + "\""));
  for (const char* part : {"kluisd ", "DuckDB v", "SQLite 3.", "gRPC 1."})
    EXPECT_TRUE(JournalSays(part)) << part;
  EXPECT_EQ(server.Terminate(), 0);
  EXPECT_TRUE(JournalSays("\"event\":\"stop\",\"signal\":\"SIGTERM\",\"ms\":"));
}

TEST_F(BinaryTest, AReviewerMayNotRunQueries) {
  Good(AddUser("rev", "reviewer"));
  KluisdProcess server(Dir());
  EXPECT_EQ(LogIn("rev", server).exit, 0);
  const Ran asked = Kluis("query --profile rev -e 'SELECT COUNT(*) AS n FROM toy'");
  EXPECT_EQ(asked.exit, 5) << asked.output;
  EXPECT_THAT(asked.output, HasSubstr("your role may not do this"));
}

TEST_F(BinaryTest, ASighupTakesGoodPoliciesAndLeavesTheOldOnesForBad) {
  WriteToy("1,m\n2,v\n3,v\n");
  Good(ImportToy());
  Good(AddUser("anna", "researcher"));
  KluisdProcess server(Dir(), 0, home_ + "/journal");
  EXPECT_EQ(LogIn("anna", server).exit, 0);
  const auto datasets = [] { return Kluis("datasets --profile anna").output; };
  EXPECT_THAT(datasets(), Not(HasSubstr("toy")));
  WriteProject("anna");
  server.Signal(SIGHUP);
  EXPECT_TRUE(JournalSays("\"result\":\"in force\""));
  EXPECT_THAT(datasets(), HasSubstr("toy"));

  WriteProject("bob");
  std::ofstream(Dir() + "/policies/rules/bad.yaml") << "rules: bad\nfrequency: {minimum: many}\n";
  server.Signal(SIGHUP);
  EXPECT_TRUE(JournalSays("refused; the policy in force stays"));
  EXPECT_THAT(datasets(), HasSubstr("toy")) << "anna's project, not bob's, is in force";
  EXPECT_EQ(server.Terminate(), 0);
  const Ran restarted = Kluisd("serve " + Dir() + " --listen 127.0.0.1:0");
  EXPECT_EQ(restarted.exit, 2) << "at a start it is never put in force";
  EXPECT_THAT(restarted.output, HasSubstr("bad.yaml:2:"));
}

TEST_F(BinaryTest, AWordThatIsNoCommandIsNamedWithTheNearest) {
  struct Case {
    std::string program, words, said;
  };
  const std::string kluisd = KLUISD, kluis = KLUIS;
  const std::vector<Case> cases = {
      {kluisd, "sevre enclave", "'sevre' is no command of kluisd; did you mean 'serve'?"},
      {kluisd, "user ad enclave", "'user ad' is no command of kluisd; did you mean 'user add'?"},
      {kluisd, "user remove e x", "did you mean 'user revoke'?"},
      {kluisd, "backup", "'backup' is no command of kluisd; 'kluisd --help' lists them"},
      {kluis, "qurey -e x", "'qurey' is no command of kluis; did you mean 'query'?"},
      {kluis, "log verfy", "'log verfy' is no command of kluis; did you mean 'log verify'?"},
      {kluis, "log frobnicate",
       "'log frobnicate' is no command of kluis; 'kluis log --help' lists them"},
      {kluis, "shell", "'shell' is no command of kluis; 'kluis --help' lists them"},
  };
  for (const Case& c : cases) {
    const Ran ran = RunShell(c.program + " " + c.words);
    EXPECT_EQ(ran.exit, 2) << c.words;
    EXPECT_THAT(ran.output, HasSubstr(c.said));
    EXPECT_THAT(ran.output, Not(HasSubstr("subcommand")));
  }
}

}  // namespace
}  // namespace kluis
