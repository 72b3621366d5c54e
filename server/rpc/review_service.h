// ReviewService: convert, call, convert.
#ifndef KLUIS_SERVER_RPC_REVIEW_SERVICE_H_
#define KLUIS_SERVER_RPC_REVIEW_SERVICE_H_

#include <string>

#include "kluis/v1/review.grpc.pb.h"
#include "server/desk/event.h"
#include "server/rpc/service_core.h"

namespace kluis {

class ReviewService final : public v1::ReviewService::Service {
 public:
  explicit ReviewService(const ServiceCore& core) : core_(core) {}

  using Context = grpc::ServerContext;
  grpc::Status ListCases(Context* context, const v1::ListCasesRequest* request,
                         v1::ListCasesResponse* response) override;
  grpc::Status GetCase(Context* context, const v1::GetCaseRequest* request,
                       grpc::ServerWriter<v1::CasePart>* writer) override;
  grpc::Status Claim(Context* context, const v1::ClaimRequest* request,
                     v1::Case* response) override;
  grpc::Status Vote(Context* context, const v1::VoteRequest* request, v1::Case* response) override;
  grpc::Status Comment(Context* context, const v1::CommentRequest* request,
                       v1::Case* response) override;
  grpc::Status Reopen(Context* context, const v1::ReopenRequest* request,
                      v1::Case* response) override;
  grpc::Status Reply(Context* context, const v1::ReplyRequest* request,
                     v1::Case* response) override;
  grpc::Status Withdraw(Context* context, const v1::WithdrawRequest* request,
                        v1::Case* response) override;
  grpc::Status Recall(Context* context, const v1::RecallRequest* request,
                      v1::Case* response) override;
  grpc::Status MakePrecedent(Context* context, const v1::MakePrecedentRequest* request,
                             v1::Case* response) override;
  grpc::Status ListPrecedents(Context* context, const v1::ListPrecedentsRequest* request,
                              v1::ListPrecedentsResponse* response) override;
  grpc::Status GetReport(Context* context, const v1::GetReportRequest* request,
                         v1::Report* response) override;
  grpc::Status WatchCases(Context* context, const v1::WatchCasesRequest* request,
                          grpc::ServerWriter<v1::CaseChange>* writer) override;
  grpc::Status ListRecalls(Context* context, const v1::ListRecallsRequest* request,
                           v1::ListRecallsResponse* response) override;

 private:
  // Takes the action on the case of that name, and gives the case as it is then.
  grpc::Status ActOn(Context* context, const char* method, const std::string& name, DeskEvent event,
                     v1::Case* response);

  const ServiceCore core_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_REVIEW_SERVICE_H_
