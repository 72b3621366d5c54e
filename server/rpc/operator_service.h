// OperatorService on the Unix socket of the directory: whoever may open the socket is the operator.
#ifndef KLUIS_SERVER_RPC_OPERATOR_SERVICE_H_
#define KLUIS_SERVER_RPC_OPERATOR_SERVICE_H_

#include "kluis/v1/operator.grpc.pb.h"
#include "server/enclave/operations.h"

namespace kluis {

// `operations` must outlive the service.
class OperatorService final : public v1::OperatorService::Service {
 public:
  explicit OperatorService(Operations& operations) : operations_(operations) {}

  grpc::Status ImportDataset(grpc::ServerContext* context, const v1::ImportDatasetRequest* request,
                             grpc::ServerWriter<v1::ImportDatasetResponse>* writer) override;
  grpc::Status AddUser(grpc::ServerContext* context, const v1::AddUserRequest* request,
                       v1::AddUserResponse* response) override;
  grpc::Status RemoveSealed(grpc::ServerContext* context, const v1::RemoveSealedRequest* request,
                            v1::RemoveSealedResponse* response) override;
  grpc::Status RevokeUser(grpc::ServerContext* context, const v1::RevokeUserRequest* request,
                          v1::RevokeUserResponse* response) override;

 private:
  Operations& operations_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_OPERATOR_SERVICE_H_
