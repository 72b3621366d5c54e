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

// As the one of both that the request is of.
Decision<JudgedRequest> JudgeRequest(const Caller& caller, const QueryRequestText& request,
                                     const InForce& in_force, const std::string& today,
                                     ReleaseContext* context);
// Of whose rules and project it is.
const AuthorisedQuery& QueryOf(const JudgedRequest& request);

// The request of a log entry, as it was asked.
QueryRequestText RequestOf(const v1::SealedRequest& sealed);

ReleaseContext NewContext(const Caller& caller, const QueryRequestText& request,
                          const InForce& in_force, const std::string& build);
AnswerContext ContextOf(const ReleaseContext& context);

// Of a project that has used its queries and models of today.
Refusal OverDailyLimit(const AuthorisedQuery& query);

// A rule set that releases no models.
std::optional<Refusal> ModelsRefused(const JudgedRequest& request);

}  // namespace kluis

#endif  // KLUIS_SERVER_RELEASE_JUDGE_H_
