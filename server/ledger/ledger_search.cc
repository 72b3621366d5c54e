#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/sealed_part.h"
#include "server/ledger/ledger_impl.h"
#include "server/ledger/sealed.h"

namespace kluis {
namespace {

constexpr char kSelect[] =
    "SELECT release, idx, time, status, project, caller, query, cells, suppressed, leaf "
    "FROM entries WHERE type = 'request' AND sealed IS NOT NULL AND idx < ?1";

// With one parameter for each thing that is asked, from ?3 on.
absl::StatusOr<Statement> Prepare(Connection& connection, const ReleaseFilter& filter) {
  struct Clause {
    std::string value;
    const char* sql;
  };
  const std::string dataset = filter.dataset.empty() ? "" : SetColumn({filter.dataset});
  const Clause clauses[] = {{filter.caller, "caller = "},
                            {filter.project, "project = "},
                            {filter.since_utc, "time >= "},
                            {dataset, "0 < instr(datasets, "}};
  std::string sql = kSelect;
  std::vector<std::string> values;
  for (const Clause& clause : clauses) {
    if (clause.value.empty()) continue;
    values.push_back(clause.value);
    absl::StrAppend(&sql, " AND ", clause.sql, "?", 2 + values.size(),
                    clause.value == dataset ? ")" : "");
  }
  KLUIS_ASSIGN_OR_RETURN(Statement select, connection.Prepare(sql + " ORDER BY idx DESC LIMIT ?2"));
  for (size_t i = 0; i < values.size(); ++i) select.BindText(static_cast<int>(i) + 3, values[i]);
  return select;
}

absl::StatusOr<StoredEntry> ReadChecked(Connection& connection, const SealedBox& box,
                                        uint64_t index) {
  KLUIS_ASSIGN_OR_RETURN(auto row, FindEntry(connection, box, index));
  if (!row.has_value()) return absl::NotFoundError(absl::StrCat("there is no log entry ", index));
  KLUIS_ASSIGN_OR_RETURN(const Entry entry, ParseEntry(row->leaf));
  KLUIS_RETURN_IF_ERROR(CheckSealed(*row, entry));
  return *std::move(row);
}

}  // namespace

absl::StatusOr<std::vector<ReleaseRecord>> Ledger::ListReleases(const ReleaseFilter& filter,
                                                                uint64_t before_index,
                                                                int limit) const {
  std::vector<ReleaseRecord> records;
  const int64_t before =
      before_index == 0 ? std::numeric_limits<int64_t>::max() : static_cast<int64_t>(before_index);
  KLUIS_RETURN_IF_ERROR(impl_->database.Read([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(Statement select, Prepare(connection, filter));
    select.BindInt(1, before).BindInt(2, limit);
    while (true) {
      KLUIS_ASSIGN_OR_RETURN(const bool row, select.Step());
      if (!row) return absl::OkStatus();
      KLUIS_ASSIGN_OR_RETURN(std::string query,
                             impl_->box->Open(select.Text(6), BoundTo("query", select.Text(9))));
      records.push_back({select.Text(0), static_cast<uint64_t>(select.Int(1)), select.Text(2),
                         select.Text(3), select.Text(4), select.Text(5), std::move(query),
                         select.Int(7), select.Int(8)});
    }
  }));
  return records;
}

absl::StatusOr<SealedEntry> Ledger::ReadSealed(uint64_t index) const {
  SealedEntry sealed;
  KLUIS_RETURN_IF_ERROR(impl_->database.Read([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(StoredEntry row, ReadChecked(connection, *impl_->box, index));
    sealed = {index,      row.type, row.time, std::move(row.leaf), std::move(row.sealed.bytes),
              row.removed};
    return absl::OkStatus();
  }));
  return sealed;
}

absl::StatusOr<std::vector<SealedEntry>> Ledger::EventsBefore(const std::string& type,
                                                              uint64_t index) const {
  std::vector<uint64_t> indices;
  KLUIS_RETURN_IF_ERROR(impl_->database.Read([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(
        Statement rows,
        connection.Prepare("SELECT idx FROM entries WHERE type = ? AND subject IS NOT NULL AND "
                           "idx < ? ORDER BY idx"));
    rows.BindText(1, type).BindInt(2, static_cast<int64_t>(index));
    while (true) {
      KLUIS_ASSIGN_OR_RETURN(const bool more, rows.Step());
      if (!more) return absl::OkStatus();
      indices.push_back(static_cast<uint64_t>(rows.Int(0)));
    }
  }));
  std::vector<SealedEntry> events;
  for (const uint64_t at : indices) {
    KLUIS_ASSIGN_OR_RETURN(SealedEntry event, ReadSealed(at));
    events.push_back(std::move(event));
  }
  return events;
}

absl::StatusOr<CellProof> Ledger::ProveCell(uint64_t index, uint64_t cell) const {
  CellProof proof;
  KLUIS_RETURN_IF_ERROR(impl_->database.Read([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(const StoredEntry row, ReadChecked(connection, *impl_->box, index));
    v1::SealedRequest sealed;
    const bool cells = row.type == "request" && !row.removed &&
                       sealed.ParseFromString(row.sealed.bytes) &&
                       cell < static_cast<uint64_t>(sealed.cell_reviews_size());
    if (!cells)
      return absl::NotFoundError(absl::StrCat("log entry ", index, " has no cell ", cell));
    const std::vector<std::string> all(sealed.cell_reviews().begin(), sealed.cell_reviews().end());
    if (CellsRoot(row.sealed.salt, all) != row.sealed.cells_root) {
      return absl::DataLossError(absl::StrCat("log entry ", index, ": its cells were changed"));
    }
    proof = kluis::ProveCell(row.sealed.salt, row.sealed.bytes, all, cell);
    proof.entry = row.leaf;
    KLUIS_ASSIGN_OR_RETURN(proof.proof, impl_->Prove(connection, index));
    return absl::OkStatus();
  }));
  return proof;
}

}  // namespace kluis
