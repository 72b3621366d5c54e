#include "disclosure/history/account.h"

#include <algorithm>
#include <cmath>
#include <set>
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
      bases_(static_cast<size_t>(k), Basis(static_cast<int>(atoms_.size()))) {
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

bool Account::PassesRank(const std::vector<int>& atoms, const std::vector<int>& leaves) const {
  return std::none_of(leaves.begin(), leaves.end(), [&](int number) {
    const Leaf& leaf = leaves_[number];
    return static_cast<int>(leaf.echelon.size()) >= RankLimit(leaf.units) &&
           !ReducedIn(leaf, atoms).empty();
  });
}

// The column in which something is left that may stand in the most bases still, so that what is
// scarce is kept for the sets that have nothing else; null: none.
const FieldEntry* Account::FreeColumn(const Basis::Residue& residue) const {
  const FieldEntry* best = nullptr;
  for (const FieldEntry& entry : residue.left) {
    if (free_[entry.at] > 0 && (best == nullptr || free_[entry.at] > free_[best->at]))
      best = &entry;
  }
  return best;
}

// Edmonds' augmenting path for a partition into independent sets (1965), breadth first from its
// end: an atom in which something is left of the row leaves another basis for this one, its place
// there is taken by the next, and so on to one that is free.
Account::Path Account::Augment(size_t own) {
  struct Step {
    int atom = 0;      // that is to leave
    size_t basis = 0;  // this basis
    size_t to = 0;     // for the place of the atom of that step; 0: for `own`
  };
  const Basis::Residue residue = bases_[own].Reduce(rows_);
  std::vector<Step> steps(1);
  std::set<std::pair<int, size_t>> seen;
  const auto leave = [&](int atom, size_t except, size_t to) {
    for (size_t b = 0; b < bases_.size(); ++b) {
      if (b == except || bases_[b].PlaceOf(atom) < 0 || !seen.emplace(atom, b).second) continue;
      steps.push_back({.atom = atom, .basis = b, .to = to});
    }
  };
  for (const FieldEntry& entry : residue.left) leave(entry.at, own, 0);
  for (size_t next = 1; next < steps.size(); ++next) {
    const Step step = steps[next];
    const Basis& basis = bases_[step.basis];
    for (const FieldEntry& entry : basis.Replacements(rows_, basis.PlaceOf(step.atom))) {
      if (basis.PlaceOf(entry.at) >= 0) continue;
      if (free_[entry.at] <= 0) {
        leave(entry.at, step.basis, next);
        continue;
      }
      std::vector<Step> path;  // from the row's basis to the free atom
      for (size_t at = next; at != 0; at = steps[at].to) path.insert(path.begin(), steps[at]);
      const auto first =
          std::find_if(residue.left.begin(), residue.left.end(),
                       [&path](const FieldEntry& left) { return left.at == path[0].atom; });
      bases_[own].Extend(rows_, residue, *first);
      for (size_t i = 0; i < path.size(); ++i) {
        Basis& left = bases_[path[i].basis];
        const int taker = i + 1 < path.size() ? path[i + 1].atom : entry.at;
        if (!left.Replace(rows_, left.PlaceOf(path[i].atom), taker)) return Path::kBroken;
      }
      --free_[entry.at];
      return Path::kMoved;
    }
  }
  return Path::kNone;
}

// Every basis gets a column for the last row.
bool Account::ExtendAll() {
  std::vector<Basis::Residue> residues;
  std::vector<const FieldEntry*> columns;
  std::vector<size_t> lacking;
  for (size_t b = 0; b < bases_.size(); ++b) residues.push_back(bases_[b].Reduce(rows_));
  for (size_t b = 0; b < bases_.size(); ++b) {
    columns.push_back(FreeColumn(residues[b]));
    if (columns[b] == nullptr) {
      lacking.push_back(b);
    } else {
      --free_[columns[b]->at];
    }
  }
  std::vector<Basis> before;
  if (!lacking.empty()) before = bases_;
  for (size_t b = 0; b < bases_.size(); ++b) {
    if (columns[b] != nullptr) bases_[b].Extend(rows_, residues[b], *columns[b]);
  }
  const std::vector<int64_t> free_then = free_;
  while (!lacking.empty()) {
    Path path = Path::kNone;
    for (size_t i = 0; i < lacking.size() && path == Path::kNone; ++i) {
      path = Augment(lacking[i]);
      if (path == Path::kMoved) lacking.erase(lacking.begin() + static_cast<int64_t>(i));
    }
    if (path == Path::kMoved) continue;
    bases_ = std::move(before);
    free_ = free_then;
    for (const FieldEntry* column : columns) {
      if (column != nullptr) ++free_[column->at];
    }
    return false;
  }
  return true;
}

std::vector<int> Account::LeavesOf(const std::vector<int>& atoms) const {
  std::vector<int> leaves;
  for (const int atom : atoms) leaves.push_back(atoms_[atom].leaf);
  std::sort(leaves.begin(), leaves.end());
  leaves.erase(std::unique(leaves.begin(), leaves.end()), leaves.end());
  return leaves;
}

Charge Account::Add(const std::vector<int>& atoms) {
  KLUIS_CHECK(!atoms.empty() && std::is_sorted(atoms.begin(), atoms.end()));
  int64_t units = 0;
  for (const int atom : atoms) units += atoms_[atom].units;
  if (units < k_) return Charge::kFew;

  rows_.Add(atoms);
  const std::vector<int> leaves = LeavesOf(atoms);
  Charge charge = Charge::kAccepted;
  if (bases_[0].Reduce(rows_).left.empty()) {
    charge = Charge::kFree;
  } else if (!PassesRank(atoms, leaves)) {
    charge = Charge::kRank;
  } else if (!ExtendAll()) {
    charge = Charge::kBases;
  }
  if (charge != Charge::kAccepted) {
    rows_.RemoveLast();
    return charge;
  }
  for (const int leaf : leaves) {
    std::vector<uint64_t> reduced = ReducedIn(leaves_[leaf], atoms);
    if (!reduced.empty()) AddTo(&leaves_[leaf], std::move(reduced));
  }
  return charge;
}

}  // namespace kluis
