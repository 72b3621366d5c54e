#include "server/engine/share_work.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <thread>
#include <vector>

#include "disclosure/base/status_macros.h"

namespace kluis {

absl::Status ShareWork(int workers, size_t items,
                       const std::function<absl::Status(int worker, size_t item)>& work) {
  const size_t count = std::clamp<size_t>(items, 1, static_cast<size_t>(std::max(workers, 1)));
  std::vector<absl::Status> outcomes(count);
  std::atomic<size_t> next = 0;
  std::atomic<bool> failed = false;
  const auto run = [&](size_t worker) {
    absl::Status& outcome = outcomes[worker];
    try {
      for (size_t item; outcome.ok() && !failed && (item = next++) < items;)
        outcome = work(static_cast<int>(worker), item);
    } catch (const std::bad_alloc&) {
      outcome = absl::InternalError("memory does not suffice");
    }
    if (!outcome.ok()) failed = true;
  };
  std::vector<std::thread> threads;
  for (size_t worker = 1; worker < count; ++worker) threads.emplace_back(run, worker);
  run(0);
  for (std::thread& thread : threads) thread.join();
  for (const absl::Status& outcome : outcomes) KLUIS_RETURN_IF_ERROR(outcome);
  return absl::OkStatus();
}

}  // namespace kluis
