#include "server/ledger/ledger.h"

#include <limits>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/checkpoint.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/entry.h"
#include "disclosure/evidence/merkle.h"
#include "disclosure/evidence/tlog_proof.h"
#include "disclosure/protect/model_answer.h"
#include "server/ledger/entry_store.h"
#include "server/ledger/sealed.h"
#include "server/ledger/verify.h"

namespace kluis {
namespace {

AnswerContext AnswerContextOf(const ReleaseContext& context) {
  return {context.release, context.rules, context.policy_sha256, context.scope};
}

// "sha256:<hex>", <hex> or nothing.
std::string HashField(absl::string_view sha256) {
  absl::ConsumePrefix(&sha256, "sha256:");
  return sha256.empty() ? kNoHash : std::string(sha256);
}

absl::Status FindSubjects(Connection& connection, v1::SealedRequest* sealed) {
  KLUIS_ASSIGN_OR_RETURN(const uint64_t policy,
                         FindSubject(connection, "policy", HashField(sealed->policy_sha256())));
  sealed->set_policy_entry(policy);
  for (v1::SnapshotRef& snapshot : *sealed->mutable_snapshots()) {
    KLUIS_ASSIGN_OR_RETURN(const uint64_t entry,
                           FindSubject(connection, "snapshot", HashField(snapshot.sha256())));
    snapshot.set_entry(entry);
  }
  return absl::OkStatus();
}

// The proof of an entry against the last checkpoint of the connection's snapshot.
absl::StatusOr<std::string> Prove(Connection& connection, uint64_t index) {
  KLUIS_ASSIGN_OR_RETURN(const auto last, LastCheckpoint(connection));
  if (!last.has_value() || index >= last->checkpoint.size) {
    return absl::DataLossError(absl::StrCat("log entry ", index, " is not signed"));
  }
  TlogProof proof;
  proof.index = index;
  proof.checkpoint = last->note;
  KLUIS_ASSIGN_OR_RETURN(proof.hashes,
                         InclusionProof(index, last->checkpoint.size, StoredNodes(connection)));
  return FormatTlogProof(proof);
}

}  // namespace

struct Ledger::Impl {
  Impl(Database& database, const NoteSigner& key, Options options)
      : database(database), key(key), options(std::move(options)) {}

  absl::StatusOr<CommittedRelease> CommitRequest(v1::SealedRequest sealed);
  absl::StatusOr<CommittedRelease> Load(Connection& connection, uint64_t index) const;
  absl::StatusOr<uint64_t> Append(const PendingEntry& pending);
  // Before each commit: the checkpoint of the group, which extends the last one signed.
  absl::Status SignGroup(Connection& connection);
  void Publish();

  Database& database;
  const NoteSigner& key;
  const Options options;
  Checkpoint last_signed;   // the writer thread's
  std::string signed_note;  // the writer thread's; its note
  mutable std::mutex mutex;
  std::string published_note;  // guarded by mutex: durable
  uint64_t published_size = 0;
};

absl::Status Ledger::Impl::SignGroup(Connection& connection) {
  KLUIS_ASSIGN_OR_RETURN(const uint64_t size, LogSize(connection));
  if (size == last_signed.size && !signed_note.empty()) return absl::OkStatus();
  const NodeReader nodes = StoredNodes(connection);
  KLUIS_ASSIGN_OR_RETURN(std::string root, RootHash(size, nodes));
  // SPEC tlog-checkpoint: "A log MUST not sign any checkpoint which is inconsistent with any
  // checkpoint it previously signed".
  auto proof = kluis::ConsistencyProof(last_signed.size, size, nodes);
  if (!proof.ok() ||
      !VerifyConsistency(last_signed.size, last_signed.root, size, root, *proof).ok()) {
    return absl::DataLossError(absl::StrCat("the log of ", size, " entries does not extend the ",
                                            last_signed.size, " that were signed"));
  }
  last_signed = {options.origin, size, std::move(root)};
  signed_note = key.Sign(FormatCheckpoint(last_signed));
  return SaveCheckpoint(connection, {last_signed, signed_note});
}

void Ledger::Impl::Publish() {
  std::lock_guard<std::mutex> lock(mutex);
  published_note = signed_note;
  published_size = last_signed.size;
}

absl::StatusOr<uint64_t> Ledger::Impl::Append(const PendingEntry& pending) {
  uint64_t index = 0;
  KLUIS_RETURN_IF_ERROR(database.Write([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(const auto seen, FindRequestIndex(connection, pending.columns.caller,
                                                             pending.columns.request_id));
    if (seen.has_value()) {
      index = *seen;
      return absl::OkStatus();
    }
    KLUIS_ASSIGN_OR_RETURN(index, AppendEntry(connection, pending, options.now_utc()));
    return absl::OkStatus();
  }));
  return index;
}

absl::StatusOr<CommittedRelease> Ledger::Impl::CommitRequest(v1::SealedRequest sealed) {
  KLUIS_RETURN_IF_ERROR(database.Read(
      [&sealed](Connection& connection) { return FindSubjects(connection, &sealed); }));
  PendingEntry pending;
  pending.columns = ColumnsOf(sealed);
  pending.sealed = sealed.SerializeAsString();
  pending.sealed_salt = NewSalt();
  pending.answer_salt = NewSalt();
  pending.entry.type = "request";
  pending.entry.policy = HashField(sealed.policy_sha256());
  pending.entry.answer = ToHex(Commitment(pending.answer_salt, sealed.answer()));
  pending.entry.sealed = ToHex(Commitment(pending.sealed_salt, pending.sealed));
  KLUIS_ASSIGN_OR_RETURN(const uint64_t index, Append(pending));

  absl::StatusOr<CommittedRelease> release = absl::InternalError("not read");
  KLUIS_RETURN_IF_ERROR(database.Read([&](Connection& connection) {
    release = Load(connection, index);
    return release.status();
  }));
  return release;
}

absl::StatusOr<CommittedRelease> Ledger::Impl::Load(Connection& connection, uint64_t index) const {
  KLUIS_ASSIGN_OR_RETURN(const auto row, FindEntry(connection, index));
  if (!row.has_value())
    return absl::DataLossError(absl::StrCat("log entry ", index, " is missing"));
  KLUIS_ASSIGN_OR_RETURN(const Entry entry, ParseEntry(row->leaf));
  KLUIS_RETURN_IF_ERROR(CheckSealed(*row, entry));
  CommittedRelease release;
  release.index_ = index;
  release.release_ = row->columns.release;
  release.status_ = row->columns.status;
  release.project_ = row->columns.project;
  release.answer_ = SealedAnswer(*row);
  release.receipt_.entry = row->leaf;
  release.receipt_.answer_salt = row->answer_salt;
  KLUIS_ASSIGN_OR_RETURN(release.receipt_.proof, Prove(connection, index));
  return release;
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(Database& database, const NoteSigner& key,
                                                     Options options) {
  if (options.origin != key.verifier().name()) {
    return absl::InvalidArgumentError(absl::StrCat("the log's origin is ", options.origin,
                                                   ", its key's name ", key.verifier().name()));
  }
  KLUIS_RETURN_IF_ERROR(
      database.Write([](Connection& connection) { return connection.Execute(kLedgerSchema); }));
  auto ledger = std::unique_ptr<Ledger>(
      new Ledger(std::make_unique<Impl>(database, key, std::move(options))));
  Impl& impl = *ledger->impl_;
  impl.last_signed = {impl.options.origin, 0, EmptyRoot()};
  KLUIS_RETURN_IF_ERROR(database.Read([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(const auto last, VerifyStoredLog(connection, key.verifier()));
    if (!last.has_value()) return absl::OkStatus();
    impl.last_signed = {impl.options.origin, last->checkpoint.size, last->checkpoint.root};
    impl.signed_note = last->note;
    return absl::OkStatus();
  }));
  impl.Publish();
  database.SetBeforeCommit([&impl](Connection& connection) { return impl.SignGroup(connection); });
  database.SetAfterCommit([&impl] { impl.Publish(); });
  // A new log signs that it is empty.
  KLUIS_RETURN_IF_ERROR(database.Write([](Connection&) { return absl::OkStatus(); }));
  return ledger;
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Ledger::~Ledger() {
  impl_->database.SetBeforeCommit(nullptr);
  impl_->database.SetAfterCommit(nullptr);
}

absl::StatusOr<CommittedRelease> Ledger::Commit(ProtectedTable table,
                                                const ReleaseContext& context) {
  v1::SealedRequest sealed = SealRequest(context, CanonicalAnswer(table, AnswerContextOf(context)));
  SealTable(table, &sealed);
  return impl_->CommitRequest(std::move(sealed));
}

absl::StatusOr<CommittedRelease> Ledger::Commit(ProtectedModel model,
                                                const ReleaseContext& context) {
  v1::SealedRequest sealed = SealRequest(context, CanonicalModel(model, AnswerContextOf(context)));
  SealModel(model, &sealed);
  return impl_->CommitRequest(std::move(sealed));
}

absl::StatusOr<CommittedRelease> Ledger::CommitRefusal(const Refusal& refusal,
                                                       const ReleaseContext& context) {
  v1::SealedRequest sealed =
      SealRequest(context, CanonicalRefusal(refusal, AnswerContextOf(context)));
  SealRefusal(refusal, &sealed);
  return impl_->CommitRequest(std::move(sealed));
}

absl::StatusOr<uint64_t> Ledger::AppendEvent(const std::string& type,
                                             const std::string& policy_sha256,
                                             const std::string& snapshot_sha256,
                                             const std::string& sealed) {
  if (type == "request") return absl::InvalidArgumentError("a request is no event");
  PendingEntry pending;
  pending.sealed = sealed;
  pending.sealed_salt = NewSalt();
  pending.entry.type = type;
  pending.entry.policy = HashField(policy_sha256);
  pending.entry.snapshot = HashField(snapshot_sha256);
  pending.entry.answer = kNoHash;
  pending.entry.sealed = ToHex(Commitment(pending.sealed_salt, sealed));
  return impl_->Append(pending);
}

absl::StatusOr<CommittedRelease> Ledger::FindRelease(const std::string& release,
                                                     const std::string& caller) const {
  absl::StatusOr<CommittedRelease> found = absl::InternalError("not read");
  KLUIS_RETURN_IF_ERROR(impl_->database.Read([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(
        Statement select,
        connection.Prepare(
            "SELECT idx FROM entries WHERE release = ?1 AND (caller = ?2 OR ?2 = '')"));
    select.BindText(1, release).BindText(2, caller);
    KLUIS_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (!row) return absl::NotFoundError(absl::StrCat("no release ", release));
    found = impl_->Load(connection, static_cast<uint64_t>(select.Int(0)));
    return found.status();
  }));
  return found;
}

std::optional<CommittedRelease> Ledger::FindRequest(const std::string& caller,
                                                    const std::string& request_id) const {
  std::optional<CommittedRelease> found;
  const auto find = [&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(const auto index, FindRequestIndex(connection, caller, request_id));
    if (!index.has_value()) return absl::OkStatus();
    KLUIS_ASSIGN_OR_RETURN(found, impl_->Load(connection, *index));
    return absl::OkStatus();
  };
  return impl_->database.Read(find).ok() ? found : std::nullopt;
}

absl::StatusOr<std::vector<ReleaseRecord>> Ledger::ListReleases(const std::string& caller,
                                                                uint64_t before_index,
                                                                int limit) const {
  std::vector<ReleaseRecord> records;
  const int64_t before =
      before_index == 0 ? std::numeric_limits<int64_t>::max() : static_cast<int64_t>(before_index);
  KLUIS_RETURN_IF_ERROR(impl_->database.Read([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(
        Statement select,
        connection.Prepare(absl::StrCat(
            "SELECT release, idx, time, status, project, caller, query, cells, suppressed "
            "FROM entries WHERE type = 'request' AND idx < ?1 ",
            caller.empty() ? "" : "AND caller = ?3 ", "ORDER BY idx DESC LIMIT ?2")));
    select.BindInt(1, before).BindInt(2, limit);
    if (!caller.empty()) select.BindText(3, caller);
    while (true) {
      KLUIS_ASSIGN_OR_RETURN(const bool row, select.Step());
      if (!row) return absl::OkStatus();
      records.push_back({select.Text(0), static_cast<uint64_t>(select.Int(1)), select.Text(2),
                         select.Text(3), select.Text(4), select.Text(5), select.Text(6),
                         select.Int(7), select.Int(8)});
    }
  }));
  return records;
}

int64_t Ledger::CountReleasesSince(const std::string& project, const std::string& since_utc) const {
  int64_t count = 0;
  const absl::Status status = impl_->database.Read([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(
        Statement select,
        connection.Prepare("SELECT count(*) FROM entries WHERE project = ? AND time >= ?"));
    select.BindText(1, project).BindText(2, since_utc);
    KLUIS_RETURN_IF_ERROR(select.Step().status());
    count = select.Int(0);
    return absl::OkStatus();
  });
  return status.ok() ? count : std::numeric_limits<int64_t>::max();
}

std::string Ledger::checkpoint() const {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  return impl_->published_note;
}

uint64_t Ledger::size() const {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  return impl_->published_size;
}

absl::StatusOr<std::vector<std::string>> Ledger::Leaves(uint64_t start, uint64_t end) const {
  const uint64_t all = size();
  if (start > end || end > all) {
    return absl::InvalidArgumentError(
        absl::StrCat("no entries ", start, " to ", end, " in a log of ", all));
  }
  std::vector<std::string> leaves;
  KLUIS_RETURN_IF_ERROR(impl_->database.Read([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(
        Statement select,
        connection.Prepare("SELECT leaf FROM entries WHERE idx >= ? AND idx < ? ORDER BY idx"));
    select.BindInt(1, static_cast<int64_t>(start)).BindInt(2, static_cast<int64_t>(end));
    while (true) {
      KLUIS_ASSIGN_OR_RETURN(const bool row, select.Step());
      if (!row) return absl::OkStatus();
      leaves.push_back(select.Text(0));
    }
  }));
  if (leaves.size() == end - start) return leaves;
  return absl::DataLossError(absl::StrCat("log entry ", start + leaves.size(), " is missing"));
}

absl::StatusOr<std::vector<std::string>> Ledger::ConsistencyProof(uint64_t first,
                                                                  uint64_t second) const {
  const uint64_t all = size();
  if (second > all) {
    return absl::InvalidArgumentError(absl::StrCat("no log of ", second, " entries yet: ", all));
  }
  absl::StatusOr<std::vector<std::string>> proof = absl::InternalError("not read");
  KLUIS_RETURN_IF_ERROR(impl_->database.Read([&](Connection& connection) {
    proof = kluis::ConsistencyProof(first, second, StoredNodes(connection));
    return proof.status();
  }));
  return proof;
}

absl::Status Ledger::CheckExtends(absl::string_view note) const {
  KLUIS_ASSIGN_OR_RETURN(const Checkpoint seen, OpenCheckpoint(note, impl_->key.verifier()));
  return impl_->database.Read([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(const auto last, LastCheckpoint(connection));
    const uint64_t here = last.has_value() ? last->checkpoint.size : 0;
    if (seen.size > here) {
      return absl::DataLossError(absl::StrCat("log entry ", here, " is missing: a checkpoint of ",
                                              seen.size, " entries was signed before"));
    }
    KLUIS_ASSIGN_OR_RETURN(const std::string root, RootHash(seen.size, StoredNodes(connection)));
    if (root == seen.root) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("the log was forked: its first ", seen.size,
                                            " entries are not those that were signed before"));
  });
}

std::string NewReleaseId() {
  constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  constexpr size_t kLength = 26;
  std::string id = NewSalt().substr(0, kLength);
  for (char& c : id) c = kAlphabet[static_cast<unsigned char>(c) & 31];
  return id;
}

}  // namespace kluis
