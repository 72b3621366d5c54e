// RunQuery: the work goes to a worker, the progress and the answer to the client.
#ifndef KLUIS_SERVER_RPC_QUERY_STREAM_H_
#define KLUIS_SERVER_RPC_QUERY_STREAM_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/sync_stream.h>

#include <string>

#include "kluis/v1/enclave.pb.h"
#include "server/rpc/recorded_call.h"
#include "server/rpc/service_core.h"

namespace kluis {

using QueryWriter = grpc::ServerWriter<v1::RunQueryResponse>;

// Cancelled, past its deadline or of a revoked caller, it ends at most 0.3 s later without a
// result.
grpc::Status StreamQuery(const ServiceCore& core, const Caller& caller,
                         const v1::RunQueryRequest& request, grpc::ServerContext* context,
                         QueryWriter* writer, CallFacts* facts);

// The canonical answer in chunks, then the receipt.
grpc::Status WriteRelease(const CommittedRelease& release, QueryWriter* writer);
bool WriteAnswer(const std::string& answer, QueryWriter* writer);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_QUERY_STREAM_H_
