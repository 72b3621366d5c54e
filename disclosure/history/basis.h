// One basis of the columns of a matrix of zeros and ones that grows by rows: as many columns as
// there are rows, and the inverse of what stands in them. All is sparse, because sets of areas
// apart have nothing to do with each other. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_HISTORY_BASIS_H_
#define KLUIS_DISCLOSURE_HISTORY_BASIS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kluis {

// Row or atom, and a number modulo kPrime that is not 0. Ascending in vectors.
struct FieldEntry {
  int at = 0;
  uint64_t value = 0;
};
using SparseVector = std::vector<FieldEntry>;

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
  explicit Basis(int atoms) : place_of_(static_cast<size_t>(atoms), -1) {}

  // By which multiples of its rows the last one of `rows` is cancelled in its columns, and what is
  // left of it in the others; nothing is left of a combination of the rows. REQUIRES: the basis
  // lacks that row.
  struct Residue {
    SparseVector multiples;  // of rows
    SparseVector left;       // by atom
  };
  Residue Reduce(const ChargedRows& rows) const;

  // Takes the last row in, with a column in which something is left of it, as `entry` of
  // residue.left says.
  void Extend(const ChargedRows& rows, const Residue& residue, const FieldEntry& entry);

  // The atoms whose columns can take the place of the one at `place`.
  SparseVector Replacements(const ChargedRows& rows, int place) const;
  // Whether the atom is one of them, and then it takes the place.
  bool Replace(const ChargedRows& rows, int place, int atom);

  int PlaceOf(int atom) const { return place_of_[atom]; }  // -1: it is no column
  int rank() const { return static_cast<int>(columns_.size()); }

 private:
  // How the column of an atom is combined from those of the basis, by place.
  SparseVector Combine(const ChargedRows& rows, int atom) const;
  void SetLine(int place, SparseVector line);

  std::vector<int> columns_;           // atoms, by place
  std::vector<int> place_of_;          // by atom
  std::vector<SparseVector> inverse_;  // by place, of rows
  // By row: the places whose lines have, or once had, an entry of it.
  std::vector<std::vector<int>> places_of_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_HISTORY_BASIS_H_
