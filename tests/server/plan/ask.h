// SQL text to plan in the small world.
#ifndef KLUIS_TESTS_SERVER_PLAN_ASK_H_
#define KLUIS_TESTS_SERVER_PLAN_ASK_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/server/plan/world.h"

namespace kluis {

inline Decision<AggregationPlan> Plan(const std::string& sql, const CatalogueView& world = World(),
                                      const std::vector<Grant>& grants = AllGrants(), const RuleSet& rules = RuleSet()) {
  Decision<ParsedQuery> parsed = ParseQuery(sql);
  if (!parsed.allowed()) return parsed.refusal();
  PolicyBundle policy = Policies({MakeProject("p", grants)});
  policy.rules["standard"] = rules;
  const Decision<AuthorisedQuery> authorised = Authorise(Anna(), std::move(parsed).value(), "p", policy, world, "2020-01-01");
  if (!authorised.allowed()) return authorised.refusal();
  return MakePlan(authorised.value(), world);
}

// "B1,M B1,V": the codes of all rows.
inline std::string Rows(const AggregationPlan& plan) {
  std::vector<std::string> rows;
  for (const ReleaseRow& row : plan.table.shape.rows) rows.push_back(absl::StrJoin(row.codes, ","));
  return absl::StrJoin(rows, " ");
}

inline std::string RowsOf(const std::string& sql) {
  const Decision<AggregationPlan> plan = Plan(sql);
  return plan.allowed() ? Rows(plan.value()) : "refused " + plan.refusal().code;
}

// "_T/in/ja displayed": every cell with its categories and its use.
inline std::string Cells(const AggregationPlan& plan, CellUse use) {
  std::vector<std::string> cells;
  for (size_t i = 0; i < plan.table.keys.size(); ++i) {
    if (plan.table.uses[i] != use) continue;
    std::vector<std::string> codes;
    for (size_t a = 0; a < plan.table.axes.size(); ++a) codes.push_back(plan.table.axes[a].categories[plan.table.keys[i][a]].code);
    cells.push_back(absl::StrJoin(codes, "/"));
  }
  std::sort(cells.begin(), cells.end());
  return absl::StrJoin(cells, " ");
}

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_PLAN_ASK_H_
