// `kluis policy`, without a server and without a profile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "client/cli.h"

namespace kluis {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kBase[] = KLUIS_SOURCE_DIR "/tests/golden/policy_cases/base";

struct Outcome {
  int exit = -1;
  std::string out, err;
};

class PolicyCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/kluis-policy-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    std::filesystem::copy(kBase, folder_ + "/policy", std::filesystem::copy_options::recursive);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Outcome Run(std::vector<std::string> arguments, const std::string& lang = "en_GB.UTF-8") {
    std::istringstream in;
    std::ostringstream out, err;
    arguments.insert(arguments.begin(), "policy");
    const Console console = {in, out, err, false, false, [&](const std::string& variable) {
                               return variable == "LANG" ? std::optional<std::string>(lang)
                                                         : std::nullopt;
                             }};
    const int exit = RunCli(arguments, console);
    return {exit, out.str(), err.str()};
  }

  void Replace(const std::string& file, const std::string& from, const std::string& to) {
    const std::string path = folder_ + "/policy/" + file;
    std::ifstream in(path);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    text.replace(text.find(from), from.size(), to);
    std::ofstream(path) << text;
  }

  std::string Policy() const { return folder_ + "/policy"; }
  std::string folder_;
};

TEST_F(PolicyCommandTest, CheckIsZeroOrTwo) {
  EXPECT_EQ(Run({"check", Policy()}).exit, 0);
  EXPECT_EQ(Run({"check", kBase}).exit, 0);
  Replace("rules/standard.yaml", "minimum: 10", "minimum: 2");
  const Outcome wrong = Run({"check", Policy()});
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_THAT(wrong.out, HasSubstr("frequency.minimum must be at least 3, not 2"));
  EXPECT_THAT(Run({"check", Policy()}, "nl_NL.UTF-8").out, HasSubstr("moet ten minste 3 zijn"));
  EXPECT_THAT(Run({"check", Policy(), "--lang", "nl"}).out, HasSubstr("moet ten minste 3 zijn"));
  const auto sarif = nlohmann::json::parse(Run({"check", Policy(), "--format", "sarif"}).out);
  EXPECT_EQ(sarif["runs"][0]["results"][0]["level"], "error");
}

TEST_F(PolicyCommandTest, FoldersThatAreNoneAndWrongOptionsAreTwo) {
  EXPECT_THAT(Run({"check", folder_ + "/nothing"}).err, HasSubstr("there is no such folder"));
  std::filesystem::create_directory(folder_ + "/empty");
  const Outcome empty = Run({"check", folder_ + "/empty"});
  EXPECT_EQ(empty.exit, 2);
  EXPECT_THAT(empty.err, HasSubstr("no policy"));
  EXPECT_EQ(Run({"check"}).exit, 2);
  EXPECT_EQ(Run({"check", Policy(), "--format", "xml"}).exit, 2);
  EXPECT_EQ(Run({"check", Policy(), "--lang", "fr"}).exit, 2);
  EXPECT_EQ(Run({"propose", Policy()}).exit, 2);
}

TEST_F(PolicyCommandTest, DiffSaysWeakerAndForWhom) {
  Replace("rules/standard.yaml", "minimum: 10", "minimum: 5");
  const Outcome diff = Run({"diff", kBase, Policy()});
  EXPECT_EQ(diff.exit, 0);
  EXPECT_THAT(diff.out, HasSubstr("weaker: rule set standard: frequency.minimum 10 -> 5, for "
                                  "project heerlen"));
  const auto json = nlohmann::json::parse(Run({"diff", kBase, Policy(), "--format", "json"}).out);
  EXPECT_EQ(json["judgement"], "weaker");
  Replace("rules/standard.yaml", "minimum: 5", "minimum: 2");
  const Outcome wrong = Run({"diff", kBase, Policy()});
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_THAT(wrong.err, HasSubstr("frequency.minimum must be at least 3"));
}

TEST_F(PolicyCommandTest, DiffShowsATestThatGoes) {
  const std::string path = "/rules/standard_test.yaml";
  std::ofstream(Policy() + path)
      << "test: minimum\nproject: heerlen\ndata: {huishouden: [{times: 3}]}\n"
         "queries: [{sql: SELECT 1, refused: X}]\n";
  EXPECT_THAT(Run({"diff", Policy(), kBase}).out,
              HasSubstr("neither: test rules/standard_test.yaml: "));
}

TEST_F(PolicyCommandTest, CheckWarnsOfWhatIsOverOnADay) {
  const std::string over = "project 'heerlen' was valid until 2027-12-31";
  EXPECT_THAT(Run({"check", kBase, "--on", "2027-12-31"}).out, Not(HasSubstr(over)));
  const Outcome next = Run({"check", kBase, "--on", "2028-01-01"});
  EXPECT_EQ(next.exit, 0);
  EXPECT_THAT(next.out, HasSubstr(over));
  const Outcome wrong = Run({"check", kBase, "--on", "2028-02-30"});
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_THAT(wrong.err, HasSubstr("a day that exists"));
}

TEST_F(PolicyCommandTest, NewAndSchemaListWhatThereIsAndPrintIt) {
  EXPECT_THAT(Run({"new"}).out, HasSubstr("rules                     rules/rules.yaml\n"));
  EXPECT_THAT(Run({"new", "--template", "rules"}).out, testing::StartsWith("# A rule set"));
  const Outcome unknown = Run({"new", "--template", "rulez"});
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_THAT(unknown.err, HasSubstr("there is no template 'rulez'\nhint: did you mean 'rules'?"));
  EXPECT_EQ(Run({"new", "--template", "cbs-output"}).out,
            Run({"new", "--template", "preset-cbs-output"}).out);
  EXPECT_THAT(Run({"schema"}).out, HasSubstr("project\n"));
  const auto schema = nlohmann::json::parse(Run({"schema", "rules"}).out);
  EXPECT_EQ(schema["type"], "object");
  EXPECT_EQ(Run({"schema", "rulez"}).exit, 2);
  const std::string file = folder_ + "/own.yaml";
  EXPECT_EQ(Run({"new", "--template", "project", "-o", file}).exit, 0);
  EXPECT_TRUE(std::filesystem::exists(file));
  std::ofstream(file) << "mine\n";
  const Outcome again = Run({"new", "--template", "project", "-o", file});
  EXPECT_EQ(again.exit, 2);
  EXPECT_THAT(again.err, HasSubstr("exists; name a new file"));
  EXPECT_EQ(std::filesystem::file_size(file), 5u);
}

TEST_F(PolicyCommandTest, ManifestIsTheSameForTheSameValues) {
  const std::vector<std::string> arguments = {"manifest", Policy(),       "--version",
                                              "7",        "--not-before", "2026-12-01T00:00:00Z"};
  const Outcome first = Run(arguments);
  EXPECT_EQ(first.exit, 0) << first.err;
  Replace("rules/standard.yaml", "rules: standard", "# a comment\nrules: 'standard'");
  EXPECT_EQ(Run(arguments).out, first.out);
  Replace("rules/standard.yaml", "minimum: 10", "minimum: 11");
  EXPECT_NE(Run(arguments).out, first.out);
  EXPECT_EQ(
      Run({"manifest", Policy(), "--version", "0", "--not-before", "2026-12-01T00:00:00Z"}).exit,
      2);
  EXPECT_EQ(Run({"manifest", Policy(), "--version", "1", "--not-before", "tomorrow"}).exit, 2);
}

}  // namespace
}  // namespace kluis
