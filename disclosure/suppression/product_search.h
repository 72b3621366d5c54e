// Witnesses in tables that are products of trees, without a linear program.
//
// A move is a product of one change per axis: +1 in a category and down to one leaf below it, and
// -1 in a branch beside it (or +1 all the way up to the total). Every parent stays the sum of its
// children, whatever combinations the table holds; in a plain table of two axes it is the rectangle
// of the hypercube method (Repsilber 1994; Handbook on SDC, 4.3.1). The branches are chosen axis by
// axis, the cheapest given the others, until nothing improves; moves are added up until the amount
// is reached, each within the room that the earlier ones left.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_PRODUCT_SEARCH_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_PRODUCT_SEARCH_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "disclosure/suppression/deviation_lp.h"
#include "disclosure/suppression/rooms.h"
#include "disclosure/table/grid.h"

namespace kluis {

// What a witness may use, and at what price. Cells that are suppressed are free.
struct Prices {
  const std::vector<bool>& suppressed;
  const std::vector<double>& costs;  // of suppressing a cell, > 0
};

class ProductSearch {
 public:
  // Which cells a move may take: what is suppressed, or any; or any, in thousands of moves, since
  // what a giant asks for must be spread over cells that are all small.
  enum class Reach { kSuppressed, kAny, kAnyInManyMoves };

  // REQUIRES: system.grid is not null. All references must outlive the object.
  ProductSearch(const System& system, const RowIndex& index, const Scenario& scenario,
                const Prices& prices);

  // Reads the room of a cell again: the scenario has changed.
  void Refresh(int cell);

  // A verified witness with a deviation of `amount` (its sign included) in `cell`, cheap but not
  // always the cheapest, that is possible with what `knowledge` adds to the scenario. False when
  // none was found, although one may exist.
  // The deviation is then a start that breaks some row, or empty.
  // Deterministic; steps are charged to the budget.
  bool Find(int cell, double amount, Reach reach, const std::vector<Knowledge>& knowledge,
            WorkBudget* budget, Deviation* deviation);

  // A verified witness that has as much in `cell` as `start`, a witness of somebody who knew less:
  // what `knowledge` does not allow of it, or what is published by now, moves elsewhere.
  bool Adjust(const Deviation& start, int cell, Reach reach,
              const std::vector<Knowledge>& knowledge, WorkBudget* budget, Deviation* deviation);

 private:
  struct Step {
    int category = 0;
    int sign = 1;
  };
  using Change = std::vector<Step>;  // of one axis
  struct Corner {
    int64_t place = 0;
    int sign = 1;
  };

  bool FindAny(int cell, double amount, WorkBudget* budget, Deviation* deviation);
  bool MoveBy(int cell, double amount, WorkBudget* budget);
  bool Finish(bool found, WorkBudget* budget, Deviation* deviation);
  bool FindFrom(int cell, double amount, WorkBudget* budget, Deviation* deviation);
  bool AddMove(int cell, int sign, double need);
  double ChooseChanges(int cell, int sign, int first_axis);
  double ChooseChange(int axis, int category);
  void CornersWithout(int axis);
  double PriceOf(int category, int sign) const;
  double PriceOfCell(int cell, int sign) const;
  static absl::Span<const int> SomeOf(const std::vector<int>& family, int member);
  double Descend(int axis, int category, int sign, double limit, Change* path);
  double Room(int cell, int sign) const;
  void Apply(int cell, double amount);
  void AdaptDerived();
  void Reset();

  const System& system_;
  const RowIndex& index_;
  const Scenario& scenario_;
  const Prices prices_;
  const Grid& grid_;
  Rooms<double> rooms_;  // below 0: the cell may not move
  std::vector<double> deviation_;
  std::vector<int> touched_;
  std::vector<int> derived_rows_;  // rows that define a cell outside the grid

  Reach reach_ = Reach::kSuppressed;
  int spread_ = 0;  // differs from target to target: where a wide family is entered
  double need_ = 0;
  int sign_ = 1;
  int forbidden_ = -1;  // a cell that must not compensate
  std::vector<Change>
      changes_;  // per axis; what is not chosen yet holds the category of the target
  std::vector<Corner> corners_;  // product of the changes of all axes but one
  int64_t step_ = 0;             // of that axis
  int64_t looked_up_ = 0;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_PRODUCT_SEARCH_H_
