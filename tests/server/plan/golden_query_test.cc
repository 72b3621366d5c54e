// What may be asked, and how a refusal reads: every file of tests/golden/query holds a query, a line
// ----, and what becomes of it in the small world of world.h: of an accepted query its canonical
// text and plan, of a refused one the code, the place in the text, the reason and the hint.
//
// KLUIS_UPDATE_GOLDEN=1 build/debug/bin/plan_test --gtest_filter='GoldenQuery*' writes the outcomes;
// read the difference before you commit it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "tests/server/plan/ask.h"
#include "tests/server/plan/golden_queries.h"

namespace kluis {
namespace {

// The line that is meant and a caret under its place.
std::string Pointed(const std::string& query, int line, int column) {
  if (line < 1) return "";
  const std::vector<std::string> lines = absl::StrSplit(query, '\n');
  if (line > static_cast<int>(lines.size())) return "no such line\n";
  std::string text = lines[line - 1];
  absl::StrReplaceAll({{"\t", " "}, {"\r", ""}}, &text);
  return absl::StrCat("  ", text, "\n  ", std::string(column - 1, ' '), "^\n");
}

std::string RefusedText(const std::string& query, const Refusal& refusal) {
  const char* kind = refusal.kind == RefusalKind::kPolicy ? "policy" : "usage";
  return absl::StrCat("refused: ", refusal.code, " ", refusal.line, ":", refusal.column, " (", kind, ")\n",
                      Pointed(query, refusal.line, refusal.column), refusal.message, "\nhint: ", refusal.hint, "\n");
}

const char* KindOf(const Axis& axis) {
  return axis.kind == VariableKind::kIdentifying ? "identifying" : axis.kind == VariableKind::kMixed ? "mixed" : "confidential";
}

// "ja/V+ja/M": cells by their categories, without those of totals.
std::string CellsText(const AggregationPlan& plan, const std::vector<int>& cells) {
  std::vector<std::string> texts;
  for (const int cell : cells) {
    std::vector<std::string> codes;
    for (size_t a = 0; a < plan.table.axes.size(); ++a) {
      const int category = plan.table.keys[cell][a];
      if (category != 0) codes.push_back(plan.table.axes[a].categories[category].code);
    }
    texts.push_back(codes.empty() ? "_T" : absl::StrJoin(codes, "/"));
  }
  return texts.empty() ? "nobody" : absl::StrJoin(texts, " ");
}

// Of each row, the cells of those who meet the condition of a statistic, and of the others.
std::string PartText(const AggregationPlan& plan, const StatisticColumn& column) {
  std::vector<std::string> rows;
  for (const ReleaseRow& row : plan.table.shape.rows) {
    const RowPart& part = row.parts[column.part];
    rows.push_back(absl::StrCat(CellsText(plan, part.in), " | ", CellsText(plan, part.out)));
  }
  return absl::StrCat("part: ", column.name, ": ", absl::StrJoin(rows, "; "), "\n");
}

std::string AcceptedText(const std::string& canonical, const AggregationPlan& plan) {
  std::string text = absl::StrCat("accepted: ", canonical, "\n");
  for (size_t a = 0; a < plan.axes.size(); ++a) {
    std::vector<std::string> codes;
    for (const Category& category : plan.table.axes[a].categories) codes.push_back(category.code);
    absl::StrAppend(&text, "axis: ", plan.table.axes[a].name, " ", KindOf(plan.table.axes[a]), " ", absl::StrJoin(codes, " "), "\n");
  }
  for (const PlanFilter& filter : plan.filters)
    absl::StrAppend(&text, "filter: ", filter.column, " ", absl::StrJoin(filter.stored_values, " "), "\n");
  const ReleaseShape& shape = plan.table.shape;
  absl::StrAppend(&text, "rows: ", shape.rows.size(), " x ", shape.statistics.size(), shape.dimensions.empty() ? "" : ": ", Rows(plan), "\n");
  for (const StatisticColumn& column : shape.statistics) {
    if (column.part >= 0) absl::StrAppend(&text, PartText(plan, column));
  }
  const auto hidden = std::count(plan.table.uses.begin(), plan.table.uses.end(), CellUse::kHidden);
  if (hidden > 0) absl::StrAppend(&text, "hidden: ", hidden, "\n");
  for (const OrderKey& key : shape.order_by) {
    absl::StrAppend(&text, "order: ", key.statistic ? shape.statistics[key.column].name : shape.dimensions[key.column].name,
                    key.descending ? " descending" : "", "\n");
  }
  if (shape.limit >= 0) absl::StrAppend(&text, "limit: ", shape.limit, "\n");
  return text;
}

std::string OutcomeOf(const std::string& query) {
  const Decision<AggregationPlan> plan = Plan(query);
  if (!plan.allowed()) return RefusedText(query, plan.refusal());
  return AcceptedText(ParseQuery(query).value().canonical, plan.value());
}

TEST(GoldenQueryTest, EveryQueryHasTheOutcomeThatStandsUnderIt) {
  const bool update = std::getenv("KLUIS_UPDATE_GOLDEN") != nullptr;
  const std::vector<GoldenQuery> queries = GoldenQueries();
  EXPECT_GE(queries.size(), 640u);
  for (const GoldenQuery& golden : queries) {
    const std::string outcome = OutcomeOf(golden.query);
    if (update) {
      std::ofstream(golden.path, std::ios::binary) << golden.query << kGoldenRule << outcome;
    } else {
      EXPECT_EQ(outcome, golden.outcome) << golden.path << ":\n" << golden.query;
    }
  }
}

TEST(GoldenQueryTest, ARefusalPointsIntoTheTextAndSaysWhatToDo) {
  for (const GoldenQuery& golden : GoldenQueries()) {
    const Decision<AggregationPlan> plan = Plan(golden.query);
    if (plan.allowed()) continue;
    const Refusal& refusal = plan.refusal();
    const std::vector<std::string> lines = absl::StrSplit(golden.query, '\n');
    EXPECT_TRUE(refusal.line >= 1 && refusal.line <= static_cast<int>(lines.size())) << golden.path;
    EXPECT_GE(refusal.column, 1) << golden.path;
    EXPECT_FALSE(refusal.message.empty() || refusal.hint.empty()) << golden.path;
    for (const char* leak : {"libpg", "yyerror", "relation", "duckdb"})
      EXPECT_EQ((refusal.message + refusal.hint).find(leak), std::string::npos) << golden.path << ": " << leak;
  }
}

TEST(GoldenQueryTest, TheCanonicalTextIsThePlansQueryToo) {
  for (const GoldenQuery& golden : GoldenQueries()) {
    const Decision<AggregationPlan> plan = Plan(golden.query);
    if (!plan.allowed()) continue;
    const std::string canonical = ParseQuery(golden.query).value().canonical;
    const Decision<AggregationPlan> again = Plan(canonical);
    ASSERT_TRUE(again.allowed()) << golden.path << ": " << canonical;
    EXPECT_EQ(again.value().sha256, plan.value().sha256) << golden.path;
  }
}

}  // namespace
}  // namespace kluis
