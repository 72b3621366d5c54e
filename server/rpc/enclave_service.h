// EnclaveService: convert, call, convert.
#ifndef KLUIS_SERVER_RPC_ENCLAVE_SERVICE_H_
#define KLUIS_SERVER_RPC_ENCLAVE_SERVICE_H_

#include "kluis/v1/enclave.grpc.pb.h"
#include "server/rpc/query_run.h"
#include "server/rpc/service_core.h"

namespace kluis {

class EnclaveService final : public v1::EnclaveService::Service {
 public:
  explicit EnclaveService(const ServiceCore& core) : core_(core) {}

  grpc::Status GetCaller(grpc::ServerContext* context, const v1::GetCallerRequest* request,
                         v1::Caller* response) override;
  grpc::Status ListDatasets(grpc::ServerContext* context, const v1::ListDatasetsRequest* request,
                            v1::ListDatasetsResponse* response) override;
  grpc::Status GetDataset(grpc::ServerContext* context, const v1::GetDatasetRequest* request,
                          v1::Dataset* response) override;
  grpc::Status RunQuery(grpc::ServerContext* context, const v1::RunQueryRequest* request,
                        grpc::ServerWriter<v1::RunQueryResponse>* writer) override;
  grpc::Status ListReleases(grpc::ServerContext* context, const v1::ListReleasesRequest* request,
                            v1::ListReleasesResponse* response) override;
  grpc::Status GetRelease(grpc::ServerContext* context, const v1::GetReleaseRequest* request,
                          grpc::ServerWriter<v1::RunQueryResponse>* writer) override;

 private:
  const ServiceCore core_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_ENCLAVE_SERVICE_H_
