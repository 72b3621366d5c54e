#include "server/ledger/ledger.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/entry.h"
#include "disclosure/evidence/merkle.h"
#include "disclosure/protect/model_answer.h"
#include "server/ledger/entry_store.h"
#include "server/ledger/ledger_impl.h"
#include "server/ledger/removal.h"
#include "server/ledger/review_entry.h"
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

PendingEntry EventEntry(const std::string& type, const std::string& policy_sha256,
                        const std::string& snapshot_sha256, const std::string& sealed) {
  PendingEntry pending;
  pending.sealed = SealEvent(sealed);
  pending.entry.type = type;
  pending.entry.policy = HashField(policy_sha256);
  pending.entry.snapshot = HashField(snapshot_sha256);
  pending.entry.answer = kNoHash;
  pending.entry.sealed = SealedField(pending.sealed);
  return pending;
}

absl::Status CameAfter(uint64_t index) {
  return absl::AbortedError(absl::StrCat("decide again: log entry ", index,
                                         " came after the past that was decided against"));
}

// The compare-and-swap of release-on-history: within the writer's transaction, so that of two
// decisions against one past only the first is kept.
absl::Status NoFiguresCameAfter(Connection& connection, const DecidedAgainst& against) {
  if (against.lineages.empty()) return absl::OkStatus();
  KLUIS_ASSIGN_OR_RETURN(Statement rows,
                         connection.Prepare("SELECT idx, lineages FROM entries WHERE idx >= ? AND "
                                            "type = 'request' AND status = 'released'"));
  rows.BindInt(1, static_cast<int64_t>(against.size));
  while (true) {
    KLUIS_ASSIGN_OR_RETURN(const bool more, rows.Step());
    if (!more) return absl::OkStatus();
    const std::string released = rows.Text(1);
    for (const std::string& lineage : against.lineages) {
      if (absl::StrContains(released, SetColumn({lineage})))
        return CameAfter(static_cast<uint64_t>(rows.Int(0)));
    }
  }
}

absl::Status NoReviewCameAfter(Connection& connection, const DecidedAgainst& against) {
  for (const uint64_t reviewed : against.reviewed) {
    KLUIS_ASSIGN_OR_RETURN(const uint64_t last,
                           FindSubject(connection, "review", absl::StrCat(reviewed)));
    if (last >= against.size && last > 0) return CameAfter(last);
  }
  return absl::OkStatus();
}

absl::Status IsBelow(Connection& connection, const DecidedAgainst::Limit& limit) {
  KLUIS_ASSIGN_OR_RETURN(const int64_t entries,
                         CountOfProject(connection, limit.project, limit.since_utc));
  if (entries < limit.entries) return absl::OkStatus();
  return absl::AbortedError(absl::StrCat("decide again: project ", limit.project, " has ", entries,
                                         " entries since ", limit.since_utc));
}

absl::Status NothingCameAfter(Connection& connection, const DecidedAgainst& against) {
  KLUIS_ASSIGN_OR_RETURN(const uint64_t size, LogSize(connection));
  if (against.size > size)
    return absl::InvalidArgumentError(absl::StrCat("no log of ", against.size, " entries yet"));
  KLUIS_RETURN_IF_ERROR(NoFiguresCameAfter(connection, against));
  KLUIS_RETURN_IF_ERROR(NoReviewCameAfter(connection, against));
  return against.limit ? IsBelow(connection, *against.limit) : absl::OkStatus();
}

absl::Status FindSubjects(Connection& connection, v1::SealedRequest* sealed) {
  KLUIS_ASSIGN_OR_RETURN(const uint64_t policy,
                         FindSubject(connection, "policy", HashField(sealed->policy_sha256())));
  sealed->set_policy_entry(policy);
  KLUIS_ASSIGN_OR_RETURN(
      const uint64_t grant,
      FindSubject(connection, "grant", GrantSubject(sealed->certificate_sha256())));
  sealed->set_grant_entry(grant);
  for (v1::SnapshotRef& snapshot : *sealed->mutable_snapshots()) {
    KLUIS_ASSIGN_OR_RETURN(const uint64_t entry,
                           FindSubject(connection, "snapshot", HashField(snapshot.sha256())));
    snapshot.set_entry(entry);
  }
  return absl::OkStatus();
}

}  // namespace

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

absl::StatusOr<Ledger::Impl::Appended> Ledger::Impl::Append(
    const PendingEntry& pending, const std::optional<DecidedAgainst>& against) {
  Appended appended;
  KLUIS_RETURN_IF_ERROR(database.Write([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(const auto seen, FindRequestIndex(connection, pending.columns.caller,
                                                             pending.columns.request_id));
    if (seen.has_value()) {
      appended = {.entry = {.index = *seen, .leaf = {}}, .seen = true};
      return absl::OkStatus();
    }
    if (against) KLUIS_RETURN_IF_ERROR(NothingCameAfter(connection, *against));
    KLUIS_ASSIGN_OR_RETURN(appended.entry,
                           AppendEntry(connection, *box, pending, options.now_utc()));
    return absl::OkStatus();
  }));
  return appended;
}

absl::StatusOr<CommittedRelease> Ledger::Impl::CommitRequest(
    v1::SealedRequest sealed, const std::optional<DecidedAgainst>& against) {
  KLUIS_RETURN_IF_ERROR(database.Read(
      [&sealed](Connection& connection) { return FindSubjects(connection, &sealed); }));
  PendingEntry pending;
  pending.columns = ColumnsOf(sealed);
  pending.sealed = Seal(sealed);
  pending.entry.type = "request";
  pending.entry.policy = HashField(sealed.policy_sha256());
  pending.entry.answer = AnswerField(pending.sealed, sealed);
  pending.entry.sealed = SealedField(pending.sealed);
  KLUIS_ASSIGN_OR_RETURN(const Appended appended, Append(pending, against));

  absl::StatusOr<CommittedRelease> release = absl::InternalError("not read");
  KLUIS_RETURN_IF_ERROR(database.Read([&](Connection& connection) {
    release = appended.seen ? Load(connection, appended.entry.index)
                            : Written(connection, appended.entry, pending, &sealed);
    return release.status();
  }));
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
  KLUIS_ASSIGN_OR_RETURN(impl.box, SealedBox::FromKey(impl.options.sealed_key));
  impl.last_signed = {impl.options.origin, 0, EmptyRoot()};
  KLUIS_ASSIGN_OR_RETURN(const StoredLog log, VerifyStoredLog(database, *impl.box, key.verifier()));
  impl.removed = log.removed;
  if (log.last) {
    const Checkpoint& last = log.last->checkpoint;
    impl.last_signed = {impl.options.origin, last.size, last.root};
    impl.signed_note = log.last->note;
  }
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

absl::StatusOr<CommittedRelease> Ledger::Commit(const ProtectedTable& table,
                                                const ReleaseContext& context,
                                                const std::optional<DecidedAgainst>& against) {
  v1::SealedRequest sealed = SealRequest(context, CanonicalAnswer(table, AnswerContextOf(context)));
  SealTable(table, &sealed);
  sealed.set_after_check(context.after_check);
  return impl_->CommitRequest(std::move(sealed), against);
}

absl::StatusOr<CommittedRelease> Ledger::Commit(const ProtectedModel& model,
                                                const ReleaseContext& context,
                                                const std::optional<DecidedAgainst>& against) {
  v1::SealedRequest sealed = SealRequest(context, CanonicalModel(model, AnswerContextOf(context)));
  SealModel(model, &sealed);
  sealed.set_after_check(context.after_check);
  return impl_->CommitRequest(std::move(sealed), against);
}

absl::StatusOr<CommittedRelease> Ledger::CommitRefusal(
    const Refusal& refusal, const ReleaseContext& context,
    const std::optional<DecidedAgainst>& against) {
  v1::SealedRequest sealed =
      SealRequest(context, CanonicalRefusal(refusal, AnswerContextOf(context)));
  SealRefusal(refusal, &sealed);
  return impl_->CommitRequest(std::move(sealed), against);
}

absl::StatusOr<uint64_t> Ledger::AppendEvent(const std::string& type,
                                             const std::string& policy_sha256,
                                             const std::string& snapshot_sha256,
                                             const std::string& sealed) {
  if (type == "request" || type == "review" || type == "removal")
    return absl::InvalidArgumentError(absl::StrCat("a ", type, " is no event"));
  KLUIS_ASSIGN_OR_RETURN(const Impl::Appended appended,
                         impl_->Append(EventEntry(type, policy_sha256, snapshot_sha256, sealed)));
  return appended.entry.index;
}

absl::StatusOr<uint64_t> Ledger::AppendReview(uint64_t reviewed, const std::string& sealed,
                                              const Together& together) {
  KLUIS_ASSIGN_OR_RETURN(const std::string bytes, SealReview(reviewed, sealed));
  const PendingEntry pending = EventEntry("review", "", "", bytes);
  uint64_t index = 0;
  KLUIS_RETURN_IF_ERROR(impl_->database.Write([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(const uint64_t size, LogSize(connection));
    if (reviewed >= size)
      return absl::NotFoundError(absl::StrCat("there is no log entry ", reviewed));
    KLUIS_ASSIGN_OR_RETURN(const AppendedEntry entry,
                           AppendEntry(connection, *impl_->box, pending, impl_->options.now_utc()));
    index = entry.index;
    return together ? together(connection, index) : absl::OkStatus();
  }));
  return index;
}

absl::Status Ledger::AddCosignatures(uint64_t size, const std::string& lines) {
  return impl_->database.Write([size, &lines](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(Statement known,
                           connection.Prepare("SELECT 1 FROM checkpoints WHERE size = ?"));
    known.BindInt(1, static_cast<int64_t>(size));
    KLUIS_ASSIGN_OR_RETURN(const bool found, known.Step());
    if (!found) return absl::NotFoundError(absl::StrCat("no checkpoint of ", size, " entries"));
    KLUIS_ASSIGN_OR_RETURN(
        Statement insert,
        connection.Prepare("INSERT OR REPLACE INTO cosignatures (size, lines) VALUES (?, ?)"));
    return insert.BindInt(1, static_cast<int64_t>(size)).BindText(2, lines).Run();
  });
}

absl::StatusOr<Removal> Ledger::RemoveSealed(const std::string& before_utc) {
  absl::StatusOr<Removal> removal = absl::InternalError("not run");
  KLUIS_RETURN_IF_ERROR(impl_->database.Write([&](Connection& connection) {
    removal = RemoveSealedParts(connection, *impl_->box, before_utc, impl_->options.now_utc());
    return removal.status();
  }));
  std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->removed += removal->removed;
  return removal;
}

std::string NewReleaseId() {
  constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  constexpr size_t kLength = 26;
  std::string id = NewSalt().substr(0, kLength);
  for (char& c : id) c = kAlphabet[static_cast<unsigned char>(c) & 31];
  return id;
}

}  // namespace kluis
