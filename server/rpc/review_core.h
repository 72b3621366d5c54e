// What the calls of ReviewService do, behind their messages.
#ifndef KLUIS_SERVER_RPC_REVIEW_CORE_H_
#define KLUIS_SERVER_RPC_REVIEW_CORE_H_

#include <grpcpp/server_context.h>

#include <optional>
#include <set>
#include <string>

#include "server/desk/desk.h"
#include "server/release/pipeline.h"
#include "server/rpc/service_core.h"

namespace kluis {

InForce InForceOf(const Enclave& enclave);

// The errors of work on a worker, with those that are the caller's to mend.
grpc::Status PipelineError(const absl::Status& status);

DeskActor ActorOf(const ServiceCore& core, const Caller& caller);

// The persons who may not judge a request: who asked, and the members of its project.
std::set<std::string> CloseTo(const ServiceCore& core, const std::string& caller,
                              const std::string& project);

// Whether the caller may know more of a case than its state: as a reviewer or privacy officer who
// is not close to it.
bool SeesAll(const ServiceCore& core, const Caller& caller, const Case& held);

// Whether a researcher may know that the case is there: an after-check is none of theirs until it
// ends in a recall.
bool ConcernsResearcher(const Case& held);

// Under what a case is judged: what is in force, or, of an after-check, what was when it left.
// FAILED_PRECONDITION: something of that is gone.
grpc::Status InForceFor(const ServiceCore& core, const Case& held, InForce* in_force);

// How many votes the rule set in force asks for; two where there is no such rule set any more.
int VotesNeeded(const ServiceCore& core, const std::string& rules);

grpc::Status ToStatus(const Objection& objection);
// The one text for what a role may not.
grpc::Status RoleMayNot();

// The case, cases/{id} by the id of its held answer, releases/{id} also by that of the answer that
// left. NOT_FOUND: none that the caller may see. Operators see none.
grpc::Status FindCase(const ServiceCore& core, const Caller& caller, const std::string& name,
                      Case* held);

// Takes the action: `event` lacks who, and of votes and precedents how many are needed.
grpc::Status Act(const ServiceCore& core, const Caller& caller, DeskEvent event);

// The look at a case's figures: made, written down, and only then given.
grpc::Status LookAt(const ServiceCore& core, const Caller& caller, const Case& held,
                    const Strength& strength, const grpc::ServerContext& context, Preview* preview);

// Whether a reviewer may read a sealed part: not that of a request of their own or of a project that
// they belong to (its figures stand there), nor a vote that is blind still.
grpc::Status MayReadSealed(const ServiceCore& core, const Caller& caller, const SealedEntry& entry);

// The released answer of a case that is approved or released; none while it is neither. What is
// approved is released first.
absl::StatusOr<std::optional<CommittedRelease>> AnswerOfCase(const ServiceCore& core,
                                                             const Case& held,
                                                             const grpc::ServerContext& context);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_REVIEW_CORE_H_
