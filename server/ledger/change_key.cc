// The sealed parts under another key.
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "server/ledger/ledger_impl.h"
#include "server/ledger/sealed.h"

namespace kluis {
namespace {

constexpr int64_t kBatch = 256;  // rows in memory

struct EncryptedRow {
  int64_t index = 0;
  std::string leaf, query, sealed;
  bool has_query = false;
};

// The next rows from `begin` on that have a sealed part; none: that was all.
absl::StatusOr<std::vector<EncryptedRow>> NextRows(Connection& connection, int64_t begin) {
  KLUIS_ASSIGN_OR_RETURN(
      Statement select,
      connection.Prepare("SELECT idx, leaf, query, sealed FROM entries WHERE idx >= ? AND sealed "
                         "IS NOT NULL ORDER BY idx LIMIT ?"));
  select.BindInt(1, begin).BindInt(2, kBatch);
  std::vector<EncryptedRow> rows;
  while (true) {
    KLUIS_ASSIGN_OR_RETURN(const bool more, select.Step());
    if (!more) return rows;
    rows.push_back(
        {select.Int(0), select.Text(1), select.Text(2), select.Text(3), !select.IsNull(2)});
  }
}

absl::Status Reencrypt(const SealedBox& from, const SealedBox& to, absl::string_view column,
                       const EncryptedRow& row, std::string* closed) {
  const auto plain = from.Open(*closed, BoundTo(column, row.leaf));
  if (!plain.ok()) {
    return absl::DataLossError(
        absl::StrCat("log entry ", row.index, ": its sealed part was changed"));
  }
  *closed = to.Close(*plain, BoundTo(column, row.leaf));
  return absl::OkStatus();
}

absl::Status Update(Connection& connection, const EncryptedRow& row) {
  KLUIS_ASSIGN_OR_RETURN(
      Statement update,
      connection.Prepare("UPDATE entries SET query = ?1, sealed = ?2 WHERE idx = ?3"));
  if (row.has_query) {
    update.BindBlob(1, row.query);
  } else {
    update.BindNull(1);
  }
  return update.BindBlob(2, row.sealed).BindInt(3, row.index).Run();
}

// Within a transaction. The trigger that keeps entries as they are is away while it runs.
absl::Status ReencryptAll(Connection& connection, const SealedBox& from, const SealedBox& to,
                          const std::function<void(uint64_t)>& progress) {
  KLUIS_RETURN_IF_ERROR(connection.Execute("DROP TRIGGER entries_stay_equal"));
  uint64_t done = 0;
  for (int64_t begin = 0;;) {
    KLUIS_ASSIGN_OR_RETURN(std::vector<EncryptedRow> rows, NextRows(connection, begin));
    if (rows.empty()) break;
    for (EncryptedRow& row : rows) {
      if (row.has_query) KLUIS_RETURN_IF_ERROR(Reencrypt(from, to, "query", row, &row.query));
      KLUIS_RETURN_IF_ERROR(Reencrypt(from, to, "sealed", row, &row.sealed));
      KLUIS_RETURN_IF_ERROR(Update(connection, row));
    }
    begin = rows.back().index + 1;
    done += rows.size();
    progress(done);
  }
  return connection.Execute(kLedgerSchema);
}

}  // namespace

absl::StatusOr<bool> Ledger::IsUnderKey(const Database& database, const std::string& sealed_key) {
  KLUIS_ASSIGN_OR_RETURN(const auto box, SealedBox::FromKey(sealed_key));
  bool opens = true;
  KLUIS_RETURN_IF_ERROR(database.Read([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(
        Statement select,
        connection.Prepare(
            "SELECT leaf, sealed FROM entries WHERE sealed IS NOT NULL ORDER BY idx LIMIT 1"));
    KLUIS_ASSIGN_OR_RETURN(const bool row, select.Step());
    if (row) opens = box->Open(select.Text(1), BoundTo("sealed", select.Text(0))).ok();
    return absl::OkStatus();
  }));
  return opens;
}

absl::Status Ledger::ChangeSealedKey(const std::string& sealed_key, const std::string& event,
                                     const std::function<void(uint64_t)>& progress) {
  KLUIS_ASSIGN_OR_RETURN(std::unique_ptr<const SealedBox> box, SealedBox::FromKey(sealed_key));
  PendingEntry pending;
  pending.sealed = SealEvent(event);
  pending.entry.type = "key";
  pending.entry.policy = pending.entry.snapshot = pending.entry.answer = kNoHash;
  pending.entry.sealed = SealedField(pending.sealed);
  KLUIS_RETURN_IF_ERROR(impl_->database.Write([&](Connection& connection) -> absl::Status {
    KLUIS_RETURN_IF_ERROR(ReencryptAll(connection, *impl_->box, *box, progress));
    return AppendEntry(connection, *box, pending, impl_->options.now_utc()).status();
  }));
  impl_->box = std::move(box);
  return absl::OkStatus();
}

}  // namespace kluis
