#include "server/review/log_reader.h"

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/entry.h"
#include "server/desk/hold.h"
#include "server/ledger/entry_store.h"
#include "server/ledger/sealed.h"

namespace kluis {
namespace {

absl::StatusOr<v1::SealedRequest> SealedOf(const StoredEntry& row) {
  KLUIS_ASSIGN_OR_RETURN(const Entry entry, ParseEntry(row.leaf));
  KLUIS_RETURN_IF_ERROR(CheckSealed(row, entry));
  v1::SealedRequest sealed;
  if (sealed.ParseFromString(row.sealed)) return sealed;
  return absl::DataLossError(absl::StrCat("log entry ", row.index, ": its sealed part"));
}

HeldRequest HeldOf(const StoredEntry& row, const v1::SealedRequest& sealed) {
  return {.id = row.columns.release,
          .index = row.index,
          .time = row.time,
          .caller = sealed.caller(),
          .project = sealed.project(),
          .rules = sealed.rules(),
          .query = sealed.query_text(),
          .reasons = ConditionsOf(sealed.refusal_message())};
}

// The answer of a held request, or what became of it.
DeskEvent EndOf(const StoredEntry& row, const v1::SealedRequest& sealed) {
  DeskEvent event;
  event.action = row.columns.status == "released" ? DeskAction::kRelease : DeskAction::kRefuse;
  event.case_id = row.columns.request_id.substr(sizeof kReviewPrefix - 1);
  event.by = {"desk", "desk", DeskRole::kDesk};
  event.time = row.time;
  event.release = row.columns.release;
  event.code = sealed.refusal_code();
  event.reason = sealed.refusal_message();
  return event;
}

absl::StatusOr<DeskEvent> ReviewOf(const StoredEntry& row) {
  KLUIS_ASSIGN_OR_RETURN(const Entry entry, ParseEntry(row.leaf));
  KLUIS_RETURN_IF_ERROR(CheckSealed(row, entry));
  absl::StatusOr<DeskEvent> event = ParseEvent(row.sealed);
  if (!event.ok()) {
    return absl::DataLossError(
        absl::StrCat("log entry ", row.index, ": ", event.status().message()));
  }
  event->time = row.time;
  return event;
}

absl::StatusOr<std::optional<DeskEntry>> Understand(const StoredEntry& row) {
  if (row.type == "review") {
    KLUIS_ASSIGN_OR_RETURN(DeskEvent event, ReviewOf(row));
    return DeskEntry{row.index, std::move(event)};
  }
  KLUIS_ASSIGN_OR_RETURN(const v1::SealedRequest sealed, SealedOf(row));
  if (absl::StartsWith(row.columns.request_id, kReviewPrefix))
    return DeskEntry{row.index, EndOf(row, sealed)};
  if (sealed.refusal_code() == kHeldCode) return DeskEntry{row.index, HeldOf(row, sealed)};
  return std::optional<DeskEntry>();
}

// Rows of `where`, each to `take`, as long as it gives true.
absl::Status EachEntry(Connection& log, const std::string& where, int64_t bound, int64_t limit,
                       const std::function<absl::StatusOr<bool>(const StoredEntry&)>& take) {
  KLUIS_ASSIGN_OR_RETURN(Statement rows, log.Prepare(absl::StrCat("SELECT ", kEntryColumns,
                                                                  " FROM entries WHERE ", where)));
  rows.BindInt(1, bound);
  rows.BindInt(2, limit);
  for (;;) {
    KLUIS_ASSIGN_OR_RETURN(const bool found, rows.Step());
    if (!found) return absl::OkStatus();
    KLUIS_ASSIGN_OR_RETURN(const bool more, take(RowToEntry(rows)));
    if (!more) return absl::OkStatus();
  }
}

}  // namespace

absl::StatusOr<uint64_t> ReadDeskEntries(Connection& log, uint64_t begin,
                                         const std::function<absl::Status(DeskEntry)>& take) {
  KLUIS_ASSIGN_OR_RETURN(const uint64_t end, LogSize(log));
  const std::string where = absl::StrCat(
      "idx >= ?1 AND idx < ?2 AND (type = 'review' OR (type = 'request' AND (status <> 'released' "
      "OR request_id LIKE '",
      kReviewPrefix, "%'))) ORDER BY idx");
  KLUIS_RETURN_IF_ERROR(
      EachEntry(log, where, static_cast<int64_t>(begin), static_cast<int64_t>(end),
                [&](const StoredEntry& row) -> absl::StatusOr<bool> {
                  KLUIS_ASSIGN_OR_RETURN(std::optional<DeskEntry> entry, Understand(row));
                  if (entry.has_value()) KLUIS_RETURN_IF_ERROR(take(*std::move(entry)));
                  return true;
                }));
  return end;
}

absl::StatusOr<v1::SealedRequest> ReadSealedRequest(Connection& log, uint64_t index) {
  KLUIS_ASSIGN_OR_RETURN(const std::optional<StoredEntry> row, FindEntry(log, index));
  if (!row.has_value() || row->type != "request")
    return absl::NotFoundError(absl::StrCat("log entry ", index, " is no request"));
  return SealedOf(*row);
}

absl::Status ReadReleases(Connection& log, uint64_t before, int limit,
                          const std::function<bool(uint64_t index, const std::string& time,
                                                   const v1::SealedRequest&)>& take) {
  return EachEntry(
      log, "type = 'request' AND status = 'released' AND idx < ?1 ORDER BY idx DESC LIMIT ?2",
      static_cast<int64_t>(before), limit, [&](const StoredEntry& row) -> absl::StatusOr<bool> {
        KLUIS_ASSIGN_OR_RETURN(const v1::SealedRequest sealed, SealedOf(row));
        return take(row.index, row.time, sealed);
      });
}

}  // namespace kluis
