// A fixed number of threads and a bounded queue in fair order: what does not fit is refused, never
// piled up, and nobody waits behind all the work of one other.
#ifndef KLUIS_SERVER_RPC_WORKER_POOL_H_
#define KLUIS_SERVER_RPC_WORKER_POOL_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace kluis {

// Owners take turns, each with the oldest of its work: who has one piece in the queue waits for at
// most one piece of everybody else. Thread safe.
class WorkerPool {
 public:
  // `queue_limit`: pieces that wait, of all owners; one owner has at most half of them.
  WorkerPool(int threads, int queue_limit);
  // Finishes what was submitted.
  ~WorkerPool();

  // False when the queue, or the owner's half of it, is full; then `work` is not run.
  bool Submit(const std::string& owner, std::function<void()> work);
  int threads() const { return static_cast<int>(threads_.size()); }

 private:
  void Work();
  std::function<void()> TakeNext();  // with mutex_; REQUIRES: something waits

  const size_t queue_limit_;
  std::mutex mutex_;  // guards what follows, but for the threads
  std::condition_variable changed_;
  std::map<std::string, std::deque<std::function<void()>>> waiting_;  // by owner, none empty
  std::deque<std::string> turns_;                                     // the owners in waiting_
  size_t waiting_count_ = 0;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_WORKER_POOL_H_
