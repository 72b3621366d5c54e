// What `protect` and `audit` found, as the report of docs/sdc.md and as a table.
#ifndef KLUIS_SERVER_LOCAL_REPORT_H_
#define KLUIS_SERVER_LOCAL_REPORT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/local/findings.h"
#include "server/local/joint_plan.h"

namespace kluis {

struct ReportCell {
  int table = 0;
  std::string statistic;
  std::vector<std::pair<std::string, std::string>> codes;  // dimension, code
  std::string value;  // a JSON number, or null where it is not known
  std::optional<int64_t> contributors;
  CellFinding finding;
};

// Cells are counted once for each table and statistic that has them.
struct ReportTotals {
  int64_t cells = 0, empty = 0, primary = 0, secondary = 0;
  std::map<std::string, int64_t> primary_by_rule;
  double secondary_value = 0;
  std::vector<std::pair<std::string, double>> seconds;  // stage, in the order of the work
  std::optional<double> peak_mb;
  std::string audit = "none";  // by what: as AuditDepthName()
  std::optional<int64_t> violations, insider_violations;  // none: not audited
  bool cut_short = false;  // the deadline ended the search for what costs less; it is safe all the same
};

// An insider and what it narrows; of a cell that several tables show, in the first of them.
struct ReportInsider {
  std::string statistic;
  int table = 0, victim_table = 0;
  std::vector<std::pair<std::string, std::string>> codes, victim_codes;
};

struct Report {
  std::vector<ReportCell> cells;  // those that are not empty, and every one that is not shown
  ReportTotals total;
  std::vector<ReportInsider> insiders;  // at most 1,000
};

// `tables` and `findings` are of the joint plan of which `table` holds the statistics.
Report MakeReport(const AggregateTable& table, const std::vector<JointTable>& tables,
                  const Findings& findings);

// One object, a cell on each line. An end without a bound is null.
std::string ReportJson(const Report& report);

// All tables as GROUPING SETS of one query would give them: the columns of all, `_T` where a table
// has no such dimension, empty where it has no such statistic, and every row once. Laid out as the
// CSV of `kluis query`, with `.` for what is not shown and the status ok, primary or secondary.
// REQUIRES: equal names mean equal columns (CheckNames()).
std::string ResultCsv(const AggregateTable& table, const std::vector<JointTable>& tables,
                      const Findings& findings);

// Why the tables cannot stand in one CSV: a name that means two things. Empty: they can.
std::string CheckNames(const JointPlan& plan);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_REPORT_H_
