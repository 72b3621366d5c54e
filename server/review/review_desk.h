// The desk of an enclave: a function of its log. An action is an entry first; then it is read back
// and counts. So the desk after a crash is the desk before it, and nothing is done that is not in
// the log.
#ifndef KLUIS_SERVER_REVIEW_REVIEW_DESK_H_
#define KLUIS_SERVER_REVIEW_REVIEW_DESK_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "kluis/v1/release.pb.h"
#include "server/desk/desk.h"
#include "server/ledger/ledger.h"
#include "server/review/released_subjects.h"
#include "server/store/database.h"

namespace kluis {

// A release that is about the same as a request.
struct EarlierRelease {
  std::string release, time, project, caller, query;
  uint64_t index = 0;
  std::set<std::string> shared;  // variables that both use
  bool recalled = false;
};

// Releases about the same: how many, and the newest of them.
struct EarlierReleases {
  int64_t count = 0;
  std::vector<EarlierRelease> newest;
};

// Thread safe.
class ReviewDesk {
 public:
  // Reads the whole log. `log` is the ledger's database; both must outlive the desk. DATA_LOSS
  // names an entry that was changed, or that the table of docs/desk.md does not allow.
  static absl::StatusOr<std::unique_ptr<ReviewDesk>> Open(const Database& log, Ledger& ledger,
                                                          std::function<std::string()> now_utc);

  // Judged (Desk::Check), then written, then done. An objection: nothing was written. An error: the
  // log took no entry, and nothing was done. The event's time is filled in, and what a recall or
  // the end of a precedent concerns: all that the precedents of the case let through before that
  // entry.
  absl::StatusOr<std::optional<Objection>> Do(DeskEvent event, const std::set<std::string>& close);

  // Commits the answer of a case that is approved: `commit` writes it to the log under
  // RequestIdOf(), while no other action can come between. FAILED_PRECONDITION: the case is not
  // approved.
  absl::StatusOr<CommittedRelease> Release(
      const std::string& case_id,
      const std::function<absl::StatusOr<CommittedRelease>(const Case& approved)>& commit);

  // Reads what the log has since; called after a request was held.
  absl::Status CatchUp();

  // `look` sees the desk as it stands, with the log read up to now.
  absl::Status Look(const std::function<void(const Desk&)>& look);
  // Waits until the desk has more than `known` changes, or for `patience`. Gives their number.
  size_t WaitForChange(size_t known, std::chrono::milliseconds patience) const;

  // The sealed part of a request's entry. NOT_FOUND: there is no such request.
  absl::StatusOr<v1::SealedRequest> RequestOf(uint64_t index) const;
  // The releases before entry `index` that share a register and a variable with the plan, as
  // ReleasedSubjects::About().
  absl::StatusOr<Overlap> Overlaps(const std::string& plan_canonical, uint64_t index,
                                   size_t limit) const;
  // The releases up to now that share a register and a variable with the plan, without `own`, and
  // what stands in the newest `limit`. What left after a request was held is part of a difference
  // as much as what left before.
  absl::StatusOr<EarlierReleases> AboutTheSame(const std::string& plan_canonical,
                                               const std::string& own, size_t limit);
  // Later releases of the same plan as `release`: what a recall of it also concerns.
  absl::StatusOr<std::vector<std::string>> SamePlanAfter(const CommittedRelease& release) const;
  // Whether the project, or anybody, has a released answer yet; of a project any, of a dataset one
  // that is made from it.
  absl::StatusOr<bool> ProjectHasReleases(const std::string& project) const;
  absl::StatusOr<bool> DatasetHasReleases(const std::string& dataset) const;

 private:
  ReviewDesk(const Database& log, Ledger& ledger, std::function<std::string()> now_utc)
      : log_(log), ledger_(ledger), now_utc_(std::move(now_utc)), released_(log, ledger) {}
  absl::Status ReadOn();  // with mutex_
  // Writes the event about an entry.
  absl::Status Write(DeskEvent event, uint64_t reviewed);
  // Whether the log has an entry with this in its search columns.
  absl::StatusOr<bool> Exists(const std::string& where, const std::string& value) const;

  const Database& log_;
  Ledger& ledger_;
  const std::function<std::string()> now_utc_;
  mutable ReleasedSubjects released_;
  mutable std::mutex mutex_;  // guards what follows; held while an action is judged and written
  mutable std::condition_variable changed_;
  Desk desk_;
  uint64_t read_ = 0;  // entries of the log that are in the desk
  // Why the desk follows the log no more: then nothing is done.
  absl::Status broken_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_REVIEW_REVIEW_DESK_H_
