#include "server/rpc/worker_pool.h"

#include <utility>

namespace kluis {

WorkerPool::WorkerPool(int threads, int queue_limit)
    : queue_limit_(static_cast<size_t>(queue_limit)) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::Submit(const std::string& owner, std::function<void()> work) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (closing_ || waiting_count_ >= queue_limit_) return false;
  const auto own = waiting_.find(owner);
  if (own == waiting_.end()) {
    turns_.push_back(owner);
  } else if (own->second.size() >= (queue_limit_ + 1) / 2) {
    return false;
  }
  waiting_[owner].push_back(std::move(work));
  ++waiting_count_;
  changed_.notify_one();
  return true;
}

std::function<void()> WorkerPool::TakeNext() {
  const auto own = waiting_.find(turns_.front());
  std::function<void()> work = std::move(own->second.front());
  own->second.pop_front();
  --waiting_count_;
  if (own->second.empty()) {
    waiting_.erase(own);
  } else {
    turns_.push_back(turns_.front());
  }
  turns_.pop_front();
  return work;
}

void WorkerPool::Work() {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return closing_ || waiting_count_ > 0; });
      if (waiting_count_ == 0) return;
      work = TakeNext();
    }
    work();
  }
}

}  // namespace kluis
