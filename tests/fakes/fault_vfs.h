// A disk that fails when told to, and forgets what was not synced: an SQLite VFS over the system's
// own. Leaves out: sectors of which half is written, and reads that lie. Becomes SQLite's default
// while it lives; one at a time, before any database is opened and until the last is closed.
#ifndef KLUIS_TESTS_FAKES_FAULT_VFS_H_
#define KLUIS_TESTS_FAKES_FAULT_VFS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

struct sqlite3_vfs;

namespace kluis {

class FaultVfs {
 public:
  enum class Fault { kNone, kWrite, kSync, kFull };

  FaultVfs();
  ~FaultVfs();

  // The n-th write (from 1) or sync from now fails, with all after it when `for_ever`. kFull: a
  // write that finds no space.
  void FailAt(Fault fault, int n, bool for_ever);
  void Heal() { FailAt(Fault::kNone, 0, false); }
  bool fired() const { return fired_; }

  // The power cut: puts every file that was opened through it back to what was last synced. Only
  // when no database is open.
  void ForgetUnsynced() {
    LoseUnsynced([] { return true; });
  }
  // As a disk with a cache does: of what was not synced, each sector of 512 bytes for which `lost`
  // says so is gone, and the others are not.
  void LoseUnsynced(const std::function<bool()>& lost);

  // For the VFS methods.
  bool Hit(bool sync);
  bool full() const { return fault_ == Fault::kFull; }
  void Opened(const std::string& path);
  void Wrote(const std::string& path, std::string bytes, int64_t at);
  void Truncated(const std::string& path, int64_t size);
  void Synced(const std::string& path);
  void Deleted(const std::string& path);

 private:
  sqlite3_vfs* previous_;
  std::atomic<Fault> fault_{Fault::kNone};
  std::atomic<int> countdown_{0};
  std::atomic<bool> for_ever_{false}, fired_{false};
  std::mutex mutex_;
  struct Change {
    std::string bytes;
    int64_t at = 0;
    bool truncates = false;  // to `at`
  };
  struct Content {
    std::string synced;
    std::vector<Change> since;
  };
  std::map<std::string, Content> files_;  // guarded by mutex_
};

}  // namespace kluis

#endif  // KLUIS_TESTS_FAKES_FAULT_VFS_H_
