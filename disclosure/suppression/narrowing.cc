#include "disclosure/suppression/narrowing.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kTolerance = 1e-7;   // relative, of what a target needs
constexpr double kWorthwhile = 1e-3;  // of a range that is not whole numbers
constexpr int64_t kVisitsPerRow = 8;  // in the beginning
constexpr int64_t kVisitsPerCell = 400;
constexpr int64_t kVisitsPerIteration = 4;  // that cost about as much as a simplex iteration

double Distance(absl::int128 distance) {
  return distance >= kUnbounded / 2 ? kInfinite : ToDouble(distance);
}

}  // namespace

Narrowing::Narrowing(const System& system, const RowIndex& index, int scenario,
                     const std::vector<bool>& suppressed, const std::vector<Target>& targets)
    : system_(system),
      index_(index),
      ranges_(system.cells.size()),
      wanted_(system.cells.size()),
      queued_(system.rows.size(), false) {
  const Scenario& knowledge = system.scenarios[scenario];
  for (size_t i = 0; i < ranges_.size(); ++i) {
    if (!suppressed[i] || system.cells[i].fixed || knowledge.known[i]) continue;
    ranges_[i] = {.low = -Distance(system.cells[i].value - knowledge.bounds[i].low),
                  .high = Distance(knowledge.bounds[i].high - system.cells[i].value)};
  }
  for (const Target& target : targets) {
    if (target.scenario != scenario || target.witness < 0) continue;
    Range& wanted = wanted_[target.cell];
    if (target.sign > 0) wanted.high = std::max(wanted.high, target.amount);
    if (target.sign < 0) wanted.low = std::min(wanted.low, -target.amount);
  }
  for (size_t r = 0; r < system.rows.size(); ++r) {
    const LinearRow& row = system.rows[r];
    absl::int128 truth = 0;
    if (!row.equality()) {
      for (const auto& [cell, coefficient] : row.terms) {
        truth += system.cells[cell].value * coefficient;
      }
    }
    row_bounds_.push_back(
        row.equality() ? Range{} : Range{-Distance(truth - row.low), Distance(row.high - truth)});
    queued_[r] = true;
    queue_.push_back(static_cast<int>(r));
  }
  WorkBudget unlimited;
  Propagate(kVisitsPerRow * static_cast<int64_t>(system.rows.size()), &unlimited);
  trail_.clear();
  watching_ = true;
}

bool Narrowing::Publish(int cell, WorkBudget* budget) {
  trail_.clear();
  if (Narrow(cell, 0, 0) && Propagate(kVisitsPerCell, budget)) return true;
  Undo();
  return false;
}

void Narrowing::Undo() {
  for (; !trail_.empty(); trail_.pop_back()) ranges_[trail_.back().cell] = trail_.back().before;
}

bool Narrowing::Propagate(int64_t visits_max, WorkBudget* budget) {
  int64_t visits = 0;
  bool possible = true;
  while (possible && !queue_.empty() && visits < visits_max) {
    const int row = queue_.front();
    queue_.pop_front();
    queued_[row] = false;
    ++visits;
    possible = VisitRow(row);
  }
  for (const int row : queue_) queued_[row] = false;
  queue_.clear();
  budget->iterations_left -= visits / kVisitsPerIteration;
  return possible;
}

Narrowing::Activity Narrowing::ActivityOf(const LinearRow& row) const {
  Activity activity;
  for (const auto& [cell, coefficient] : row.terms) {
    const Range& range = ranges_[cell];
    if (range.low == 0 && range.high == 0) continue;
    const double low = coefficient > 0 ? range.low * coefficient : range.high * coefficient;
    const double high = coefficient > 0 ? range.high * coefficient : range.low * coefficient;
    std::isinf(low) ? void(++activity.unbounded_low) : void(activity.low += low);
    std::isinf(high) ? void(++activity.unbounded_high) : void(activity.high += high);
  }
  return activity;
}

// Each term lies between what the bounds of the row and the ranges of the other terms leave.
bool Narrowing::VisitRow(int r) {
  const LinearRow& row = system_.rows[r];
  const Range& bounds = row_bounds_[r];
  const Activity all = ActivityOf(row);
  if (all.unbounded_low > 1 && all.unbounded_high > 1) return true;
  for (const auto& [cell, coefficient] : row.terms) {
    const Range range = ranges_[cell];
    if (range.low == 0 && range.high == 0) continue;
    const double low = coefficient > 0 ? range.low * coefficient : range.high * coefficient;
    const double high = coefficient > 0 ? range.high * coefficient : range.low * coefficient;
    const bool others_low = all.unbounded_low - (std::isinf(low) ? 1 : 0) == 0;
    const bool others_high = all.unbounded_high - (std::isinf(high) ? 1 : 0) == 0;
    const double rest_low = all.low - (std::isinf(low) ? 0 : low);
    const double rest_high = all.high - (std::isinf(high) ? 0 : high);
    double term_low = others_high ? bounds.low - rest_high : -kInfinite;
    double term_high = others_low ? bounds.high - rest_low : kInfinite;
    if (coefficient < 0) {
      std::swap(term_low, term_high);
      term_low = -term_low;
      term_high = -term_high;
    }
    const double size = std::abs(coefficient);
    if (!Narrow(cell, term_low / size, term_high / size)) return false;
  }
  return true;
}

// False when what a target needs is outside.
bool Narrowing::Narrow(int cell, double low, double high) {
  const Range before = ranges_[cell];
  Range after{.low = std::min(std::max(before.low, low), 0.0),
              .high = std::max(std::min(before.high, high), 0.0)};
  if (system_.integral) {
    after = {.low = std::ceil(after.low - kTolerance), .high = std::floor(after.high + kTolerance)};
  }
  const double step = system_.integral ? 0.5 : kWorthwhile * (before.high - before.low);
  const bool narrower = after.low > before.low + (std::isinf(step) ? 0 : step) ||
                        after.high < before.high - (std::isinf(step) ? 0 : step);
  const bool fixed = after.low == 0 && after.high == 0 && (before.low < 0 || before.high > 0);
  if (!narrower && !fixed) return true;
  trail_.push_back({.cell = cell, .before = before});
  ranges_[cell] = after;
  const Range& wanted = wanted_[cell];
  if (watching_ &&
      (after.high < wanted.high * (1 - kTolerance) || after.low > wanted.low * (1 - kTolerance))) {
    return false;
  }
  Enqueue(cell);
  return true;
}

void Narrowing::Enqueue(int cell) {
  for (const auto& [row, coefficient] : index_.RowsOf(cell)) {
    if (queued_[row]) continue;
    queued_[row] = true;
    queue_.push_back(row);
  }
}

}  // namespace kluis
