// Work of a worker whose result a call waits for.
#ifndef KLUIS_SERVER_RPC_ON_WORKER_H_
#define KLUIS_SERVER_RPC_ON_WORKER_H_

#include <grpcpp/server_context.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "server/rpc/service_core.h"

namespace kluis {

// Runs `work` in the turn of `owner`. RESOURCE_EXHAUSTED: the queue is full. CANCELLED: the client
// is gone or its deadline has passed; then `work` is told so by its argument, and its result is
// lost.
template <typename T>
absl::StatusOr<T> OnWorker(const ServiceCore& core, const grpc::ServerContext& context,
                           const std::string& owner,
                           std::function<absl::StatusOr<T>(const std::atomic<bool>*)> work) {
  const auto cancelled = std::make_shared<std::atomic<bool>>(false);
  const auto promise = std::make_shared<std::promise<absl::StatusOr<T>>>();
  std::future<absl::StatusOr<T>> result = promise->get_future();
  const bool taken = core.workers.Submit(owner, [cancelled, promise, work = std::move(work)] {
    if (*cancelled) return promise->set_value(absl::CancelledError("cancelled in the queue"));
    promise->set_value(work(cancelled.get()));
  });
  if (!taken) return absl::ResourceExhaustedError("too many queries are waiting; try again later");
  while (result.wait_for(std::chrono::milliseconds(250)) != std::future_status::ready) {
    if (!context.IsCancelled()) continue;
    *cancelled = true;
    return absl::CancelledError("client");
  }
  return result.get();
}

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_ON_WORKER_H_
