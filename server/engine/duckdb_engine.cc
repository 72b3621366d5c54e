#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/duckdb/duckdb.h"
#include "server/engine/axis_classes.h"
#include "server/engine/contributor_rows.h"
#include "server/engine/dense_cells.h"
#include "server/engine/engine.h"
#include "server/engine/instances.h"
#include "server/engine/masked.h"
#include "server/engine/order_run.h"
#include "server/engine/result_rows.h"
#include "server/engine/sql.h"
#include "server/engine/table_filler.h"

namespace kluis {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(20);

// Interrupts the connection while `cancelled` is set, until it is destroyed.
class Watcher {
 public:
  Watcher(DuckConnection& connection, const std::atomic<bool>* cancelled) {
    if (cancelled == nullptr) return;
    thread_ = std::thread([this, &connection, cancelled] {
      std::unique_lock<std::mutex> lock(mutex_);
      while (!wake_.wait_for(lock, kPoll, [this] { return done_; })) {
        if (cancelled->load()) connection.Interrupt();
      }
    });
  }
  ~Watcher() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      done_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  Watcher(const Watcher&) = delete;  // its thread points to it
  Watcher& operator=(const Watcher&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;  // guarded by mutex_
  std::thread thread_;
};

// One run of one plan.
class PlanRun {
 public:
  PlanRun(const AggregationPlan& plan, const std::vector<AxisClasses>& classes,
          const std::vector<std::string>& schemas, DuckConnection& connection,
          const std::atomic<bool>* cancelled, bool narrow, const EngineOptions& options)
      : plan_(plan),
        classes_(classes),
        sql_(plan, classes, schemas, narrow),
        filler_(plan, classes, sql_.shares()),
        connection_(connection),
        cancelled_(cancelled),
        collects_(options.collects && narrow),
        threads_(options.threads) {}

  absl::StatusOr<AggregateTable> Run() {
    KLUIS_RETURN_IF_ERROR(filler_.Prepare());
    KLUIS_ASSIGN_OR_RETURN(const bool collected, CollectRows());
    const bool asks_more =
        !plan_.distincts.empty() || !plan_.percentiles.empty() || !plan_.ginis.empty();
    if (!collected || asks_more) {
      for (const std::string& statement : sql_.LookUpTables())
        KLUIS_RETURN_IF_ERROR(Execute(statement));
    }
    if (collected) {
      // The units and measures are there.
    } else if (plan_.contributor_unique) {
      const std::string rows = absl::StrCat("(", sql_.PerRow(), ")");
      KLUIS_RETURN_IF_ERROR(AddClasses(sql_.UniqueContributors(), rows, 0, Sets(), false));
    } else {
      KLUIS_RETURN_IF_ERROR(ByContributor(plan_.contributor, -1));
    }
    for (size_t i = 0; i < plan_.distincts.size(); ++i) {
      KLUIS_RETURN_IF_ERROR(ByContributor({plan_.distincts[i]}, static_cast<int>(i)));
    }
    KLUIS_RETURN_IF_ERROR(AddLevels());
    KLUIS_RETURN_IF_ERROR(
        FillOrdered(plan_, classes_, sql_, connection_, threads_, cancelled_, &filler_));
    return filler_.Take();
  }

 private:
  int Sets() const { return static_cast<int>(plan_.level_sets.size()); }

  absl::Status CheckCancelled() const {
    const bool stop = cancelled_ != nullptr && cancelled_->load();
    return stop ? absl::CancelledError("cancelled") : absl::OkStatus();
  }

  // Whether units and measures could be added up in this process. A sum of more than 64 bits is
  // left to the database.
  absl::StatusOr<bool> CollectRows() {
    KLUIS_RETURN_IF_ERROR(CheckCancelled());
    if (!collects_) return false;
    if (plan_.contributor_unique)
      return FillDenseCells(plan_, classes_, sql_, connection_, &filler_);
    return FillFromContributorRows(plan_, classes_, sql_, connection_, threads_, cancelled_,
                                   &filler_);
  }

  absl::Status Execute(const std::string& statement) {
    KLUIS_RETURN_IF_ERROR(CheckCancelled());
    return connection_.Execute(statement);
  }

  absl::Status Add(const std::string& query, int first, int last, bool categories, int distinct) {
    KLUIS_RETURN_IF_ERROR(CheckCancelled());
    KLUIS_ASSIGN_OR_RETURN(auto result, connection_.Query(query));
    DuckRows rows(std::move(result));
    filler_.Add(rows, sql_.grouped_axes(), first, last, categories, distinct);
    return absl::OkStatus();
  }

  // Statistics per class, and who the largest contributors of `base` are where that is known.
  absl::Status AddClasses(const std::string& statistics, const std::string& base, int first,
                          int last, bool categories) {
    if (!sql_.shares()) return Add(statistics, first, last, categories, -1);
    KLUIS_RETURN_IF_ERROR(
        Execute(absl::StrCat("CREATE OR REPLACE TEMP TABLE tops AS ", statistics)));
    KLUIS_RETURN_IF_ERROR(Add("SELECT * FROM tops", first, last, categories, -1));
    for (size_t i = 0; i < plan_.measures.size(); ++i) {
      const int measure = static_cast<int>(i);
      KLUIS_RETURN_IF_ERROR(CheckCancelled());
      KLUIS_ASSIGN_OR_RETURN(auto result, connection_.Query(sql_.Shares(base, measure)));
      DuckRows rows(std::move(result));
      filler_.AddShares(rows, sql_.grouped_axes(), first, last, categories, measure);
    }
    return absl::OkStatus();
  }

  // Statistics of one level set, or of the classes when there is no other, from a query.
  absl::Status AddSet(const std::string& query, int set, bool categories, int distinct) {
    const bool measures = distinct < 0;
    if (!measures || !sql_.shares()) {
      return Add(sql_.PerClass(absl::StrCat("(", query, ")"), measures), set, set + 1, categories,
                 distinct);
    }
    KLUIS_RETURN_IF_ERROR(Execute(absl::StrCat("CREATE OR REPLACE TEMP TABLE parts AS ", query)));
    return AddClasses(sql_.PerClass("parts", measures), "parts", set, set + 1, categories);
  }

  absl::Status AddLevels() {
    for (size_t i = 0; i < plan_.measures.size(); ++i) {
      if (!plan_.measures[i].squared) continue;
      KLUIS_RETURN_IF_ERROR(CheckCancelled());
      KLUIS_ASSIGN_OR_RETURN(auto result, connection_.Query(sql_.Levels(static_cast<int>(i))));
      DuckRows rows(std::move(result));
      filler_.AddLevels(rows, static_cast<int>(i));
    }
    return absl::OkStatus();
  }

  // Where classes are stored values, two of them can be in one category.
  bool ClassesAreCategories(int set) const {
    return std::all_of(sql_.grouped_axes().begin(), sql_.grouped_axes().end(), [&](const int axis) {
      std::vector<int> categories = classes_[axis].category_of[plan_.level_sets[set][axis]];
      std::erase(categories, -1);
      std::sort(categories.begin(), categories.end());
      return std::adjacent_find(categories.begin(), categories.end()) == categories.end();
    });
  }

  // A contributor can stand in several classes, so each level set sums its contributions anew.
  absl::Status ByContributor(const std::vector<std::string>& contributor, int distinct) {
    const bool measures = distinct < 0;
    const std::string fine = sql_.PerContributor(contributor, measures);
    if (Sets() == 1 && ClassesAreCategories(0)) return AddSet(fine, 0, false, distinct);
    KLUIS_RETURN_IF_ERROR(Execute(absl::StrCat("CREATE OR REPLACE TEMP TABLE fine AS ", fine)));
    for (int set = 0; set < Sets(); ++set) {
      std::vector<std::string> look_ups;
      const std::string coarser = sql_.Coarser(plan_.level_sets[set], measures, &look_ups);
      for (const std::string& statement : look_ups) KLUIS_RETURN_IF_ERROR(Execute(statement));
      KLUIS_RETURN_IF_ERROR(AddSet(coarser, set, true, distinct));
    }
    return Execute("DROP TABLE fine");
  }

  const AggregationPlan& plan_;
  const std::vector<AxisClasses>& classes_;
  SqlWriter sql_;
  TableFiller filler_;
  DuckConnection& connection_;
  const std::atomic<bool>* cancelled_;
  const bool collects_;
  const int threads_;
};

class DuckDbEngine : public Engine {
 public:
  explicit DuckDbEngine(const EngineOptions& options)
      : instances_(options), masked_(options.operator_log), options_(options) {}

  absl::StatusOr<AggregateTable> Run(const AggregationPlan& plan,
                                     const std::atomic<bool>* cancelled) override {
    return masked_(plan, RunUnmasked(plan, cancelled));
  }

 private:
  absl::StatusOr<AggregateTable> RunUnmasked(const AggregationPlan& plan,
                                             const std::atomic<bool>* cancelled) {
    if (plan.sources.empty()) return absl::InvalidArgumentError("a plan without sources");
    std::set<std::string> files;
    for (const PlanSource& source : plan.sources) files.insert(source.snapshot_file);
    KLUIS_ASSIGN_OR_RETURN(const auto instance,
                           instances_.With({files.begin(), files.end()}, cancelled));
    KLUIS_ASSIGN_OR_RETURN(const auto connection, instance->database->Connect());
    std::vector<std::string> schemas;
    for (const PlanSource& source : plan.sources)
      schemas.push_back(instance->SchemaOf(source.snapshot_file));
    const std::vector<AxisClasses> classes = ClassesOf(plan);
    const Watcher watcher(*connection, cancelled);
    return NarrowThenWide([&](bool narrow) {
      return PlanRun(plan, classes, schemas, *connection, cancelled, narrow, options_).Run();
    });
  }

  Instances instances_;
  Masked masked_;
  const EngineOptions options_;
};

}  // namespace

std::string EngineVersion() { return absl::StrCat("DuckDB ", duckdb_library_version()); }

absl::StatusOr<std::unique_ptr<Engine>> NewDuckDbEngine(const EngineOptions& options) {
  if (options.data_key == nullptr) return absl::FailedPreconditionError("no data key");
  KLUIS_RETURN_IF_ERROR(DuckDatabase::Open("", {}).status());
  return std::unique_ptr<Engine>(new DuckDbEngine(options));
}

}  // namespace kluis
