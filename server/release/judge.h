// What of a request is judged before data are touched, and the context of its entry. Internal to
// this folder.
#ifndef KLUIS_SERVER_RELEASE_JUDGE_H_
#define KLUIS_SERVER_RELEASE_JUDGE_H_

#include <optional>
#include <string>

#include "disclosure/protect/answer.h"
#include "server/plan/model_plan.h"
#include "server/release/pipeline.h"

namespace kluis {

// What is judged from the request alone; a refusal on the way stops it.
struct Judged {
  AuthorisedQuery query;
  AggregationPlan plan;
};

struct JudgedModel {
  AuthorisedQuery query;  // of its cells
  ModelPlan plan;
};

// Both fill the context as far as they come. REQUIRES: no model in the request, or one.
Decision<Judged> Judge(const Caller& caller, const QueryRequestText& request,
                       const InForce& in_force, const std::string& today, ReleaseContext* context);
Decision<JudgedModel> JudgeModel(const Caller& caller, const QueryRequestText& request,
                                 const InForce& in_force, const std::string& today,
                                 ReleaseContext* context);

ReleaseContext NewContext(const Caller& caller, const QueryRequestText& request,
                          const InForce& in_force, const std::string& build);
AnswerContext ContextOf(const ReleaseContext& context);

// The queries and models of today that count against the project's limit.
std::optional<Refusal> OverDailyLimit(const AuthorisedQuery& query, const Ledger& ledger,
                                      const std::string& today);

// A rule set that wants people to look first is obeyed: without a reviewers' desk nothing leaves.
std::optional<Refusal> WouldBeHeld(const AuthorisedQuery& query, const AggregationPlan& plan);
std::optional<Refusal> ModelWouldBeHeld(const AuthorisedQuery& query, const ModelPlan& plan);

}  // namespace kluis

#endif  // KLUIS_SERVER_RELEASE_JUDGE_H_
