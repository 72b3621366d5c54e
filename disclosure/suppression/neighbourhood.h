// The cells around a cell, over which a small program is worth a try: what it finds is proof for
// the whole table, what it does not find may still exist.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_NEIGHBOURHOOD_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_NEIGHBOURHOOD_H_

#include <cstdint>
#include <limits>
#include <vector>

#include "disclosure/suppression/witness.h"

namespace kluis {

// Which cells a program may move.
struct Ground {
  const Scenario& scenario;          // of which the known cells stay as they are
  const std::vector<bool>& allowed;  // per cell
  double price_max = std::numeric_limits<double>::infinity();  // dearer cells stay as they are
};

class Neighbourhood {
 public:
  // `costs` holds the price of each cell, below 1 where it is suppressed. All references must
  // outlive the object.
  Neighbourhood(const System& system, const RowIndex& index, const std::vector<double>& costs);

  // At most `cells_max` cells near `cell`, itself first, without those that cannot move because no
  // other cell of a row is among them. Empty when the cell itself cannot move.
  std::vector<int> Around(int cell, size_t cells_max, const Ground& ground);

 private:
  // What was marked in an earlier turn counts as not marked, so nothing is cleared.
  struct CellMark {
    uint32_t taken = 0, seen = 0;  // turns
    int place = 0;                 // in the heap
    double hits = 0;
  };
  struct RowMark {
    uint32_t touched = 0, counted = 0;  // turns
    int cells = 0;
  };

  std::vector<int> Grow(int cell, size_t cells_max, const Ground& ground);
  bool Earlier(int a, int b) const;
  void Raise(int place);
  int TakeFirst();
  void RemoveStuck(std::vector<int>* near);
  bool CanMove(int cell, const Ground& ground) const;

  const System& system_;
  const RowIndex& index_;
  const std::vector<double>& costs_;
  std::vector<bool> fixed_;
  uint32_t turn_ = 0;
  std::vector<CellMark> cells_;
  std::vector<int> heap_;  // of cells, the next to be taken first
  std::vector<RowMark> rows_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_NEIGHBOURHOOD_H_
