// What the released answers of a log are about, so that those about the same are found without
// reading them again. Internal to this folder.
#ifndef KLUIS_SERVER_REVIEW_RELEASED_SUBJECTS_H_
#define KLUIS_SERVER_REVIEW_RELEASED_SUBJECTS_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "server/ledger/ledger.h"
#include "server/review/overlap.h"
#include "server/store/database.h"

namespace kluis {

// Entries of releases that share a register and a variable with something.
struct Overlap {
  int64_t count = 0;             // of all
  std::vector<uint64_t> newest;  // the newest of them, newest first
};

// Thread safe.
class ReleasedSubjects {
 public:
  // Both must outlive it. `log` is the ledger's database.
  ReleasedSubjects(const Database& log, const Ledger& ledger) : log_(log), ledger_(ledger) {}

  // The releases before entry `before`, without entry `except`, that share a register and a
  // variable with `subject`, `limit` of them by index. Of the last 10,000 when it is first asked,
  // and of all since. The first call reads them; later ones what was released since. O(different
  // subjects) and the limit of each.
  absl::StatusOr<Overlap> About(const PlanSubject& subject, uint64_t before, size_t limit,
                                std::optional<uint64_t> except = std::nullopt);

 private:
  using Key = std::pair<std::set<std::string>, std::set<std::string>>;  // lineages, variables
  absl::Status ReadOn();                                                // with mutex_

  const Database& log_;
  const Ledger& ledger_;
  std::mutex mutex_;                               // guards what follows
  bool started_ = false;                           // the last 10,000 were read
  uint64_t read_ = 0;                              // entries of the log that were read
  std::map<Key, std::vector<uint64_t>> released_;  // ascending
};

}  // namespace kluis

#endif  // KLUIS_SERVER_REVIEW_RELEASED_SUBJECTS_H_
