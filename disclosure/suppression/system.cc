#include "disclosure/suppression/system.h"

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

absl::Status ValidateScenario(const Scenario& scenario, const std::vector<SystemCell>& cells) {
  if (scenario.known.size() != cells.size() || scenario.bounds.size() != cells.size()) {
    return absl::InvalidArgumentError(absl::StrCat("scenario ", scenario.name, " differs in size"));
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    const Bounds& bounds = scenario.bounds[i];
    if (cells[i].value < bounds.low || cells[i].value > bounds.high) {
      return absl::InvalidArgumentError(
          absl::StrCat("scenario ", scenario.name, ": cell ", i, " lies outside its bounds"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status System::Validate() const {
  for (size_t r = 0; r < rows.size(); ++r) {
    absl::int128 sum = 0;
    for (const auto& [cell, coefficient] : rows[r].terms) sum += cells[cell].value * coefficient;
    if (sum < rows[r].low || sum > rows[r].high) {
      return absl::InvalidArgumentError(absl::StrCat("row ", r, " of the table does not add up"));
    }
  }
  for (const Scenario& scenario : scenarios) {
    if (auto status = ValidateScenario(scenario, cells); !status.ok()) return status;
  }
  return absl::OkStatus();
}

LinearRow EqualityOf(const Relation& relation) {
  LinearRow row;
  row.terms.emplace_back(relation.parent, 1);
  for (const int child : relation.children) row.terms.emplace_back(child, -1);
  return row;
}

}  // namespace kluis
