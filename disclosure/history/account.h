// The account of one confidential variable (safety.md 14): which sets of units have been asked
// about, and whether one more lets anybody derive a statistic of fewer than k contributors. Sets
// alone are looked at, never a value, so a denial tells nothing that the requests do not.
#ifndef KLUIS_DISCLOSURE_HISTORY_ACCOUNT_H_
#define KLUIS_DISCLOSURE_HISTORY_ACCOUNT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "disclosure/history/basis.h"

namespace kluis {

// The most linearly independent statistics of n units: n / (2 log2 n), a quarter of what n secret
// bits can be found from (the coin-weighing bound); rounded; n = 300: 18; n = 900: 46. At least 1.
int RankLimit(int64_t units);

// Units that no request tells apart, of one area.
struct Atom {
  int64_t units = 1;  // > 0
  int leaf = 0;       // the area of the finest level, from 0
};

enum class Charge {
  kFree,      // what has been charged gives it already
  kAccepted,  // it is charged; every statistic that can be derived still covers k contributors
  kFew,       // denied: it has fewer than k units itself
  kRank,      // denied: an area would have more independent statistics than RankLimit()
  kBases,     // denied: that every statistic covers k contributors could not be shown
};
inline bool IsDenied(Charge charge) { return charge >= Charge::kFew; }

// The proof is k bases of the columns (atoms) of the matrix of rows (sets), no contributor in two
// of them. A combination of rows that is not zero is not zero in some column of each basis, so it
// has at least k contributors. An atom of m units may stand in m bases. Not thread safe.
class Account {
 public:
  // REQUIRES: k >= 1.
  Account(int k, std::vector<Atom> atoms);

  // `atoms`: the set, ascending, each once, not empty. Denied sets leave the account as it was.
  // Denies some sets that are safe: k bases are more than is needed.
  Charge Add(const std::vector<int>& atoms);

  int rank() const { return rows_.rank(); }

 private:
  // The sets as far as they lie in one area, in echelon form.
  struct Leaf {
    std::vector<int> atoms;  // ascending
    int64_t units = 0;
    std::vector<std::vector<uint64_t>> echelon;  // each with its first entry 1; by leaf's atoms
  };

  // What the set adds to the rank of an area; empty: nothing.
  static std::vector<uint64_t> ReducedIn(const Leaf& leaf, const std::vector<int>& atoms);
  static void AddTo(Leaf* leaf, std::vector<uint64_t> reduced);
  std::vector<int> LeavesOf(const std::vector<int>& atoms) const;
  bool PassesRank(const std::vector<int>& atoms, const std::vector<int>& leaves) const;
  const FieldEntry* FreeColumn(const Basis::Residue& residue) const;
  // kBroken: moves of the path were made, and one could not be.
  enum class Path { kNone, kMoved, kBroken };
  Path Augment(size_t own);
  bool ExtendAll();

  const int k_;
  std::vector<Atom> atoms_;
  std::vector<int64_t> free_;  // by atom: in how many more bases it may stand
  std::vector<Leaf> leaves_;
  ChargedRows rows_;
  std::vector<Basis> bases_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_HISTORY_ACCOUNT_H_
