// kluis policy replay: the releases of the log under a draft.
#ifndef KLUIS_SERVER_RPC_POLICY_REPLAY_H_
#define KLUIS_SERVER_RPC_POLICY_REPLAY_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "kluis/v1/policy.pb.h"
#include "server/rpc/service_core.h"

namespace kluis {

// Which releases: of that day (YYYY-MM-DD) or later; empty: since a year ago. And of entries after
// `after` and up to `until` only; 0: no such end.
struct ReplayRange {
  std::string since = {};
  uint64_t after = 0, until = 0;
};

// Each on its own snapshots, as its caller and on its day. Counts by project, and some examples.
// INVALID_ARGUMENT: no day; CANCELLED; else of the log. Cost: a look at each entry, and a
// computation for each different question.
absl::StatusOr<v1::PolicyReplayReport> ReplayUnderDraft(
    const ServiceCore& core, const std::shared_ptr<const PolicyBundle>& draft,
    const ReplayRange& range, const std::atomic<bool>* cancelled);

// Adds the counts of one report, not its examples, to another.
void AddCounts(const v1::PolicyReplayReport& more, v1::PolicyReplayReport* all);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_POLICY_REPLAY_H_
