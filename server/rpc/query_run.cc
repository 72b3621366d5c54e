#include "server/rpc/query_run.h"

#include <utility>

namespace kluis {

void QueryRun::Report(const std::string& stage, double done) {
  std::lock_guard<std::mutex> lock(mutex_);
  progress_ = ProgressMark{stage, done};
  changed_.notify_all();
}

void QueryRun::Finish(absl::StatusOr<CommittedRelease> result) {
  std::lock_guard<std::mutex> lock(mutex_);
  result_ = std::move(result);
  changed_.notify_all();
}

std::optional<ProgressMark> QueryRun::Wait(std::chrono::milliseconds patience) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_for(lock, patience,
                    [this] { return progress_.has_value() || result_.has_value(); });
  return std::exchange(progress_, std::nullopt);
}

std::optional<absl::StatusOr<CommittedRelease>> QueryRun::TakeResult() {
  std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(result_, std::nullopt);
}

}  // namespace kluis
