#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/protect/answer.h"
#include "disclosure/protect/model_answer.h"
#include "disclosure/protect/protect_model.h"
#include "server/release/judge.h"
#include "server/release/pipeline.h"

namespace kluis {
namespace {

// Refusals that depend on the moment, not on the request.
bool DependsOnTheMoment(const std::string& code) {
  return code == "DAILY_LIMIT" || code == "CANCELLED" || code == "FAILED";
}

QueryRequestText RequestOf(const v1::SealedRequest& sealed) {
  QueryRequestText request;
  request.sql = sealed.query_text();
  request.project = sealed.asked_project();
  if (sealed.has_model()) {
    const v1::SealedModel& model = sealed.model();
    request.sql.clear();
    request.model = ModelText{model.formula(), model.dataset(), model.where(), model.family()};
  }
  return request;
}

// What keeps it from being run again as it was.
std::vector<std::string> Obstacles(const v1::SealedRequest& sealed, const InForce& in_force) {
  std::vector<std::string> obstacles;
  if (sealed.policy_sha256() != in_force.policy->sha256) {
    obstacles.push_back(absl::StrCat("policy: it was ", sealed.policy_sha256(), ", in force is ",
                                     in_force.policy->sha256));
  }
  for (const v1::SnapshotRef& snapshot : sealed.snapshots()) {
    const auto now = in_force.catalogue->datasets.find(snapshot.dataset());
    const std::string here =
        now == in_force.catalogue->datasets.end() ? "none" : now->second.sha256;
    if (here == snapshot.sha256()) continue;
    obstacles.push_back(absl::StrCat("snapshot of ", snapshot.dataset(), ": it was ",
                                     snapshot.sha256(), ", here is ", here));
  }
  if (DependsOnTheMoment(sealed.refusal_code()))
    obstacles.push_back(absl::StrCat("refusal ", sealed.refusal_code(), ": of that moment"));
  return obstacles;
}

}  // namespace

absl::StatusOr<std::string> ReleasePipeline::AnswerAgain(const Caller& caller,
                                                         const QueryRequestText& request,
                                                         const InForce& in_force,
                                                         const std::string& today,
                                                         const std::string& release) {
  ReleaseContext context = NewContext(caller, request, in_force, options_.build);
  context.release = release;
  const auto refused = [&context](const Refusal& refusal) {
    return CanonicalRefusal(refusal, ContextOf(context));
  };
  const Decision<Judged> judged = Judge(caller, request, in_force, today, &context);
  if (!judged.allowed()) return refused(judged.refusal());
  const AggregationPlan& plan = judged.value().plan;
  const RuleSet& rules = judged.value().query.rules();
  if (const auto held = WouldBeHeld(judged.value().query, plan)) return refused(*held);
  KLUIS_ASSIGN_OR_RETURN(const AggregateTable table, engine_.Run(plan, nullptr));
  const auto protected_table = Protect(table, rules, OptionsFor(plan, rules, nullptr));
  if (protected_table.ok()) return CanonicalAnswer(*protected_table, ContextOf(context));
  if (const auto refusal = RefusalOf(protected_table.status())) return refused(*refusal);
  return absl::InternalError("protection failed");
}

absl::StatusOr<std::string> ReleasePipeline::ModelAgain(const Caller& caller,
                                                        const QueryRequestText& request,
                                                        const InForce& in_force,
                                                        const std::string& today,
                                                        const std::string& release) {
  ReleaseContext context = NewContext(caller, request, in_force, options_.build);
  context.release = release;
  const auto refused = [&context](const Refusal& refusal) {
    return CanonicalRefusal(refusal, ContextOf(context));
  };
  const Decision<JudgedModel> judged = JudgeModel(caller, request, in_force, today, &context);
  if (!judged.allowed()) return refused(judged.refusal());
  const ModelPlan& plan = judged.value().plan;
  const RuleSet& rules = judged.value().query.rules();
  if (const auto held = ModelWouldBeHeld(judged.value().query, plan)) return refused(*held);
  KLUIS_ASSIGN_OR_RETURN(const AggregateTable cells, engine_.Run(plan.cells, nullptr));
  AggregateTable totals;
  if (plan.totals) {
    KLUIS_ASSIGN_OR_RETURN(totals, engine_.Run(*plan.totals, nullptr));
  }
  const ModelTables tables = {
      .spec = plan.spec, .cells = cells, .totals = plan.totals ? &totals : nullptr};
  const auto model = ProtectModel(tables, rules, OptionsFor(plan.cells, rules, nullptr));
  if (!model.ok()) {
    if (const auto refusal = RefusalOf(model.status())) return refused(*refusal);
    return absl::InternalError("protection failed");
  }
  if (!model->allowed()) return refused(model->refusal());
  return CanonicalModel(model->value(), ContextOf(context));
}

absl::StatusOr<Replayed> ReleasePipeline::Replay(const v1::SealedRequest& sealed,
                                                 const std::string& time, const InForce& in_force) {
  Replayed replayed;
  replayed.expected_sha256 = sealed.answer_sha256();
  replayed.differences = Obstacles(sealed, in_force);
  const bool can_run = replayed.differences.empty();
  if (sealed.build() != options_.build) {
    replayed.differences.push_back(
        absl::StrCat("build: it was ", sealed.build(), ", this is ", options_.build));
  }
  if (!can_run) return replayed;
  Caller caller;
  caller.id = sealed.caller();
  caller.organisation = sealed.organisation();
  caller.certificate_sha256 = sealed.certificate_sha256();
  if (!ParseRole(sealed.role(), &caller.role))
    return absl::DataLossError("the entry has an unknown role");
  const QueryRequestText request = RequestOf(sealed);
  const std::string day = time.substr(0, 10);
  const auto answer = request.model ? ModelAgain(caller, request, in_force, day, sealed.release())
                                    : AnswerAgain(caller, request, in_force, day, sealed.release());
  if (!answer.ok()) return absl::InternalError(answer.status().message());
  replayed.ran = true;
  replayed.found_sha256 = ToHex(Sha256(*answer));
  return replayed;
}

}  // namespace kluis
