#include "disclosure/suppression/product_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

constexpr int kFewMoves = 32, kManyMoves = 4096;
constexpr int kRoundsMax = 3;                 // passes over all axes
constexpr size_t kFamilyMax = 512;  // children of one parent that are looked at, in a wide table
constexpr int64_t kLookupsPerIteration = 64;  // that cost about as much as a simplex iteration
constexpr double kFree = 1e-4;  // of a suppressed cell, so that small moves are preferred
constexpr double kTolerance = 1e-10;  // of the largest deviation: a tenth of what a witness may lack
constexpr double kNever = std::numeric_limits<double>::infinity();

double AsRoom(absl::int128 distance) {
  return distance >= kUnbounded / 2 ? kNever : ToDouble(distance);
}

}  // namespace

ProductSearch::ProductSearch(const System& system, const RowIndex& index, const Scenario& scenario,
                             const Prices& prices)
    : system_(system),
      index_(index),
      scenario_(scenario),
      prices_(prices),
      grid_(*system.grid),
      rooms_(system, AsRoom),
      deviation_(system.cells.size(), 0.0),
      changes_(grid_.axes()) {
  for (size_t i = 0; i < system.cells.size(); ++i) Refresh(static_cast<int>(i));
  for (size_t r = 0; r < system.rows.size(); ++r) {
    const int cell = system.rows[r].terms[0].first;
    if (cell >= grid_.cells() && system.rows[r].equality())
      derived_rows_.push_back(static_cast<int>(r));
  }
}

void ProductSearch::Refresh(int cell) {
  const bool moves = !system_.cells[cell].fixed && !scenario_.known[cell];
  moves ? rooms_.SetTo(cell, scenario_.bounds[cell]) : rooms_.Set(cell, -1, -1);
}

bool ProductSearch::Find(int cell, double amount, Reach reach,
                         const std::vector<Knowledge>& knowledge, WorkBudget* budget,
                         Deviation* deviation) {
  reach_ = reach;
  spread_ = cell;
  forbidden_ = -1;
  rooms_.Tell(knowledge);
  const bool found = FindAny(cell, amount, budget, deviation);
  rooms_.Restore();
  return found;
}

bool ProductSearch::Adjust(const Deviation& start, int cell, Reach reach,
                           const std::vector<Knowledge>& knowledge, WorkBudget* budget,
                           Deviation* deviation) {
  if (start.back().first >= grid_.cells()) return false;
  reach_ = reach;
  spread_ = cell;
  forbidden_ = cell;
  std::vector<Knowledge> all = knowledge;
  for (const auto& [other, amount] : start) {
    if (!prices_.suppressed[other]) all.push_back({.cell = other, .exact = true});
    Apply(other, amount);
  }
  rooms_.Tell(all);
  looked_up_ = 0;
  double largest = 0;
  for (const auto& term : start) largest = std::max(largest, std::abs(term.second));
  const double tolerance = system_.integral ? 0 : largest * kTolerance;
  bool found = true;
  for (size_t i = 0; found && i < start.size(); ++i) {
    const int other = start[i].first;
    const double goal = std::clamp(deviation_[other], -std::max(rooms_.down(other), 0.0),
                                   std::max(rooms_.up(other), 0.0));
    if (std::abs(goal - deviation_[other]) <= tolerance) {
      deviation_[other] = goal;
      continue;
    }
    found = other != cell && MoveBy(other, goal - deviation_[other], budget);
  }
  found = Finish(found, budget, deviation);
  rooms_.Restore();
  return found;
}

bool ProductSearch::FindAny(int cell, double amount, WorkBudget* budget, Deviation* deviation) {
  if (cell < grid_.cells()) return FindFrom(cell, amount, budget, deviation);
  // A sum or difference of cells moves with one of them, as long as the other one does not.
  for (const int row : derived_rows_) {
    const auto& terms = system_.rows[row].terms;
    if (terms[0].first != cell || terms.size() != 3) continue;
    if (std::max(terms[1].first, terms[2].first) >= grid_.cells()) continue;
    for (const int part : {1, 2}) {
      forbidden_ = terms[3 - part].first;
      const double of_part = -amount * terms[part].second * terms[0].second;
      if (FindFrom(terms[part].first, of_part, budget, deviation)) return true;
    }
  }
  return false;
}

bool ProductSearch::FindFrom(int cell, double amount, WorkBudget* budget, Deviation* deviation) {
  looked_up_ = 0;
  const bool found =
      Room(cell, amount > 0 ? 1 : -1) >= std::abs(amount) && MoveBy(cell, amount, budget);
  return Finish(found, budget, deviation);
}

// Adds moves until the cell has moved by the amount.
bool ProductSearch::MoveBy(int cell, double amount, WorkBudget* budget) {
  const double goal = deviation_[cell] + amount;
  double need = std::abs(amount);
  const int moves_max = reach_ == Reach::kAnyInManyMoves ? kManyMoves : kFewMoves;
  for (int move = 0; need > 0; ++move) {
    if (move >= moves_max || budget->Spent() || !AddMove(cell, amount > 0 ? 1 : -1, need)) {
      return false;
    }
    need = std::abs(goal - deviation_[cell]);
    if (need < std::abs(amount) * 1e-12) need = 0;
  }
  return true;
}

// Reads the deviation, verifies it and clears it.
bool ProductSearch::Finish(bool found, WorkBudget* budget, Deviation* deviation) {
  budget->iterations_left -= looked_up_ / kLookupsPerIteration + 1;
  deviation->clear();
  if (found) {
    AdaptDerived();
    std::sort(touched_.begin(), touched_.end());
    touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
    for (const int other : touched_) {
      if (deviation_[other] != 0) deviation->emplace_back(other, deviation_[other]);
    }
  }
  Reset();
  return found && IsWitness(system_, index_, scenario_, *deviation);
}

// The cheapest move over all orders in which axes may choose.
bool ProductSearch::AddMove(int cell, int sign, double need) {
  need_ = need;
  sign_ = sign;
  double best = kNever;
  std::vector<Change> chosen;
  for (int axis = 0; axis < grid_.axes(); ++axis) {
    const double price = ChooseChanges(cell, sign, axis);
    if (price >= best) continue;
    best = price;
    chosen = changes_;
  }
  if (best == kNever) return false;
  changes_ = std::move(chosen);
  changes_.resize(grid_.axes());
  CornersWithout(-1);
  double amount = need;
  for (const Corner& corner : corners_) {
    const int other = grid_.CellAt(corner.place);
    if (other >= 0) amount = std::min(amount, Room(other, sign * corner.sign));
  }
  for (const Corner& corner : corners_) {
    const int other = grid_.CellAt(corner.place);
    if (other >= 0) Apply(other, sign * corner.sign * amount);
  }
  return amount > 0;
}

double ProductSearch::ChooseChanges(int cell, int sign, int first_axis) {
  for (int axis = 0; axis < grid_.axes(); ++axis) {
    changes_[axis] = {{.category = grid_.CategoryOf(cell, axis), .sign = 1}};
  }
  sign_ = sign;
  double price = kNever;
  for (int round = 0; round < kRoundsMax; ++round) {
    double after = kNever;
    for (int turn = 0; turn < grid_.axes(); ++turn) {
      const int axis = (first_axis + turn) % grid_.axes();
      after = ChooseChange(axis, grid_.CategoryOf(cell, axis));
      if (after == kNever) return kNever;
    }
    if (after >= price) break;
    price = after;
  }
  return price;
}

// The cheapest change of one axis, given those of the others: a tree search from `category` down to
// a leaf, and up to where a branch down takes it back, or to the total.
double ProductSearch::ChooseChange(int axis, int category) {
  CornersWithout(axis);
  Change own;
  double price = Descend(axis, category, 1, kNever, &own);
  if (price == kNever) return kNever;
  double best = kNever;
  Change back;
  size_t climbed = own.size();  // how much of `own` the best change needs
  int node = category;
  while (price < best) {
    const int parent = grid_.Parent(axis, node);
    if (parent < 0) {
      best = price;
      back.clear();
      climbed = own.size();
      break;
    }
    for (const int sibling : SomeOf(grid_.Children(axis, parent), node)) {
      if (sibling == node) continue;
      Change path;
      const double branch = Descend(axis, sibling, -1, best - price, &path);
      if (price + branch >= best) continue;
      best = price + branch;
      back = std::move(path);
      climbed = own.size();
    }
    price += PriceOf(parent, 1);
    own.push_back({.category = parent, .sign = 1});
    node = parent;
  }
  if (best == kNever) return kNever;
  own.resize(climbed);
  own.insert(own.end(), back.begin(), back.end());
  changes_[axis] = std::move(own);
  return best;
}

// All of a family, or those beside `member` in a wide one: with thousands of siblings a move is found
// among a few hundred of them, or it is not worth what the others cost.
absl::Span<const int> ProductSearch::SomeOf(const std::vector<int>& family, int member) {
  if (family.size() <= kFamilyMax) return family;
  const auto place = std::lower_bound(family.begin(), family.end(), member) - family.begin();
  const auto first = std::clamp<std::ptrdiff_t>(
      place - static_cast<std::ptrdiff_t>(kFamilyMax / 2), 0,
      static_cast<std::ptrdiff_t>(family.size() - kFamilyMax));
  return absl::MakeConstSpan(family).subspan(static_cast<size_t>(first), kFamilyMax);
}

// The cheapest path from `category` to a leaf below it, if it costs less than `limit`.
double ProductSearch::Descend(int axis, int category, int sign, double limit, Change* path) {
  const double own = PriceOf(category, sign);
  if (own >= limit) return kNever;
  Change best_path;
  double best = kNever;
  const std::vector<int>& children = grid_.Children(axis, category);
  if (children.empty()) best = 0;
  for (const int child : SomeOf(children, children.empty() ? 0 : children[spread_ % children.size()])) {
    Change below;
    const double price = Descend(axis, child, sign, std::min(limit - own, best), &below);
    if (price >= best) continue;
    best = price;
    best_path = std::move(below);
  }
  if (own + best >= limit) return kNever;
  *path = std::move(best_path);
  path->push_back({.category = category, .sign = sign});
  return own + best;
}

// All combinations of the changes of the axes but `axis` (-1: of all).
void ProductSearch::CornersWithout(int axis) {
  corners_.assign(1, {});
  for (int other = 0; other < grid_.axes(); ++other) {
    if (other == axis) continue;
    const int64_t step = grid_.StepOf(other);
    std::vector<Corner> longer;
    longer.reserve(corners_.size() * changes_[other].size());
    for (const Corner& corner : corners_) {
      for (const Step& change : changes_[other]) {
        longer.push_back({corner.place + step * change.category, corner.sign * change.sign});
      }
    }
    corners_ = std::move(longer);
  }
  step_ = axis < 0 ? 0 : grid_.StepOf(axis);
}

double ProductSearch::PriceOf(int category, int sign) const {
  double price = 0;
  for (const Corner& corner : corners_) {
    const int cell = grid_.CellAt(corner.place + step_ * category);
    if (cell < 0) continue;
    price += PriceOfCell(cell, sign * corner.sign * sign_);
    if (price == kNever) return price;
  }
  return price;
}

// A cell with less room than is needed counts for as many as it would take.
double ProductSearch::PriceOfCell(int cell, int sign) const {
  const bool free = prices_.suppressed[cell] || deviation_[cell] != 0;
  if (cell == forbidden_ || (reach_ == Reach::kSuppressed && !free)) return kNever;
  const double room = Room(cell, sign);
  if (room <= 0) return kNever;
  const double times = room >= need_ ? 1 : need_ / room;
  return times * (free ? kFree : prices_.costs[cell]);
}

double ProductSearch::Room(int cell, int sign) const {
  return sign > 0 ? rooms_.up(cell) - deviation_[cell] : rooms_.down(cell) + deviation_[cell];
}

void ProductSearch::Apply(int cell, double amount) {
  if (deviation_[cell] == 0) touched_.push_back(cell);
  deviation_[cell] += amount;
}

// Cells outside the grid are what their row makes of the others.
void ProductSearch::AdaptDerived() {
  for (const int row : derived_rows_) {
    const auto& terms = system_.rows[row].terms;
    double rest = 0;
    for (size_t t = 1; t < terms.size(); ++t) rest += terms[t].second * deviation_[terms[t].first];
    if (rest != 0) Apply(terms[0].first, -rest * terms[0].second);
  }
}

void ProductSearch::Reset() {
  for (const int cell : touched_) deviation_[cell] = 0;
  touched_.clear();
}

}  // namespace kluis
