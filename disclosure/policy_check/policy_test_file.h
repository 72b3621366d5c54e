// Tests of a policy (*_test.yaml, beside what they test): small tables, queries, and what must come
// of them. Parsed here; run by kluis-sdc, on the pipeline itself.
//   test: debts in small neighbourhoods
//   project: heerlen          # whose rules and grants; its first member asks, on its first day
//   data:
//     huishouden:             # rows of the dataset, each `times` over; identifiers number
//     themselves
//       - {times: 12, buurt: BU09171000, schuld: ja}
//   queries:
//     - sql: SELECT buurt, COUNT(*) AS n FROM huishouden GROUP BY buurt
//       cells:                # the codes of a row, and for each statistic what is expected:
//         - {row: [BU09171000], n: ok}    # ok, or the value; P: by a rule; S: for the sake of
//         others;
//     - sql: SELECT GINI(inkomen) FROM huishouden     # hidden: P or S; empty
//       refused: REFUSED_BY_RULE
#ifndef KLUIS_DISCLOSURE_POLICY_CHECK_POLICY_TEST_FILE_H_
#define KLUIS_DISCLOSURE_POLICY_CHECK_POLICY_TEST_FILE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "disclosure/policy/diagnostic.h"

namespace kluis {

struct TestRows {
  int times = 1;
  std::map<std::string, std::string> values;  // column -> text of the file
  bool operator==(const TestRows&) const = default;
};

struct ExpectedRow {
  std::vector<std::string> codes;               // of the dimension columns, in order
  std::map<std::string, std::string> outcomes;  // statistic -> ok, P, S, hidden, empty or a number
  int line = 0;
  bool operator==(const ExpectedRow&) const = default;
};

struct TestQuery {
  std::string sql;
  std::vector<ExpectedRow> cells;
  std::string refused;  // code of the refusal; empty: it is answered
  int line = 0;
  bool operator==(const TestQuery&) const = default;
};

struct PolicyTest {
  std::string name, project;
  std::map<std::string, std::vector<TestRows>> data;  // by dataset
  std::vector<TestQuery> queries;
};

Parsed<PolicyTest> ParsePolicyTest(absl::string_view yaml, absl::string_view file_name);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHECK_POLICY_TEST_FILE_H_
