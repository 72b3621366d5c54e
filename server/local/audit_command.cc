#include <sys/resource.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "disclosure/base/canonical_json.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "server/local/commands.h"
#include "server/local/exposed.h"
#include "server/local/report.h"
#include "server/local/table_file.h"

namespace kluis {
namespace {

AuditInterval Scaled(const AuditInterval& interval, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return {interval.low / scale, interval.high / scale};
}

CellStatus StatusOf(const std::string& written) {
  if (written == "primary") return CellStatus::kPrimary;
  if (written == "secondary") return CellStatus::kSecondary;
  if (written == "suppressed") return CellStatus::kSuppressed;
  return written == "empty" ? CellStatus::kEmpty : CellStatus::kOk;
}

ReportCell CellOf(const TableFile& file, const AuditResult& result, size_t i) {
  const AuditCell& cell = file.table.cells[i];
  ReportCell out{.table = 0,
                 .statistic = file.description.value,
                 .codes = {},
                 .value = "null",
                 .contributors = std::nullopt,
                 .finding = {}};
  for (size_t a = 0; a < file.table.axes.size(); ++a) {
    const Axis& axis = file.table.axes[a];
    out.codes.emplace_back(axis.name, axis.categories[cell.key[a]].code);
  }
  if (!file.value[i].empty() && file.value[i] != ".")
    out.value = CanonicalNumber(cell.value, file.decimals);
  out.finding.status = StatusOf(file.status[i]);
  if (cell.shown) return out;
  out.finding.interval = Scaled(result.intervals[i], file.decimals);
  if (cell.demand == AuditDemand::kInterval)
    out.finding.required = Scaled(cell.required, file.decimals);
  return out;
}

Report ReportOf(const TableFile& file, const AuditResult& result) {
  Report report;
  for (size_t i = 0; i < file.table.cells.size(); ++i) {
    report.cells.push_back(CellOf(file, result, i));
    const ReportCell& cell = report.cells.back();
    ++report.total.cells;
    if (cell.finding.status == CellStatus::kEmpty) ++report.total.empty;
    if (cell.finding.status == CellStatus::kPrimary) ++report.total.primary;
    if (cell.finding.status != CellStatus::kSecondary) continue;
    ++report.total.secondary;
    if (cell.value != "null") {
      report.total.secondary_value +=
          std::abs(ToDouble(file.table.cells[i].value)) / std::pow(10.0, file.decimals);
    }
  }
  report.total.audit = AuditDepthName(AuditDepth::kAll);
  report.total.violations = static_cast<int64_t>(result.exposed.size());
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  report.total.peak_mb = static_cast<double>(usage.ru_maxrss) / 1024;
  return report;
}

absl::StatusOr<bool> Audit(const LocalConsole& console, const AuditCommand& command) {
  KLUIS_RETURN_IF_ERROR(CheckOutput(command.output));
  StageClock clock;
  std::vector<std::pair<std::string, double>> seconds;
  KLUIS_ASSIGN_OR_RETURN(const TableFile file, ReadTableFile(command.table, command.description));
  seconds.emplace_back("read", clock.Lap());
  AuditOptions options;
  LocalProgress progress(console);
  options.progress = [&](double done) { progress.Show("audit", done); };
  const absl::StatusOr<AuditResult> result = AuditCells(file.table, options);
  progress.Clear();
  if (absl::IsInvalidArgument(result.status())) {
    return absl::InvalidArgumentError(
        absl::StrCat(command.table, ": ", std::string(result.status().message()),
                     "\nhint: are all numbers from one table, unrounded, and within the bounds?"));
  }
  if (!result.ok()) return result.status();
  seconds.emplace_back("audit", clock.Lap());
  Report report = ReportOf(file, *result);
  report.total.seconds = std::move(seconds);
  KLUIS_RETURN_IF_ERROR(WriteOutput(console, command.output, ReportJson(report)));
  NameExposed(console, *result, file.decimals,
              [&](int cell) { return absl::StrCat(command.table, ":", file.line[cell]); });
  return result->exposed.empty();
}

}  // namespace

int RunAudit(const LocalConsole& console, const AuditCommand& command) {
  if (!command.jj.empty()) return RunAuditJj(console, command);
  const absl::StatusOr<bool> safe = Audit(console, command);
  if (!safe.ok()) return LocalFail(console, safe.status());
  return *safe ? kLocalDone : kLocalPolicy;
}

}  // namespace kluis
