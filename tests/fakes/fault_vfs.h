// A disk that fails when told to: an SQLite VFS over the system's own. Leaves out: torn sectors and
// reads that lie. Becomes SQLite's default while it lives; one at a time, before any database is
// opened and until the last is closed.
#ifndef KLUIS_TESTS_FAKES_FAULT_VFS_H_
#define KLUIS_TESTS_FAKES_FAULT_VFS_H_

#include <atomic>
#include <map>
#include <mutex>
#include <string>

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
  void ForgetUnsynced();

  // For the VFS methods.
  bool Hit(bool sync);
  bool full() const { return fault_ == Fault::kFull; }
  void Opened(const std::string& path);
  void Synced(const std::string& path);
  void Deleted(const std::string& path);

 private:
  sqlite3_vfs* previous_;
  std::atomic<Fault> fault_{Fault::kNone};
  std::atomic<int> countdown_{0};
  std::atomic<bool> for_ever_{false}, fired_{false};
  std::mutex mutex_;
  std::map<std::string, std::string> durable_;  // guarded by mutex_: content at the last sync
};

}  // namespace kluis

#endif  // KLUIS_TESTS_FAKES_FAULT_VFS_H_
