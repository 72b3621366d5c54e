#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/canonical_json.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/protect/keyed_cost.h"
#include "disclosure/protect/protect.h"
#include "server/local/argus_files.h"
#include "server/local/commands.h"
#include "server/local/decided_pattern.h"
#include "server/local/exposed.h"
#include "server/local/protect_output.h"

namespace kluis {
namespace {

constexpr char kCell[] = "cell";
constexpr char kValue[] = "value";
constexpr char kUnsafeRule[] = "status";
constexpr int64_t kDeadlineMs = 10'000;

CellStatus StatusOf(const JjCell& cell) {
  switch (cell.status) {
    case JjStatus::kUnsafe:
      return CellStatus::kPrimary;
    case JjStatus::kSecondary:
      return CellStatus::kSecondary;
    default:
      return CellStatus::kOk;
  }
}

// Every cell, with what an attacker can derive of it where `audited` says so.
Report ReportOf(const JjTable& jj, const std::optional<AuditResult>& audited) {
  Report report;
  const double unit = std::pow(10.0, jj.decimals);
  absl::int128 hidden = 0;
  for (size_t i = 0; i < jj.cells.size(); ++i) {
    const JjCell& cell = jj.cells[i];
    ReportCell& out = report.cells.emplace_back();
    out.statistic = kValue;
    out.codes = {{kCell, absl::StrCat(cell.id)}};
    out.value = CanonicalNumber(cell.value, jj.decimals);
    out.finding.status = StatusOf(cell);
    ++report.total.cells;
    if (out.finding.status == CellStatus::kOk) continue;
    if (audited)
      out.finding.interval =
          AuditInterval{audited->intervals[i].low / unit, audited->intervals[i].high / unit};
    if (out.finding.status == CellStatus::kSecondary) {
      ++report.total.secondary;
      hidden += cell.value < 0 ? -cell.value : cell.value;
      continue;
    }
    const JjRequirement required = RequirementOf(jj, cell);
    out.finding.rule = kUnsafeRule;
    out.finding.required =
        AuditInterval{ToDouble(required.low) / unit, ToDouble(required.high) / unit};
    ++report.total.primary;
    ++report.total.primary_by_rule[kUnsafeRule];
  }
  report.total.secondary_value = ToDouble(hidden) / unit;
  if (audited) report.total.violations = static_cast<int64_t>(audited->exposed.size());
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  report.total.peak_mb = static_cast<double>(usage.ru_maxrss) / 1024;
  return report;
}

std::string CsvOf(const JjTable& jj) {
  std::string csv = absl::StrCat(kCell, ",", kValue, ",", kValue, "_status\r\n");
  for (const JjCell& cell : jj.cells) {
    const CellStatus status = StatusOf(cell);
    const std::string shown =
        status == CellStatus::kOk ? CanonicalNumber(cell.value, jj.decimals) : ".";
    absl::StrAppend(&csv, cell.id, ",", shown, ",", CellStatusName(status), "\r\n");
  }
  return csv;
}

// An unsafe cell of which everyone knows the value has nothing left to protect.
absl::Status CheckUnsafe(const std::string& file, const JjFile& jj) {
  for (size_t i = 0; i < jj.table.cells.size(); ++i) {
    const JjCell& cell = jj.table.cells[i];
    if (cell.status != JjStatus::kUnsafe || cell.lower < cell.upper) continue;
    return FaultAt(file, jj.lines[i], 1,
                   absl::StrCat("cell ", cell.id, " is unsafe, but its bounds say its value"),
                   "widen its bounds, or make it z");
  }
  return absl::OkStatus();
}

class JjRun {
 public:
  JjRun(const LocalConsole& console, const ProtectCommand& command)
      : console_(console), command_(command), progress_(console) {}

  absl::Status Run() {
    KLUIS_RETURN_IF_ERROR(CheckOutputs(command_));
    KLUIS_ASSIGN_OR_RETURN(const JjFile problem, ReadJj(command_.jj));
    KLUIS_RETURN_IF_ERROR(CheckUnsafe(command_.jj, problem));
    Done("read");
    KLUIS_ASSIGN_OR_RETURN(const JjTable solved, Solve(problem.table));
    Done("protect");
    std::optional<AuditResult> audited;
    const AuditDepth depth = AuditDepthFor(command_.audit, solved.cells.size());
    if (depth > AuditDepth::kCertificates) {
      KLUIS_ASSIGN_OR_RETURN(audited, Audit(solved, depth));
    }
    Done("audit");
    Report report = ReportOf(solved, audited);
    report.total.audit = AuditDepthName(depth);
    if (depth == AuditDepth::kCertificates) report.total.violations = 0;
    report.total.seconds = std::move(seconds_);
    report.total.cut_short = cut_short_;
    const std::optional<JjTable> jj =
        command_.jj_output.empty() ? std::nullopt : std::optional<JjTable>(solved);
    KLUIS_RETURN_IF_ERROR(WriteResults(console_, command_, CsvOf(solved), report, jj));
    progress_.Clear();
    SayTotals(console_, command_, report);
    return absl::OkStatus();
  }

 private:
  void Done(const char* stage) { seconds_.emplace_back(stage, clock_.Lap()); }

  absl::StatusOr<JjTable> Solve(const JjTable& problem) {
    const int64_t deadline_ms = command_.deadline_ms.value_or(kDeadlineMs);
    PatternSettings settings{.iterations_max = deadline_ms * kIterationsPerMs,
                             .cost_factor = nullptr,
                             .progress = [this](double done) { progress_.Show("protect", done); },
                             .cut_short = &cut_short_};
    if (command_.seed)
      settings.cost_factor = KeyedCosts(absl::StrCat("seed ", *command_.seed), "kluis-sdc|");
    absl::StatusOr<JjTable> solved = SolveJj(problem, settings);
    if (absl::IsInvalidArgument(solved.status())) {
      return absl::InvalidArgumentError(
          absl::StrCat(command_.jj, ": ", std::string(solved.status().message())));
    }
    if (!absl::IsDeadlineExceeded(solved.status())) return solved;
    return absl::DeadlineExceededError(
        absl::StrCat("the table could not be protected within the work of ", deadline_ms / 1000.0,
                     " s\nhint: give more with --deadline"));
  }

  absl::StatusOr<AuditResult> Audit(const JjTable& solved, AuditDepth depth) {
    AuditOptions options;
    options.progress = [this](double done) { progress_.Show("audit", done); };
    options.scope = ScopeOf(depth);
    absl::StatusOr<AuditResult> audited = AuditJj(solved, options);
    if (audited.ok()) return audited;
    return absl::InternalError(absl::StrCat("the audit failed, so nothing is written: ",
                                            std::string(audited.status().message())));
  }

  const LocalConsole& console_;
  const ProtectCommand& command_;
  LocalProgress progress_;
  StageClock clock_;
  std::vector<std::pair<std::string, double>> seconds_;
  bool cut_short_ = false;
};

absl::StatusOr<bool> Audit(const LocalConsole& console, const AuditCommand& command) {
  KLUIS_RETURN_IF_ERROR(CheckOutput(command.output));
  StageClock clock;
  KLUIS_ASSIGN_OR_RETURN(const JjFile jj, ReadJj(command.jj));
  KLUIS_RETURN_IF_ERROR(CheckUnsafe(command.jj, jj));
  const double read = clock.Lap();
  AuditOptions options;
  LocalProgress progress(console);
  options.progress = [&](double done) { progress.Show("audit", done); };
  KLUIS_ASSIGN_OR_RETURN(const AuditResult result, AuditJj(jj.table, options));
  progress.Clear();
  Report report = ReportOf(jj.table, result);
  report.total.audit = AuditDepthName(AuditDepth::kAll);
  report.total.seconds = {{"read", read}, {"audit", clock.Lap()}};
  KLUIS_RETURN_IF_ERROR(WriteOutput(console, command.output, ReportJson(report)));
  NameExposed(console, result, jj.table.decimals, [&](int cell) {
    return absl::StrCat(command.jj, ":", jj.lines[cell], ": cell ", jj.table.cells[cell].id);
  });
  return result.exposed.empty();
}

}  // namespace

int RunProtectJj(const LocalConsole& console, const ProtectCommand& command) {
  const absl::Status status = JjRun(console, command).Run();
  return status.ok() ? kLocalDone : LocalFail(console, status);
}

int RunAuditJj(const LocalConsole& console, const AuditCommand& command) {
  const absl::StatusOr<bool> safe = Audit(console, command);
  if (!safe.ok()) return LocalFail(console, safe.status());
  return *safe ? kLocalDone : kLocalPolicy;
}

}  // namespace kluis
