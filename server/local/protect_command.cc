#include <sys/resource.h>

#include <algorithm>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/diagnostic.h"
#include "disclosure/protect/keyed_cost.h"
#include "disclosure/protect/protect.h"
#include "disclosure/protect/table_view.h"
#include "server/engine/engine.h"
#include "server/local/argus_files.h"
#include "server/local/argus_microdata.h"
#include "server/local/argus_table.h"
#include "server/local/cell_wishes.h"
#include "server/local/commands.h"
#include "server/local/cost_measure.h"
#include "server/local/decided_pattern.h"
#include "server/local/inputs.h"
#include "server/local/jj_output.h"
#include "server/local/private_folder.h"
#include "server/local/protect_output.h"
#include "server/local/record_rules.h"
#include "server/local/request.h"

namespace kluis {
namespace {


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

// What is to be protected, and what is decided of it beforehand.
struct Task {
  AggregateTable table;
  std::vector<JointTable> tables;
  bool judged = true;                                  // by the rules
  std::optional<std::vector<CellDecision>> decisions;  // of a table file
  bool contributors_known = true;
  CodeAliases aliases;
};

class ProtectRun {
 public:
  ProtectRun(const LocalConsole& console, const ProtectCommand& command)
      : console_(console), command_(command), progress_(console) {}

  absl::Status Run() {
    KLUIS_RETURN_IF_ERROR(CheckOutputs(command_));
    KLUIS_ASSIGN_OR_RETURN(const PrivateFolder folder, PrivateFolder::Make());
    KLUIS_ASSIGN_OR_RETURN(rules_, LoadRules(command_.rules));
    KLUIS_RETURN_IF_ERROR(TakeShadow());
    KLUIS_ASSIGN_OR_RETURN(
        Task task, command_.table_file.empty() ? FromMicrodata(folder.path()) : FromTableFile());
    KLUIS_RETURN_IF_ERROR(ReadWishes(task));
    KLUIS_RETURN_IF_ERROR(CheckTask(task));
    KLUIS_ASSIGN_OR_RETURN(const PatternOutcome outcome, Suppress(&task));
    Done("protect");
    KLUIS_ASSIGN_OR_RETURN(const Findings findings, Audit(task.table, outcome));
    Done("audit");
    seconds_.back().second -= findings.insider_seconds;
    seconds_.emplace_back("insiders", findings.insider_seconds);
    return Write(task, findings);
  }

 private:
  void Done(const char* stage) { seconds_.emplace_back(stage, clock_.Lap()); }

  int Threads() const {
    const int all = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    return command_.threads > 0 ? command_.threads : all;
  }

  // One rule set has one shadow variable, whoever names it.
  absl::Status TakeShadow() {
    std::set<std::string> named(command_.shadows.begin(), command_.shadows.end());
    if (named.empty() || named == std::set<std::string>{""}) return absl::OkStatus();
    if (!rules_.shadow.empty()) {
      named.erase("");
      named.insert(rules_.shadow);
    }
    if (named.size() == 1) {
      rules_.shadow = *named.begin();
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        "--specify: tables that are protected jointly are judged on one shadow variable\nhint: name "
        "the same one in each, or protect them apart");
  }

  absl::StatusOr<Task> FromMicrodata(const std::string& folder) {
    progress_.Show("import", 0);
    KLUIS_ASSIGN_OR_RETURN(const Snapshot snapshot, Import(folder));
    Done("import");
    KLUIS_ASSIGN_OR_RETURN(JointPlan joint, Plan(snapshot));
    KLUIS_ASSIGN_OR_RETURN(const bool cost_beside,
                           AddCostMeasure(command_.rules, rules_, snapshot.entry, &joint));
    Done("plan");
    Task task;
    KLUIS_ASSIGN_OR_RETURN(task.table, Aggregate(joint.plan, folder));
    if (cost_beside) factors_ = TakeCostMeasure(&task.table, &rules_.secondary);
    if (NeedsRecords(rules_, task.table.weighted)) {
      KLUIS_RETURN_IF_ERROR(JudgeByRecords({.rules_file = command_.rules,
                                            .rules = rules_,
                                            .entry = snapshot.entry,
                                            .plan = joint.plan,
                                            .engine = EngineFor(folder)},
                                           &task.table));
    }
    Done("aggregate");
    task.tables = std::move(joint.tables);
    if (command_.metadata.empty() || command_.apriori.empty()) return task;
    KLUIS_ASSIGN_OR_RETURN(const ArgusDescription description,
                           ReadArgusDescription(command_.metadata, RdaKind::kMicrodata));
    task.aliases = AliasesOf(description.metadata);
    return task;
  }

  absl::StatusOr<Snapshot> Import(const std::string& folder) {
    const ImportEffort effort{.threads = Threads(),
                              .progress = [&](double done) { progress_.Show("import", done); }};
    if (command_.metadata.empty())
      return ImportMicrodata({command_.microdata, command_.entry}, folder, effort);
    return ImportArgusMicrodata({.data = command_.microdata,
                                 .metadata = command_.metadata,
                                 .weighted = !command_.unweighted,
                                 .request = rules_.request},
                                folder, effort);
  }

  absl::StatusOr<Task> FromTableFile() {
    progress_.Show("read", 0);
    KLUIS_RETURN_IF_ERROR(CheckWithoutRecords(command_.rules, rules_));
    const Primaries primaries = command_.primaries == "rules"  ? Primaries::kRules
                                : command_.primaries == "file" ? Primaries::kFile
                                                               : Primaries::kAsGiven;
    KLUIS_ASSIGN_OR_RETURN(GivenTable given, ReadGivenTable(command_.table_file, command_.metadata,
                                                            rules_, primaries));
    Done("read");
    Task task;
    task.table = std::move(given.table);
    task.tables.push_back(std::move(given.shape));
    task.judged = given.judged;
    task.decisions = std::move(given.decisions);
    task.contributors_known = given.contributors_known;
    task.aliases = std::move(given.aliases);
    KLUIS_RETURN_IF_ERROR(CheckCostOf(command_.rules, rules_, task.table));
    return task;
  }

  absl::Status ReadWishes(const Task& task) {
    if (command_.cells.empty()) return absl::OkStatus();
    KLUIS_ASSIGN_OR_RETURN(wishes_, ReadCellWishes(command_.cells, task.table, task.tables));
    factors_.resize(wishes_.factors.size(), 1);
    for (size_t i = 0; i < factors_.size(); ++i) factors_[i] *= wishes_.factors[i];
    return absl::OkStatus();
  }

  // Before the work, what its outputs or decisions would stumble over.
  absl::Status CheckTask(const Task& task) const {
    KLUIS_RETURN_IF_ERROR(CheckStatistics(command_.rules, rules_, task.table));
    if (!command_.jj_output.empty()) {
      const std::string fault = CheckJjOutput(task.table, task.tables);
      if (!fault.empty())
        return absl::InvalidArgumentError(
            absl::StrCat("--jj-out: ", fault, "\nhint: ask for one sum or one count"));
    }
    const bool by_hand = !command_.apriori.empty() || !wishes_.kept.empty();
    if (!by_hand || !command_.table_file.empty()) return absl::OkStatus();
    const auto& statistics = task.table.shape.statistics;
    if (task.tables.size() == 1 && statistics.size() == 1 &&
        statistics[0].kind == StatisticKind::kSum)
      return absl::OkStatus();
    if (command_.apriori.empty()) {
      return FaultAt(command_.cells, wishes_.kept.begin()->second, 1,
                     "cells can be kept in one table with one sum only",
                     "write avoid, or give one --table that selects one SUM");
    }
    return absl::InvalidArgumentError(
        "--apriori: decisions on cells are of one table with one sum\nhint: give one --table that "
        "selects one SUM");
  }

  absl::StatusOr<JointPlan> Plan(const Snapshot& snapshot) {
    std::variant<JointPlan, TableRefusal> planned =
        PlanTables(command_.tables, snapshot, rules_, /*any_dataset=*/!command_.metadata.empty());
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
    KLUIS_ASSIGN_OR_RETURN(const auto engine, NewDuckDbEngine(EngineFor(folder)));
    return engine->Run(plan, nullptr);
  }

  EngineOptions EngineFor(const std::string& folder) const {
    EngineOptions options;
    options.threads = Threads();
    options.temp_directory = folder + "/spill";
    options.data_key = ProcessDataKey();
    options.operator_log = [this](const std::string& line) { console_.err << line << "\n"; };
    return options;
  }

  int64_t DeadlineMs() const { return command_.deadline_ms.value_or(rules_.secondary.deadline_ms); }

  // The key's, and what else the cost of a cell is multiplied by.
  std::function<double(absl::string_view)> CostFactor(const AggregateTable& table) const {
    std::function<double(absl::string_view)> key;
    if (command_.seed) key = KeyedCosts(absl::StrCat("seed ", *command_.seed), "kluis-sdc|");
    if (factors_.empty()) return key;
    std::map<std::string, double> own;
    const TableView view(table);
    for (size_t i = 0; i < factors_.size(); ++i) own[view.NameOf(i)] = factors_[i];
    return [key, own = std::move(own)](absl::string_view canonical) {
      const auto factor = own.find(std::string(canonical.substr(0, canonical.rfind('|'))));
      return (key ? key(canonical) : 1) * (factor == own.end() ? 1 : factor->second);
    };
  }

  absl::StatusOr<PatternOutcome> Suppress(Task* task) {
    absl::StatusOr<PatternOutcome> outcome = FindOutcome(task);
    if (!absl::IsDeadlineExceeded(outcome.status())) return outcome;
    return absl::DeadlineExceededError(
        absl::StrCat("the table could not be protected within the work of ", DeadlineMs() / 1000.0,
                     " s\nhint: give more with --deadline, or ask for fewer cells"));
  }

  // By the rules alone, or with what is decided besides.
  absl::StatusOr<PatternOutcome> FindOutcome(Task* task) {
    if (task->judged) {
      KLUIS_ASSIGN_OR_RETURN(const ProtectedTable by_rules, ProtectByRules(task->table));
      if (!task->decisions && command_.apriori.empty() && wishes_.kept.empty())
        return OutcomeOf(task->table, by_rules);
      std::vector<CellDecision> decisions = DecisionsOf(task->table, by_rules);
      for (size_t i = 0; task->decisions && i < decisions.size(); ++i)
        decisions[i].cost = (*task->decisions)[i].cost;
      task->decisions = std::move(decisions);
    }
    if (!command_.apriori.empty()) {
      AprioriSource source{.file = command_.apriori, .lines = {}, .aliases = task->aliases};
      const int dimensions = static_cast<int>(task->table.axes.size());
      KLUIS_ASSIGN_OR_RETURN(source.lines, ReadApriori(command_.apriori, dimensions));
      KLUIS_ASSIGN_OR_RETURN(freed_, ApplyApriori(source, task->table, rules_, &*task->decisions));
    }
    KLUIS_RETURN_IF_ERROR(KeepCells(command_.cells, wishes_, &*task->decisions));
    return FindDecidedPattern(
        task->table, *task->decisions, rules_,
        {.iterations_max = DeadlineMs() * kIterationsPerMs,
         .cost_factor = CostFactor(task->table),
         .progress = [this](double done) { progress_.Show("protect", done); },
         .cut_short = &cut_short_});
  }

  absl::StatusOr<ProtectedTable> ProtectByRules(const AggregateTable& table) {
    ProtectOptions options;
    options.iterations_max = DeadlineMs() * kIterationsPerMs;
    options.only_shown = true;
    options.progress = [this](absl::string_view stage, double done) {
      progress_.Show(absl::StrCat("protect ", stage), done);
    };
    options.cost_factor = CostFactor(table);
    if (command_.seed)
      options.decoy = KeyedDecoys(absl::StrCat("seed ", *command_.seed), "kluis-sdc|");
    KLUIS_ASSIGN_OR_RETURN(ProtectedTable result, Protect(table, rules_, options));
    cut_short_ |= result.summary().cut_short;
    return result;
  }

  AuditDepth Depth(const AggregateTable& table) const {
    return AuditDepthFor(command_.audit, table.keys.size());
  }

  absl::StatusOr<Findings> Audit(const AggregateTable& table, const PatternOutcome& outcome) {
    AuditOptions options;
    options.progress = [this](double done) { progress_.Show("audit", done); };
    absl::StatusOr<Findings> findings = Examine(table, outcome, rules_, Depth(table), options);
    if (findings.ok()) return findings;
    return absl::InternalError(absl::StrCat("the audit failed, so nothing is written: ",
                                            std::string(findings.status().message())));
  }

  absl::Status Write(const Task& task, const Findings& findings) {
    const std::string csv = ResultCsv(task.table, task.tables, findings);
    Report report = MakeReport(task.table, task.tables, findings);
    report.total.audit = AuditDepthName(Depth(task.table));
    if (command_.audit == "none")
      report.total.violations = report.total.insider_violations = std::nullopt;
    if (!task.contributors_known) {
      report.total.insider_violations = std::nullopt;
      for (ReportCell& cell : report.cells) cell.contributors = std::nullopt;
    }
    std::optional<JjTable> jj;
    if (!command_.jj_output.empty())
      jj = JjOfResult(task.table, task.tables, findings, rules_, task.decisions, factors_);
    Done("write");
    report.total.seconds = seconds_;
    report.total.cut_short = cut_short_;
    report.total.peak_mb = PeakMegabytes();
    KLUIS_RETURN_IF_ERROR(WriteResults(console_, command_, csv, report, jj));
    progress_.Clear();
    SayTotals(console_, command_, report);
    if (freed_ > 0) {
      console_.err << "note: " << freed_ << (freed_ == 1 ? " unsafe cell is" : " unsafe cells are")
                   << " safe by " << command_.apriori << ", so nothing protects "
                   << (freed_ == 1 ? "it" : "them") << "\n";
    }
    return jj ? SayWhetherReplayed(*jj) : absl::OkStatus();
  }

  // tau-ARGUS's outside bounds are narrower than what the table was judged with.
  absl::Status SayWhetherReplayed(const JjTable& jj) {
    AuditOptions options;
    options.scope = AuditScope::kJudgement;
    KLUIS_ASSIGN_OR_RETURN(const AuditResult replayed, AuditJj(jj, options));
    if (replayed.exposed.empty()) return absl::OkStatus();
    console_.err << "note: within the bounds of " << command_.jj_output << ", "
                 << replayed.exposed.size()
                 << " unsafe cells are narrower than required; they are not when values have no "
                    "upper bound\n";
    return absl::OkStatus();
  }

  const LocalConsole& console_;
  const ProtectCommand& command_;
  LocalProgress progress_;
  StageClock clock_;
  RuleSet rules_;
  CellWishes wishes_;            // of --cells
  std::vector<double> factors_;  // of the cost, per cell; empty: 1
  bool cut_short_ = false;       // the deadline ended the search for what costs less
  int freed_ = 0;                // primaries that are none by an a priori file
  std::vector<std::pair<std::string, double>> seconds_;
};

}  // namespace

int RunProtect(const LocalConsole& console, const ProtectCommand& command) {
  if (!command.jj.empty()) return RunProtectJj(console, command);
  const absl::Status status = ProtectRun(console, command).Run();
  return status.ok() ? kLocalDone : LocalFail(console, status);
}

}  // namespace kluis
