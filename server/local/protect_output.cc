#include "server/local/protect_output.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "server/local/decided_pattern.h"

namespace kluis {
namespace {

AuditCell AuditCellOf(const JjTable& problem, const JjCell& cell) {
  const bool unsafe = cell.status == JjStatus::kUnsafe;
  AuditCell out{.key = {},
                .shown = !unsafe && cell.status != JjStatus::kSecondary,
                .value = cell.value,
                .known = {ToDouble(cell.lower), ToDouble(cell.upper)},
                .demand = AuditDemand::kNothing,
                .required = {}};
  if (!unsafe) return out;
  const JjRequirement requirement = RequirementOf(problem, cell);
  out.demand = AuditDemand::kInterval;
  out.required = {ToDouble(requirement.low), ToDouble(requirement.high)};
  return out;
}

}  // namespace

absl::Status CheckOutputs(const ProtectCommand& command) {
  const std::vector<std::pair<const char*, std::string>> outputs = {
      {"-o", command.output}, {"--report", command.report}, {"--jj-out", command.jj_output}};
  for (size_t i = 0; i < outputs.size(); ++i) {
    KLUIS_RETURN_IF_ERROR(CheckOutput(outputs[i].second));
    for (size_t j = 0; j < i; ++j) {
      const std::string& path = outputs[i].second;
      if (path.empty() || path == "-" || path != outputs[j].second) continue;
      return absl::InvalidArgumentError(absl::StrCat(outputs[j].first, " and ", outputs[i].first,
                                                     " are both ", path,
                                                     "\nhint: give each a file of its own"));
    }
  }
  return absl::OkStatus();
}

absl::Status WriteResults(const LocalConsole& console, const ProtectCommand& command,
                          const std::string& csv, const Report& report,
                          const std::optional<JjTable>& jj) {
  KLUIS_RETURN_IF_ERROR(WriteOutput(console, command.output, csv));
  if (!command.report.empty()) {
    KLUIS_RETURN_IF_ERROR(
        WriteOutput(console, command.report, ReportJson(report), /*secret=*/true));
  }
  if (!jj) return absl::OkStatus();
  return WriteOutput(console, command.jj_output, WriteJj(*jj), /*secret=*/true);
}

void SayTotals(const LocalConsole& console, const ProtectCommand& command, const Report& report) {
  const ReportTotals& total = report.total;
  console.err << total.cells << " cells, " << total.empty << " empty, " << total.primary
              << " primary, " << total.secondary << " secondary";
  if (total.violations.has_value())
    console.err << "; audit: " << *total.violations << " violations";
  if (total.insider_violations.has_value())
    console.err << ", " << *total.insider_violations << " by insiders";
  if (total.audit == AuditDepthName(AuditDepth::kCertificates)) console.err << " (certificates)";
  console.err << "\n";
  if (!report.insiders.empty()) {
    console.err << "note: who is alone in a cell narrows another's"
                << (command.report.empty() ? "; --report says which\n"
                                           : "; insiders in the report says which\n");
  }
  if (total.cut_short) {
    console.err << "note: the deadline cut the search short: this is safe, and may cost more than "
                   "necessary; give more with --deadline\n";
  }
  const auto& cells = report.cells;
  const bool nothing = std::none_of(cells.begin(), cells.end(), [](const ReportCell& cell) {
    return cell.finding.status == CellStatus::kOk;
  });
  if (nothing && !cells.empty()) {
    console.err << "note: nothing can be shown; ask for coarser cells, or for fewer of them\n";
  }
  if (!command.seed.has_value() && total.secondary > 0) {
    console.err << "note: costs are not keyed, so who knows the method can narrow what it hides; "
                   "--seed N keys them\n";
  }
}

absl::StatusOr<AuditResult> AuditJj(const JjTable& problem, const AuditOptions& options) {
  AuditTable table{.axes = {}, .cells = {}, .additive = {}, .integral = false, .unlisted = {}};
  for (const JjCell& cell : problem.cells) table.cells.push_back(AuditCellOf(problem, cell));
  for (const JjRelation& relation : problem.relations)
    table.relations.push_back({.terms = relation.terms, .right = relation.right});
  return AuditCells(table, options);
}

}  // namespace kluis
