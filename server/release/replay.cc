#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/policy/strictness.h"
#include "disclosure/protect/answer.h"
#include "server/desk/hold.h"
#include "server/release/compute.h"
#include "server/release/draft_replay.h"
#include "server/release/hold.h"
#include "server/release/judge.h"
#include "server/release/pipeline.h"

namespace kluis {
namespace {

// Refusals that depend on the moment, not on the request.
bool DependsOnTheMoment(const std::string& code) {
  return code == "DAILY_LIMIT" || code == "CANCELLED" || code == "FAILED" || code == kHeldCode ||
         code == "HOLD_NOT_AVAILABLE";
}

// What keeps it from being run again as it was.
std::vector<std::string> Obstacles(const v1::SealedRequest& sealed, const InForce& in_force) {
  std::vector<std::string> obstacles;
  if (sealed.policy_sha256() != in_force.policy->sha256) {
    obstacles.push_back(absl::StrCat("policy: it was ", sealed.policy_sha256(), ", here is ",
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

absl::StatusOr<Caller> CallerOf(const v1::SealedRequest& sealed) {
  Caller caller;
  caller.id = sealed.caller();
  caller.organisation = sealed.organisation();
  caller.certificate_sha256 = sealed.certificate_sha256();
  if (ParseRole(sealed.role(), &caller.role)) return caller;
  return absl::DataLossError("the entry has an unknown role");
}

// All that an answer is made from.
std::string QuestionOf(const ReleaseContext& context, const JudgedRequest& request,
                       const Strength& strength) {
  std::string question = absl::StrCat(context.plan_sha256, "|", context.project, "|",
                                      RulesText(QueryOf(request).rules()), "|", strength.round_to);
  for (const SnapshotUse& use : context.snapshots) absl::StrAppend(&question, "|", use.sha256);
  return question;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const std::string>> ReleasePipeline::AnswerUnder(
    const v1::SealedRequest& sealed, const std::string& day, const InForce& in_force,
    KnownAnswers* known, const std::atomic<bool>* cancelled) const {
  KLUIS_ASSIGN_OR_RETURN(const Caller caller, CallerOf(sealed));
  KLUIS_ASSIGN_OR_RETURN(const Strength strength, StrengthOf(sealed.release()));
  const InForce stronger = Stronger(in_force, sealed.rules(), strength);
  const QueryRequestText request = RequestOf(sealed);
  ReleaseContext context = NewContext(caller, request, stronger, options_.build);
  context.release = sealed.release();
  const auto refused = [&context](const Refusal& refusal) {
    return std::make_shared<const std::string>(CanonicalRefusal(refusal, ContextOf(context)));
  };
  const Decision<JudgedRequest> judged = JudgeRequest(caller, request, stronger, day, &context);
  if (!judged.allowed()) return refused(judged.refusal());
  if (const auto refusal = ModelsRefused(judged.value())) return refused(*refusal);
  Engine& engine = options_.replay_engine == nullptr ? engine_ : *options_.replay_engine;
  const auto compute = [&]() -> absl::StatusOr<KnownAnswers::Answer> {
    const absl::StatusOr<Outcome> outcome = Compute(
        judged.value(), engine,
        {.cost_key = options_.cost_key, .round_to = strength.round_to, .cancelled = cancelled},
        [](absl::string_view, double) {});
    if (outcome.ok())
      return std::make_shared<const std::string>(AnswerOf(*outcome, ContextOf(context)));
    if (const auto refusal = RefusalOf(outcome.status())) return refused(*refusal);
    if (absl::IsCancelled(outcome.status())) return outcome.status();
    return absl::InternalError("it could not be made again");
  };
  if (known == nullptr) return compute();
  return known->Get(QuestionOf(context, judged.value(), strength), compute);
}

absl::StatusOr<Replayed> ReleasePipeline::Replay(const v1::SealedRequest& sealed,
                                                 const std::string& time, const InForce& in_force,
                                                 const std::atomic<bool>* cancelled) {
  Replayed replayed;
  replayed.expected_sha256 = sealed.answer_sha256();
  replayed.differences = Obstacles(sealed, in_force);
  const bool can_run = replayed.differences.empty();
  if (sealed.build() != options_.build) {
    replayed.differences.push_back(
        absl::StrCat("build: it was ", sealed.build(), ", this is ", options_.build));
  }
  if (!can_run) return replayed;
  KLUIS_ASSIGN_OR_RETURN(const auto answer,
                         AnswerUnder(sealed, time.substr(0, 10), in_force, nullptr, cancelled));
  replayed.ran = true;
  replayed.found_sha256 = ToHex(Sha256(*answer));
  return replayed;
}

}  // namespace kluis
