// LogService: the public part of the log, for every user with a valid certificate.
#ifndef KLUIS_SERVER_RPC_LOG_SERVICE_H_
#define KLUIS_SERVER_RPC_LOG_SERVICE_H_

#include "kluis/v1/enclave.grpc.pb.h"
#include "server/rpc/service_core.h"

namespace kluis {

class LogService final : public v1::LogService::Service {
 public:
  explicit LogService(const ServiceCore& core) : core_(core) {}

  grpc::Status GetCheckpoint(grpc::ServerContext* context, const v1::GetCheckpointRequest* request,
                             v1::Checkpoint* response) override;
  grpc::Status ListEntries(grpc::ServerContext* context, const v1::ListEntriesRequest* request,
                           grpc::ServerWriter<v1::Entry>* writer) override;
  grpc::Status GetConsistencyProof(grpc::ServerContext* context,
                                   const v1::GetConsistencyProofRequest* request,
                                   v1::ConsistencyProof* response) override;

 private:
  const ServiceCore core_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_LOG_SERVICE_H_
