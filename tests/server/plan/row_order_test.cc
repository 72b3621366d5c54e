// Which rows there are, and in which order, where a code list is no tidy tree: parts stand far from
// what they are parts of, a code has one part enkel, and a branch ends early.
#include "tests/server/plan/ask.h"

namespace kluis {
namespace {

CatalogueView Untidy() {
  CatalogueView world;
  Snapshot& snapshot = world.datasets["t"];
  snapshot.entry.name = "t";
  snapshot.entry.contributor = {"rin"};
  std::vector<Variable>& v = snapshot.entry.variables;
  v.push_back(Make("rin", VariableRole::kIdentifier));
  v.push_back(Make("v", VariableRole::kDimension));
  for (const char* code : {"A", "B", "C"}) AddCode(&v.back().codes, code, "", 1);
  AddCode(&v.back().codes, "B1", "B", 2);
  AddCode(&v.back().codes, "A1", "A", 2);
  AddCode(&v.back().codes, "B2", "B", 2);
  v.back().levels = {"groot", "klein"};
  v.push_back(Make("enkel", VariableRole::kDimension));
  for (const char* code : {"D", "E"}) AddCode(&v.back().codes, code, "", 1);
  AddCode(&v.back().codes, "E1", "E", 2);
  AddCode(&v.back().codes, "D1", "D", 2);
  v.back().levels = {"groot", "klein"};
  v.push_back(Make("r", VariableRole::kDimension));
  v.back().range = {0, 9};
  v.back().bands = Bands{2, 8, {3, 6}};
  snapshot.unique["rin"] = true;
  return world;
}

Decision<AggregationPlan> PlanUntidy(const std::string& sql) { return Plan(sql, Untidy(), {{"t", {"v", "enkel", "r"}, {}}}); }

std::string RowsUntidy(const std::string& sql) {
  const Decision<AggregationPlan> plan = PlanUntidy(sql);
  return plan.allowed() ? Rows(plan.value()) : "refused " + plan.refusal().code;
}

TEST(RowOrderTest, AConditionOfAStatisticAddsNoRowTakesNoneAndMovesNone) {
  const std::string rest = " FROM t GROUP BY ROLLUP (v)";
  EXPECT_EQ(RowsUntidy("SELECT v, COUNT(*)" + rest), "_T A B C B1 A1 B2");
  for (const char* condition : {"v = 'B1'", "v = 'A'", "v IN ('C', 'B2')", "v <> 'C'"})
    EXPECT_EQ(RowsUntidy(absl::StrCat("SELECT v, SHARE(", condition, ")", rest)), "_T A B C B1 A1 B2") << condition;
  EXPECT_EQ(RowsUntidy("SELECT v, COUNT(*) FILTER (WHERE v = 'B1') FROM t GROUP BY v"), "C B1 A1 B2");
}

TEST(RowOrderTest, CodesThatAreTheOnlyPartsAreRowsBesideWhatTheyArePartsOf) {
  EXPECT_EQ(RowsUntidy("SELECT enkel, COUNT(*) FROM t GROUP BY CUBE (enkel)"), "_T D E E1 D1");
  EXPECT_EQ(RowsUntidy("SELECT enkel, SHARE(enkel = 'E1') FROM t GROUP BY CUBE (enkel)"), "_T D E E1 D1");
  EXPECT_EQ(RowsUntidy("SELECT LEVEL(enkel, 'groot') AS g, enkel, SHARE(enkel = 'E1') FROM t GROUP BY 1, 2"), "D,D1 E,E1");
  EXPECT_EQ(RowsUntidy("SELECT CASE WHEN enkel = 'D' THEN 'x' ELSE 'y' END AS c, enkel, COUNT(*) FROM t GROUP BY 1, ROLLUP (enkel)"),
            "x,_T x,D1 y,_T y,E1");
}

TEST(RowOrderTest, ABandStandsByItsValuesBesideBandsOfAnotherWidth) {
  EXPECT_EQ(RowsUntidy("SELECT BAND(r, 3) AS b, BAND(r, 6) AS w, COUNT(*) FROM t GROUP BY 1, 2"), "<2,<2 2-5,2-8 5-8,2-8 >=8,>=8");
}

TEST(RowOrderTest, ColumnsAreOrderedByTheCodeListAndNotByTheFirstRows) {
  const Decision<AggregationPlan> plan = PlanUntidy("SELECT LEVEL(v, 'groot') AS g, v, COUNT(*) FROM t GROUP BY ROLLUP (g, v) ORDER BY v");
  ASSERT_TRUE(plan.allowed());
  std::map<int, std::string> codes;
  for (const ReleaseRow& row : plan.value().table.shape.rows) codes[row.ranks[1]] = row.codes[1];
  std::string order;
  for (const auto& [rank, code] : codes) absl::StrAppend(&order, code, " ");
  EXPECT_EQ(order, "_T C B1 A1 B2 ");
}

// Nobody has the code A: the import takes A1 only.
TEST(RowOrderTest, ACodeWithoutAPartThatIsLeftIsNoRow) {
  EXPECT_EQ(RowsUntidy("SELECT LEVEL(v, 'groot') AS g, COUNT(*) FROM t WHERE v <> 'A1' GROUP BY g"), "B C");
  EXPECT_EQ(RowsUntidy("SELECT CASE WHEN v = 'A' THEN 'x' ELSE 'y' END AS c, COUNT(*) FROM t WHERE v <> 'A1' GROUP BY c"), "y");
}

// D has no code but D1, so whoever is in D and not in D1 is nobody.
TEST(RowOrderTest, NobodyMeetsAConditionForACodeThatDataCannotHave) {
  EXPECT_EQ(RowsUntidy("SELECT COUNT(*) FILTER (WHERE LEVEL(enkel, 'groot') = 'D' AND enkel <> 'D1') FROM t"), "refused NOTHING_SELECTED");
  const auto plan = PlanUntidy("SELECT COUNT(*) FILTER (WHERE LEVEL(enkel, 'groot') IN ('D', 'E') AND enkel <> 'D1') FROM t");
  ASSERT_TRUE(plan.allowed());
  const RowPart& part = plan.value().table.shape.rows[0].parts[0];
  EXPECT_EQ(part.in.size(), 1u);
  EXPECT_EQ(part.out.size(), 1u);
}

}  // namespace
}  // namespace kluis
