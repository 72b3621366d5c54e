// What contributors know of a table because they are in it, and which proofs that takes away.
//
// A contributor knows its own part of each cell, so it holds no table possible in which the cell is
// less; one who is alone in a cell knows the cell. A coalition knows what its members know
// together. The pattern must hide a sensitive cell from every coalition of the rule set's size that
// does not hold the largest contributor of the cell, for whose sake it is sensitive. Sources: SDC
// Handbook (2024), 4.3 (singletons); docs/architecture.md, decision 8.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_INSIDERS_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_INSIDERS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "disclosure/suppression/witness.h"

namespace kluis {

using Coalition = std::vector<int64_t>;  // contributors, ascending; empty: an outsider

// What a coalition knows of one cell.
struct Knowledge {
  int cell = -1;
  bool exact = false;    // it is alone in the cell
  absl::int128 low = 0;  // the sum of its own parts
};

class Insiders {
 public:
  // `system` must outlive the object.
  explicit Insiders(const System& system);

  // Of the cells that hold a member among their listed contributors, ascending by cell.
  std::vector<Knowledge> KnowledgeOf(const Coalition& coalition) const;

  // The most that any coalition knows of a cell, whoever is in it.
  Knowledge OfAnyone(int cell) const;
  bool none() const { return system_.contributors.empty(); }

  // Whether the coalition, too, holds true table + deviation possible.
  bool Allows(const Coalition& coalition, const Deviation& deviation) const;

  // The coalitions that contain `coalition`, are at most as large as the system says, do not hold
  // the owner of `target`, and know better than `deviation`: the smallest of them.
  std::vector<Coalition> Against(const Coalition& coalition, int target,
                                 const Deviation& deviation) const;

  // How much of `amount`, above or below the true value of `target`, the coalition can be made to
  // hold possible: where the cell says whom it is secret for, nobody else's own part of it is a
  // secret from themselves. 0 when they know it exactly.
  double Reach(const Coalition& coalition, int target, int sign, double amount) const;

 private:
  // No coalition excludes true value + amount: the cell has many contributors, and they are small.
  bool PossibleForAll(int cell, double amount) const { return amount >= rooms_[cell]; }
  bool Possible(const Coalition& coalition, int cell, double amount) const;
  const std::vector<std::pair<int64_t, int>>& Places() const;
  void Grow(const Coalition& coalition, int cell, double amount, int64_t owner, size_t first,
            std::vector<Coalition>* found) const;

  const System& system_;
  // Contributors and the cells that list them, ascending; made when somebody asks, for most tables
  // have nobody who excludes a proof.
  mutable std::vector<std::pair<int64_t, int>> places_;
  std::vector<double> rooms_;  // per cell: the least deviation that nobody excludes
};

// `coalition` with `member`, in order.
Coalition With(const Coalition& coalition, int64_t member);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_INSIDERS_H_
