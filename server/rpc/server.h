// The gRPC servers of one enclave: the public port (mutual TLS, our accept loop), the operator's
// socket, and the admin port (loopback only) with health, reflection and channelz.
#ifndef KLUIS_SERVER_RPC_SERVER_H_
#define KLUIS_SERVER_RPC_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/enclave/enclave.h"
#include "server/release/pipeline.h"
#include "server/rpc/worker_pool.h"

namespace kluis {

// The service whose health is NOT_SERVING while the operator's policies are not what is in force
// (PolicyStatus::problem); the enclave answers meanwhile under the policy that is.
inline constexpr char kPolicyHealth[] = "kluis.policy";

class RpcServer {
 public:
  struct Options {
    std::string listen;  // HOST:PORT of the public port; port 0 picks a free one
    std::string admin;   // the same for the admin port, a loopback address; empty: none
  };

  // Serves when it returns. All arguments must outlive it. INVALID_ARGUMENT for a bad address,
  // UNAVAILABLE for one that is taken.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(const Options& options, Enclave& enclave,
                                                          ReleasePipeline& pipeline,
                                                          WorkerPool& workers);
  ~RpcServer();

  const std::string& address() const;        // with the port in use
  const std::string& admin_address() const;  // empty: none

  // Takes no new calls, lets those that run finish, and ends the rest after `grace_ms`.
  void Drain(int grace_ms);

 private:
  struct Impl;
  explicit RpcServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_SERVER_H_
