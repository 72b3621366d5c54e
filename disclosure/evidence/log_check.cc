#include "disclosure/evidence/log_check.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/merkle.h"

namespace kluis {
namespace {

struct SignedCheckpoint : Checkpoint {
  bool trusted = false;  // the quorum holds
};

// Sorted by size, and no two of one size with different roots.
absl::StatusOr<std::vector<SignedCheckpoint>> OpenAll(const std::vector<std::string>& notes,
                                                      const TrustPolicy& trust) {
  std::vector<SignedCheckpoint> checkpoints;
  absl::Status why;
  bool any = false;
  for (const std::string& note : notes) {
    KLUIS_ASSIGN_OR_RETURN(Checkpoint checkpoint, trust.OpenSigned(note));
    const absl::Status trusted = trust.Open(note).status();
    if (!trusted.ok()) why = trusted;
    any = any || trusted.ok();
    checkpoints.push_back({std::move(checkpoint), trusted.ok()});
  }
  if (!any) KLUIS_RETURN_IF_ERROR(why);
  if (checkpoints.empty()) return absl::InvalidArgumentError("no checkpoint to compare with");
  std::sort(checkpoints.begin(), checkpoints.end(),
            [](const Checkpoint& a, const Checkpoint& b) { return a.size < b.size; });
  for (size_t i = 1; i < checkpoints.size(); ++i) {
    if (checkpoints[i].size == checkpoints[i - 1].size &&
        checkpoints[i].root != checkpoints[i - 1].root) {
      return absl::DataLossError(absl::StrCat("the log was forked: two signed checkpoints of size ",
                                              checkpoints[i].size, " have different roots"));
    }
  }
  return checkpoints;
}

}  // namespace

absl::StatusOr<Entry> EntrySequence::Next(absl::string_view leaf) {
  const auto lost = [this](absl::string_view why) {
    return absl::DataLossError(absl::StrCat("log entry ", size_, ": ", why));
  };
  auto entry = ParseEntry(leaf);
  if (!entry.ok()) return lost(entry.status().message());
  if (entry->index != size_) {
    return lost(absl::StrCat("the entry in its place calls itself ", entry->index));
  }
  if (entry->type == "request" && entry->snapshot != catalogue_) {
    return lost("its snapshot field is not the hash of the snapshots before it");
  }
  if (entry->type == "snapshot") catalogue_ = NextCatalogue(catalogue_, entry->snapshot);
  ++size_;
  return entry;
}

absl::Status RangeLost(uint64_t from, uint64_t to) {
  return absl::DataLossError(
      to == from + 1 ? absl::StrCat("log entry ", from, " is not the one that was signed")
                     : absl::StrCat("a log entry between ", from, " and ", to - 1,
                                    " is not the one that was signed"));
}

absl::StatusOr<LogSummary> CheckLog(const LeafReader& next, const std::vector<std::string>& notes,
                                    const TrustPolicy& trust) {
  KLUIS_ASSIGN_OR_RETURN(const std::vector<SignedCheckpoint> checkpoints, OpenAll(notes, trust));
  EntrySequence sequence;
  TreeHasher tree;
  uint64_t good = 0, trusted = 0;
  auto check = checkpoints.begin();
  std::string leaf;
  while (true) {
    for (; check != checkpoints.end() && check->size == tree.size(); ++check) {
      if (check->root != tree.Root()) return RangeLost(good, tree.size());
      good = tree.size();
      if (check->trusted) trusted = good;
    }
    KLUIS_ASSIGN_OR_RETURN(const bool more, next(&leaf));
    if (!more) break;
    KLUIS_RETURN_IF_ERROR(sequence.Next(leaf).status());
    KLUIS_RETURN_IF_ERROR(tree.Add(leaf));
  }
  const uint64_t signed_size = checkpoints.back().size;
  if (tree.size() != signed_size) {
    return absl::DataLossError(
        absl::StrCat("log entry ", std::min(tree.size(), signed_size),
                     tree.size() < signed_size ? " is missing: " : " is not signed: ", tree.size(),
                     " entries, and a signed checkpoint of ", signed_size));
  }
  return LogSummary{tree.size(), tree.Root(), checkpoints.back(), trusted};
}

}  // namespace kluis
