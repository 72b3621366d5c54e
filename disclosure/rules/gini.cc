#include "disclosure/rules/gini.h"

#include "disclosure/base/decimal.h"
#include "disclosure/base/wide.h"

namespace kluis {
namespace {

bool IsOfNumbers(const GiniCell& cell) {
  return cell.weight > 0 && cell.total > 0 && cell.ranked >= 0 &&
         Wide(cell.ranked) >= Wide(cell.weight) * Wide(cell.total);
}

// G weight total.
Wide Difference(const GiniCell& cell) {
  return Wide(cell.ranked) - Wide(cell.weight) * Wide(cell.total);
}

}  // namespace

std::optional<absl::int128> GiniOf(const GiniCell& cell) {
  if (!IsOfNumbers(cell)) return std::nullopt;
  return DivideHalfEven(Difference(cell) * Wide(PowerOfTen(kGiniDecimals)), Wide(cell.weight) * Wide(cell.total));
}

bool HasLittleInequality(const GiniCell& cell, int64_t rows, int64_t ppm) {
  if (cell.total <= 0) return false;
  if (!IsOfNumbers(cell) || Difference(cell) == Wide()) return true;
  // G rows < ppm / 10^6.
  return Difference(cell) * Wide(rows) * Wide(1'000'000) <
         Wide(ppm) * Wide(cell.weight) * Wide(cell.total);
}

}  // namespace kluis
