// The demo's catalogue entries, projects, users and questions fit each other and the data.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/str_split.h"
#include "disclosure/policy/load.h"
#include "tests/reference_data.h"
#include "tests/server/demo/generated.h"

namespace kluis::demo {
namespace {

namespace fs = std::filesystem;

std::string Text(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

absl::StatusOr<std::string> ReadCodes(const std::string& path) {
  const fs::path full = fs::path(DemoPolicies()) / path;
  if (!fs::exists(full)) return absl::NotFoundError(path);
  return Text(full);
}

std::map<std::string, DatasetEntry> Entries() {
  std::map<std::string, DatasetEntry> entries;
  for (const auto& file : fs::directory_iterator(DemoPolicies() + "/datasets")) {
    if (file.path().extension() != ".yaml") continue;
    const auto parsed =
        ParseDatasetEntry(Text(file.path()), file.path().filename().string(), ReadCodes);
    EXPECT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
    entries[parsed.value.name] = parsed.value;
  }
  return entries;
}

TEST(PoliciesTest, EveryEntryChecks) { EXPECT_EQ(Entries().size(), 8u); }

TEST(PoliciesTest, EntriesSayNothingOfEachOtherThatIsNotSo) {
  std::vector<EntryFile> files;
  for (const auto& [name, entry] : Entries()) {
    const std::string file = DemoPolicies() + "/datasets/" + name + ".yaml";
    files.push_back({entry, Text(file), file});
  }
  EXPECT_EQ(FormatDiagnostics(CheckEntries(files, /*complete=*/true)), "");
}

// Of the region's part of the published lists of 2016 to 2021.
TEST(PoliciesTest, MunicipalitiesAreValidInTheYearsInWhichTheyArePublished) {
  const fs::path path = ReferenceFolder() / "cbs_gemeente_corop_2016_2021.csv";
  if (!HasReferenceData(path)) return;
  const Table published(path.string());
  std::map<std::string, std::set<std::string>> years;
  for (size_t i = 0; i < published.rows(); ++i)
    years[published.At(i, "year")].insert(published.At(i, "gm_code"));
  ASSERT_EQ(years.size(), 6u);
  const std::string text = Text(DemoPolicies() + "/codes/gemeente_jaren.csv");
  std::set<std::string> ever;
  for (const auto& [year, codes] : years) {
    for (const Code& code : ParseCodeList(text, "", year + "-01-01").value.codes) ever.insert(code.code);
  }
  EXPECT_EQ(ever.size(), 10u);
  for (const auto& [year, codes] : years) {
    std::set<std::string> valid, wanted;
    for (const Code& code : ParseCodeList(text, "", year + "-01-01").value.codes) valid.insert(code.code);
    for (const std::string& code : ever) {
      if (codes.count(code) > 0) wanted.insert(code);
    }
    EXPECT_EQ(valid, wanted) << year;
  }
}

TEST(PoliciesTest, ProjectsNameKnownDatasetsVariablesAndRules) {
  std::map<std::string, std::string> files = {
      {"rules/standard.yaml",
       Text(std::string(KLUIS_SOURCE_DIR) + "/policies/rules/standard.yaml")}};
  for (const auto& file : fs::directory_iterator(DemoPolicies() + "/projects")) {
    files["projects/" + file.path().filename().string()] = Text(file.path());
  }
  const auto bundle = ParsePolicyBundle(files, Entries());
  EXPECT_TRUE(bundle.ok()) << FormatDiagnostics(bundle.diagnostics);
  EXPECT_EQ(bundle.value.projects.size(), 5u);
}

TEST(PoliciesTest, EveryMemberOfAProjectIsAResearcherOfItsOrganisation) {
  const Table users(DemoPolicies() + "/users.csv");
  std::map<std::string, std::string> organisation;
  std::map<std::string, int> of_role;
  for (size_t i = 0; i < users.rows(); ++i) {
    ++of_role[users.At(i, "role")];
    if (users.At(i, "role") == "researcher")
      organisation[users.At(i, "id")] = users.At(i, "organisation");
  }
  for (const char* role : {"researcher", "reviewer", "privacy-officer", "operator"}) {
    EXPECT_GE(of_role[role], 2) << role;
  }
  for (const auto& file : fs::directory_iterator(DemoPolicies() + "/projects")) {
    const auto project = ParseProject(Text(file.path()), file.path().filename().string());
    for (const std::string& member : project.value.members) {
      EXPECT_EQ(organisation[member], project.value.organisation) << file.path().filename();
    }
  }
}

// The importer's own check is stricter; this one shows the column and the code.
TEST(PoliciesTest, EveryCodeInTheFilesStandsInTheEntry) {
  for (const auto& [name, entry] : Entries()) {
    const Table table(FullSize() + "/" + entry.source_file);
    for (const Variable& variable : entry.variables) {
      if (!variable.of.empty() || variable.role != VariableRole::kDimension ||
          variable.range.has_value())
        continue;
      const std::set<std::string> missing(variable.missing.begin(), variable.missing.end());
      std::set<std::string> used;
      for (size_t i = 0; i < table.rows(); ++i) used.insert(table.At(i, variable.name));
      for (const std::string& code : used) {
        EXPECT_TRUE(variable.codes.index.count(code) == 1 || missing.count(code) == 1)
            << name << "." << variable.name << ": " << code;
      }
    }
  }
}

TEST(PoliciesTest, EachOfTheSixQuestionsIsAsked) {
  std::set<std::string> asked;
  for (const auto& file : fs::directory_iterator(DemoPolicies() + "/questions")) {
    asked.insert(file.path().filename().string().substr(0, 2));
  }
  EXPECT_EQ(asked, (std::set<std::string>{"q1", "q2", "q3", "q4", "q5", "q6"}));
}

}  // namespace
}  // namespace kluis::demo
