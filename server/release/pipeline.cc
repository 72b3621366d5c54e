#include "server/release/pipeline.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/strictness.h"
#include "disclosure/protect/answer.h"
#include "disclosure/protect/model_answer.h"
#include "server/desk/hold.h"
#include "server/plan/aggregation_plan.h"
#include "server/release/compute.h"
#include "server/release/hold.h"
#include "server/release/judge.h"

namespace kluis {
namespace {

Refusal NotProtected() {
  return {.kind = RefusalKind::kPolicy,
          .code = "NOT_PROTECTED",
          .message = "the table could not be protected within the work budget, so nothing of it is released",
          .hint = "ask for fewer cells: a coarser area, fewer dimensions, or ROLLUP instead of CUBE"};
}

}  // namespace

ReleasePipeline::ReleasePipeline(Engine& engine, Ledger& ledger, PipelineOptions options)
    : engine_(engine),
      ledger_(ledger),
      options_(std::move(options)),
      remembered_(options_.remembered_values) {}

absl::StatusOr<CommittedRelease> ReleasePipeline::Run(const Caller& caller, const QueryRequestText& request,
                                                      const InForce& in_force, const std::atomic<bool>* cancelled,
                                                      const Progress& progress) {
  if (absl::StartsWith(request.request_id, kReviewPrefix))
    return absl::InvalidArgumentError(absl::StrCat("a request id does not begin with ", kReviewPrefix));
  if (!request.request_id.empty()) {
    if (auto stored = ledger_.FindRequest(caller.id, request.request_id)) return *std::move(stored);
  }
  ReleaseContext context = NewContext(caller, request, in_force, options_.build);
  const std::string today = options_.today();
  const Decision<JudgedRequest> judged = JudgeRequest(caller, request, in_force, today, &context);
  if (!judged.allowed()) return ledger_.CommitRefusal(judged.refusal(), context);
  return Decide(judged.value(), today, std::move(context), cancelled, progress);
}

absl::StatusOr<Outcome> ReleasePipeline::Answer(const JudgedRequest& request, const ReleaseContext& context,
                                                const std::atomic<bool>* cancelled, const Progress& progress) {
  // Within one project: how long an answer takes must not tell what others have asked.
  // And under the rules that hold for this query: those of another role, or of a query that names a
  // variable which the plan does not need, may be others.
  const std::string question = absl::StrJoin({context.plan_sha256, context.rules_sha256, context.policy_sha256,
                                              context.project, RulesText(QueryOf(request).rules())},
                                             "|");
  if (std::optional<RememberedTable> known = remembered_.Find(question)) {
    progress("engine", 0);
    progress("protect", 0);
    return Outcome{std::move(known->table), {}, known->population, false};
  }
  KLUIS_ASSIGN_OR_RETURN(
      Outcome outcome,
      Compute(request, engine_, {.cost_key = options_.cost_key, .cancelled = cancelled}, progress));
  if (const auto* table = std::get_if<ProtectedTable>(&outcome.answer)) remembered_.Keep(question, *table, outcome.population);
  return outcome;
}

std::optional<Refusal> ReleasePipeline::RefusalOf(const absl::Status& why) {
  if (absl::IsDeadlineExceeded(why) || absl::IsFailedPrecondition(why)) return NotProtected();
  return std::nullopt;
}

absl::StatusOr<CommittedRelease> ReleasePipeline::Stopped(const absl::Status& why, const ReleaseContext& context) {
  if (const auto refusal = RefusalOf(why)) return ledger_.CommitRefusal(*refusal, context);
  Refusal refusal = NotProtected();
  refusal.code = absl::IsCancelled(why) ? "CANCELLED" : "FAILED";
  refusal.message = absl::IsCancelled(why) ? "the request was cancelled" : "the request failed";
  refusal.hint.clear();
  KLUIS_RETURN_IF_ERROR(ledger_.CommitRefusal(refusal, context).status());
  return absl::IsCancelled(why) ? why : absl::InternalError(why.message());
}

std::string ReleasePipeline::Check(const Caller& caller, const QueryRequestText& request,
                                   const InForce& in_force) const {
  ReleaseContext context = NewContext(caller, request, in_force, options_.build);
  context.release.clear();
  if (request.model) {
    const Decision<JudgedModel> judged =
        JudgeModel(caller, request, in_force, options_.today(), &context);
    if (!judged.allowed()) return CanonicalRefusal(judged.refusal(), ContextOf(context));
    const ModelPlan& plan = judged.value().plan;
    return CanonicalModelAllowed(plan.spec, plan.judged_cells, plan.words, ContextOf(context));
  }
  const Decision<Judged> judged = Judge(caller, request, in_force, options_.today(), &context);
  if (!judged.allowed()) return CanonicalRefusal(judged.refusal(), ContextOf(context));
  const AggregationPlan& plan = judged.value().plan;
  return CanonicalAllowed(plan.table.shape, plan.released_cells, plan.words, ContextOf(context));
}

}  // namespace kluis
