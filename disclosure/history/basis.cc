#include "disclosure/history/basis.h"

#include <algorithm>
#include <map>
#include <utility>

#include "disclosure/base/check.h"
#include "disclosure/history/prime_field.h"

namespace kluis {
namespace {

// Adds up numbers at places far apart.
class SparseSum {
 public:
  void Add(int at, uint64_t value) {
    uint64_t& sum = sums_[at];
    sum = FieldAdd(sum, value);
  }
  SparseVector Take() const {
    SparseVector entries;
    for (const auto& [at, value] : sums_) {
      if (value != 0) entries.push_back({at, value});
    }
    return entries;
  }

 private:
  std::map<int, uint64_t> sums_;
};

uint64_t ValueAt(const SparseVector& entries, int at) {
  const auto found = std::lower_bound(entries.begin(), entries.end(), at,
                                      [](const FieldEntry& entry, int a) { return entry.at < a; });
  return found != entries.end() && found->at == at ? found->value : 0;
}

// a + factor x b.
SparseVector Combined(const SparseVector& a, uint64_t factor, const SparseVector& b) {
  SparseVector sum;
  sum.reserve(a.size() + b.size());
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (j == b.size() || (i < a.size() && a[i].at < b[j].at)) {
      sum.push_back(a[i++]);
      continue;
    }
    FieldEntry entry{b[j].at, FieldMultiply(factor, b[j].value)};
    if (i < a.size() && a[i].at == b[j].at) entry.value = FieldAdd(entry.value, a[i++].value);
    ++j;
    if (entry.value != 0) sum.push_back(entry);
  }
  return sum;
}

}  // namespace

Basis::Residue Basis::Reduce(const ChargedRows& rows) const {
  KLUIS_CHECK(rank() + 1 == rows.rank());
  Residue residue;
  SparseSum multiples, left;
  for (const int atom : rows.AtomsOf(rank())) {
    left.Add(atom, 1);
    if (place_of_[atom] < 0) continue;
    for (const FieldEntry& entry : inverse_[place_of_[atom]]) multiples.Add(entry.at, entry.value);
  }
  residue.multiples = multiples.Take();
  for (const FieldEntry& multiple : residue.multiples) {
    const uint64_t less = FieldSubtract(0, multiple.value);
    for (const int atom : rows.AtomsOf(multiple.at)) left.Add(atom, less);
  }
  residue.left = left.Take();
  return residue;
}

SparseVector Basis::Combine(const ChargedRows& rows, int atom) const {
  SparseSum combined;
  for (const int row : rows.RowsOf(atom)) {
    if (row >= rank()) continue;
    for (const int place : places_of_[row]) combined.Add(place, ValueAt(inverse_[place], row));
  }
  return combined.Take();
}

void Basis::SetLine(int place, SparseVector line) {
  for (const FieldEntry& entry : line) {
    std::vector<int>& places = places_of_[entry.at];
    if (ValueAt(inverse_[place], entry.at) != 0) continue;
    if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
  }
  inverse_[place] = std::move(line);
}

// The inverse of a matrix with one more row and column, by the Schur complement: what is left of
// the row in its column.
void Basis::Extend(const ChargedRows& rows, const Residue& residue, const FieldEntry& entry) {
  KLUIS_CHECK(entry.value != 0 && place_of_[entry.at] < 0);
  const SparseVector above = Combine(rows, entry.at);
  const uint64_t scale = FieldInverse(entry.value);
  SparseVector last = Combined({}, FieldSubtract(0, scale), residue.multiples);
  last.push_back({rank(), scale});
  const int place = rank();
  columns_.push_back(entry.at);
  place_of_[entry.at] = place;
  inverse_.emplace_back();
  places_of_.emplace_back();
  for (const FieldEntry& other : above)
    SetLine(other.at, Combined(inverse_[other.at], FieldSubtract(0, other.value), last));
  SetLine(place, std::move(last));
}

SparseVector Basis::Replacements(const ChargedRows& rows, int place) const {
  SparseSum columns;
  for (const FieldEntry& entry : inverse_[place]) {
    for (const int atom : rows.AtomsOf(entry.at)) columns.Add(atom, entry.value);
  }
  return columns.Take();
}

bool Basis::Replace(const ChargedRows& rows, int place, int atom) {
  const SparseVector combined = Combine(rows, atom);
  const uint64_t pivot = ValueAt(combined, place);
  if (pivot == 0 || place_of_[atom] >= 0) return false;
  SetLine(place, Combined({}, FieldInverse(pivot), inverse_[place]));
  for (const FieldEntry& other : combined) {
    if (other.at == place) continue;
    SetLine(other.at, Combined(inverse_[other.at], FieldSubtract(0, other.value), inverse_[place]));
  }
  place_of_[columns_[place]] = -1;
  place_of_[atom] = place;
  columns_[place] = atom;
  return true;
}

}  // namespace kluis
