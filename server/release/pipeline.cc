#include "server/release/pipeline.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/protect/answer.h"
#include "disclosure/protect/keyed_cost.h"
#include "disclosure/protect/protect.h"
#include "disclosure/protect/model_answer.h"
#include "disclosure/protect/protect_model.h"
#include "server/plan/aggregation_plan.h"
#include "server/release/judge.h"

namespace kluis {
namespace {

std::string SnapshotSalt(const AggregationPlan& plan) {
  std::string salt;
  for (const PlanSource& source : plan.sources) absl::StrAppend(&salt, source.snapshot_sha256, "|");
  return salt;
}

Refusal NotProtected() {
  return {.kind = RefusalKind::kPolicy,
          .code = "NOT_PROTECTED",
          .message = "the table could not be protected within the work budget, so nothing of it is released",
          .hint = "ask for fewer cells: a coarser area, fewer dimensions, or ROLLUP instead of CUBE"};
}

// The text of a failed protection may name cells, and errors go to the operator's journal.
absl::Status CodeAlone(const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat("protection failed: ", absl::StatusCodeToString(status.code())));
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
  if (!request.request_id.empty()) {
    if (auto stored = ledger_.FindRequest(caller.id, request.request_id)) return *std::move(stored);
  }
  if (request.model) return RunModel(caller, request, in_force, cancelled, progress);
  ReleaseContext context = NewContext(caller, request, in_force, options_.build);
  const std::string today = options_.today();
  const Decision<Judged> judged = Judge(caller, request, in_force, today, &context);
  if (!judged.allowed()) return ledger_.CommitRefusal(judged.refusal(), context);
  const AggregationPlan& plan = judged.value().plan;
  const RuleSet& rules = judged.value().query.rules();
  if (const auto refusal = OverDailyLimit(judged.value().query, ledger_, today)) {
    return ledger_.CommitRefusal(*refusal, context);
  }
  if (const auto refusal = WouldBeHeld(judged.value().query, plan)) return ledger_.CommitRefusal(*refusal, context);

  absl::StatusOr<ProtectedTable> table = Table(plan, rules, context, cancelled, progress);
  if (!table.ok()) return Stopped(table.status(), context);
  progress("commit", 0);
  return ledger_.Commit(*std::move(table), context);
}

absl::StatusOr<ProtectedTable> ReleasePipeline::Table(const AggregationPlan& plan, const RuleSet& rules,
                                                      const ReleaseContext& context,
                                                      const std::atomic<bool>* cancelled,
                                                      const Progress& progress) {
  // Within one project: how long an answer takes must not tell what others have asked.
  const std::string question =
      absl::StrJoin({plan.sha256, context.rules_sha256, context.policy_sha256, context.project}, "|");
  progress("engine", 0);
  std::optional<ProtectedTable> known = remembered_.Find(question);
  if (known) {
    progress("protect", 0);
    return *std::move(known);
  }
  KLUIS_ASSIGN_OR_RETURN(const AggregateTable raw, engine_.Run(plan, cancelled));
  // How far protection is depends on the data, so only its beginning is told (safety.md 22).
  progress("protect", 0);
  absl::StatusOr<ProtectedTable> table = Protect(raw, rules, OptionsFor(plan, rules, cancelled));
  if (!table.ok()) return CodeAlone(table.status());
  remembered_.Keep(question, *table);
  return table;
}

absl::StatusOr<CommittedRelease> ReleasePipeline::RunModel(const Caller& caller, const QueryRequestText& request,
                                                           const InForce& in_force,
                                                           const std::atomic<bool>* cancelled,
                                                           const Progress& progress) {
  ReleaseContext context = NewContext(caller, request, in_force, options_.build);
  const std::string today = options_.today();
  const Decision<JudgedModel> judged = JudgeModel(caller, request, in_force, today, &context);
  if (!judged.allowed()) return ledger_.CommitRefusal(judged.refusal(), context);
  const ModelPlan& plan = judged.value().plan;
  const RuleSet& rules = judged.value().query.rules();
  if (const auto refusal = OverDailyLimit(judged.value().query, ledger_, today)) {
    return ledger_.CommitRefusal(*refusal, context);
  }
  if (const auto refusal = ModelWouldBeHeld(judged.value().query, plan)) {
    return ledger_.CommitRefusal(*refusal, context);
  }

  progress("engine", 0);
  const absl::StatusOr<AggregateTable> cells = engine_.Run(plan.cells, cancelled);
  if (!cells.ok()) return Stopped(cells.status(), context);
  absl::StatusOr<AggregateTable> totals = AggregateTable();
  if (plan.totals) totals = engine_.Run(*plan.totals, cancelled);
  if (!totals.ok()) return Stopped(totals.status(), context);

  progress("protect", 0);
  const ModelTables tables = {.spec = plan.spec, .cells = *cells, .totals = plan.totals ? &*totals : nullptr};
  absl::StatusOr<Decision<ProtectedModel>> model =
      ProtectModel(tables, rules, OptionsFor(plan.cells, rules, cancelled));
  if (!model.ok()) return Stopped(CodeAlone(model.status()), context);

  progress("commit", 0);
  if (!model->allowed()) return ledger_.CommitRefusal(model->refusal(), context);
  return ledger_.Commit((*std::move(model)).value(), context);
}

ProtectOptions ReleasePipeline::OptionsFor(const AggregationPlan& plan, const RuleSet& rules,
                                           const std::atomic<bool>* cancelled) const {
  return {.cost_factor = KeyedCosts(options_.cost_key, SnapshotSalt(plan)),
          .decoy = KeyedDecoys(options_.cost_key, SnapshotSalt(plan)),
          .iterations_max = rules.secondary.deadline_ms * kIterationsPerMs,
          .cancelled = cancelled,
          .progress = nullptr};
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
