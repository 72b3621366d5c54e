// The published schemas: every key has words, and what the loader takes the schema takes.
#include "disclosure/policy_check/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "disclosure/policy_check/policy_folder.h"
#include "tests/disclosure/policy_check/cases.h"
#include "tests/disclosure/policy_check/json_schema.h"

namespace kluis {
namespace {

TEST(SchemaTest, EveryKeyIsDescribedInBothLanguages) {
  for (const std::string& kind : SchemaKinds()) {
    const std::vector<std::string> paths = SchemaPaths(kind);
    EXPECT_FALSE(paths.empty()) << kind;
    for (const std::string& path : paths) {
      EXPECT_NE(KeyDescription(kind, path, Language::kEnglish), "") << kind << " " << path;
      EXPECT_NE(KeyDescription(kind, path, Language::kDutch), "") << kind << " " << path;
    }
  }
}

TEST(SchemaTest, BoundsAndChoicesAreTheLoaders) {
  const TestJson schema = TestJson::parse(PolicySchema("rules", Language::kEnglish));
  const TestJson& keys = schema["properties"];
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema["required"], TestJson::array({"rules"}));
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(keys["frequency"]["properties"]["minimum"]["minimum"], 3);
  EXPECT_EQ(keys["frequency"]["properties"]["zeros"]["enum"],
            TestJson::array({"protect", "publish"}));
  EXPECT_EQ(keys["dominance"]["items"]["required"], TestJson::array({"n", "share"}));
  EXPECT_EQ(keys["negative"]["required"], TestJson::array({"policy"}));
  EXPECT_EQ(keys["stricter"]["items"]["properties"]["frequency"]["$ref"], "#/properties/frequency");
  EXPECT_FALSE(keys["stricter"]["items"]["properties"].contains("weights"));
  const TestJson preset = TestJson::parse(PolicySchema("preset", Language::kDutch));
  EXPECT_EQ(preset["required"], TestJson::array({"rules", "source", "to_be_confirmed_by"}));
}

// The rule sets, presets, projects and entries that ship.
TEST(SchemaTest, ShippedFilesAreAccepted) {
  const std::pair<const char*, const char*> folders[] = {{"rules", "rules"},
                                                         {"presets", "preset"},
                                                         {"demo/projects", "project"},
                                                         {"datasets", "dataset"},
                                                         {"demo/datasets", "dataset"}};
  int files = 0;
  for (const auto& [folder, kind] : folders) {
    const SchemaValidator validator(TestJson::parse(PolicySchema(kind, Language::kEnglish)));
    const std::string root = absl::StrCat(KLUIS_SOURCE_DIR, "/policies/", folder);
    for (const auto& [file, text] : FilesBelow(root)) {
      if (!absl::EndsWith(file, ".yaml")) continue;
      DiagnosticSink sink(text, file);
      const auto tree = ParseYaml(text, &sink);
      ASSERT_TRUE(tree.has_value()) << file;
      EXPECT_EQ(validator.Fault(AsJson(*tree)), "") << folder << "/" << file;
      ++files;
    }
  }
  EXPECT_GT(files, 20);
}

}  // namespace
}  // namespace kluis
