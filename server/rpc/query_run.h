// One query between the thread that does the work and the thread that talks to the client.
#ifndef KLUIS_SERVER_RPC_QUERY_RUN_H_
#define KLUIS_SERVER_RPC_QUERY_RUN_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "server/ledger/ledger.h"

namespace kluis {

struct ProgressMark {
  std::string stage;
  double done = 0;
};

// Thread safe. The worker reports and finishes once; the talker waits and may cancel.
class QueryRun {
 public:
  const std::atomic<bool>* cancelled() const { return &cancelled_; }
  void Cancel() { cancelled_ = true; }

  void Report(const std::string& stage, double done);
  void Finish(absl::StatusOr<CommittedRelease> result);

  // Waits at most `patience` for something new. The latest progress that was not taken yet, if any.
  std::optional<ProgressMark> Wait(std::chrono::milliseconds patience);
  // The result, once it is there.
  std::optional<absl::StatusOr<CommittedRelease>> TakeResult();

 private:
  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::optional<ProgressMark> progress_;
  std::optional<absl::StatusOr<CommittedRelease>> result_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_QUERY_RUN_H_
