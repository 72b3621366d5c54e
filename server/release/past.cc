// The part of the pipeline that judges a request against the log so far.
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/desk/hold.h"
#include "server/release/compute.h"
#include "server/release/hold.h"
#include "server/release/judge.h"
#include "server/release/pipeline.h"

namespace kluis {
namespace {

// Each time something has happened at the desk or the last query of today was used, which is twice.
constexpr int kAttempts = 100;
constexpr size_t kOverlapsNamed = 20;

// A rule set that wants people to look first is obeyed: without a reviewers' desk nothing leaves.
Refusal NoDesk(const HoldSubject& subject) {
  return {.kind = RefusalKind::kPolicy,
          .code = "HOLD_NOT_AVAILABLE",
          .message = absl::StrCat("rule set ", subject.rules,
                                  " holds this for review, and here are no reviewers"),
          .hint = "ask for fewer cells or another statistic"};
}

std::string BeginOf(const std::string& day) { return absl::StrCat(day, "T00:00:00Z"); }

}  // namespace

struct ReleasePipeline::PastVerdict {
  std::optional<Refusal> refusal;  // of the moment: a limit, or people look first
  DecidedAgainst against;          // what would undo this verdict
};

absl::StatusOr<ReleasePipeline::PastVerdict> ReleasePipeline::JudgePast(
    const JudgedRequest& request, const std::string& today, ReleaseContext* context) const {
  const AuthorisedQuery& query = QueryOf(request);
  PastVerdict verdict;
  verdict.against.size = ledger_.size();
  const DecidedAgainst::Limit limit = {query.project().name, BeginOf(today),
                                       query.rules().queries_per_day};
  FillBudget(query, today, context);
  if (context->queries_today > limit.entries) {
    verdict.refusal = OverDailyLimit(query);
    return verdict;
  }
  verdict.against.limit = limit;
  if (const auto refusal = ModelsRefused(request)) {
    verdict.refusal = refusal;
    return verdict;
  }
  return JudgeHoldOf(request, today, std::move(verdict), context);
}

absl::StatusOr<ReleasePipeline::PastVerdict> ReleasePipeline::JudgeHoldOf(
    const JudgedRequest& request, const std::string& today, PastVerdict verdict,
    ReleaseContext* context) const {
  const HoldSubject subject = SubjectOf(request);
  context->precedent.clear();
  context->after_check = false;
  context->held_for.clear();
  if (!NeedsDesk(subject)) return verdict;
  if (options_.desk == nullptr) {
    verdict.refusal = NoDesk(subject);
    return verdict;
  }
  KLUIS_ASSIGN_OR_RETURN(const HoldVerdict hold,
                         JudgeHold(subject, options_.cost_key, today, *options_.desk));
  if (!hold.conditions.empty()) {
    context->held_for = hold.conditions;
    verdict.refusal = Held();
    return verdict;
  }
  if (!hold.precedent.empty()) {
    context->precedent = hold.precedent;
    verdict.against.reviewed.push_back(hold.precedent_entry);
  }
  context->after_check = DrawnForAfterCheck(subject, options_.cost_key);
  return verdict;
}

void ReleasePipeline::FillBudget(const AuthorisedQuery& query, const std::string& today,
                                 ReleaseContext* context) const {
  const int64_t used = ledger_.CountReleasesSince(query.project().name, BeginOf(today));
  context->queries_today = used == std::numeric_limits<int64_t>::max() ? used : used + 1;
  context->queries_per_day = query.rules().queries_per_day;
}

absl::Status ReleasePipeline::FillOverlaps(ReleaseContext* context) const {
  if (options_.desk == nullptr) return absl::OkStatus();
  context->past = ledger_.size();
  KLUIS_ASSIGN_OR_RETURN(Overlap overlap, options_.desk->Overlaps(context->plan_canonical,
                                                                  context->past, kOverlapsNamed));
  context->overlap_count = overlap.count;
  context->overlaps = std::move(overlap.newest);
  return absl::OkStatus();
}

absl::StatusOr<CommittedRelease> ReleasePipeline::Decide(const JudgedRequest& request,
                                                         const std::string& today,
                                                         ReleaseContext context,
                                                         const std::atomic<bool>* cancelled,
                                                         const Progress& progress) {
  std::optional<Outcome> outcome;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    KLUIS_ASSIGN_OR_RETURN(const PastVerdict past, JudgePast(request, today, &context));
    absl::StatusOr<CommittedRelease> release = absl::InternalError("not committed");
    if (past.refusal) {
      release = ledger_.CommitRefusal(*past.refusal, context, past.against);
    } else {
      if (!outcome) {
        absl::StatusOr<Outcome> made = Answer(request, context, cancelled, progress);
        if (!made.ok()) return Stopped(made.status(), context);
        outcome = *std::move(made);
        FillUse(*outcome, request, &context);
        progress("commit", 0);
      }
      KLUIS_RETURN_IF_ERROR(FillOverlaps(&context));
      release = CommitOutcome(*outcome, context, ledger_, past.against);
    }
    if (absl::IsAborted(release.status())) continue;
    const bool for_the_desk = past.refusal ? past.refusal->code == kHeldCode : context.after_check;
    if (release.ok() && for_the_desk) KLUIS_RETURN_IF_ERROR(options_.desk->CatchUp());
    return release;
  }
  return absl::UnavailableError("the log changes faster than a request can be judged; ask again");
}

}  // namespace kluis
