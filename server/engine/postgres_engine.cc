#include <algorithm>
#include <mutex>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/engine/axis_classes.h"
#include "server/engine/engine.h"
#include "server/engine/masked.h"
#include "server/engine/postgres_rows.h"
#include "server/engine/postgres_run.h"

namespace kluis {
namespace {

constexpr size_t kIdle = 8;

// Where the columns of a measure stand in PostgresSql's statistics.
struct MeasureColumns {
  int sizes = 0, units = 0, levels = 0;
};

std::vector<MeasureColumns> ColumnsOf(const AggregationPlan& plan, const PostgresSql& sql) {
  const int weights = plan.weight.empty() ? 0 : 1;
  int column = static_cast<int>(sql.grouped_axes().size()) + 2 + weights;
  std::vector<MeasureColumns> columns;
  for (size_t i = 0; i < plan.measures.size(); ++i) {
    column += 4 + 2 * weights;  // the second is of the largest without weights
    columns.push_back({.sizes = column++});
  }
  for (MeasureColumns& measure : columns) {
    measure.units = column++;
    measure.levels = column++;
  }
  return columns;
}

// As DuckDB's engine numbers them: an identifier says something at its level only, and rows without
// any have one contributor. Identifiers have no sign.
absl::int128 ContributorOf(const std::optional<absl::int128>& unit,
                           const std::optional<absl::int128>& level) {
  const absl::int128 identifier =
      unit.has_value() ? absl::int128(static_cast<uint64_t>(static_cast<int64_t>(*unit)))
                       : absl::int128(-1);
  return identifier + level.value_or(0) * (absl::int128(1) << 65);
}

// One run of one plan.
class PlanRun {
 public:
  PlanRun(const AggregationPlan& plan, const std::vector<AxisClasses>& classes,
          const std::vector<Copy>& copies, const ClusterConnections& connections,
          const std::atomic<bool>* cancelled, bool narrow)
      : plan_(plan),
        copies_(copies),
        sql_(plan, classes, narrow),
        filler_(plan, classes, sql_.shares()),
        run_{plan, sql_, connections, cancelled, &filler_} {}

  absl::StatusOr<AggregateTable> Run() {
    KLUIS_RETURN_IF_ERROR(filler_.Prepare());
    KLUIS_ASSIGN_OR_RETURN(const auto tables, ChooseTables(plan_, copies_, ""));
    if (plan_.contributor_unique) {
      KLUIS_RETURN_IF_ERROR(AddStatistics(sql_.UniqueContributors(tables), 0, Sets(), false));
    } else {
      for (int set = 0; set < Sets(); ++set) {
        KLUIS_RETURN_IF_ERROR(
            AddStatistics(sql_.Contributors(tables, plan_.level_sets[set]), set, set + 1, true));
      }
    }
    for (size_t i = 0; i < plan_.distincts.size(); ++i)
      KLUIS_RETURN_IF_ERROR(AddDistinct(static_cast<int>(i)));
    KLUIS_RETURN_IF_ERROR(AddLevels(tables));
    KLUIS_RETURN_IF_ERROR(FillOrdered(run_, tables));
    return filler_.Take();
  }

 private:
  int Sets() const { return static_cast<int>(plan_.level_sets.size()); }

  static absl::Status CheckRead(const PostgresRows& rows) {
    return rows.failed() ? absl::InternalError("a number that does not fit 128 bits")
                         : absl::OkStatus();
  }

  absl::Status AddStatistics(const std::string& statement, int first, int last, bool categories) {
    KLUIS_ASSIGN_OR_RETURN(const auto answers, run_.Ask(statement));
    PostgresRows rows(answers);
    filler_.Add(rows, sql_.grouped_axes(), first, last, categories, -1);
    KLUIS_RETURN_IF_ERROR(CheckRead(rows));
    if (!sql_.shares()) return absl::OkStatus();
    const std::vector<MeasureColumns> columns = ColumnsOf(plan_, sql_);
    for (size_t i = 0; i < columns.size(); ++i) {
      MadeRows shares;
      KLUIS_RETURN_IF_ERROR(ReadShares(answers, columns[i], &shares));
      filler_.AddShares(shares, sql_.grouped_axes(), first, last, categories, static_cast<int>(i));
    }
    return absl::OkStatus();
  }

  // Those whose part is larger than the next one that is not wanted, so that equal ones are listed
  // all or none.
  absl::Status ReadShares(const std::vector<PgResult>& answers, const MeasureColumns& columns,
                          MadeRows* shares) const {
    const auto largest = static_cast<size_t>(plan_.largest);
    const int groups = static_cast<int>(sql_.grouped_axes().size());
    PostgresRows rows(answers);
    while (rows.Next()) {
      for (int row = 0; row < rows.rows(); ++row) {
        const auto sizes = rows.List(columns.sizes, row);
        const auto units = rows.List(columns.units, row);
        const auto levels = rows.List(columns.levels, row);
        if (units.size() != sizes.size() || levels.size() != sizes.size())
          return absl::InternalError("parts without contributors");
        const absl::int128 next = sizes.size() > largest ? sizes[largest].value_or(0) : 0;
        for (size_t i = 0; i < std::min(largest, sizes.size()); ++i) {
          if (sizes[i].value_or(0) <= next) continue;
          for (int g = 0; g < groups; ++g) shares->AddNumber(rows.Int32(g, row));
          shares->AddNumber(ContributorOf(units[i], levels[i]));
          shares->AddNumber(*sizes[i]);
          shares->EndRow();
        }
      }
    }
    return CheckRead(rows);
  }

  absl::Status AddDistinct(int distinct) {
    const std::string& identifier = plan_.distincts[distinct];
    KLUIS_ASSIGN_OR_RETURN(const auto tables, ChooseTables(plan_, copies_, identifier));
    for (int set = 0; set < Sets(); ++set) {
      KLUIS_ASSIGN_OR_RETURN(const auto answers,
                             run_.Ask(sql_.Distinct(tables, identifier, plan_.level_sets[set])));
      PostgresRows rows(answers);
      filler_.Add(rows, sql_.grouped_axes(), set, set + 1, true, distinct);
      KLUIS_RETURN_IF_ERROR(CheckRead(rows));
    }
    return absl::OkStatus();
  }

  absl::Status AddLevels(const std::vector<SourceTable>& tables) {
    for (size_t i = 0; i < plan_.measures.size(); ++i) {
      if (!plan_.measures[i].squared) continue;
      const int measure = static_cast<int>(i);
      KLUIS_ASSIGN_OR_RETURN(const auto answers, run_.Ask(sql_.Levels(tables, measure)));
      PostgresRows rows(answers);
      std::set<absl::int128> levels;
      while (rows.Next()) {
        for (int row = 0; row < rows.rows(); ++row) levels.insert(rows.Int128(0, row));
      }
      KLUIS_RETURN_IF_ERROR(CheckRead(rows));
      MadeRows different;
      for (const absl::int128 level : levels) {
        different.AddNumber(level);
        different.EndRow();
      }
      filler_.AddLevels(different, measure);
    }
    return absl::OkStatus();
  }

  const AggregationPlan& plan_;
  const std::vector<Copy>& copies_;
  PostgresSql sql_;
  TableFiller filler_;
  PostgresRun run_;
};

class PostgresEngine : public Engine {
 public:
  PostgresEngine(EngineOptions options, ClusterConfig config, PgOptions limits)
      : config_(std::move(config)), limits_(limits), masked_(options.operator_log) {}

  absl::StatusOr<AggregateTable> Run(const AggregationPlan& plan,
                                     const std::atomic<bool>* cancelled) override {
    return masked_(plan, RunUnmasked(plan, cancelled));
  }

 private:
  absl::StatusOr<AggregateTable> RunUnmasked(const AggregationPlan& plan,
                                             const std::atomic<bool>* cancelled) {
    if (plan.sources.empty()) return absl::InvalidArgumentError("a plan without sources");
    const std::vector<AxisClasses> classes = ClassesOf(plan);
    return NarrowThenWide([&](bool narrow) { return RunOnce(plan, classes, cancelled, narrow); });
  }

  // All statements of a run see the same copies. What failed is closed, not kept.
  absl::StatusOr<AggregateTable> RunOnce(const AggregationPlan& plan,
                                         const std::vector<AxisClasses>& classes,
                                         const std::atomic<bool>* cancelled, bool narrow) {
    KLUIS_ASSIGN_OR_RETURN(ClusterConnections connections, Begin(cancelled));
    std::set<std::string> snapshots;
    for (const PlanSource& source : plan.sources) snapshots.insert(source.snapshot_sha256);
    KLUIS_ASSIGN_OR_RETURN(
        const std::vector<Copy> copies,
        ReadCopies(connections, config_, {snapshots.begin(), snapshots.end()}, cancelled));
    KLUIS_ASSIGN_OR_RETURN(AggregateTable table,
                           PlanRun(plan, classes, copies, connections, cancelled, narrow).Run());
    KLUIS_RETURN_IF_ERROR(AskAll(connections, "COMMIT", cancelled).status());
    const std::lock_guard<std::mutex> lock(mutex_);
    if (idle_.size() < kIdle) idle_.push_back(std::move(connections));
    return table;
  }

  // Connections of a run before, or new ones: servers may have been restarted since.
  absl::StatusOr<ClusterConnections> Begin(const std::atomic<bool>* cancelled) {
    constexpr char kBegin[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    for (;;) {
      ClusterConnections connections;
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (idle_.empty()) break;
        connections = std::move(idle_.back());
        idle_.pop_back();
      }
      const absl::Status begun = AskAll(connections, kBegin, cancelled).status();
      if (begun.ok()) return connections;
      if (absl::IsCancelled(begun)) return begun;
    }
    KLUIS_ASSIGN_OR_RETURN(ClusterConnections connections,
                           ConnectAll(config_.dsns, limits_, cancelled, nullptr));
    KLUIS_RETURN_IF_ERROR(AskAll(connections, kBegin, cancelled).status());
    return connections;
  }

  const ClusterConfig config_;
  const PgOptions limits_;
  Masked masked_;
  std::mutex mutex_;
  std::vector<ClusterConnections> idle_;  // guarded by mutex_
};

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> NewPostgresEngine(const EngineOptions& options,
                                                          const ClusterConfig& config,
                                                          const PgOptions& limits) {
  if (config.dsns.empty()) return absl::FailedPreconditionError("no cluster");
  return std::unique_ptr<Engine>(new PostgresEngine(options, config, limits));
}

}  // namespace kluis
