// kluis policy keygen and sign: two officers on their own machines, and what the server then
// verifies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "client/cli.h"
#include "client/policy_files.h"
#include "disclosure/policy_check/policy_folder.h"
#include "disclosure/policy_sign/verify_bundle.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr char kBase[] = KLUIS_SOURCE_DIR "/tests/golden/policy_cases/base";

struct Outcome {
  int exit = -1;
  std::string out, err;
};

class OfficerCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/kluis-officer-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    fs::copy(kBase, Policy(), fs::copy_options::recursive);
  }
  void TearDown() override { fs::remove_all(folder_); }

  static Outcome Run(std::vector<std::string> arguments) {
    std::istringstream in;
    std::ostringstream out, err;
    arguments.insert(arguments.begin(), "policy");
    const Console console = {
        in,    out,   err,
        false, false, [](const std::string&) {
                               return std::optional<std::string>(); }};
    const int exit = RunCli(arguments, console);
    return {exit, out.str(), err.str()};
  }
  std::string Policy() const { return folder_ + "/policy"; }
  std::string Key(const std::string& name) const { return folder_ + "/" + name + ".key"; }
  static std::string Text(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  // Makes the keys of two officers, and an officers.yaml of them.
  void MakeOfficers() {
    std::string yaml = "officers:\n";
    for (const char* name : {"petra", "jan"}) {
      const Outcome made = Run({"keygen", "--officer", name, "-o", Key(name)});
      ASSERT_EQ(made.exit, 0) << made.err;
      yaml += made.out + "    name: " + name +
              "\n    organisation: cbs\n    valid: {from: 2026-01-01, until: 2036-12-31}\n";
    }
    std::ofstream(Policy() + "/officers.yaml") << yaml;
  }
  std::string folder_;
};

TEST_F(OfficerCommandTest, TwoOfficersSignWhatTheServerVerifies) {
  MakeOfficers();
  const auto before = *ReadPolicyFiles(Policy());
  const std::string rules = Policy() + "/rules/standard.yaml";
  std::string text = Text(rules);
  text.replace(text.find("minimum: 10, z"), 14, "minimum: 9, z");
  std::ofstream(rules) << text;
  const Outcome first =
      Run({"sign", Policy(), "--key", Key("petra"), "--version", "8", "--not-before",
           "2026-11-01T00:00:00Z", "--reason", "agreed in November"});
  ASSERT_EQ(first.exit, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("1 signature\n"));
  const Outcome twice = Run({"sign", Policy(), "--key", Key("petra")});
  EXPECT_EQ(twice.exit, 2);
  EXPECT_THAT(twice.err, HasSubstr("petra signed"));
  const Outcome second =
      Run({"sign", Policy(), "--key", Key("jan"), "--reason", "checked with diff"});
  ASSERT_EQ(second.exit, 0) << second.err;
  const auto after = *ReadPolicyFiles(Policy());
  const PolicyFolder old_folder = ReadPolicyFolder(before), new_folder = ReadPolicyFolder(after);
  ASSERT_TRUE(old_folder.ok() && new_folder.ok());
  const auto verified = VerifyBundle({.in_force = {old_folder.bundle, old_folder.datasets},
                                      .version_in_force = 7,
                                      .draft = {new_folder.bundle, new_folder.datasets},
                                      .files = after,
                                      .now = "2026-11-27T10:00:00Z"},
                                     Text(Policy() + "/signatures.json"));
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_TRUE(verified->changes().NeedsSecondOfficer());
}

TEST_F(OfficerCommandTest, AFolderThatChangedIsNotSignedOn) {
  MakeOfficers();
  EXPECT_EQ(Run({"sign", Policy(), "--key", Key("petra")}).exit, 2) << "no version";
  ASSERT_EQ(Run({"sign", Policy(), "--key", Key("petra"), "--version", "8"}).exit, 0);
  EXPECT_EQ(Run({"sign", Policy(), "--key", Key("jan"), "--version", "9"}).exit, 2);
  std::ofstream(Policy() + "/rules/more.yaml") << "rules: more\nextends: standard\n";
  const Outcome changed = Run({"sign", Policy(), "--key", Key("jan")});
  EXPECT_EQ(changed.exit, 2);
  EXPECT_THAT(changed.err, HasSubstr("another policy, version or time"));
  std::ofstream(Policy() + "/rules/more.yaml") << "rules: more\nunknown: 1\n";
  EXPECT_THAT(Run({"sign", Policy(), "--key", Key("jan")}).err, HasSubstr("more.yaml:2:"));
}

TEST_F(OfficerCommandTest, KeysAreOneOfficersOwn) {
  MakeOfficers();
  struct stat info = {};
  ASSERT_EQ(::stat(Key("petra").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(Run({"keygen", "--officer", "x", "-o", Key("petra")}).exit, 2) << "never overwritten";
  ::chmod(Key("petra").c_str(), 0640);
  const Outcome open = Run({"sign", Policy(), "--key", Key("petra"), "--version", "8"});
  EXPECT_EQ(open.exit, 2);
  EXPECT_THAT(open.err, HasSubstr("chmod 600"));
}

}  // namespace
}  // namespace kluis
