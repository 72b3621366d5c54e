// How the desk does: how long cases take, why they are held, what becomes of them, and whether
// reviewers agree.
#ifndef KLUIS_SERVER_DESK_REPORT_H_
#define KLUIS_SERVER_DESK_REPORT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "server/desk/desk.h"

namespace kluis {

struct DeskReport {
  int64_t cases = 0, open = 0, decided = 0;
  std::map<std::string, int64_t> by_state;        // name of the state
  std::map<std::string, int64_t> by_hold_reason;  // a case may have several
  std::map<std::string, int64_t> by_denial;       // reason code
  // Of the decided, from the hold to the decision; none when nothing was decided.
  std::optional<int64_t> turnaround_median_s, turnaround_longest_s;
  // Approved as asked, so against the hold; approved with stronger protection.
  int64_t overrides = 0, strengthened = 0;
  // Rounds of two votes and more, and those in which the blind votes were equal.
  int64_t rounds = 0, rounds_agreed = 0;
  int64_t votes_changed = 0;  // after a conflict
  int64_t recalls = 0;        // on these days, whenever the release was held or left
  // Releases that were drawn for a look afterwards, and those of them that nobody has confirmed or
  // recalled yet; of those days, too.
  int64_t after_checks = 0, after_checks_open = 0, after_checks_recalled = 0;
};

// Of the cases held from the day `from` to the day `until`, both included; an empty day is no
// bound.
DeskReport ReportOf(const Desk& desk, const std::string& from, const std::string& until);

}  // namespace kluis

#endif  // KLUIS_SERVER_DESK_REPORT_H_
