#include "server/review/log_reader.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/desk/hold.h"
#include "server/ledger/review_entry.h"

namespace kluis {
namespace {

// The first column of the rows of a statement with these two numbers.
absl::StatusOr<std::vector<uint64_t>> Indices(const Database& log, const std::string& sql,
                                              uint64_t first, int64_t second) {
  std::vector<uint64_t> indices;
  KLUIS_RETURN_IF_ERROR(log.Read([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(Statement rows, connection.Prepare(sql));
    rows.BindInt(1, static_cast<int64_t>(first)).BindInt(2, second);
    for (;;) {
      KLUIS_ASSIGN_OR_RETURN(const bool more, rows.Step());
      if (!more) return absl::OkStatus();
      indices.push_back(static_cast<uint64_t>(rows.Int(0)));
    }
  }));
  return indices;
}

HeldRequest HeldOf(const SealedEntry& entry, const v1::SealedRequest& sealed) {
  return {.id = sealed.release(),
          .index = entry.index,
          .time = entry.time,
          .caller = sealed.caller(),
          .project = sealed.project(),
          .rules = sealed.rules(),
          .query = sealed.query_text(),
          .reasons = {sealed.held_for().begin(), sealed.held_for().end()}};
}

// A release that was drawn for a look afterwards.
HeldRequest DrawnOf(const SealedEntry& entry, const v1::SealedRequest& sealed) {
  HeldRequest drawn = HeldOf(entry, sealed);
  drawn.reasons = {"after-check"};
  drawn.after_check = true;
  return drawn;
}

// The answer of a held request, or the refusal in its place.
DeskEvent EndOf(const SealedEntry& entry, const v1::SealedRequest& sealed) {
  DeskEvent event;
  event.action = sealed.outcome() == "released" ? DeskAction::kRelease : DeskAction::kRefuse;
  event.case_id = sealed.request_id().substr(sizeof kReviewPrefix - 1);
  event.by = {"desk", "desk", DeskRole::kDesk};
  event.time = entry.time;
  event.release = sealed.release();
  event.code = sealed.refusal_code();
  event.reason = sealed.refusal_message();
  return event;
}

absl::Status Changed(uint64_t index, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("log entry ", index, ": ", why));
}

// Reviews that are no events of the desk have no case: looks at the log itself are such.
absl::StatusOr<std::optional<DeskEntry>> ReviewOf(const Ledger& ledger, const SealedEntry& entry) {
  const auto object = nlohmann::json::parse(entry.bytes, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return Changed(entry.index, "it is no review");
  if (!object.contains("case")) return std::optional<DeskEntry>();
  KLUIS_ASSIGN_OR_RETURN(const uint64_t reviewed, ReviewedEntry(entry.bytes));
  KLUIS_ASSIGN_OR_RETURN(const SealedEntry request, ledger.ReadSealed(reviewed));
  if (request.removed) return std::optional<DeskEntry>();
  absl::StatusOr<DeskEvent> event = ParseEvent(entry.bytes);
  if (!event.ok()) return Changed(entry.index, event.status().message());
  event->time = entry.time;
  if (v1::SealedRequest sealed; !event->caller.empty() && sealed.ParseFromString(request.bytes)) {
    event->released_index = reviewed;
    event->released_at = request.time;
    event->rules = sealed.rules();
    event->query = sealed.query_text();
  }
  return DeskEntry{entry.index, *std::move(event)};
}

absl::StatusOr<std::optional<DeskEntry>> Understand(const Ledger& ledger, uint64_t index) {
  KLUIS_ASSIGN_OR_RETURN(const SealedEntry entry, ledger.ReadSealed(index));
  if (entry.removed) return std::optional<DeskEntry>();
  if (entry.type == "review") return ReviewOf(ledger, entry);
  v1::SealedRequest sealed;
  if (!sealed.ParseFromString(entry.bytes)) return Changed(index, "its sealed part");
  if (absl::StartsWith(sealed.request_id(), kReviewPrefix))
    return DeskEntry{index, EndOf(entry, sealed)};
  if (sealed.refusal_code() == kHeldCode) return DeskEntry{index, HeldOf(entry, sealed)};
  if (sealed.after_check()) return DeskEntry{index, DrawnOf(entry, sealed)};
  return std::optional<DeskEntry>();
}

}  // namespace

absl::StatusOr<uint64_t> ReadDeskEntries(const Database& log, const Ledger& ledger, uint64_t begin,
                                         const std::function<absl::Status(DeskEntry)>& take) {
  const uint64_t end = ledger.size();
  const std::string sql = absl::StrCat(
      "SELECT idx FROM entries WHERE idx >= ?1 AND idx < ?2 AND (type = 'review' OR (type = "
      "'request' AND (status = 'held' OR subject LIKE 'after-check%' OR request_id LIKE '",
      kReviewPrefix, "%'))) ORDER BY idx");
  KLUIS_ASSIGN_OR_RETURN(const std::vector<uint64_t> indices,
                         Indices(log, sql, begin, static_cast<int64_t>(end)));
  for (const uint64_t index : indices) {
    KLUIS_ASSIGN_OR_RETURN(std::optional<DeskEntry> entry, Understand(ledger, index));
    if (entry.has_value()) KLUIS_RETURN_IF_ERROR(take(*std::move(entry)));
  }
  return end;
}

absl::StatusOr<v1::SealedRequest> ReadSealedRequest(const Ledger& ledger, uint64_t index) {
  KLUIS_ASSIGN_OR_RETURN(const SealedEntry entry, ledger.ReadSealed(index));
  if (entry.type != "request" || entry.removed) {
    return absl::NotFoundError(
        absl::StrCat("log entry ", index, " is no request, or its sealed part was removed"));
  }
  v1::SealedRequest sealed;
  if (!sealed.ParseFromString(entry.bytes)) return Changed(index, "its sealed part");
  return sealed;
}

absl::StatusOr<std::vector<uint64_t>> ReleasedBefore(const Database& log, uint64_t before,
                                                     int64_t limit) {
  return Indices(log,
                 "SELECT idx FROM entries WHERE type = 'request' AND status = 'released' AND idx < "
                 "?1 ORDER BY idx DESC LIMIT ?2",
                 before, limit);
}

absl::StatusOr<std::vector<uint64_t>> ReleasedBetween(const Database& log, uint64_t begin,
                                                      uint64_t end) {
  return Indices(
      log,
      "SELECT idx FROM entries WHERE type = 'request' AND status = 'released' AND idx >= "
      "?1 AND idx < ?2 ORDER BY idx",
      begin, static_cast<int64_t>(end));
}

}  // namespace kluis
