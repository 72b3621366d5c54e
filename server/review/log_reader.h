// What the log says to the desk: held requests, their answers, and what people did. Internal to
// this folder.
#ifndef KLUIS_SERVER_REVIEW_LOG_READER_H_
#define KLUIS_SERVER_REVIEW_LOG_READER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kluis/v1/release.pb.h"
#include "server/desk/case.h"
#include "server/desk/event.h"
#include "server/ledger/ledger.h"
#include "server/store/database.h"

namespace kluis {

// One entry that concerns the desk.
struct DeskEntry {
  uint64_t index = 0;
  std::variant<HeldRequest, DeskEvent> what;
};

// Calls `take` for the entries from `begin` on that concern the desk, in order; an error of it ends
// the reading and is returned. Gives the index after the last entry of the log. Left out are
// entries whose sealed part was removed after its term, and what was done about them. The ledger
// compares each with its leaf: DATA_LOSS names one that was changed.
absl::StatusOr<uint64_t> ReadDeskEntries(const Database& log, const Ledger& ledger, uint64_t begin,
                                         const std::function<absl::Status(DeskEntry)>& take);

// The sealed part of a request. NOT_FOUND: no request has this index, or its term is over.
absl::StatusOr<v1::SealedRequest> ReadSealedRequest(const Ledger& ledger, uint64_t index);

// Indices of the released answers before `before`, newest first, at most `limit`.
absl::StatusOr<std::vector<uint64_t>> ReleasedBefore(const Database& log, uint64_t before,
                                                     int64_t limit);

// Those in [begin, end), oldest first.
absl::StatusOr<std::vector<uint64_t>> ReleasedBetween(const Database& log, uint64_t begin,
                                                      uint64_t end);

}  // namespace kluis

#endif  // KLUIS_SERVER_REVIEW_LOG_READER_H_
