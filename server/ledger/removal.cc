#include "server/ledger/removal.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "nlohmann/json.hpp"
#include "server/ledger/sealed.h"

namespace kluis {
namespace {

constexpr char kRemovable[] = "type IN ('request', 'review', 'grant')";

absl::StatusOr<int64_t> Number(Connection& connection, const std::string& sql,
                               const std::string& text, int64_t number) {
  KLUIS_ASSIGN_OR_RETURN(Statement select, connection.Prepare(sql));
  select.BindText(1, text).BindInt(2, number);
  KLUIS_RETURN_IF_ERROR(select.Step().status());
  return select.Int(0);
}

absl::Status Clear(Connection& connection, uint64_t below) {
  KLUIS_ASSIGN_OR_RETURN(
      Statement update,
      connection.Prepare(absl::StrCat(
          "UPDATE entries SET sealed = NULL, release = NULL, caller = NULL, request_id = NULL, "
          "status = NULL, project = NULL, query = NULL, datasets = NULL, lineages = NULL, "
          "cells = NULL, suppressed = NULL, subject = NULL WHERE idx < ? AND ",
          kRemovable)));
  return update.BindInt(1, static_cast<int64_t>(below)).Run();
}

}  // namespace

bool IsRemovable(absl::string_view type) {
  return type == "request" || type == "review" || type == "grant";
}

absl::StatusOr<Removal> RemoveSealedParts(Connection& connection, const SealedBox& box,
                                          const std::string& before_utc, const std::string& now) {
  KLUIS_ASSIGN_OR_RETURN(const uint64_t size, LogSize(connection));
  KLUIS_ASSIGN_OR_RETURN(
      const int64_t below,
      Number(connection, "SELECT coalesce(min(idx), ?2) FROM entries WHERE time >= ?1", before_utc,
             static_cast<int64_t>(size)));
  KLUIS_ASSIGN_OR_RETURN(
      const int64_t removed,
      Number(connection,
             absl::StrCat("SELECT count(*) FROM entries WHERE idx < ?2 AND sealed IS NOT NULL AND ",
                          kRemovable, " AND ?1 <> ''"),
             before_utc, below));
  if (removed == 0) return Removal{};
  const nlohmann::json why = {{"before", before_utc}, {"below", below}, {"removed", removed}};
  PendingEntry pending;
  pending.entry.type = "removal";
  pending.entry.policy = pending.entry.snapshot = pending.entry.answer = kNoHash;
  pending.sealed = SealEvent(why.dump());
  pending.entry.sealed = SealedField(pending.sealed);
  KLUIS_ASSIGN_OR_RETURN(const AppendedEntry entry, AppendEntry(connection, box, pending, now));
  KLUIS_RETURN_IF_ERROR(Clear(connection, static_cast<uint64_t>(below)));
  return Removal{entry.index, static_cast<uint64_t>(removed)};
}

absl::StatusOr<uint64_t> RemovedBelow(Connection& connection, const SealedBox& box) {
  KLUIS_ASSIGN_OR_RETURN(Statement rows,
                         connection.Prepare(absl::StrCat("SELECT ", kEntryColumns,
                                                         " FROM entries WHERE type = 'removal'")));
  uint64_t below = 0;
  while (true) {
    KLUIS_ASSIGN_OR_RETURN(const bool more, rows.Step());
    if (!more) return below;
    KLUIS_ASSIGN_OR_RETURN(const StoredEntry row, RowToEntry(rows, box));
    const auto why = nlohmann::json::parse(row.sealed.bytes, nullptr, false);
    if (!why.is_object() || !why.contains("below") || !why["below"].is_number_unsigned()) {
      return absl::DataLossError(
          absl::StrCat("log entry ", row.index, ": its sealed part was changed"));
    }
    below = std::max(below, std::min(row.index, why["below"].get<uint64_t>()));
  }
}

}  // namespace kluis
