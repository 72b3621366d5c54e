#include "disclosure/history/basis.h"

#include <algorithm>
#include <utility>

#include "disclosure/base/check.h"
#include "disclosure/history/prime_field.h"

namespace kluis {

bool Basis::Residue::IsZero() const {
  return std::all_of(left.begin(), left.end(), [](uint64_t value) { return value == 0; });
}

Basis::Residue Basis::Reduce(const ChargedRows& rows) const {
  KLUIS_CHECK(rank() + 1 == rows.rank());
  Residue residue;
  residue.left.assign(static_cast<size_t>(rows.atoms()), 0);
  for (const int atom : rows.AtomsOf(rank())) residue.left[atom] = 1;
  residue.multiples.assign(columns_.size(), 0);
  for (size_t place = 0; place < columns_.size(); ++place) {
    if (residue.left[columns_[place]] == 0) continue;  // the row is 0 or 1 there
    for (size_t row = 0; row < columns_.size(); ++row)
      residue.multiples[row] = FieldAdd(residue.multiples[row], inverse_[place][row]);
  }
  for (size_t row = 0; row < columns_.size(); ++row) {
    if (residue.multiples[row] == 0) continue;
    for (const int atom : rows.AtomsOf(static_cast<int>(row)))
      residue.left[atom] = FieldSubtract(residue.left[atom], residue.multiples[row]);
  }
  return residue;
}

std::vector<uint64_t> Basis::Combine(const ChargedRows& rows, int atom) const {
  std::vector<uint64_t> combined(columns_.size(), 0);
  for (size_t place = 0; place < columns_.size(); ++place) {
    for (const int row : rows.RowsOf(atom)) {
      if (row < rank()) combined[place] = FieldAdd(combined[place], inverse_[place][row]);
    }
  }
  return combined;
}

// The inverse of a matrix with one more row and column, by the Schur complement: what is left of
// the row in its column.
void Basis::Extend(const ChargedRows& rows, const Residue& residue, int atom) {
  KLUIS_CHECK(residue.left[atom] != 0);
  const uint64_t scale = FieldInverse(residue.left[atom]);
  const std::vector<uint64_t> above = Combine(rows, atom);
  std::vector<uint64_t> last;
  for (const uint64_t multiple : residue.multiples)
    last.push_back(FieldSubtract(0, FieldMultiply(multiple, scale)));
  for (size_t place = 0; place < columns_.size(); ++place) {
    std::vector<uint64_t>& line = inverse_[place];
    for (size_t row = 0; row < columns_.size(); ++row)
      line[row] = FieldSubtract(line[row], FieldMultiply(above[place], last[row]));
    line.push_back(FieldSubtract(0, FieldMultiply(above[place], scale)));
  }
  last.push_back(scale);
  inverse_.push_back(std::move(last));
  columns_.push_back(atom);
}

void Basis::Replace(const std::vector<uint64_t>& combined, int place, int atom) {
  KLUIS_CHECK(combined[place] != 0);
  const uint64_t scale = FieldInverse(combined[place]);
  for (uint64_t& value : inverse_[place]) value = FieldMultiply(value, scale);
  for (size_t other = 0; other < columns_.size(); ++other) {
    if (static_cast<int>(other) == place || combined[other] == 0) continue;
    for (size_t row = 0; row < columns_.size(); ++row) {
      inverse_[other][row] =
          FieldSubtract(inverse_[other][row], FieldMultiply(combined[other], inverse_[place][row]));
    }
  }
  columns_[place] = atom;
}

bool Basis::Has(int atom) const {
  return std::find(columns_.begin(), columns_.end(), atom) != columns_.end();
}

}  // namespace kluis
