// Every question is in the language, granted to the researchers of Heerlen, and a table of a size
// that can be protected.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "disclosure/policy/load.h"
#include "server/access/authorised_query.h"
#include "server/plan/aggregation_plan.h"
#include "server/query/parsed_query.h"
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
  return Text(fs::path(DemoPolicies()) / path);
}

CatalogueView DemoCatalogue() {
  CatalogueView view;
  for (const auto& file : fs::directory_iterator(DemoPolicies() + "/datasets")) {
    if (file.path().extension() != ".yaml") continue;
    Snapshot snapshot;
    snapshot.entry =
        ParseDatasetEntry(Text(file.path()), file.path().filename().string(), ReadCodes).value;
    view.datasets[snapshot.entry.name] = snapshot;
  }
  return view;
}

PolicyBundle DemoPolicy(const CatalogueView& view) {
  std::map<std::string, std::string> files = {
      {"rules/standard.yaml",
       Text(std::string(KLUIS_SOURCE_DIR) + "/policies/rules/standard.yaml")}};
  for (const auto& file : fs::directory_iterator(DemoPolicies() + "/projects")) {
    files["projects/" + file.path().filename().string()] = Text(file.path());
  }
  std::map<std::string, DatasetEntry> entries;
  for (const auto& [name, snapshot] : view.datasets) entries[name] = snapshot.entry;
  return ParsePolicyBundle(files, entries).value;
}

TEST(QuestionsTest, EveryQuestionIsGrantedToAResearcherOfHeerlen) {
  const CatalogueView view = DemoCatalogue();
  const PolicyBundle policy = DemoPolicy(view);
  for (const auto& file : fs::directory_iterator(DemoPolicies() + "/questions")) {
    auto parsed = ParseQuery(Text(file.path()));
    ASSERT_TRUE(parsed.allowed()) << file.path().filename() << ": " << parsed.refusal().message;
    Caller caller;
    caller.id = "anna@heerlen.nl";
    caller.organisation = "gemeente-heerlen";
    const auto authorised =
        Authorise(caller, std::move(parsed).value(), "heerlen", policy, view, "2026-11-22");
    ASSERT_TRUE(authorised.allowed()) << file.path().filename() << ": "
                                      << authorised.refusal().message;
    const auto plan = MakePlan(authorised.value(), view);
    ASSERT_TRUE(plan.allowed()) << file.path().filename() << ": " << plan.refusal().message;
    const AggregateTable& table = plan.value().table;
    EXPECT_LE(table.keys.size(), 10 * table.shape.rows.size()) << file.path().filename();
    for (const PlanSource& source : plan.value().sources) {
      EXPECT_FALSE(source.judged) << file.path().filename() << ": everyone knows the members";
    }
    std::cout << file.path().filename().string() << ": " << table.shape.rows.size() << " rows, "
              << table.keys.size() << " cells\n";
  }
}

}  // namespace
}  // namespace kluis::demo
