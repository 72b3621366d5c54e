#include "disclosure/suppression/exchange.h"

#include <algorithm>
#include <cmath>

namespace kluis {
namespace {

// The first two attempts choose the best move each time, the later ones more and more freely.
constexpr int kAttempts = 16, kAttemptsOfSums = 2;
constexpr int kStepsMax = 400;
constexpr int kStepsPerIteration = 16;  // a step costs about this part of a simplex iteration
constexpr int64_t kFar = int64_t{1} << 50;

int64_t Clamped(absl::int128 value) {
  return static_cast<int64_t>(std::clamp<absl::int128>(value, -kFar, kFar));
}

}  // namespace

ExchangeSearch::ExchangeSearch(const System& system, const RowIndex& index,
                               const Scenario& scenario)
    : system_(system),
      index_(index),
      scenario_(scenario),
      rooms_(system, Clamped),
      deviation_(system.cells.size(), 0),
      sums_(system.rows.size(), 0) {
  for (size_t i = 0; i < system.cells.size(); ++i) {
    rooms_.SetTo(static_cast<int>(i), scenario.bounds[i]);
  }
  for (const LinearRow& row : system.rows) {
    absl::int128 truth = 0;
    for (const auto& [cell, coefficient] : row.terms) {
      truth += system.cells[cell].value * coefficient;
    }
    row_low_.push_back(Clamped(row.low - truth));
    row_high_.push_back(Clamped(row.high - truth));
  }
}

bool ExchangeSearch::Find(int cell, double amount, const std::vector<bool>& allowed,
                          const std::vector<Knowledge>& knowledge, WorkBudget* budget,
                          Deviation* deviation) {
  if (std::abs(amount) >= kFar || !IsAllowed(cell, allowed)) return false;
  const int64_t units = static_cast<int64_t>(amount > 0 ? std::ceil(amount) : std::floor(amount));
  rooms_.Tell(knowledge);
  const bool found =
      units <= rooms_.up(cell) && -units <= rooms_.down(cell) &&
      Complete({{cell, static_cast<double>(units)}}, allowed, budget, deviation);
  rooms_.Restore();
  return found;
}

bool ExchangeSearch::Complete(const Deviation& start, const std::vector<bool>& allowed,
                              WorkBudget* budget, Deviation* deviation) {
  const int cell = start.front().first;
  const int attempts = system_.integral ? kAttempts : kAttemptsOfSums;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    if (budget->Spent()) return false;
    random_ = 2654435761u * static_cast<uint32_t>(cell + 1) + 40503u * attempt;
    noise_ = attempt < 2 ? 0 : 2.0 * attempt / kAttempts;
    const Order order = attempt % 2 == 0 ? Order::kOldestFirst : Order::kNewestFirst;
    const bool found = Attempt(start, order, allowed, budget);
    deviation->clear();
    for (const int other : moved_) {
      if (deviation_[other] == 0) continue;
      deviation->emplace_back(other, static_cast<double>(deviation_[other]));
    }
    Reset();
    // A cell that moved twice stands there twice, with all of its deviation.
    std::sort(deviation->begin(), deviation->end());
    deviation->erase(std::unique(deviation->begin(), deviation->end()), deviation->end());
    if (found && IsWitness(system_, index_, scenario_, *deviation)) return true;
  }
  return false;
}

bool ExchangeSearch::Attempt(const Deviation& start, Order order,
                             const std::vector<bool>& allowed, WorkBudget* budget) {
  for (const auto& [cell, amount] : start) Apply(cell, static_cast<int64_t>(amount));
  int steps = 0;
  while (!violated_.empty() && steps < kStepsMax) {
    const int row = order == Order::kOldestFirst ? violated_.front() : violated_.back();
    if (Lacking(row, sums_[row]) == 0) {
      order == Order::kOldestFirst ? violated_.pop_front() : violated_.pop_back();
      continue;
    }
    ++steps;
    const Move move = BestMove(row, allowed);
    if (move.cell < 0) break;
    Apply(move.cell, move.amount);
  }
  budget->iterations_left -= steps / kStepsPerIteration + 1;
  return violated_.empty();
}

// The exchange that leaves least to repair for each unit; among equals the one with most room, then
// the first.
ExchangeSearch::Move ExchangeSearch::BestMove(int row, const std::vector<bool>& allowed) {
  const int64_t lacking = Lacking(row, sums_[row]);
  Move best;
  int64_t best_room = 0;
  for (const auto& [cell, coefficient] : system_.rows[row].terms) {
    const int64_t wanted = coefficient > 0 ? lacking : -lacking;
    if (cell == moved_[0] || !IsAllowed(cell, allowed)) continue;
    if (wanted > 0 ? deviation_[cell] < 0 : deviation_[cell] > 0) continue;  // never takes back
    const int64_t room = wanted > 0 ? rooms_.up(cell) - deviation_[cell]
                                     : rooms_.down(cell) + deviation_[cell];
    const int64_t amount = wanted > 0 ? std::min(wanted, room) : -std::min(-wanted, room);
    if (amount == 0) continue;
    int64_t violation = 0;
    for (const auto& [other, factor] : index_.RowsOf(cell)) {
      violation += std::abs(Lacking(other, sums_[other] + factor * amount)) -
                   std::abs(Lacking(other, sums_[other]));
    }
    const double per_unit =
        static_cast<double>(violation) / static_cast<double>(std::abs(amount)) + Noise();
    const bool better = best.cell < 0 || per_unit < best.per_unit ||
                        (per_unit == best.per_unit && room > best_room);
    if (!better) continue;
    best = {.cell = cell, .amount = amount, .per_unit = per_unit};
    best_room = room;
  }
  return best;
}

double ExchangeSearch::Noise() {
  random_ = random_ * 1664525u + 1013904223u;
  return noise_ * (random_ >> 8) / (1 << 24);
}

bool ExchangeSearch::IsAllowed(int cell, const std::vector<bool>& allowed) const {
  return allowed[cell] && !system_.cells[cell].fixed && !scenario_.known[cell];
}

// What must be added to the sum of a row.
int64_t ExchangeSearch::Lacking(int row, int64_t sum) const {
  if (sum < row_low_[row]) return row_low_[row] - sum;
  if (sum > row_high_[row]) return row_high_[row] - sum;
  return 0;
}

void ExchangeSearch::Apply(int cell, int64_t amount) {
  deviation_[cell] += amount;
  moved_.push_back(cell);
  for (const auto& [row, coefficient] : index_.RowsOf(cell)) {
    sums_[row] += coefficient * amount;
    if (Lacking(row, sums_[row]) != 0) violated_.push_back(row);
  }
}

void ExchangeSearch::Reset() {
  for (const int cell : moved_) {
    deviation_[cell] = 0;
    for (const auto& [row, coefficient] : index_.RowsOf(cell)) sums_[row] = 0;
  }
  moved_.clear();
  violated_.clear();
}

}  // namespace kluis
