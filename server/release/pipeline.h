// The order of the promise, on one screen: parse, authorise, plan, aggregate, protect, commit.
// No number leaves before it is protected under the policy in force and durable in the log.
#ifndef KLUIS_SERVER_RELEASE_PIPELINE_H_
#define KLUIS_SERVER_RELEASE_PIPELINE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/policy/load.h"
#include "disclosure/protect/protect.h"
#include "server/access/authorised_query.h"
#include "server/catalogue/catalogue.h"
#include "server/engine/engine.h"
#include "kluis/v1/release.pb.h"
#include "server/ledger/ledger.h"
#include "server/query/parsed_model.h"
#include "server/release/preview.h"
#include "server/review/review_desk.h"
#include "server/release/remembered.h"

namespace kluis {

// What is in force at one moment: replaced as a whole, never changed.
struct InForce {
  std::shared_ptr<const PolicyBundle> policy;
  std::shared_ptr<const CatalogueView> catalogue;
};

// A query, or a model.
struct QueryRequestText {
  std::string sql;
  std::string project;
  std::string request_id;
  std::string client_version;
  std::optional<ModelText> model = {};  // then `sql` says nothing
};

class KnownAnswers;  // draft_replay.h
struct Judged;       // of a query
struct JudgedModel;
using JudgedRequest = std::variant<Judged, JudgedModel>;
struct Outcome;  // of a computation

struct PipelineOptions {
  std::string build;                                        // version, compiler, solver
  std::string cost_key;                                     // secret, for keyed costs (safety.md 9)
  std::function<std::string()> today;                       // YYYY-MM-DD
  // Of answers of late, kept for a question that a project repeats; 0: none. As Remembered.
  int64_t remembered_values = 1'000'000;
  ReviewDesk* desk = nullptr;  // none: what a rule set holds is refused
  // Reads snapshots that the engine itself has no more; none: the engine has all.
  Engine* replay_engine = nullptr;
};

struct Replayed {
  bool ran = false;
  std::string expected_sha256, found_sha256;  // of the canonical answers
  std::vector<std::string> differences;       // what is not as it was, in words
};

// Thread safe. `engine`, `ledger` and the desk must outlive the pipeline.
class ReleasePipeline {
 public:
  using Progress = std::function<void(absl::string_view stage, double done)>;

  ReleasePipeline(Engine& engine, Ledger& ledger, PipelineOptions options);

  // A refusal is a committed release too, with status "refused", and so is what waits for reviewers
  // ("held"). Errors: INVALID_ARGUMENT (a request id of ours), CANCELLED,
  // DEADLINE_EXCEEDED (what cannot be protected in time is not released; also an entry),
  // UNAVAILABLE (the log does not take entries), INTERNAL with a reference number only.
  absl::StatusOr<CommittedRelease> Run(const Caller& caller, const QueryRequestText& request,
                                       const InForce& in_force, const std::atomic<bool>* cancelled,
                                       const Progress& progress);

  // The request of a log entry, run again as its caller on the day of `time` (RFC 3339), under what
  // was in force then. Nothing is committed, and the answer itself does not leave. Not run where the
  // policy or a snapshot of `in_force` is another than the entry's, or the refusal was one of the
  // moment; another build runs it and is named. CANCELLED.
  absl::StatusOr<Replayed> Replay(const v1::SealedRequest& sealed, const std::string& time,
                                  const InForce& in_force,
                                  const std::atomic<bool>* cancelled = nullptr);

  // The canonical answer that the request of a log entry gets under `in_force`, perhaps a draft, on
  // that day; it is for comparing, and does not leave. Nothing is committed, and limits, holds and
  // the past are not asked. What is in `known` (may be null), of this policy, is not computed again;
  // it then names another release of the same. CANCELLED, INTERNAL; DATA_LOSS: no such role.
  absl::StatusOr<std::shared_ptr<const std::string>> AnswerUnder(
      const v1::SealedRequest& sealed, const std::string& day, const InForce& in_force,
      KnownAnswers* known, const std::atomic<bool>* cancelled) const;

  // --dry-run: the canonical JSON with status "allowed" or "refused"; touches no data, no entry. The
  // plan is told in words: its canonical text knows parameters of the rules.
  std::string Check(const Caller& caller, const QueryRequestText& request, const InForce& in_force) const;

  // What a held request is, judged again under what is in force; touches no data. Of an after-check
  // `in_force` is what was in force then, here and in Look().
  absl::StatusOr<HeldPlan> PlanOf(const Case& held, const InForce& in_force) const;
  // The answer as it would leave now, and what stands behind it. RAW: for reviewers alone, after an
  // entry of their look. Errors as Run(); INVALID_ARGUMENT: a model is not rounded.
  absl::StatusOr<Preview> Look(const Case& held, const Strength& strength, const InForce& in_force,
                               const std::atomic<bool>* cancelled) const;
  // Commits the answer of an approved request, judged and made again under what is in force. A
  // refusal ends the case. None: what would leave is not what was approved, and the case is back
  // with the reviewers. FAILED_PRECONDITION: the case is not approved. Errors as Run().
  absl::StatusOr<std::optional<CommittedRelease>> ReleaseHeld(const std::string& case_id,
                                                              const InForce& in_force,
                                                              const std::atomic<bool>* cancelled);

 private:
  // What the log so far says to a request.
  struct PastVerdict;
  // Fills what of it the entry holds.
  absl::StatusOr<PastVerdict> JudgePast(const JudgedRequest& request, const std::string& today,
                                        ReleaseContext* context) const;
  absl::StatusOr<PastVerdict> JudgeHoldOf(const JudgedRequest& request, const std::string& today,
                                          PastVerdict verdict, ReleaseContext* context) const;
  // Queries of the project today, this one included, and how many there may be.
  void FillBudget(const AuthorisedQuery& query, const std::string& today,
                  ReleaseContext* context) const;
  // Earlier releases about the same, and the entries that were known then.
  absl::Status FillOverlaps(ReleaseContext* context) const;
  // Judges against the past, and commits what comes of it if the log has nothing new by then that
  // would undo the judgement; else again. What was computed stays: no past is in it.
  absl::StatusOr<CommittedRelease> Decide(const JudgedRequest& request, const std::string& today,
                                          ReleaseContext context,
                                          const std::atomic<bool>* cancelled,
                                          const Progress& progress);
  // Aggregated and protected, or, of a table, made before from the same.
  absl::StatusOr<Outcome> Answer(const JudgedRequest& request, const ReleaseContext& context,
                                 const std::atomic<bool>* cancelled, const Progress& progress);
  // The protection that reviewers asked for when this answer was released.
  absl::StatusOr<Strength> StrengthOf(const std::string& release) const;
  // On which a case is judged: what has left, on the day that it left.
  std::string DayOf(const Case& held) const;
  struct Made;
  absl::StatusOr<Made> Make(const Case& held, const Strength& strength, const InForce& in_force,
                            const std::atomic<bool>* cancelled) const;
  // What of an engine or of protection that stopped is a refusal.
  static std::optional<Refusal> RefusalOf(const absl::Status& why);
  // The entry of a request that ended without a table; what is no refusal is returned as an error.
  absl::StatusOr<CommittedRelease> Stopped(const absl::Status& why, const ReleaseContext& context);

  Engine& engine_;
  Ledger& ledger_;
  PipelineOptions options_;
  Remembered remembered_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RELEASE_PIPELINE_H_
