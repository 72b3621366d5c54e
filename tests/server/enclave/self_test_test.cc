// What comes of the tests beside a policy, with programs in place of kluis-sdc.
#include "server/enclave/self_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace kluis {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const PolicyFiles kTested = {{"rules/a.yaml", "rules: a\n"}, {"rules/a_test.yaml", "test: a\n"}};

class SelfTestTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "/self-test-" +
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  absl::Status Run(const PolicyFiles& files, const std::string& script, int seconds = 20) {
    const std::string program = folder_ + "/program";
    std::ofstream(program) << "#!/bin/sh\n" << script << "\n";
    ::chmod(program.c_str(), 0700);
    const absl::Status status = RunPolicyTests(
        files, {.scratch = folder_ + "/scratch", .program = program, .seconds_most = seconds});
    EXPECT_FALSE(fs::exists(folder_ + "/scratch"));
    return status;
  }
  std::string folder_;
};

TEST_F(SelfTestTest, SeesTheFilesAndNothingElse) {
  setenv("KLUIS_SECRET", "1", 1);
  const absl::Status status =
      Run(kTested,
          "test \"$1 $2\" = 'policy test' && test -f \"$3/rules/a_test.yaml\" && "
          "test -f \"$3/rules/a.yaml\" && test -d \"$TMPDIR\" && test -z \"$KLUIS_SECRET\"");
  EXPECT_TRUE(status.ok()) << status;
  unsetenv("KLUIS_SECRET");
}

TEST_F(SelfTestTest, AFailureIsToldInItsWords) {
  const absl::Status status = Run(kTested, "echo 'FAILS rules/a_test.yaml: a'; exit 2");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("FAILS rules/a_test.yaml: a"));
}

TEST_F(SelfTestTest, WhatDoesNotRunToItsEndIsNoSuccess) {
  EXPECT_EQ(Run(kTested, "kill -9 $$").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Run(kTested, "exec sleep 60", 0).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(
      RunPolicyTests(kTested, {.scratch = folder_ + "/s", .program = folder_ + "/none"}).code(),
      absl::StatusCode::kUnavailable);
}

TEST_F(SelfTestTest, WithoutTestsNothingRuns) {
  EXPECT_TRUE(Run({{"rules/a.yaml", "rules: a\n"}}, "exit 1").ok());
}

}  // namespace
}  // namespace kluis
