// The state of a Ledger, and what its two source files share: ledger.cc appends, ledger_read.cc
// reads.
#ifndef KLUIS_SERVER_LEDGER_LEDGER_IMPL_H_
#define KLUIS_SERVER_LEDGER_LEDGER_IMPL_H_

#include <mutex>
#include <string>
#include <utility>

#include "disclosure/evidence/checkpoint.h"
#include "kluis/v1/release.pb.h"
#include "server/ledger/entry_store.h"
#include "server/ledger/ledger.h"

namespace kluis {

struct Ledger::Impl {
  Impl(Database& database, const NoteSigner& key, Options options)
      : database(database), key(key), options(std::move(options)) {}

  absl::StatusOr<CommittedRelease> CommitRequest(v1::SealedRequest sealed,
                                                 const std::optional<DecidedAgainst>& against);
  // The proof of an entry against the last checkpoint of the connection's snapshot.
  absl::StatusOr<std::string> Prove(Connection& connection, uint64_t index) const;
  absl::StatusOr<CommittedRelease> Load(Connection& connection, uint64_t index) const;
  // The release of an entry that was appended just now, without reading its sealed part: the proof
  // is of what is stored, and the entry commits to the answer. The answer moves out of `sealed`.
  absl::StatusOr<CommittedRelease> Written(Connection& connection, const AppendedEntry& entry,
                                           const PendingEntry& pending,
                                           v1::SealedRequest* sealed) const;
  struct Appended {
    AppendedEntry entry;
    bool seen = false;  // the caller's request id was there; then `entry` lacks its leaf
  };
  absl::StatusOr<Appended> Append(const PendingEntry& pending,
                                  const std::optional<DecidedAgainst>& against = std::nullopt);
  // Before each commit: the checkpoint of the group, which extends the last one signed.
  absl::Status SignGroup(Connection& connection);
  void Publish();

  Database& database;
  const NoteSigner& key;
  const Options options;
  std::unique_ptr<const SealedBox> box;
  Checkpoint last_signed;   // the writer thread's
  std::string signed_note;  // the writer thread's; its note
  mutable std::mutex mutex;
  std::string published_note;  // guarded by mutex: durable
  uint64_t published_size = 0, removed = 0;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_LEDGER_LEDGER_IMPL_H_
