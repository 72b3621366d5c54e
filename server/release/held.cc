// The part of the pipeline that is about requests which people decide on.
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "server/desk/hold.h"
#include "server/release/compute.h"
#include "server/release/figures.h"
#include "server/release/hold.h"
#include "server/release/judge.h"
#include "server/release/pipeline.h"

namespace kluis {
namespace {

struct HeldQuestion {
  Caller caller;
  QueryRequestText request;
};

HeldQuestion QuestionOf(const v1::SealedRequest& sealed) {
  HeldQuestion question;
  question.caller.id = sealed.caller();
  question.caller.organisation = sealed.organisation();
  question.caller.certificate_sha256 = sealed.certificate_sha256();
  (void)ParseRole(sealed.role(), &question.caller.role);
  question.request.sql = sealed.query_text();
  question.request.project = sealed.project();
  question.request.client_version = sealed.client_version();
  if (sealed.has_model()) {
    const v1::SealedModel& model = sealed.model();
    question.request.sql.clear();
    question.request.model =
        ModelText{model.formula(), model.dataset(), model.where(), model.family()};
  }
  return question;
}

// Of what the answer says, whatever its id and whatever else the policy says.
std::string DigestOf(const Outcome& outcome, AnswerContext context) {
  context.release.clear();
  context.policy_sha256.clear();
  return ToHex(Sha256(AnswerOf(outcome, context)));
}

HeldPlan Explained(const Decision<JudgedRequest>& judged) {
  HeldPlan plan;
  if (!judged.allowed()) {
    plan.refusal = absl::StrCat(judged.refusal().code, ": ", judged.refusal().message);
    return plan;
  }
  const HoldSubject subject = SubjectOf(judged.value());
  plan.shape = subject.shape;
  plan.cells = subject.cells;
  plan.members = QueryOf(judged.value()).project().members;
  if (const auto* table = std::get_if<Judged>(&judged.value())) {
    plan.words = table->plan.words;
    plan.canonical = table->plan.canonical;
  } else {
    plan.words = std::get<JudgedModel>(judged.value()).plan.words;
    plan.canonical = std::get<JudgedModel>(judged.value()).plan.canonical;
  }
  return plan;
}

}  // namespace

std::string ReleasePipeline::DayOf(const Case& held) const {
  return held.request.after_check ? held.request.time.substr(0, 10) : options_.today();
}

absl::StatusOr<HeldPlan> ReleasePipeline::PlanOf(const Case& held, const InForce& in_force) const {
  KLUIS_ASSIGN_OR_RETURN(const v1::SealedRequest sealed,
                         options_.desk->RequestOf(held.request.index));
  const HeldQuestion question = QuestionOf(sealed);
  ReleaseContext context = NewContext(question.caller, question.request, in_force, options_.build);
  const std::string today = DayOf(held);
  const Decision<JudgedRequest> judged =
      JudgeRequest(question.caller, question.request, in_force, today, &context);
  HeldPlan plan = Explained(judged);
  if (!judged.allowed()) return plan;
  FillBudget(QueryOf(judged.value()), today, &context);
  plan.queries_today = context.queries_today - 1;
  plan.queries_per_day = context.queries_per_day;
  return plan;
}

// What would leave now.
struct ReleasePipeline::Made {
  ReleaseContext context;
  HeldPlan plan;
  absl::StatusOr<Outcome> outcome = absl::UnknownError("not made");
};

absl::StatusOr<ReleasePipeline::Made> ReleasePipeline::Make(
    const Case& held, const Strength& strength, const InForce& in_force,
    const std::atomic<bool>* cancelled) const {
  KLUIS_ASSIGN_OR_RETURN(const v1::SealedRequest sealed,
                         options_.desk->RequestOf(held.request.index));
  const HeldQuestion question = QuestionOf(sealed);
  if (question.request.model && strength.round_to > 0)
    return absl::InvalidArgumentError("a model is not rounded; a higher minimum is possible");
  const InForce stronger = Stronger(in_force, held.request.rules, strength);
  Made made;
  made.context = NewContext(question.caller, question.request, stronger, options_.build);
  const std::string today = DayOf(held);
  const Decision<JudgedRequest> judged =
      JudgeRequest(question.caller, question.request, stronger, today, &made.context);
  made.plan = Explained(judged);
  if (!judged.allowed()) {
    made.outcome = Outcome{judged.refusal(), {}};
    return made;
  }
  made.outcome = Compute(
      judged.value(), engine_,
      {.cost_key = options_.cost_key, .round_to = strength.round_to, .cancelled = cancelled},
      [](absl::string_view, double) {});
  if (const auto refusal = RefusalOf(made.outcome.status())) made.outcome = Outcome{*refusal, {}};
  if (made.outcome.ok()) FillUse(*made.outcome, judged.value(), &made.context);
  FillBudget(QueryOf(judged.value()), today, &made.context);
  return made;
}

absl::StatusOr<Preview> ReleasePipeline::Look(const Case& held, const Strength& strength,
                                              const InForce& in_force,
                                              const std::atomic<bool>* cancelled) const {
  KLUIS_ASSIGN_OR_RETURN(const Made made, Make(held, strength, in_force, cancelled));
  KLUIS_RETURN_IF_ERROR(made.outcome.status());
  Preview preview;
  preview.plan = made.plan;
  AnswerContext answer = ContextOf(made.context);
  preview.digest = DigestOf(*made.outcome, answer);
  answer.release.clear();
  preview.answer = AnswerOf(*made.outcome, answer);
  preview.population = made.outcome->population.units;
  preview.contributors = made.outcome->population.contributors;
  if (const auto* table = std::get_if<ProtectedTable>(&made.outcome->answer)) {
    for (const DimensionColumn& dimension : table->shape().dimensions)
      preview.dimensions.push_back(dimension.name);
    preview.figures = FiguresOf(made.outcome->table, *table);
  }
  return preview;
}

absl::StatusOr<std::optional<CommittedRelease>> ReleasePipeline::ReleaseHeld(
    const std::string& case_id, const InForce& in_force, const std::atomic<bool>* cancelled) {
  std::optional<Case> held;
  KLUIS_RETURN_IF_ERROR(options_.desk->Look([&](const Desk& desk) {
    if (const Case* found = desk.Find(case_id)) held = *found;
  }));
  if (!held || held->state != CaseState::kApproved)
    return absl::FailedPreconditionError(absl::StrCat("case ", case_id, " is not approved"));
  const Strength strength = held->decision->strength;
  KLUIS_ASSIGN_OR_RETURN(Made made, Make(*held, strength, in_force, cancelled));
  if (!made.outcome.ok()) return Stopped(made.outcome.status(), made.context).status();
  const bool refused = std::holds_alternative<Refusal>(made.outcome->answer);
  const std::string digest = DigestOf(*made.outcome, ContextOf(made.context));
  made.context.request_id = RequestIdOf(case_id);
  KLUIS_RETURN_IF_ERROR(FillOverlaps(&made.context));
  bool changed = false;
  absl::StatusOr<CommittedRelease> release = options_.desk->Release(
      case_id, [&](const Case& approved) -> absl::StatusOr<CommittedRelease> {
        changed = !refused &&
                  (approved.decision->digest != digest || approved.decision->strength != strength);
        if (changed) return absl::AbortedError("not what was approved");
        return CommitOutcome(*made.outcome, made.context, ledger_);
      });
  if (release.ok()) return std::optional<CommittedRelease>(*std::move(release));
  if (!changed) return release.status();
  DeskEvent event;
  event.action = DeskAction::kReturn;
  event.case_id = case_id;
  event.by = {"desk", "desk", DeskRole::kDesk};
  event.reason = "what would leave now is not what was approved";
  KLUIS_RETURN_IF_ERROR(options_.desk->Do(event, {}).status());
  return std::optional<CommittedRelease>();
}

absl::StatusOr<Strength> ReleasePipeline::StrengthOf(const std::string& release) const {
  Strength strength;
  if (options_.desk == nullptr) return strength;
  KLUIS_RETURN_IF_ERROR(options_.desk->Look([&](const Desk& desk) {
    const Case* held = desk.FindByRelease(release);
    if (held != nullptr && held->decision) strength = held->decision->strength;
  }));
  return strength;
}

}  // namespace kluis
