#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/entry.h"
#include "disclosure/evidence/merkle.h"
#include "disclosure/evidence/tlog_proof.h"
#include "server/ledger/ledger_impl.h"
#include "server/ledger/sealed.h"

namespace kluis {
absl::StatusOr<std::string> Ledger::Impl::Prove(Connection& connection, uint64_t index) const {
  KLUIS_ASSIGN_OR_RETURN(const auto last, LastCheckpoint(connection));
  if (!last.has_value() || index >= last->checkpoint.size) {
    return absl::DataLossError(absl::StrCat("log entry ", index, " is not signed"));
  }
  TlogProof proof;
  proof.index = index;
  proof.checkpoint = last->note;
  uint64_t size = last->checkpoint.size;
  // What witnesses have seen says more than what is only newer.
  KLUIS_ASSIGN_OR_RETURN(const auto cosigned, LastCosigned(connection));
  if (cosigned.has_value() && index < cosigned->checkpoint.size) {
    proof.checkpoint = cosigned->note;
    size = cosigned->checkpoint.size;
  }
  KLUIS_ASSIGN_OR_RETURN(proof.hashes, InclusionProof(index, size, StoredNodes(connection)));
  return FormatTlogProof(proof);
}

absl::StatusOr<CommittedRelease> Ledger::Impl::Load(Connection& connection, uint64_t index) const {
  KLUIS_ASSIGN_OR_RETURN(const auto row, FindEntry(connection, *box, index));
  if (!row.has_value())
    return absl::DataLossError(absl::StrCat("log entry ", index, " is missing"));
  KLUIS_ASSIGN_OR_RETURN(const Entry entry, ParseEntry(row->leaf));
  CommittedRelease release;
  KLUIS_RETURN_IF_ERROR(CheckSealed(*row, entry, &release.answer_));
  if (row->removed || entry.type != "request")
    return absl::NotFoundError(absl::StrCat("log entry ", index, " holds no release"));
  release.index_ = index;
  release.release_ = row->columns.release;
  release.status_ = row->columns.status;
  release.project_ = row->columns.project;
  release.receipt_.entry = row->leaf;
  release.receipt_.answer_salt = row->sealed.answer_salt;
  KLUIS_ASSIGN_OR_RETURN(release.receipt_.proof, Prove(connection, index));
  return release;
}

absl::StatusOr<CommittedRelease> Ledger::Impl::Written(Connection& connection,
                                                       const AppendedEntry& entry,
                                                       const PendingEntry& pending,
                                                       v1::SealedRequest* sealed) const {
  KLUIS_ASSIGN_OR_RETURN(Statement select,
                         connection.Prepare("SELECT leaf FROM entries WHERE idx = ?"));
  select.BindInt(1, static_cast<int64_t>(entry.index));
  KLUIS_ASSIGN_OR_RETURN(const bool found, select.Step());
  if (!found || select.Text(0) != entry.leaf)
    return absl::DataLossError(
        absl::StrCat("log entry ", entry.index, " is not as it was written"));
  CommittedRelease release;
  release.index_ = entry.index;
  release.release_ = pending.columns.release;
  release.status_ = pending.columns.status;
  release.project_ = pending.columns.project;
  release.answer_ = std::move(*sealed->mutable_answer());
  release.receipt_.entry = entry.leaf;
  release.receipt_.answer_salt = pending.sealed.answer_salt;
  KLUIS_ASSIGN_OR_RETURN(release.receipt_.proof, Prove(connection, entry.index));
  return release;
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

absl::StatusOr<std::vector<ReviewRecord>> Ledger::Reviews(uint64_t reviewed) const {
  std::vector<ReviewRecord> reviews;
  KLUIS_RETURN_IF_ERROR(impl_->database.Read([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(
        Statement rows, connection.Prepare(absl::StrCat("SELECT ", kEntryColumns,
                                                        " FROM entries WHERE type = "
                                                        "'review' AND subject = ? ORDER BY idx")));
    rows.BindText(1, absl::StrCat(reviewed));
    while (true) {
      KLUIS_ASSIGN_OR_RETURN(const bool more, rows.Step());
      if (!more) return absl::OkStatus();
      KLUIS_ASSIGN_OR_RETURN(const StoredEntry row, RowToEntry(rows, *impl_->box));
      KLUIS_ASSIGN_OR_RETURN(const Entry entry, ParseEntry(row.leaf));
      KLUIS_RETURN_IF_ERROR(CheckSealed(row, entry));
      reviews.push_back({row.index, reviewed, row.time, row.sealed.bytes});
    }
  }));
  return reviews;
}

int64_t Ledger::CountReleasesSince(const std::string& project, const std::string& since_utc) const {
  int64_t count = 0;
  const absl::Status status = impl_->database.Read([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(count, CountOfProject(connection, project, since_utc));
    return absl::OkStatus();
  });
  return status.ok() ? count : std::numeric_limits<int64_t>::max();
}

std::string Ledger::cosigned() const {
  std::string note;
  const absl::Status read = impl_->database.Read([&note](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(const auto last, LastCosigned(connection));
    if (last.has_value()) note = last->note;
    return absl::OkStatus();
  });
  return read.ok() ? note : "";
}

std::string Ledger::checkpoint() const {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  return impl_->published_note;
}

uint64_t Ledger::removed() const {
  std::lock_guard<std::mutex> lock(impl_->mutex);
  return impl_->removed;
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

}  // namespace kluis
