// What the services of the public port share: identity, roles, pages.
#ifndef KLUIS_SERVER_RPC_SERVICE_CORE_H_
#define KLUIS_SERVER_RPC_SERVICE_CORE_H_

#include <grpcpp/server_context.h>

#include <string>

#include "server/enclave/enclave.h"
#include "server/release/pipeline.h"
#include "server/rpc/worker_pool.h"

namespace kluis {

// All of it must outlive the services.
struct ServiceCore {
  Enclave& enclave;
  ReleasePipeline& pipeline;
  WorkerPool& workers;
};

// A chunk of an answer stays below the message limit of every client.
constexpr size_t kChunkBytes = 64 * 1024;
constexpr size_t kMaxSqlBytes = 1024 * 1024;

// CallerOfPeer() for this enclave.
grpc::Status Identify(const grpc::ServerContextBase& context, const ServiceCore& core,
                      const char* method, Caller* caller);

// "datasets/persoon" -> "persoon". INVALID_ARGUMENT for anything else.
grpc::Status StripCollection(const std::string& name, const std::string& collection,
                             std::string* id);

// 0 becomes 100, more than 1,000 becomes 1,000, negative is INVALID_ARGUMENT.
grpc::Status PageSize(int requested, int* size);

// INVALID_ARGUMENT unless `day` is empty or a day, YYYY-MM-DD; `field` is what the caller calls it.
grpc::Status CheckDay(const std::string& day, const std::string& field);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_SERVICE_CORE_H_
