#include <sys/resource.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/diagnostic.h"
#include "disclosure/protect/keyed_cost.h"
#include "disclosure/protect/protect.h"
#include "server/engine/engine.h"
#include "server/local/commands.h"
#include "server/local/inputs.h"
#include "server/local/private_folder.h"
#include "server/local/report.h"
#include "server/local/request.h"

namespace kluis {
namespace {

constexpr size_t kAllIntervalsMax = 20'000;  // cells, up to which every interval is worth its time

absl::Status AsStatus(const TableRefusal& refused, const std::string& sql) {
  const Refusal& refusal = refused.refusal;
  const Diagnostic diagnostic{.file = absl::StrCat("--table ", refused.table + 1),
                              .line = refusal.line,
                              .column = refusal.column,
                              .message = refusal.message,
                              .hint = refusal.hint,
                              .excerpt = ""};
  const std::string text = FormatDiagnostic(diagnostic, sql);
  return refusal.kind == RefusalKind::kPolicy ? absl::PermissionDeniedError(text)
                                              : absl::InvalidArgumentError(text);
}

double PeakMegabytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

class ProtectRun {
 public:
  ProtectRun(const LocalConsole& console, const ProtectCommand& command)
      : console_(console), command_(command), progress_(console) {}

  absl::Status Run() {
    for (const std::string& path : {command_.output, command_.report})
      KLUIS_RETURN_IF_ERROR(CheckOutput(path));
    KLUIS_ASSIGN_OR_RETURN(const PrivateFolder folder, PrivateFolder::Make());
    KLUIS_ASSIGN_OR_RETURN(rules_, LoadRules(command_.rules));
    progress_.Show("import", 0);
    KLUIS_ASSIGN_OR_RETURN(const Snapshot snapshot,
                           ImportMicrodata({command_.microdata, command_.entry}, folder.path()));
    Done("import");
    KLUIS_ASSIGN_OR_RETURN(JointPlan joint, Plan(snapshot));
    Done("plan");
    KLUIS_ASSIGN_OR_RETURN(const AggregateTable table, Aggregate(joint.plan, folder.path()));
    Done("aggregate");
    KLUIS_ASSIGN_OR_RETURN(const ProtectedTable protected_table, Suppress(table));
    Done("protect");
    KLUIS_ASSIGN_OR_RETURN(const Findings findings, Audit(table, protected_table));
    Done("audit");
    seconds_.back().second -= findings.insider_seconds;
    seconds_.emplace_back("insiders", findings.insider_seconds);
    return Write(table, joint.tables, findings);
  }

 private:
  void Done(const char* stage) { seconds_.emplace_back(stage, clock_.Lap()); }

  int Threads() const {
    const int all = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    return command_.threads > 0 ? command_.threads : all;
  }

  absl::StatusOr<JointPlan> Plan(const Snapshot& snapshot) {
    std::variant<JointPlan, TableRefusal> planned = PlanTables(command_.tables, snapshot, rules_);
    if (const auto* refused = std::get_if<TableRefusal>(&planned))
      return AsStatus(*refused, command_.tables[refused->table]);
    JointPlan joint = std::get<JointPlan>(std::move(planned));
    if (const std::string name = CheckNames(joint); !name.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--table: ", name,
                       " names two columns\nhint: give one of them another name "
                       "with AS"));
    }
    return joint;
  }

  absl::StatusOr<AggregateTable> Aggregate(const AggregationPlan& plan, const std::string& folder) {
    progress_.Show("aggregate", 0);
    EngineOptions options;
    options.threads = Threads();
    options.temp_directory = folder + "/spill";
    options.operator_log = [this](const std::string& line) { console_.err << line << "\n"; };
    KLUIS_ASSIGN_OR_RETURN(const auto engine, NewDuckDbEngine(options));
    return engine->Run(plan, nullptr);
  }

  absl::StatusOr<ProtectedTable> Suppress(const AggregateTable& table) {
    const int64_t deadline_ms = command_.deadline_ms.value_or(rules_.secondary.deadline_ms);
    ProtectOptions options;
    options.iterations_max = deadline_ms * kIterationsPerMs;
    options.only_shown = true;
    options.progress = [this](absl::string_view stage, double done) {
      progress_.Show(absl::StrCat("protect ", stage), done);
    };
    if (command_.seed.has_value())
      options.cost_factor = KeyedCosts(absl::StrCat("seed ", *command_.seed), "kluis-sdc|");
    absl::StatusOr<ProtectedTable> result = Protect(table, rules_, options);
    if (!absl::IsDeadlineExceeded(result.status())) return result;
    return absl::DeadlineExceededError(
        absl::StrCat("the table could not be protected within the work of ", deadline_ms / 1000.0,
                     " s\nhint: give more with --deadline, or ask for fewer cells"));
  }

  AuditDepth Depth(const AggregateTable& table) const {
    if (command_.audit == "none") return AuditDepth::kNone;
    if (command_.audit == "judgement") return AuditDepth::kJudgement;
    if (command_.audit == "primaries") return AuditDepth::kPrimaries;
    if (command_.audit == "all") return AuditDepth::kAll;
    return table.keys.size() <= kAllIntervalsMax ? AuditDepth::kAll : AuditDepth::kJudgement;
  }

  absl::StatusOr<Findings> Audit(const AggregateTable& table,
                                 const ProtectedTable& protected_table) {
    AuditOptions options;
    options.progress = [this](double done) { progress_.Show("audit", done); };
    absl::StatusOr<Findings> findings =
        Examine(table, OutcomeOf(table, protected_table), rules_, Depth(table), options);
    if (findings.ok()) return findings;
    return absl::InternalError(absl::StrCat("the audit failed, so nothing is written: ",
                                            std::string(findings.status().message())));
  }

  absl::Status Write(const AggregateTable& table, const std::vector<JointTable>& tables,
                     const Findings& findings) {
    KLUIS_RETURN_IF_ERROR(
        WriteOutput(console_, command_.output, ResultCsv(table, tables, findings)));
    Report report = MakeReport(table, tables, findings);
    if (command_.audit == "none")
      report.total.violations = report.total.insider_violations = std::nullopt;
    Done("write");
    report.total.seconds = seconds_;
    report.total.peak_mb = PeakMegabytes();
    if (!command_.report.empty())
      KLUIS_RETURN_IF_ERROR(
          WriteOutput(console_, command_.report, ReportJson(report), /*secret=*/true));
    Say(report);
    return absl::OkStatus();
  }

  void Say(const Report& report) {
    const ReportTotals& total = report.total;
    progress_.Clear();
    console_.err << total.cells << " cells, " << total.empty << " empty, " << total.primary
                 << " primary, " << total.secondary << " secondary";
    if (total.violations.has_value()) {
      console_.err << "; audit: " << *total.violations << " violations, "
                   << *total.insider_violations << " by insiders";
    }
    console_.err << "\n";
    const auto& cells = report.cells;
    const bool nothing = std::none_of(cells.begin(), cells.end(), [](const ReportCell& cell) {
      return cell.finding.status == CellStatus::kOk;
    });
    if (nothing && !cells.empty()) {
      console_.err << "note: nothing can be shown; ask for coarser cells, or for fewer of them\n";
    }
    if (!command_.seed.has_value() && total.secondary > 0) {
      console_.err
          << "note: costs are not keyed, so who knows the method can narrow what it hides; "
             "--seed N keys them\n";
    }
  }

  const LocalConsole& console_;
  const ProtectCommand& command_;
  LocalProgress progress_;
  StageClock clock_;
  RuleSet rules_;
  std::vector<std::pair<std::string, double>> seconds_;
};

}  // namespace

int RunProtect(const LocalConsole& console, const ProtectCommand& command) {
  const absl::Status status = ProtectRun(console, command).Run();
  return status.ok() ? kLocalDone : LocalFail(console, status);
}

}  // namespace kluis
