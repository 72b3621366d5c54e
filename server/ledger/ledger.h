// The release log: one writer, entry + tree + checkpoint in one durable transaction before the
// first byte of an answer. Only Commit() makes a CommittedRelease, only that becomes a response.
#ifndef KLUIS_SERVER_LEDGER_LEDGER_H_
#define KLUIS_SERVER_LEDGER_LEDGER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/base/refusal.h"
#include "disclosure/evidence/sealed_part.h"
#include "disclosure/evidence/signed_note.h"
#include "disclosure/protect/answer.h"
#include "disclosure/protect/protected_model.h"
#include "disclosure/protect/protected_table.h"
#include "server/store/database.h"

namespace kluis {

// One snapshot that a request read.
struct SnapshotUse {
  std::string dataset, sha256;
  std::string lineage, period;
  int64_t rows = 0;
};

// Everything about one request that the sealed part of its entry holds besides the table itself.
struct ReleaseContext {
  std::string release;     // id, made by NewReleaseId()
  std::string request_id;  // of the client, may be empty
  std::string caller, organisation, role, certificate_sha256, client_version;
  std::string project, asked_project, purpose, project_sha256;
  std::string query_text, query_canonical, plan_canonical, plan_sha256;
  std::string policy_sha256;
  std::string rules, rules_sha256;
  std::vector<SnapshotUse> snapshots;
  std::string build;
  std::map<std::string, std::vector<std::string>> scope;
  std::string formula, dataset, where, family;  // of a model, instead of a query
  int64_t population = 0, population_contributors = 0, rows_read = 0;
  std::vector<uint64_t> overlaps;  // entries of the latest earlier releases about the same
  int64_t overlap_count = 0;       // of all of them
  uint64_t past = 0;               // entries of the log that were known then
  int64_t queries_today = 0, queries_per_day = 0, work_budget = 0;
  std::string precedent;              // id of a case
  bool after_check = false;           // of what is released
  std::vector<std::string> held_for;  // conditions of the rule set, of what is held
};

// The past that a decision was made against: the log's first `size` entries, and what of later ones
// would undo it.
struct DecidedAgainst {
  // So many entries of a project since a time, and the decision was another.
  struct Limit {
    std::string project, since_utc;
    int64_t entries = 0;
  };
  uint64_t size = 0;
  std::vector<std::string> lineages = {};  // figures of these that were released
  std::vector<uint64_t> reviewed = {};     // entries about which a review was written
  std::optional<Limit> limit = {};
};

struct ReceiptParts {
  std::string entry;        // the leaf: public part
  std::string answer_salt;  // 32 bytes
  std::string proof;        // tlog-proof text
};

// An answer whose entry is durable under a signed checkpoint.
class CommittedRelease {
 public:
  const std::string& release() const { return release_; }
  const std::string& answer() const { return answer_; }  // canonical JSON
  const ReceiptParts& receipt() const { return receipt_; }
  uint64_t index() const { return index_; }
  const std::string& status() const { return status_; }    // released | refused
  const std::string& project() const { return project_; }  // of a refusal: as asked for

 private:
  friend class Ledger;
  CommittedRelease() = default;
  std::string release_, answer_, status_, project_;
  ReceiptParts receipt_;
  uint64_t index_ = 0;
};

struct ReleaseRecord {
  std::string release;
  uint64_t index = 0;
  std::string time, status, project, caller, query;
  int64_t cells = 0, suppressed = 0;
};

// What is empty is not asked.
struct ReleaseFilter {
  std::string caller = {}, project = {}, dataset = {};
  std::string since_utc = {};  // RFC 3339, or the beginning of it
};

struct SealedEntry {
  uint64_t index = 0;
  std::string type, time, leaf;
  std::string bytes;     // SealedRequest of a request, JSON of all others
  bool removed = false;  // then `bytes` is empty
};

struct Removal {
  uint64_t index = 0;    // of the `removal` entry; 0: there was nothing to remove, and no entry
  uint64_t removed = 0;  // entries whose sealed part is gone
};

// A vote, decision, view of unprotected figures or recall: a `review` entry about an earlier one.
struct ReviewRecord {
  uint64_t index = 0, reviewed = 0;
  std::string time;
  std::string sealed;  // JSON, with the key `entry`: the index reviewed
};

class Ledger {
 public:
  struct Options {
    std::string origin;                    // of the checkpoints, for example "kluis.example/demo"
    std::function<std::string()> now_utc;  // RFC 3339, seconds
    std::string sealed_key;                // 32 bytes: sealed parts are encrypted under it
  };
  // INVALID_ARGUMENT: no such key, or the origin is not the key's name.
  // Verifies: recomputes the root from all entries and compares it with the last signed checkpoint.
  // DATA_LOSS names the first bad index; then nothing may be served. `database` and `key` must
  // outlive the ledger.
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(Database& database, const NoteSigner& key,
                                                      Options options);
  ~Ledger();

  // Thread safe; concurrent commits share one synchronised transaction (group commit). After any
  // I/O error every further call fails with UNAVAILABLE until the ledger is opened again.
  // ALREADY_EXISTS is never returned: a request_id seen before (same caller) gives the stored
  // release.
  // With `against`: ABORTED when the log has by now what would undo the decision. Then nothing is
  // written; decide again, against the log as it is.
  absl::StatusOr<CommittedRelease> Commit(
      const ProtectedTable& table, const ReleaseContext& context,
      const std::optional<DecidedAgainst>& against = std::nullopt);
  absl::StatusOr<CommittedRelease> Commit(
      const ProtectedModel& model, const ReleaseContext& context,
      const std::optional<DecidedAgainst>& against = std::nullopt);
  absl::StatusOr<CommittedRelease> CommitRefusal(
      const Refusal& refusal, const ReleaseContext& context,
      const std::optional<DecidedAgainst>& against = std::nullopt);
  // policy | snapshot | grant | key | open. `sealed` is JSON for reviewers. Returns the index.
  // INVALID_ARGUMENT for other types, which have functions of their own.
  absl::StatusOr<uint64_t> AppendEvent(const std::string& type, const std::string& policy_sha256,
                                       const std::string& snapshot_sha256,
                                       const std::string& sealed);

  // Work in the transaction of an entry, with the entry's index; it must not call the ledger.
  using Together = std::function<absl::Status(Connection& connection, uint64_t index)>;
  // Appends a `review` entry about the entry `reviewed`. `sealed`: a JSON object, for example
  //   {"event": "vote", "reviewer": "c@cbs.nl", "decision": "approve", "reason": "..."}
  // to which the key `entry` is added. `together`, when given, runs after the entry is written, in
  // one transaction with it: when it fails, its error is returned and nothing of both is kept.
  // INVALID_ARGUMENT: not such an object; NOT_FOUND: there is no entry `reviewed` yet.
  absl::StatusOr<uint64_t> AppendReview(uint64_t reviewed, const std::string& sealed,
                                        const Together& together = nullptr);
  // The reviews of one entry, in the order of the log. DATA_LOSS when one of them was changed.
  absl::StatusOr<std::vector<ReviewRecord>> Reviews(uint64_t reviewed) const;

  // Removes sealed parts, salts and search columns of the requests, reviews and grants in the log
  // before its first entry of `before_utc` or later, and appends a `removal` entry in the same
  // transaction. The tree stays. What is removed is overwritten in the database file.
  absl::StatusOr<Removal> RemoveSealed(const std::string& before_utc);
  uint64_t removed() const;  // entries without their sealed part

  // Whether the sealed parts open under this key; of a log without any it is true.
  static absl::StatusOr<bool> IsUnderKey(const Database& database, const std::string& sealed_key);
  // Encrypts all sealed parts and search columns anew under this key, and appends a `key` entry
  // with `event` (JSON), in one transaction: after a crash all is under the one key or the other.
  // `progress` hears how many are done. REQUIRES: nothing else uses the ledger meanwhile.
  absl::Status ChangeSealedKey(const std::string& sealed_key, const std::string& event,
                               const std::function<void(uint64_t)>& progress);

  // NOT_FOUND when there is none of that caller (any caller when `caller` is empty: reviewers).
  absl::StatusOr<CommittedRelease> FindRelease(const std::string& release,
                                               const std::string& caller) const;
  std::optional<CommittedRelease> FindRequest(const std::string& caller,
                                              const std::string& request_id) const;
  // Newest first, before `before_index` (0: from the newest).
  absl::StatusOr<std::vector<ReleaseRecord>> ListReleases(const ReleaseFilter& filter,
                                                          uint64_t before_index, int limit) const;
  // Whole and checked, for reviewers. NOT_FOUND, or DATA_LOSS when it is not as signed.
  absl::StatusOr<SealedEntry> ReadSealed(uint64_t index) const;
  // The `policy` or `snapshot` events before entry `index`, in order, checked.
  absl::StatusOr<std::vector<SealedEntry>> EventsBefore(const std::string& type,
                                                        uint64_t index) const;
  // What shows one cell of a request's table to an auditor, and nothing else of it. `cell` counts
  // SealedRequest::cell_reviews from 0. NOT_FOUND when there is none, or its sealed part is gone.
  absl::StatusOr<CellProof> ProveCell(uint64_t index, uint64_t cell) const;
  // For limits: refused requests count too, and a log that cannot be read counts as full.
  int64_t CountReleasesSince(const std::string& project, const std::string& since_utc) const;

  // OK when the signed checkpoint `note`, kept outside the database, is of a prefix of this log.
  // DATA_LOSS: an older database was put back, or the log was forked.
  absl::Status CheckExtends(absl::string_view note) const;

  // Keeps cosignature lines of witnesses for the checkpoint of this size: the proofs of its entries
  // carry them from then on. The caller has verified them. NOT_FOUND: there is no such checkpoint.
  absl::Status AddCosignatures(uint64_t size, const std::string& lines);

  std::string checkpoint() const;  // the latest signed note
  // The latest note that witnesses cosigned, with their lines; empty when there is none.
  std::string cosigned() const;
  uint64_t size() const;
  absl::StatusOr<std::vector<std::string>> Leaves(uint64_t start, uint64_t end) const;
  absl::StatusOr<std::vector<std::string>> ConsistencyProof(
      uint64_t first, uint64_t second) const;  // 32-byte hashes

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// 26 lower-case base32 characters from a cryptographic generator.
std::string NewReleaseId();

}  // namespace kluis

#endif  // KLUIS_SERVER_LEDGER_LEDGER_H_
