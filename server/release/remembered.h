// What protected tables were made of late, so that a repeated question costs its entry in the log
// alone. Internal to this folder.
#ifndef KLUIS_SERVER_RELEASE_REMEMBERED_H_
#define KLUIS_SERVER_RELEASE_REMEMBERED_H_

#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "disclosure/protect/protected_table.h"
#include "server/release/population.h"

namespace kluis {

struct RememberedTable {
  ProtectedTable table;
  Population population = {};
};

// Thread safe. A table is found by all that it was made from: Protect() is deterministic, so what
// is found has the bytes of one made anew.
class Remembered {
 public:
  // `values`: how many values are kept, with reviews of cells counted as four; 0: none.
  explicit Remembered(int64_t values) : most_(values) {}

  std::optional<RememberedTable> Find(const std::string& question);
  // Those that were not asked for the longest time make room. A table larger than all is not kept.
  void Keep(const std::string& question, const ProtectedTable& table, const Population& population);

 private:
  struct Kept {
    std::string question;
    RememberedTable known;
    int64_t values = 0;
  };

  const int64_t most_;
  std::mutex mutex_;
  std::list<Kept> kept_;  // guarded by mutex_, as all below; last asked first
  std::map<std::string, std::list<Kept>::iterator> places_;
  int64_t values_ = 0;  // of all that are kept
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RELEASE_REMEMBERED_H_
