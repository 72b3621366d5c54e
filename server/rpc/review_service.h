// ReviewService: convert, call, convert.
#ifndef KLUIS_SERVER_RPC_REVIEW_SERVICE_H_
#define KLUIS_SERVER_RPC_REVIEW_SERVICE_H_

#include <string>

#include "kluis/v1/review.grpc.pb.h"
#include "server/desk/event.h"
#include "server/rpc/service_core.h"
#include "server/rpc/watchers.h"

namespace kluis {

// Watching alone is called back; all other calls have a thread.
using WatchedReviewService =
    v1::ReviewService::WithCallbackMethod_WatchCases<v1::ReviewService::Service>;

class ReviewService final : public WatchedReviewService {
 public:
  explicit ReviewService(const ServiceCore& core) : core_(core), watchers_(core) {}

  // Ends the streams of WatchCases, those that come too.
  void EndWatching() { watchers_.End(); }

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
  grpc::Status EndPrecedent(Context* context, const v1::EndPrecedentRequest* request,
                            v1::Case* response) override;
  grpc::Status Confirm(Context* context, const v1::ConfirmRequest* request,
                       v1::Case* response) override;
  grpc::Status ListPrecedents(Context* context, const v1::ListPrecedentsRequest* request,
                              v1::ListPrecedentsResponse* response) override;
  grpc::Status GetReport(Context* context, const v1::GetReportRequest* request,
                         v1::Report* response) override;
  using WatchedReviewService::WatchCases;
  Watchers::Reactor* WatchCases(grpc::CallbackServerContext* context,
                                const v1::WatchCasesRequest* request) override;
  grpc::Status ListRecalls(Context* context, const v1::ListRecallsRequest* request,
                           v1::ListRecallsResponse* response) override;

 private:
  // Takes the action on the case of that name, and gives the case as it is then.
  grpc::Status ActOn(Context* context, const char* method, const std::string& name, DeskEvent event,
                     v1::Case* response);

  const ServiceCore core_;
  Watchers watchers_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_REVIEW_SERVICE_H_
