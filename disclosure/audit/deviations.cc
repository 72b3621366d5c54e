#include "disclosure/audit/deviations.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

constexpr int64_t kFinest = int64_t{1} << 20;  // of the unit of values, for amounts of sums
constexpr double kLargestAmount = 4e18;        // so that sums stay far within 128 bits
constexpr absl::int128 kLargestValue = absl::MakeInt128(int64_t{1} << 26, 0);
constexpr int64_t kPart = 1'000'000'000;  // an equation of sums holds to one part in these

bool IsTooLarge(absl::int128 value) { return value > kLargestValue || value < -kLargestValue; }

}  // namespace

RowsOfCells::RowsOfCells(const SheetSystem& system) : starts_(system.size() + 1, 0) {
  const auto for_each = [&](const auto& visit) {
    int row = 0;
    for (const Equation& equation : system.system.equations) {
      visit(equation.parent, row, -1);
      for (const int child : equation.children) visit(child, row, 1);
      ++row;
    }
    for (const AuditRelation& relation : system.table.relations) {
      for (const auto& [cell, coefficient] : relation.terms) visit(cell, row, coefficient);
      ++row;
    }
  };
  for_each([&](int cell, int, int) { ++starts_[cell + 1]; });
  for (size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  places_.resize(starts_.back());
  std::vector<int64_t> next(starts_.begin(), starts_.end() - 1);
  for_each([&](int cell, int row, int coefficient) {
    places_[next[cell]++] = {.row = row, .coefficient = coefficient};
  });
}

DeviationCheck::DeviationCheck(const SheetSystem& system, const std::vector<bool>& constant)
    : system_(system),
      constant_(constant),
      rows_of_(system),
      scale_(system.table.integral ? 1 : kFinest),
      unlisted_(system.system.unlisted),
      amounts_(system.size(), 0) {
  OrderUnlisted();
}

void DeviationCheck::OrderUnlisted() {
  bool found = true;
  for (int order = 0; found;) {
    found = false;
    for (int cell = system_.listed(); cell < system_.size(); ++cell) {
      if (At(cell).row >= 0 || !SumUp(cell)) continue;
      At(cell).order = order++;
      found = true;
    }
  }
}

// Whether some equation makes the cell a sum of cells that are listed, or sums of such.
bool DeviationCheck::SumUp(int cell) {
  for (const RowPlace* place = rows_of_.begin(cell); place != rows_of_.end(cell); ++place) {
    if (place->row >= static_cast<int>(system_.system.equations.size())) continue;
    const Equation& equation = system_.system.equations[place->row];
    if (equation.parent != cell || !equation.additive) continue;
    absl::int128 value = 0;
    const bool all =
        std::all_of(equation.children.begin(), equation.children.end(), [&](int child) {
          if (!IsListed(child) && !At(child).has_value) return false;
          value += IsListed(child) ? system_.table.cells[child].value : At(child).value;
          return true;
        });
    if (!all) continue;
    At(cell).row = place->row;
    At(cell).value = value;
    At(cell).has_value = true;
    return true;
  }
  return false;
}

const char* DeviationCheck::FaultOf(const Certificate& certificate) {
  const char* fault = Take(certificate);
  if (fault == nullptr) fault = AddSums();
  if (fault == nullptr) fault = CheckRows();
  Forget();
  return fault;
}

void DeviationCheck::Touch(int cell, absl::int128 amount) {
  amounts_[cell] = amount;
  touched_.push_back(cell);
}

void DeviationCheck::Forget() {
  for (const int cell : touched_) amounts_[cell] = 0;
  touched_.clear();
}

bool DeviationCheck::WithinBounds(absl::int128 value, const AuditInterval& bounds,
                                  absl::int128 amount) const {
  const auto scaled = [&](double bound) { return absl::int128(bound) * scale_; };
  const absl::int128 now = value * scale_ + amount;
  const auto small = [](double bound) { return std::abs(bound) < 1e30; };
  if (bounds.low > -kInfinity && small(bounds.low) && now < scaled(bounds.low) - tolerance_)
    return false;
  return !(bounds.high < kInfinity) || !small(bounds.high) ||
         now <= scaled(bounds.high) + tolerance_;
}

const char* DeviationCheck::Take(const Certificate& certificate) {
  if (certificate.empty()) return "a certificate is empty";
  double largest = 0;
  for (const auto& term : certificate) {
    if (!(std::abs(term.second) <= kLargestAmount)) return "a certificate is not finite";
    largest = std::max(largest, std::abs(term.second));
  }
  tolerance_ = 0;
  if (!system_.table.integral) {
    tolerance_ = absl::int128(largest * kFinest) / kPart + static_cast<int64_t>(certificate.size());
  }
  int last = -1;
  for (const auto& [cell, amount] : certificate) {
    if (cell <= last || !IsListed(cell)) return "a certificate names cells that are none";
    last = cell;
    if (system_.table.integral && amount != std::floor(amount))
      return "a certificate of counts is not of whole numbers";
    const AuditCell& at = system_.table.cells[cell];
    if (at.shown) return "a certificate touches a cell that is shown";
    if (constant_[cell]) return "a certificate touches a cell that everyone knows";
    if (IsTooLarge(at.value)) return "a value is too large";
    const double finest = ToDouble(scale_) * amount;
    const absl::int128 scaled(std::nearbyint(finest));
    if (!WithinBounds(at.value, at.known, scaled))
      return "a certificate goes beyond what everyone knows of a cell";
    Touch(cell, scaled);
  }
  return nullptr;
}

// Amounts of unlisted cells that are sums, the finest first.
const char* DeviationCheck::AddSums() {
  if (unlisted_.empty()) return nullptr;
  std::set<std::pair<int, int>> due;  // order, cell
  const auto add_above = [&](int cell) {
    for (const RowPlace* place = rows_of_.begin(cell); place != rows_of_.end(cell); ++place) {
      if (place->row >= static_cast<int>(system_.system.equations.size())) continue;
      const int parent = system_.system.equations[place->row].parent;
      if (parent == cell || IsListed(parent) || At(parent).row != place->row) continue;
      due.insert({At(parent).order, parent});
    }
  };
  for (const int cell : touched_) add_above(cell);
  while (!due.empty()) {
    const int cell = due.begin()->second;
    due.erase(due.begin());
    absl::int128 amount = 0;
    for (const int child : system_.system.equations[At(cell).row].children)
      amount += amounts_[child];
    if (amount == 0) continue;
    if (!WithinBounds(At(cell).value, system_.table.unlisted, amount))
      return "a certificate goes beyond what everyone knows of a cell";
    Touch(cell, amount);
    add_above(cell);
  }
  return nullptr;
}

const char* DeviationCheck::CheckRows() {
  std::vector<std::pair<int, absl::int128>> terms;
  for (const int cell : touched_) {
    for (const RowPlace* place = rows_of_.begin(cell); place != rows_of_.end(cell); ++place)
      terms.emplace_back(place->row, amounts_[cell] * place->coefficient);
  }
  std::sort(terms.begin(), terms.end());
  const int equations = static_cast<int>(system_.system.equations.size());
  bool open = false;  // some row needs values of free cells
  for (size_t i = 0; i < terms.size();) {
    const int row = terms[i].first;
    absl::int128 sum = 0;
    for (; i < terms.size() && terms[i].first == row; ++i) sum += terms[i].second;
    const bool equality = row < equations ? system_.system.equations[row].additive
                                          : !system_.table.relations[row - equations].at_least;
    if (equality && sum <= tolerance_ && sum >= -tolerance_) continue;
    if (row < equations && HoldsFree(system_.system.equations[row])) {
      open = true;
      continue;
    }
    const char* fault = equality          ? "a certificate breaks an equation"
                        : row < equations ? CheckCover(system_.system.equations[row])
                                          : CheckAtLeast(system_.table.relations[row - equations]);
    if (fault != nullptr) return fault;
  }
  return open ? Extend() : nullptr;
}

bool DeviationCheck::HoldsFree(const Equation& equation) const {
  const auto free = [&](int cell) { return !IsListed(cell) && At(cell).row < 0; };
  return !unlisted_.empty() &&
         (free(equation.parent) ||
          std::any_of(equation.children.begin(), equation.children.end(), free));
}

const char* DeviationCheck::Extend() {
  if (extension_ == nullptr) {
    std::vector<bool> free(system_.size(), false);
    std::vector<double> values;
    for (int cell = 0; cell < system_.size(); ++cell) {
      free[cell] = !IsListed(cell) && At(cell).row < 0;
      values.push_back(ToDouble(IsListed(cell) ? system_.table.cells[cell].value : At(cell).value));
    }
    extension_ = std::make_unique<Extension>(system_, std::move(free), std::move(values));
  }
  std::vector<std::pair<int, double>> changed;
  for (const int cell : touched_)
    changed.emplace_back(cell, ToDouble(Now(cell)) / ToDouble(scale_));
  const absl::StatusOr<bool> exists = extension_->Exists(changed, touched_);
  if (!exists.ok()) return kNoValuesLeft;
  return *exists ? nullptr : kNoValuesLeft;
}

absl::int128 DeviationCheck::Now(int cell) const {
  const absl::int128 value = IsListed(cell) ? system_.table.cells[cell].value : At(cell).value;
  return value * scale_ + amounts_[cell];
}

// A part is at most the whole, and the whole at most the sum of its parts.
const char* DeviationCheck::CheckCover(const Equation& equation) const {
  const absl::int128 whole = Now(equation.parent);
  absl::int128 parts = 0;
  for (const int child : equation.children) {
    if (Now(child) > whole + tolerance_) return "a certificate makes a part more than the whole";
    parts += Now(child);
  }
  return parts < whole - tolerance_ ? "a certificate makes parts less than the whole" : nullptr;
}

const char* DeviationCheck::CheckAtLeast(const AuditRelation& relation) const {
  absl::int128 sum = 0;
  for (const auto& [cell, coefficient] : relation.terms) sum += Now(cell) * coefficient;
  return sum < relation.right * scale_ - tolerance_ ? "a certificate breaks an inequality"
                                                    : nullptr;
}

}  // namespace kluis
