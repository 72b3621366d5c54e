// A witness found without a linear program: units are exchanged between cells that are not
// published, row by row, until every row adds up again. Most proofs of a large table are such small
// cycles, and this finds them in microseconds. What it does not find may still exist.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_EXCHANGE_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_EXCHANGE_H_

#include <cstdint>
#include <deque>
#include <vector>

#include "disclosure/suppression/deviation_lp.h"
#include "disclosure/suppression/rooms.h"

namespace kluis {

class ExchangeSearch {
 public:
  // All references must outlive the object.
  ExchangeSearch(const System& system, const RowIndex& index, const Scenario& scenario);

  // Whole numbers: a deviation of `amount`, rounded away from zero, in `cell` that stays within the
  // cells of `allowed` and is possible with what `knowledge` adds to the scenario. False when none
  // was found; the deviation is a verified witness otherwise. Deterministic; the steps are charged
  // to the budget.
  bool Find(int cell, double amount, const std::vector<bool>& allowed,
            const std::vector<Knowledge>& knowledge, WorkBudget* budget, Deviation* deviation);

  // The same for a deviation of which some rows do not add up yet: it is kept as it is, and cells of
  // `allowed` move beside it.
  bool Complete(const Deviation& start, const std::vector<bool>& allowed, WorkBudget* budget,
                Deviation* deviation);

 private:
  // In which order rows are repaired.
  enum class Order { kOldestFirst, kNewestFirst };
  struct Move {
    int cell = -1;
    int64_t amount = 0;
    double per_unit = 0;  // change of the sum of what rows lack, per unit that is moved
  };

  bool Attempt(const Deviation& start, Order order, const std::vector<bool>& allowed,
               WorkBudget* budget);
  Move BestMove(int row, const std::vector<bool>& allowed);
  double Noise();
  bool IsAllowed(int cell, const std::vector<bool>& allowed) const;
  int64_t Lacking(int row, int64_t sum) const;
  void Apply(int cell, int64_t amount);
  void Reset();

  const System& system_;
  const RowIndex& index_;
  const Scenario& scenario_;
  Rooms<int64_t> rooms_;
  std::vector<int64_t> row_low_, row_high_;  // of the sum of deviations in each row
  std::vector<int64_t> deviation_, sums_;
  uint32_t random_ = 0;  // of a linear congruential generator: the same for equal input
  double noise_ = 0;
  std::vector<int> moved_;
  std::deque<int> violated_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_EXCHANGE_H_
