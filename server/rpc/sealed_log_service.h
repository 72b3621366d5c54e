// SealedLogService: what reviewers read of the log, each view an entry of its own.
#ifndef KLUIS_SERVER_RPC_SEALED_LOG_SERVICE_H_
#define KLUIS_SERVER_RPC_SEALED_LOG_SERVICE_H_

#include "kluis/v1/sealed_log.grpc.pb.h"
#include "server/rpc/recorded_call.h"
#include "server/rpc/service_core.h"

namespace kluis {

class SealedLogService final : public v1::SealedLogService::Service {
 public:
  explicit SealedLogService(const ServiceCore& core) : core_(core) {}

  grpc::Status SearchRequests(grpc::ServerContext* context,
                              const v1::SearchRequestsRequest* request,
                              v1::SearchRequestsResponse* response) override;
  grpc::Status GetSealedEntry(grpc::ServerContext* context,
                              const v1::GetSealedEntryRequest* request,
                              grpc::ServerWriter<v1::SealedEntryPart>* writer) override;
  grpc::Status GetCellProof(grpc::ServerContext* context, const v1::GetCellProofRequest* request,
                            v1::CellProof* response) override;
  grpc::Status ReplayRequest(grpc::ServerContext* context, const v1::ReplayRequestRequest* request,
                             v1::ReplayRequestResponse* response) override;

 private:
  // Recorded(), for reviewers alone.
  grpc::Status ForReviewers(const grpc::ServerContext& context, const char* method,
                            const CallBody& body);
  // The entry of a view, which is durable before anything is shown.
  absl::Status NoteView(const Caller& caller, uint64_t index, const std::string& what);

  const ServiceCore core_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_SEALED_LOG_SERVICE_H_
