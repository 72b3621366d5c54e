// Every template passes the check as it is printed.
#include "disclosure/policy_check/templates.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "disclosure/policy_check/policy_folder.h"

namespace kluis {
namespace {

TEST(TemplatesTest, TogetherTheyAreAPolicyWithoutMistakes) {
  PolicyFiles files;
  for (const PolicyTemplate& start : PolicyTemplates()) files[start.path] = start.text;
  EXPECT_EQ(files.size(), 13u);
  const PolicyFolder folder = ReadPolicyFolder(files);
  EXPECT_TRUE(folder.ok()) << FormatDiagnostics(folder.errors);
  EXPECT_EQ(folder.bundle.rules.size(), 1u);
  EXPECT_EQ(folder.bundle.presets.size(), 7u);
}

TEST(TemplatesTest, ThoseThatNameNothingElsePassAlone) {
  for (const PolicyTemplate& start : PolicyTemplates()) {
    if (start.name == "project" || start.name == "preset-cbs-small-areas") continue;
    const PolicyFolder folder = ReadPolicyFolder({{start.path, start.text}});
    EXPECT_TRUE(folder.ok()) << FormatDiagnostics(folder.errors);
    EXPECT_TRUE(absl::StartsWith(start.text, "#")) << start.name << " has no comment";
  }
}

}  // namespace
}  // namespace kluis
