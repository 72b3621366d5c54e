#include "server/release/compute.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/protect/keyed_cost.h"
#include "disclosure/protect/model_answer.h"
#include "disclosure/protect/protect.h"
#include "disclosure/protect/protect_model.h"

namespace kluis {
namespace {

std::string SnapshotSalt(const AggregationPlan& plan) {
  std::string salt;
  for (const PlanSource& source : plan.sources) absl::StrAppend(&salt, source.snapshot_sha256, "|");
  return salt;
}

// The text of a failed protection may name cells, and errors go to the operator's journal.
absl::Status CodeAlone(const absl::Status& status) {
  return absl::Status(status.code(),
                      absl::StrCat("protection failed: ", absl::StatusCodeToString(status.code())));
}

ProtectOptions OptionsFor(const AggregationPlan& plan, const RuleSet& rules,
                          const ComputeOptions& options) {
  return {.cost_factor = KeyedCosts(options.cost_key, SnapshotSalt(plan)),
          .decoy = KeyedDecoys(options.cost_key, SnapshotSalt(plan)),
          .iterations_max = rules.secondary.deadline_ms * kIterationsPerMs,
          .only_shown = false,
          .round_to = options.round_to,
          .cancelled = options.cancelled,
          .progress = nullptr};
}

absl::StatusOr<Outcome> Of(const Judged& judged, Engine& engine, const ComputeOptions& options,
                           const ReleasePipeline::Progress& progress) {
  const RuleSet& rules = judged.query.rules();
  progress("engine", 0);
  KLUIS_ASSIGN_OR_RETURN(AggregateTable table, engine.Run(judged.plan, options.cancelled));
  // How far protection is depends on the data, so only its beginning is told (safety.md 22).
  progress("protect", 0);
  absl::StatusOr<ProtectedTable> answer =
      Protect(table, rules, OptionsFor(judged.plan, rules, options));
  if (!answer.ok()) return CodeAlone(answer.status());
  const Population population = PopulationOf(table, judged.plan.contributor_unique);
  return Outcome{*std::move(answer), std::move(table), population, true};
}

absl::StatusOr<Outcome> Of(const JudgedModel& judged, Engine& engine, const ComputeOptions& options,
                           const ReleasePipeline::Progress& progress) {
  const ModelPlan& plan = judged.plan;
  const RuleSet& rules = judged.query.rules();
  progress("engine", 0);
  KLUIS_ASSIGN_OR_RETURN(const AggregateTable cells, engine.Run(plan.cells, options.cancelled));
  AggregateTable totals;
  if (plan.totals) {
    KLUIS_ASSIGN_OR_RETURN(totals, engine.Run(*plan.totals, options.cancelled));
  }
  progress("protect", 0);
  const ModelTables tables = {
      .spec = plan.spec, .cells = cells, .totals = plan.totals ? &totals : nullptr};
  absl::StatusOr<Decision<ProtectedModel>> model =
      ProtectModel(tables, rules, OptionsFor(plan.cells, rules, options));
  if (!model.ok()) return CodeAlone(model.status());
  const Population population = PopulationOf(cells, plan.cells.contributor_unique);
  if (!model->allowed()) return Outcome{model->refusal(), {}, population, true};
  return Outcome{(*std::move(model)).value(), {}, population, true};
}

}  // namespace

absl::StatusOr<Outcome> Compute(const JudgedRequest& request, Engine& engine,
                                const ComputeOptions& options,
                                const ReleasePipeline::Progress& progress) {
  return std::visit([&](const auto& judged) { return Of(judged, engine, options, progress); },
                    request);
}

std::string AnswerOf(const Outcome& outcome, const AnswerContext& context) {
  if (const auto* table = std::get_if<ProtectedTable>(&outcome.answer))
    return CanonicalAnswer(*table, context);
  if (const auto* model = std::get_if<ProtectedModel>(&outcome.answer))
    return CanonicalModel(*model, context);
  return CanonicalRefusal(std::get<Refusal>(outcome.answer), context);
}

void FillUse(const Outcome& outcome, const JudgedRequest& request, ReleaseContext* context) {
  context->population = outcome.population.units;
  context->population_contributors = outcome.population.contributors;
  context->work_budget = QueryOf(request).rules().secondary.deadline_ms * kIterationsPerMs;
  context->rows_read = 0;
  for (const SnapshotUse& use : context->snapshots) context->rows_read += use.rows;
  if (!outcome.read) context->rows_read = 0;
}

absl::StatusOr<CommittedRelease> CommitOutcome(const Outcome& outcome,
                                               const ReleaseContext& context, Ledger& ledger,
                                               const std::optional<DecidedAgainst>& against) {
  if (const auto* table = std::get_if<ProtectedTable>(&outcome.answer))
    return ledger.Commit(*table, context, against);
  if (const auto* model = std::get_if<ProtectedModel>(&outcome.answer))
    return ledger.Commit(*model, context, against);
  return ledger.CommitRefusal(std::get<Refusal>(outcome.answer), context, against);
}

}  // namespace kluis
