#include "server/rpc/review_core.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "server/rpc/grpc_error.h"
#include "server/rpc/on_worker.h"

namespace kluis {
namespace {

DeskRole RoleAtDesk(Role role) {
  switch (role) {
    case Role::kReviewer:
      return DeskRole::kReviewer;
    case Role::kPrivacyOfficer:
      return DeskRole::kPrivacyOfficer;
    case Role::kOperator:
      return DeskRole::kOperator;
    default:
      return DeskRole::kResearcher;
  }
}

grpc::Status NoSuchCase() {
  return MakeError(grpc::StatusCode::NOT_FOUND, "UNKNOWN_CASE", "no such request on the desk");
}

}  // namespace

InForce InForceOf(const Enclave& enclave) {
  const auto [policy, catalogue] = enclave.in_force();
  return {policy, catalogue};
}

grpc::Status PipelineError(const absl::Status& status) {
  if (absl::IsResourceExhausted(status)) {
    return MakeError(grpc::StatusCode::RESOURCE_EXHAUSTED, "BUSY", std::string(status.message()));
  }
  return ToClientError(status);
}

DeskActor ActorOf(const ServiceCore& core, const Caller& caller) {
  return {caller.id, core.enclave.registry().PersonOf(caller.id), RoleAtDesk(caller.role)};
}

std::set<std::string> CloseTo(const ServiceCore& core, const std::string& caller,
                              const std::string& project) {
  std::set<std::string> close = {core.enclave.registry().PersonOf(caller)};
  const auto policy = core.enclave.policy();
  const auto found = policy->projects.find(project);
  if (found == policy->projects.end()) return close;
  for (const std::string& member : found->second.members)
    close.insert(core.enclave.registry().PersonOf(member));
  return close;
}

bool SeesAll(const ServiceCore& core, const Caller& caller, const Case& held) {
  if (caller.role != Role::kReviewer && caller.role != Role::kPrivacyOfficer) return false;
  const std::string person = core.enclave.registry().PersonOf(caller.id);
  return CloseTo(core, held.request.caller, held.request.project).count(person) == 0;
}

bool ConcernsResearcher(const Case& held) {
  return !held.request.after_check || held.state == CaseState::kRecalled;
}

grpc::Status InForceFor(const ServiceCore& core, const Case& held, InForce* in_force) {
  *in_force = InForceOf(core.enclave);
  if (held.held) return grpc::Status::OK;
  const auto sealed = core.enclave.desk().RequestOf(held.request.index);
  if (!sealed.ok()) return ToClientError(sealed.status());
  const auto was = core.enclave.InForceAt(held.request.index, *sealed);
  if (!was.ok()) return ToClientError(was.status());
  if (!was->missing.empty()) {
    return MakeError(grpc::StatusCode::FAILED_PRECONDITION, "NOT_AS_IT_WAS",
                     absl::StrCat("it cannot be made again: ", absl::StrJoin(was->missing, "; ")));
  }
  *in_force = {was->policy, was->catalogue};
  return grpc::Status::OK;
}

int VotesNeeded(const ServiceCore& core, const std::string& rules) {
  const auto policy = core.enclave.policy();
  const auto found = policy->rules.find(rules);
  return found == policy->rules.end() ? ReviewParameters().reviewers
                                      : found->second.review.reviewers;
}

grpc::Status RoleMayNot() {
  return MakeError(grpc::StatusCode::PERMISSION_DENIED, "ROLE_MAY_NOT",
                   "your role may not do this");
}

grpc::Status ToStatus(const Objection& objection) {
  switch (objection.kind) {
    case Objection::Kind::kForbidden:
      return MakeError(grpc::StatusCode::PERMISSION_DENIED, objection.code, objection.message);
    case Objection::Kind::kUnknown:
      return NoSuchCase();
    case Objection::Kind::kState:
      return MakeError(grpc::StatusCode::FAILED_PRECONDITION, objection.code, objection.message);
    default:
      return MakeError(grpc::StatusCode::INVALID_ARGUMENT, objection.code, objection.message);
  }
}

grpc::Status FindCase(const ServiceCore& core, const Caller& caller, const std::string& name,
                      Case* held) {
  if (caller.role == Role::kOperator) return RoleMayNot();
  absl::string_view id = name;
  const bool of_release = absl::ConsumePrefix(&id, "releases/");
  if ((!of_release && !absl::ConsumePrefix(&id, "cases/")) || id.empty() || id.size() > 256) {
    return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "BAD_NAME", "name is cases/ and an id");
  }
  bool found = false;
  const absl::Status looked = core.enclave.desk().Look([&](const Desk& desk) {
    const Case* known = desk.Find(std::string(id));
    if (known == nullptr && of_release) known = desk.FindByRelease(std::string(id));
    if (known == nullptr) return;
    found = caller.role != Role::kResearcher ||
            (known->request.caller == caller.id && ConcernsResearcher(*known));
    if (found) *held = *known;
  });
  if (!looked.ok()) return ToClientError(looked);
  return found ? grpc::Status::OK : NoSuchCase();
}

grpc::Status Act(const ServiceCore& core, const Caller& caller, DeskEvent event) {
  event.by = ActorOf(core, caller);
  std::set<std::string> close;
  const absl::Status looked = core.enclave.desk().Look([&](const Desk& desk) {
    const Case* held = desk.Find(event.case_id);
    if (held == nullptr) {
      close = CloseTo(core, event.caller, event.project);
      return;
    }
    close = CloseTo(core, held->request.caller, held->request.project);
    if (IsVote(event.action) || event.action == DeskAction::kPrecedent)
      event.required = VotesNeeded(core, held->request.rules);
    if (event.action != DeskAction::kApprove) return;
    const auto seen = held->seen.find(event.by.person);
    if (seen == held->seen.end() || seen->second.count(event.strength) == 0) return;
    event.digest = seen->second.at(event.strength);
  });
  if (!looked.ok()) return ToClientError(looked);
  const auto done = core.enclave.desk().Do(std::move(event), close);
  if (!done.ok()) return ToClientError(done.status());
  return done->has_value() ? ToStatus(**done) : grpc::Status::OK;
}

grpc::Status LookAt(const ServiceCore& core, const Caller& caller, const Case& held,
                    const Strength& strength, const grpc::ServerContext& context,
                    Preview* preview) {
  DeskEvent event;
  event.action = DeskAction::kView;
  event.case_id = held.request.id;
  event.by = ActorOf(core, caller);
  event.strength = strength;
  event.digest = "not made yet";
  const std::set<std::string> close = CloseTo(core, held.request.caller, held.request.project);
  std::optional<Objection> objection;
  const absl::Status looked =
      core.enclave.desk().Look([&](const Desk& desk) { objection = desk.Check(event, close); });
  if (!looked.ok()) return ToClientError(looked);
  if (objection) return ToStatus(*objection);
  InForce in_force;
  if (const grpc::Status was = InForceFor(core, held, &in_force); !was.ok()) return was;
  ReleasePipeline& pipeline = core.pipeline;
  absl::StatusOr<Preview> made =
      OnWorker<Preview>(core, context, caller.id,
                        [&pipeline, held, strength, in_force](const std::atomic<bool>* cancelled) {
                          return pipeline.Look(held, strength, in_force, cancelled);
                        });
  if (!made.ok()) return PipelineError(made.status());
  event.digest = made->digest;
  const auto written = core.enclave.desk().Do(event, close);
  if (!written.ok()) return ToClientError(written.status());
  if (written->has_value()) return ToStatus(**written);
  *preview = *std::move(made);
  return grpc::Status::OK;
}

grpc::Status MayReadSealed(const ServiceCore& core, const Caller& caller,
                           const SealedEntry& entry) {
  if (entry.removed) return grpc::Status::OK;
  v1::SealedRequest sealed;
  if (entry.type == "request" && sealed.ParseFromString(entry.bytes)) {
    const std::string person = core.enclave.registry().PersonOf(caller.id);
    if (CloseTo(core, sealed.caller(), sealed.project()).count(person) == 0)
      return grpc::Status::OK;
    return MakeError(grpc::StatusCode::PERMISSION_DENIED, "OWN_REQUEST",
                     "this is a request of your own or of a project that you belong to");
  }
  const absl::StatusOr<DeskEvent> event = ParseEvent(entry.bytes);
  if (entry.type != "review" || !event.ok() || !IsVote(event->action)) return grpc::Status::OK;
  bool blind = false;
  const absl::Status looked = core.enclave.desk().Look([&](const Desk& desk) {
    const Case* held = desk.Find(event->case_id);
    blind = held != nullptr && !VotesAreOpen(*held);
  });
  if (!looked.ok()) return ToClientError(looked);
  if (!blind) return grpc::Status::OK;
  return MakeError(grpc::StatusCode::FAILED_PRECONDITION, "VOTE_IS_BLIND",
                   "this is a vote on a case in which votes are missing");
}

absl::StatusOr<std::optional<CommittedRelease>> AnswerOfCase(const ServiceCore& core,
                                                             const Case& held,
                                                             const grpc::ServerContext& context) {
  if (!held.release.empty()) {
    absl::StatusOr<CommittedRelease> release =
        core.enclave.ledger().FindRelease(held.release, held.request.caller);
    if (!release.ok()) return release.status();
    return std::optional<CommittedRelease>(*std::move(release));
  }
  if (held.state != CaseState::kApproved) return std::optional<CommittedRelease>();
  using Released = std::optional<CommittedRelease>;
  const InForce in_force = InForceOf(core.enclave);
  ReleasePipeline& pipeline = core.pipeline;
  return OnWorker<Released>(core, context, held.request.caller,
                            [&pipeline, id = held.request.id, in_force](
                                const std::atomic<bool>* cancelled) -> absl::StatusOr<Released> {
                              return pipeline.ReleaseHeld(id, in_force, cancelled);
                            });
}

}  // namespace kluis
