#include "server/rpc/worker_pool.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>

namespace kluis {
namespace {

// A pool of one thread that does not begin before Begin(), and notes whose work it did.
class Bench {
 public:
  explicit Bench(int queue_limit) : pool_(1, queue_limit) {
    pool_.Submit("", [this] {
      std::unique_lock<std::mutex> lock(mutex_);
      started_ = true;
      changed_.notify_all();
      changed_.wait(lock, [this] { return begun_; });
    });
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return started_; });
  }
  bool Submit(const std::string& owner) {
    return pool_.Submit(owner, [this, owner] {
      const std::lock_guard<std::mutex> lock(mutex_);
      order_ += owner;
      changed_.notify_all();
    });
  }
  // The owners in the order of their work, when `count` pieces are done.
  std::string Begin(size_t count) {
    std::unique_lock<std::mutex> lock(mutex_);
    begun_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this, count] { return order_.size() == count; });
    return order_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false, begun_ = false;
  std::string order_;
  WorkerPool pool_;  // the last, so that its threads end first
};

struct Case {
  const char* name;
  const char* submitted;
  const char* done;
};

TEST(WorkerPoolTest, OwnersTakeTurns) {
  const Case cases[] = {
      {"one owner keeps its order", "aaa", "aaa"},
      {"who comes late is served next", "aaaab", "abaaa"},
      {"turns go round", "aaabbc", "abcaba"},
      {"each comes once", "abc", "abc"},
  };
  for (const Case& c : cases) {
    Bench bench(16);
    for (const char* owner = c.submitted; *owner != 0; ++owner)
      EXPECT_TRUE(bench.Submit(std::string(1, *owner)));
    EXPECT_EQ(bench.Begin(std::string(c.submitted).size()), c.done) << c.name;
  }
}

TEST(WorkerPoolTest, NobodyHasMoreThanHalfOfTheQueueAndAllHaveNoMoreThanAll) {
  Bench bench(5);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bench.Submit("a"));
  EXPECT_FALSE(bench.Submit("a"));
  EXPECT_TRUE(bench.Submit("b"));
  EXPECT_TRUE(bench.Submit("c"));
  EXPECT_FALSE(bench.Submit("d"));
  EXPECT_EQ(bench.Begin(5), "abcaa");
  EXPECT_TRUE(bench.Submit("a"));
  EXPECT_EQ(bench.Begin(6), "abcaaa");
}

}  // namespace
}  // namespace kluis
