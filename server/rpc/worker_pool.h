// A fixed number of threads and a bounded queue: what does not fit is refused, never piled up.
#ifndef KLUIS_SERVER_RPC_WORKER_POOL_H_
#define KLUIS_SERVER_RPC_WORKER_POOL_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kluis {

class WorkerPool {
 public:
  WorkerPool(int threads, int queue_limit);
  // Finishes what was submitted.
  ~WorkerPool();

  // False when the queue is full; then `work` is not run.
  bool Submit(std::function<void()> work);

 private:
  void Work();

  const size_t queue_limit_;
  std::mutex mutex_;  // guards queue_ and closing_
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_WORKER_POOL_H_
