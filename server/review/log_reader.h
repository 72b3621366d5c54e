// What the log says to the desk: held requests, their answers, and what people did. Internal to
// this folder.
#ifndef KLUIS_SERVER_REVIEW_LOG_READER_H_
#define KLUIS_SERVER_REVIEW_LOG_READER_H_

#include <cstdint>
#include <functional>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kluis/v1/release.pb.h"
#include "server/desk/case.h"
#include "server/desk/event.h"
#include "server/store/database.h"

namespace kluis {

// One entry that concerns the desk.
struct DeskEntry {
  uint64_t index = 0;
  std::variant<HeldRequest, DeskEvent> what;
};

// Calls `take` for the entries from `begin` on that concern the desk, in order; an error of it ends
// the reading and is returned. Gives the index after the last entry of the log. Each entry is
// compared with its leaf first: DATA_LOSS names one that was changed.
absl::StatusOr<uint64_t> ReadDeskEntries(Connection& log, uint64_t begin,
                                         const std::function<absl::Status(DeskEntry)>& take);

// The sealed part of a request's entry, compared with its leaf. NOT_FOUND: no request has this
// index.
absl::StatusOr<v1::SealedRequest> ReadSealedRequest(Connection& log, uint64_t index);

// The sealed parts of the released answers before `before`, newest first, at most `limit`, until
// `take` gives false.
absl::Status ReadReleases(Connection& log, uint64_t before, int limit,
                          const std::function<bool(uint64_t index, const std::string& time,
                                                   const v1::SealedRequest&)>& take);

}  // namespace kluis

#endif  // KLUIS_SERVER_REVIEW_LOG_READER_H_
