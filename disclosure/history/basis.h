// One basis of the columns of a matrix of zeros and ones that grows by rows: as many columns as
// there are rows, and the inverse of what stands in them. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_HISTORY_BASIS_H_
#define KLUIS_DISCLOSURE_HISTORY_BASIS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kluis {

// The rows that the account has charged, by atoms and the other way round.
class ChargedRows {
 public:
  explicit ChargedRows(int atoms) : rows_of_(static_cast<size_t>(atoms)) {}

  int rank() const { return static_cast<int>(atoms_of_.size()); }
  int atoms() const { return static_cast<int>(rows_of_.size()); }
  const std::vector<int>& AtomsOf(int row) const { return atoms_of_[row]; }
  const std::vector<int>& RowsOf(int atom) const { return rows_of_[atom]; }

  // REQUIRES: ascending, each once.
  void Add(const std::vector<int>& atoms) {
    for (const int atom : atoms) rows_of_[atom].push_back(rank());
    atoms_of_.push_back(atoms);
  }
  void RemoveLast() {
    for (const int atom : atoms_of_.back()) rows_of_[atom].pop_back();
    atoms_of_.pop_back();
  }

 private:
  std::vector<std::vector<int>> atoms_of_, rows_of_;
};

// Of all rows, or of all but the last one while that is being taken in.
class Basis {
 public:
  // By which multiples of its rows the last one of `rows` is cancelled in its columns, and what is
  // left of it in every column. REQUIRES: the basis lacks that row.
  struct Residue {
    std::vector<uint64_t> multiples;  // one per row
    std::vector<uint64_t> left;       // one per atom, modulo kPrime
    bool IsZero() const;              // the row is a combination of the others
  };
  Residue Reduce(const ChargedRows& rows) const;

  // Takes the last row in, with a column in which something is left of it. REQUIRES:
  // residue.left[atom] != 0. O(rank^2).
  void Extend(const ChargedRows& rows, const Residue& residue, int atom);

  // How the column of an atom is combined from those of the basis, place by place: it can take the
  // place of each that is not zero. O(rank x rows of the atom).
  std::vector<uint64_t> Combine(const ChargedRows& rows, int atom) const;
  // REQUIRES: `combined` is Combine() of the atom, and not zero at `place`. O(rank^2).
  void Replace(const std::vector<uint64_t>& combined, int place, int atom);

  bool Has(int atom) const;
  int rank() const { return static_cast<int>(columns_.size()); }
  const std::vector<int>& columns() const { return columns_; }

 private:
  std::vector<int> columns_;                    // atoms
  std::vector<std::vector<uint64_t>> inverse_;  // place of the column x row
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_HISTORY_BASIS_H_
