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
#include "disclosure/evidence/signed_note.h"
#include "disclosure/protect/answer.h"
#include "disclosure/protect/protected_model.h"
#include "disclosure/protect/protected_table.h"
#include "server/store/database.h"

namespace kluis {

// Everything about one request that the sealed part of its entry holds besides the table itself.
struct ReleaseContext {
  std::string release;     // id, made by NewReleaseId()
  std::string request_id;  // of the client, may be empty
  std::string caller, organisation, role, certificate_sha256, client_version;
  std::string project;
  std::string query_text, query_canonical, plan_canonical, plan_sha256;
  std::string policy_sha256;
  std::string rules, rules_sha256;
  std::vector<std::pair<std::string, std::string>> snapshots;  // dataset, sha256
  std::string build;
  std::map<std::string, std::vector<std::string>> scope;
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
  };
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
  absl::StatusOr<CommittedRelease> Commit(ProtectedTable table, const ReleaseContext& context);
  absl::StatusOr<CommittedRelease> Commit(ProtectedModel model, const ReleaseContext& context);
  absl::StatusOr<CommittedRelease> CommitRefusal(const Refusal& refusal,
                                                 const ReleaseContext& context);
  // policy | snapshot | grant | key | open. `sealed` is JSON for reviewers. Returns the index.
  // INVALID_ARGUMENT for `request` and `review`, which have functions of their own.
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

  // NOT_FOUND when there is none of that caller (any caller when `caller` is empty: reviewers).
  absl::StatusOr<CommittedRelease> FindRelease(const std::string& release,
                                               const std::string& caller) const;
  std::optional<CommittedRelease> FindRequest(const std::string& caller,
                                              const std::string& request_id) const;
  // Newest first, before `before_index` (0: from the newest).
  absl::StatusOr<std::vector<ReleaseRecord>> ListReleases(const std::string& caller,
                                                          uint64_t before_index, int limit) const;
  // For limits: refused requests count too, and a log that cannot be read counts as full.
  int64_t CountReleasesSince(const std::string& project, const std::string& since_utc) const;

  // OK when the signed checkpoint `note`, kept outside the database, is of a prefix of this log.
  // DATA_LOSS: an older database was put back, or the log was forked.
  absl::Status CheckExtends(absl::string_view note) const;

  std::string checkpoint() const;  // the latest signed note
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
