#include "disclosure/history/account.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "disclosure/base/check.h"
#include "disclosure/history/prime_field.h"

namespace kluis {

int RankLimit(int64_t units) {
  if (units < 4) return 1;
  const double limit = static_cast<double>(units) / (2 * std::log2(static_cast<double>(units)));
  return std::max(1, static_cast<int>(std::lround(limit)));
}

Account::Account(int k, std::vector<Atom> atoms)
    : k_(k),
      atoms_(std::move(atoms)),
      rows_(static_cast<int>(atoms_.size())),
      bases_(static_cast<size_t>(k)) {
  KLUIS_CHECK(k >= 1);
  for (size_t a = 0; a < atoms_.size(); ++a) {
    KLUIS_CHECK(atoms_[a].units > 0 && atoms_[a].leaf >= 0);
    free_.push_back(std::min<int64_t>(atoms_[a].units, k_));
    const auto leaf = static_cast<size_t>(atoms_[a].leaf);
    if (leaf >= leaves_.size()) leaves_.resize(leaf + 1);
    leaves_[leaf].atoms.push_back(static_cast<int>(a));
    leaves_[leaf].units += atoms_[a].units;
  }
}

std::vector<uint64_t> Account::ReducedIn(const Leaf& leaf, const std::vector<int>& atoms) {
  std::vector<uint64_t> row(leaf.atoms.size(), 0);
  for (size_t i = 0; i < leaf.atoms.size(); ++i)
    row[i] = std::binary_search(atoms.begin(), atoms.end(), leaf.atoms[i]) ? 1 : 0;
  for (const std::vector<uint64_t>& line : leaf.echelon) {
    const auto pivot = static_cast<size_t>(
        std::find_if(line.begin(), line.end(), [](uint64_t v) { return v != 0; }) - line.begin());
    const uint64_t multiple = row[pivot];
    if (multiple == 0) continue;
    for (size_t i = pivot; i < row.size(); ++i)
      row[i] = FieldSubtract(row[i], FieldMultiply(multiple, line[i]));
  }
  const bool zero = std::all_of(row.begin(), row.end(), [](uint64_t v) { return v == 0; });
  return zero ? std::vector<uint64_t>() : row;
}

void Account::AddTo(Leaf* leaf, std::vector<uint64_t> reduced) {
  const uint64_t first =
      *std::find_if(reduced.begin(), reduced.end(), [](uint64_t v) { return v; });
  const uint64_t scale = FieldInverse(first);
  for (uint64_t& value : reduced) value = FieldMultiply(value, scale);
  leaf->echelon.push_back(std::move(reduced));
}

bool Account::PassesRank(const std::vector<int>& atoms) const {
  for (const Leaf& leaf : leaves_) {
    if (static_cast<int>(leaf.echelon.size()) >= RankLimit(leaf.units) &&
        !ReducedIn(leaf, atoms).empty())
      return false;
  }
  return true;
}

// The column in which something is left that may stand in the most bases still, so that what is
// scarce is kept for the sets that have nothing else.
int Account::FreeColumn(const Basis::Residue& residue) const {
  int best = -1;
  for (size_t a = 0; a < atoms_.size(); ++a) {
    if (residue.left[a] == 0 || free_[a] <= 0) continue;
    if (best < 0 || free_[a] > free_[best]) best = static_cast<int>(a);
  }
  return best;
}

// Edmonds' augmenting path for a partition into independent sets (1965), breadth first: a free
// column takes the place of another in a basis, that one the place of a third in the next, and the
// last one extends a basis that lacks a column.
bool Account::Augment() {
  struct Step {
    int from = -1;     // the atom that takes the place; -1: this one is free
    size_t basis = 0;  // in which basis
    int place = 0;     // where
    bool seen = false;
  };
  std::vector<Basis::Residue> residues(bases_.size());
  for (size_t b = 0; b < bases_.size(); ++b) {
    if (bases_[b].rank() < rows_.rank()) residues[b] = bases_[b].Reduce(rows_);
  }
  std::vector<Step> steps(atoms_.size());
  std::vector<int> queue;
  for (size_t a = 0; a < atoms_.size(); ++a) {
    if (free_[a] <= 0) continue;
    steps[a].seen = true;
    queue.push_back(static_cast<int>(a));
  }
  for (size_t next = 0; next < queue.size(); ++next) {
    const int atom = queue[next];
    for (size_t b = 0; b < bases_.size(); ++b) {
      if (bases_[b].Has(atom)) continue;
      if (!residues[b].left.empty() && residues[b].left[atom] != 0) {
        bases_[b].Extend(rows_, residues[b], atom);
        int moved = atom;
        for (; steps[moved].from >= 0; moved = steps[moved].from) {
          const Step& step = steps[moved];
          const std::vector<uint64_t> combined = bases_[step.basis].Combine(rows_, step.from);
          if (combined[step.place] == 0) return false;  // the caller puts all back
          bases_[step.basis].Replace(combined, step.place, step.from);
        }
        --free_[moved];
        return true;
      }
      const std::vector<uint64_t> combined = bases_[b].Combine(rows_, atom);
      for (size_t place = 0; place < combined.size(); ++place) {
        const int other = bases_[b].columns()[place];
        if (combined[place] == 0 || steps[other].seen) continue;
        steps[other] = {.from = atom, .basis = b, .place = static_cast<int>(place), .seen = true};
        queue.push_back(other);
      }
    }
  }
  return false;
}

// Every basis gets a column for the last row.
bool Account::ExtendAll() {
  size_t lacking = 0;
  for (Basis& basis : bases_) {
    const Basis::Residue residue = basis.Reduce(rows_);
    const int column = FreeColumn(residue);
    if (column < 0) {
      ++lacking;
      continue;
    }
    --free_[column];
    basis.Extend(rows_, residue, column);
  }
  for (; lacking > 0; --lacking) {
    if (!Augment()) return false;
  }
  return true;
}

Charge Account::Add(const std::vector<int>& atoms) {
  KLUIS_CHECK(!atoms.empty() && std::is_sorted(atoms.begin(), atoms.end()));
  int64_t units = 0;
  for (const int atom : atoms) units += atoms_[atom].units;
  if (units < k_) return Charge::kFew;

  rows_.Add(atoms);
  Charge charge = Charge::kAccepted;
  const std::vector<int64_t> free_before = free_;
  const std::vector<Basis> bases_before = bases_;
  if (bases_[0].Reduce(rows_).IsZero()) {
    charge = Charge::kFree;
  } else if (!PassesRank(atoms)) {
    charge = Charge::kRank;
  } else if (!ExtendAll()) {
    charge = Charge::kBases;
  }
  if (charge != Charge::kAccepted) {
    free_ = free_before;
    bases_ = bases_before;
    rows_.RemoveLast();
    return charge;
  }
  for (Leaf& leaf : leaves_) {
    std::vector<uint64_t> reduced = ReducedIn(leaf, atoms);
    if (!reduced.empty()) AddTo(&leaf, std::move(reduced));
  }
  return charge;
}

}  // namespace kluis
