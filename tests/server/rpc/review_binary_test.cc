// The desk as people use it: the client's commands against a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/server/rpc/kluisd_process.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSum[] =
    "query -e 'SELECT wijk, COUNT(*) AS n, SUM(inkomen) AS s FROM toy GROUP BY wijk'";

class ReviewBinaryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    home_ = ::testing::TempDir() + "/review-binary";
    fs::remove_all(home_);
    fs::create_directories(home_ + "/policies");
    setenv("KLUIS_SHARE_DIR", KLUIS_SOURCE_DIR "/policies", 1);
    setenv("XDG_CONFIG_HOME", (home_ + "/config").c_str(), 1);
    Operator("init " + home_ + "/enclave");
    WriteToy();
    Operator("import " + home_ + "/enclave " + home_ + "/policies/toy.yaml");
    for (const std::string user : {"anna researcher", "bea reviewer", "cas reviewer"}) {
      const std::string id = user.substr(0, user.find(' '));
      Operator("user add " + home_ + "/enclave " + id + " --role " + user.substr(id.size() + 1) +
               " --organisation test -o " + home_ + "/" + id + ".bundle");
    }
    server_ = std::make_unique<KluisdProcess>(home_ + "/enclave");
    for (const char* id : {"anna", "bea", "cas"}) {
      EXPECT_EQ(
          As(id, "login --bundle " + home_ + "/" + id + ".bundle --server " + server_->address())
              .exit,
          0);
    }
  }
  void TearDown() override {
    server_.reset();
    fs::remove_all(home_);
  }

  // 40 persons in two districts, and 5 in the last.
  void WriteToy() const {
    std::ofstream(home_ + "/policies/toy.yaml")
        << "dataset: toy\ntitle: {nl: Speelgoed, en: Toy}\nperiod: \"2016\"\nlineage: toy\nunit: "
           "persoon\nsource: {file: toy.csv, empty: \"\"}\nbad_rows: refuse\ncontributor: [id]\n"
           "weight: null\nvariables:\n  id: {role: identifier}\n"
           "  wijk: {role: dimension, kind: identifying, values: [a, b, c]}\n"
           "  inkomen: {role: measure, unit: EUR, decimals: 0}\n";
    std::ofstream rows(home_ + "/policies/toy.csv");
    rows << "id,wijk,inkomen\n";
    for (int i = 0; i < 85; ++i)
      rows << i << "," << (i < 40 ? "a" : i < 80 ? "b" : "c") << "," << 20000 + 37 * i << "\n";
    std::ofstream(home_ + "/enclave/policies/rules/held.yaml")
        << "rules: held\nfrequency: {minimum: 10}\nreview: {hold: [{statistic: sum}]}\n";
    std::ofstream(home_ + "/enclave/policies/projects/toy.yaml")
        << "project: toy\npurpose: {nl: Proef, en: Test}\norganisation: test\nmembers: [anna]\n"
           "valid: {from: 2016-11-28, until: 2036-11-28}\nrules: held\ngrants:\n"
           "  - {dataset: toy, variables: [wijk, inkomen]}\n";
  }
  static void Operator(const std::string& arguments) {
    const Ran ran = RunShell(std::string(KLUISD) + " " + arguments);
    EXPECT_EQ(ran.exit, 0) << arguments << ": " << ran.output;
  }
  static Ran As(const std::string& user, const std::string& arguments) {
    return RunShell(std::string(KLUIS) + " " + arguments + " --profile " + user + " </dev/null");
  }
  // The only case on the desk.
  static std::string TheCase() {
    const json cases = json::parse(As("bea", "review list --format json").output, nullptr, false);
    EXPECT_EQ(cases.size(), 1u);
    return cases.size() == 1 ? cases[0]["name"].get<std::string>().substr(6) : "";
  }
  static void Approve(const std::string& id) {
    for (const char* reviewer : {"bea", "cas"}) {
      EXPECT_EQ(As(reviewer, "review show " + id).exit, 0);
      const Ran ran = As(reviewer, "review approve " + id + " --reason 'known from the yearbook'");
      EXPECT_EQ(ran.exit, 0) << ran.output;
    }
  }

  std::string home_;
  std::unique_ptr<KluisdProcess> server_;
};

TEST_F(ReviewBinaryTest, FromAHeldQuestionToARecall) {
  const Ran held = As("anna", kSum);
  EXPECT_EQ(held.exit, 4) << held.output;
  EXPECT_THAT(held.output, HasSubstr("held for review"));
  const std::string id = TheCase();
  EXPECT_THAT(As("anna", "releases " + id).output, HasSubstr("state: held"));

  const Ran shown = As("bea", "review show " + id);
  EXPECT_EQ(shown.exit, 0);
  EXPECT_THAT(shown.output,
              AllOf(HasSubstr("population: Toy (toy) of 2016"),
                    HasSubstr("before and after protection"), HasSubstr("frequency")));
  const Ran own = As("anna", "review show " + id);
  EXPECT_EQ(own.exit, 0);
  EXPECT_THAT(own.output, AllOf(HasSubstr("state:"), Not(HasSubstr("before and after"))));
  EXPECT_EQ(As("anna", "review approve " + id + " --reason 'I want it very much'").exit, 5);
  EXPECT_EQ(As("cas", "review approve " + id + " --reason 'without a look at it'").exit, 3);
  EXPECT_EQ(As("cas", "review deny " + id + " --reason short").exit, 2);
  EXPECT_EQ(As("cas", "review show nothing").exit, 3);

  Approve(id);
  const Ran answer = As("anna", "releases " + id + " --format csv");
  EXPECT_EQ(answer.exit, 0) << answer.output;
  EXPECT_THAT(answer.output, HasSubstr("a,40,ok,"));

  const Ran recalled = As("bea", "review recall " + id + " --reason 'the register was wrong'");
  EXPECT_EQ(recalled.exit, 0) << recalled.output;
  const Ran next = As("anna", "releases");
  EXPECT_THAT(next.output, HasSubstr("recalled: release "));
  EXPECT_THAT(As("anna", "releases").output, Not(HasSubstr("recalled: release ")))
      << "it is told once";
}

TEST_F(ReviewBinaryTest, TheDeskIsThereAfterARestart) {
  As("anna", kSum);
  const std::string id = TheCase();
  EXPECT_EQ(As("bea", "review request-changes " + id + " --reason 'say what it is for'").exit, 0);
  EXPECT_EQ(As("cas", "review request-changes " + id + " --reason 'say what it is for'").exit, 0);
  const json before = json::parse(As("bea", "review list --format json").output, nullptr, false);
  server_->Signal(SIGKILL);
  server_.reset();
  server_ = std::make_unique<KluisdProcess>(home_ + "/enclave");
  for (const char* user : {"anna", "bea"})
    As(user, "login --bundle " + home_ + "/" + user + ".bundle --server " + server_->address());
  const json after = json::parse(As("bea", "review list --format json").output, nullptr, false);
  EXPECT_EQ(after, before);
  EXPECT_EQ(after[0]["state"], "changes requested");
  EXPECT_THAT(As("anna", "releases " + id).output, HasSubstr("asked: say what it is for"));
  EXPECT_EQ(As("anna", "review reply " + id + " --reason 'the yearly report'").exit, 0);
  EXPECT_THAT(As("bea", "review list").output, HasSubstr("held"));
}

// What left is looked at afterwards, and executed again under another policy and another data key.
TEST_F(ReviewBinaryTest, WhatLeftIsCheckedAndReplayedWhateverHasChangedSince) {
  const auto rules = [&](int minimum, const char* review) {
    std::ofstream(home_ + "/enclave/policies/rules/held.yaml")
        << "rules: held\nfrequency: {minimum: " << minimum << "}\nreview: " << review << "\n";
  };
  const auto serve = [&] {
    server_.reset();
    server_ = std::make_unique<KluisdProcess>(home_ + "/enclave");
    for (const char* user : {"anna", "bea"})
      As(user, "login --bundle " + home_ + "/" + user + ".bundle --server " + server_->address());
  };
  rules(10, "{after_check: 100}");
  serve();
  const Ran answer =
      As("anna", "query -e 'SELECT wijk, COUNT(*) AS n FROM toy GROUP BY wijk' --format csv");
  EXPECT_EQ(answer.exit, 0) << answer.output;
  const std::string id = TheCase();
  EXPECT_THAT(As("bea", "review list").output, HasSubstr("after-check"));
  EXPECT_EQ(As("bea", "review confirm " + id + " --reason 'nothing stands out'").exit, 3);
  EXPECT_THAT(As("bea", "review show " + id).output,
              AllOf(HasSubstr("85 units of 85 contributors"), HasSubstr("1 of 500 queries")));
  EXPECT_EQ(As("bea", "review confirm " + id + " --reason 'nothing stands out'").exit, 0);
  EXPECT_THAT(As("bea", "review report").output, HasSubstr("1 of 1 drawn after release"));

  const json found = json::parse(As("bea", "log search --format json").output, nullptr, false);
  ASSERT_TRUE(found.is_object()) << found;
  const std::string index = found["requests"][0]["index"].dump();
  const json entry =
      json::parse(As("bea", "log show " + index + " --format json").output, nullptr, false);
  ASSERT_TRUE(entry.is_object());
  EXPECT_EQ(entry["sealed"]["population"], 85);
  EXPECT_EQ(entry["sealed"]["rows_read"], 85);
  EXPECT_EQ(entry["sealed"]["after_check"], true);
  EXPECT_EQ(entry["sealed"]["noise"]["method"], "none");
  EXPECT_EQ(entry["sealed"]["budget"]["queries_today"], 1);
  EXPECT_THAT(entry["sealed"]["build"].get<std::string>(),
              AllOf(HasSubstr(", commit "), HasSubstr(", Clp ")));

  rules(60, "{hold: [{statistic: count}]}");
  serve();
  Ran replay = As("bea", "log replay " + index);
  EXPECT_EQ(replay.exit, 0) << replay.output;
  EXPECT_THAT(replay.output, HasSubstr("the same answer"));

  EXPECT_EQ(RunShell(std::string(KLUISD) + " rekey " + home_ + "/enclave").exit, 2) << "served";
  EXPECT_EQ(server_->Terminate(), 0);
  Operator("rekey " + home_ + "/enclave");
  fs::remove(home_ + "/enclave/keys/data.key");
  serve();
  replay = As("bea", "log replay " + index);
  EXPECT_EQ(replay.exit, 0) << replay.output;
  EXPECT_EQ(As("bea", "log verify").exit, 0);
  fs::remove_all(home_ + "/enclave/policy-archive");
  replay = As("bea", "log replay " + index);
  EXPECT_EQ(replay.exit, 3);
  EXPECT_THAT(replay.output, AllOf(HasSubstr("policy"), HasSubstr("cannot be replayed")));
}

}  // namespace
}  // namespace kluis
