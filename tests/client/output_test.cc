// Where an answer is written: files, links, devices, pipes, descriptors.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/cli_workshop.h"

namespace kluis {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

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

}  // namespace
}  // namespace kluis
