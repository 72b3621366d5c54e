#include "disclosure/rules/weights.h"

#include <algorithm>

#include "disclosure/base/decimal.h"
#include "disclosure/base/exact.h"
#include "disclosure/rules/waiver.h"

namespace kluis {
namespace {

absl::int128 Size(absl::int128 value) { return value < 0 ? -value : value; }

// n slots of one unit each, filled from the largest down.
class Slots {
 public:
  Slots(int n, absl::int128 unit) : unit_(unit), room_(unit), left_(unit * n) {}

  void Fill(absl::int128 size, absl::int128 weight) {
    weight = std::min(weight, left_);
    while (weight > 0) {
      const absl::int128 part = std::min(weight, room_);
      if (room_ == unit_) slots_.push_back(0);
      slots_.back() += MultiplyAtMost(size, part);
      weight -= part;
      left_ -= part;
      room_ = room_ == part ? unit_ : room_ - part;
    }
  }

  bool full() const { return left_ == 0; }
  const std::vector<absl::int128>& slots() const { return slots_; }

 private:
  const absl::int128 unit_;
  absl::int128 room_, left_;
  std::vector<absl::int128> slots_;
};

// The target takes one slot; whoever of its kind is left stands in line with the others.
std::vector<absl::int128> Spread(const std::vector<Contribution>& order, absl::int128 unit, int n) {
  Slots slots(n, unit);
  const absl::int128 target = Size(order[0].value);
  const absl::int128 first = order[0].weight == kWeightsDiffer ? unit * n : order[0].weight;
  slots.Fill(target, std::min(first, unit));
  absl::int128 rest = first - std::min(first, unit);
  for (size_t i = 1; i < order.size() && !slots.full(); ++i) {
    if (rest > 0 && Size(order[i].value) <= target) {
      slots.Fill(target, rest);
      rest = 0;
    }
    slots.Fill(Size(order[i].value),
               order[i].weight == kWeightsDiffer ? unit * n : order[i].weight);
  }
  slots.Fill(target, rest);
  return slots.slots();
}

}  // namespace

Concentration ConcentrationOf(const CellContributions& cell, WeightsMethod method, int n) {
  const std::vector<Contribution> order = TargetFirst(cell);
  Concentration result{.target = 0, .largest = {}, .total = cell.AbsoluteTotal()};
  if (order.empty()) return result;
  const absl::int128 unit = PowerOfTen(cell.weight_decimals);
  result.target = MultiplyAtMost(Size(order[0].value), unit);
  if (method == WeightsMethod::kSpread) {
    result.largest = Spread(order, unit, n);
    return result;
  }
  for (size_t i = 0; i < order.size() && i < static_cast<size_t>(n); ++i) {
    const bool sample = method == WeightsMethod::kSample;
    result.largest.push_back(sample ? MultiplyAtMost(Size(order[i].value), unit)
                                    : Size(order[i].weighted));
  }
  return result;
}

Concentration ConcentrationOf(const Contributions& cell, int weight_decimals, bool weighted,
                              WeightsMethod method, int n) {
  Concentration result{.target = 0, .largest = {}, .total = cell.absolute_total};
  if (cell.largest.empty()) return result;
  const absl::int128 unit = PowerOfTen(weight_decimals);
  result.target = MultiplyAtMost(cell.largest[0], unit);
  if (weighted && method == WeightsMethod::kPublic) {
    result.largest = {cell.absolute_total};
    return result;
  }
  if (weighted && method == WeightsMethod::kSpread) {
    result.largest.assign(n, result.target);
    return result;
  }
  for (size_t i = 0; i < cell.largest.size() && i < static_cast<size_t>(n); ++i) {
    result.largest.push_back(MultiplyAtMost(cell.largest[i], unit));
  }
  return result;
}

}  // namespace kluis
