#include "disclosure/audit/extension.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "disclosure/audit/interval_lp.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr size_t kFewColumns = 300;  // of a first try
constexpr size_t kWider = 16;        // times, where that was not enough

}  // namespace

// Every free cell gets a value that goes with the true table.
absl::Status Extension::Start() {
  if (started_) return absl::OkStatus();
  AuditTable table = system_.table;
  for (AuditCell& cell : table.cells) {
    cell.shown = false;
    cell.known = {-kInfinity, kInfinity};
  }
  table.integral = false;
  KLUIS_ASSIGN_OR_RETURN(unknowns_, FindUnknowns(table, system_.system));
  std::vector<int> columns;
  for (size_t c = 0; c < unknowns_.cell_of.size(); ++c) {
    const int cell = unknowns_.cell_of[c];
    constants_.push_back(values_[cell]);
    if (free_[cell]) columns.push_back(static_cast<int>(c));
  }
  KLUIS_ASSIGN_OR_RETURN(const bool some, Solve(columns, &constants_));
  if (!some) return absl::InvalidArgumentError("no table agrees with what is shown and known");
  started_ = true;
  return absl::OkStatus();
}

absl::StatusOr<bool> Extension::Solve(const std::vector<int>& columns,
                                      std::vector<double>* constants) const {
  IntervalLp program(unknowns_, columns, *constants);
  const absl::Status status = program.Start();
  if (absl::IsInvalidArgument(status)) return false;
  if (!status.ok()) return status;
  for (const int column : columns) (*constants)[column] = program.Value(column);
  return true;
}

// Free columns in the rows of `near`, and then in the rows of those, until there are enough.
std::vector<int> Extension::Around(const std::vector<int>& near, size_t most) const {
  std::vector<int> columns;
  absl::flat_hash_set<int> rows, seen;
  const auto add_rows = [&](int column) {
    for (const int row : unknowns_.rows_of[column]) {
      if (!rows.insert(row).second) continue;
      for (const auto& [other, coefficient] : unknowns_.rows[row].terms) {
        if (free_[unknowns_.cell_of[other]] && seen.insert(other).second) columns.push_back(other);
      }
    }
  };
  for (const int cell : near) add_rows(unknowns_.column_of[cell]);
  for (size_t i = 0; i < columns.size() && columns.size() < most; ++i) add_rows(columns[i]);
  return columns;
}

absl::StatusOr<bool> Extension::Exists(const std::vector<std::pair<int, double>>& changed,
                                       const std::vector<int>& near) {
  KLUIS_RETURN_IF_ERROR(Start());
  std::vector<std::pair<int, double>> before;
  for (const auto& [cell, value] : changed) {
    double& constant = constants_[unknowns_.column_of[cell]];
    before.emplace_back(cell, constant);
    constant = value;
  }
  absl::StatusOr<bool> exists = false;
  size_t last = 0;
  for (size_t most = kFewColumns; exists.ok() && !*exists; most *= kWider) {
    const std::vector<int> columns = Around(near, most);
    if (columns.size() == last) break;
    last = columns.size();
    std::vector<double> constants = constants_;
    exists = Solve(columns, &constants);
  }
  for (const auto& [cell, value] : before) constants_[unknowns_.column_of[cell]] = value;
  return exists;
}

}  // namespace kluis
