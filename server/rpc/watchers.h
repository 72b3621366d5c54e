// Streams of what happens at the desk. They wait without a thread of the server: one thread looks
// for news of all, and writes are called back. So many that the desk itself is slow are refused.
#ifndef KLUIS_SERVER_RPC_WATCHERS_H_
#define KLUIS_SERVER_RPC_WATCHERS_H_

#include <grpcpp/support/server_callback.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "kluis/v1/review.pb.h"
#include "server/rpc/service_core.h"

namespace kluis {

inline constexpr int kWatchersMost = 1000, kWatchersOfOneUser = 20;

// Thread safe.
class Watchers {
 public:
  using Reactor = grpc::ServerWriteReactor<v1::CaseChange>;

  explicit Watchers(const ServiceCore& core);
  // REQUIRES: the server takes no calls any more, and every stream has ended.
  ~Watchers();
  Watchers(const Watchers&) = delete;  // its thread points to it
  Watchers& operator=(const Watchers&) = delete;

  // The stream of a call of WatchCases, of who calls. It ends with UNAUTHENTICATED when the caller
  // is revoked, and with UNAVAILABLE when all end; at once with PERMISSION_DENIED for operators,
  // and with RESOURCE_EXHAUSTED where there are too many, of this user or of all.
  Reactor* Add(const grpc::CallbackServerContext& context, bool from_now);

  // Ends all there are, and those that come.
  void End();

 private:
  class Watcher;
  void Remove(Watcher* watcher);
  void Look();  // the thread
  // One round: news into the queues of those who have room.
  void TellNews(const std::vector<std::shared_ptr<Watcher>>& watchers);
  grpc::Status Admit(const Caller& caller, const std::shared_ptr<Watcher>& watcher);

  const ServiceCore core_;
  std::mutex mutex_;  // guards what follows, but for the thread
  std::vector<std::shared_ptr<Watcher>> watchers_;
  std::map<std::string, int> of_user_;
  bool ended_ = false, stopping_ = false;
  std::thread thread_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_WATCHERS_H_
