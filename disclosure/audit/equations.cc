#include "disclosure/audit/equations.h"

#include <algorithm>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr size_t kUnlistedPerCell = 16;
constexpr size_t kUnlistedAnyway = 10'000;

// The place of a key: the sum of its categories, each times what the axes before it multiply to.
// Depths are numbered likewise.
using Place = absl::uint128;

// Cells by their places, in an array where there are not many more places than cells.
class Places {
 public:
  Places(Place places, size_t cells) {
    if (places <= kPlacesPerCell * cells + kPlacesAnyway)
      dense_.assign(static_cast<size_t>(places), -1);
    else
      sparse_.reserve(cells);
  }
  // The cell that stands there; `cell` where there was none.
  int FindOrAdd(Place place, int cell) {
    if (dense_.empty()) return sparse_.insert({place, cell}).first->second;
    int& at = dense_[static_cast<size_t>(place)];
    if (at < 0) at = cell;
    return at;
  }

 private:
  static constexpr size_t kPlacesPerCell = 16, kPlacesAnyway = 4096;

  std::vector<int> dense_;
  absl::flat_hash_map<Place, int> sparse_;
};

class EquationWriter {
 public:
  explicit EquationWriter(const AuditTable& table) : table_(table), axes_(table.axes.size()) {}

  absl::StatusOr<EquationSystem> Write() {
    if (!NumberAxes()) return absl::InvalidArgumentError("the axes have too many places");
    KLUIS_RETURN_IF_ERROR(TakeKeys());
    FindWhatLeadsToListed();
    const size_t most = kUnlistedPerCell * table_.cells.size() + kUnlistedAnyway;
    for (size_t cell = 0; cell < cells(); ++cell) {
      for (size_t axis = 0; axis < axes_; ++axis) AddEquation(cell, axis);
      if (cells() - table_.cells.size() > most) {
        return absl::InvalidArgumentError("the table leaves out too many of its own cells");
      }
    }
    system_.unlisted = static_cast<int>(cells() - table_.cells.size());
    return std::move(system_);
  }

 private:
  size_t cells() const { return keys_.size() / axes_; }

  bool NumberAxes() {
    for (const Axis& axis : table_.axes) {
      const size_t size = axis.categories.size();
      std::vector<std::vector<int>> children(size);
      std::vector<int> depths(size, 0);
      for (size_t c = 1; c < size; ++c) {
        const int parent = axis.categories[c].parent;
        children[parent].push_back(static_cast<int>(c));
        depths[c] = depths[parent] + 1;
      }
      const size_t levels = 1 + *std::max_element(depths.begin(), depths.end());
      steps_.push_back(places_);
      depth_steps_.push_back(signatures_);
      if (places_ > absl::Uint128Max() / size || signatures_ > kSignaturesMax / levels)
        return false;
      places_ *= size;
      signatures_ *= levels;
      children_.push_back(std::move(children));
      depths_.push_back(std::move(depths));
    }
    return true;
  }

  absl::Status TakeKeys() {
    index_.emplace(places_, table_.cells.size());
    leads_.assign(signatures_, false);
    keys_.reserve(table_.cells.size() * axes_);
    for (const AuditCell& cell : table_.cells) {
      bool fits = cell.key.size() == axes_;
      for (size_t a = 0; fits && a < axes_; ++a) {
        fits = cell.key[a] >= 0 && cell.key[a] < static_cast<int>(depths_[a].size());
      }
      if (!fits) return absl::InvalidArgumentError("a cell lies outside the axes");
      const int number = static_cast<int>(cells());
      if (index_->FindOrAdd(PlaceOf(cell.key.data()), number) != number) {
        return absl::InvalidArgumentError("a cell occurs twice");
      }
      keys_.insert(keys_.end(), cell.key.begin(), cell.key.end());
      leads_[SignatureOf(cell.key.data())] = true;
    }
    return absl::OkStatus();
  }

  Place PlaceOf(const int* key) const {
    Place place = 0;
    for (size_t a = 0; a < axes_; ++a) place += steps_[a] * static_cast<unsigned>(key[a]);
    return place;
  }

  // Its depths on all axes, as a number.
  size_t SignatureOf(const int* key) const {
    size_t signature = 0;
    for (size_t a = 0; a < axes_; ++a) signature += depth_steps_[a] * depths_[a][key[a]];
    return signature;
  }

  // At which depths some listed cells stand, or deeper on every axis: from the deepest up, axis by
  // axis.
  void FindWhatLeadsToListed() {
    for (size_t a = 0; a < axes_; ++a) {
      const size_t above = a + 1 < axes_ ? depth_steps_[a + 1] : signatures_;
      for (size_t s = signatures_; s-- > 0;) {
        const bool deepest = s % above + depth_steps_[a] >= above;
        if (!deepest && leads_[s + depth_steps_[a]]) leads_[s] = true;
      }
    }
  }

  void AddEquation(size_t cell, size_t axis) {
    const int category = keys_[cell * axes_ + axis];
    const std::vector<int>& children = children_[axis][category];
    if (children.empty()) return;
    // All children are one level deeper.
    if (!leads_[SignatureOf(&keys_[cell * axes_]) + depth_steps_[axis]]) return;
    Equation equation{.parent = static_cast<int>(cell),
                      .children = {},
                      .additive = table_.additive.empty() || table_.additive[axis]};
    equation.children.reserve(children.size());
    const Place place = PlaceOf(&keys_[cell * axes_]);
    for (const int child : children) {
      const int number = static_cast<int>(cells());
      equation.children.push_back(index_->FindOrAdd(
          place + steps_[axis] * static_cast<unsigned>(child - category), number));
      if (equation.children.back() == number) AddKey(cell, axis, child);
    }
    system_.equations.push_back(std::move(equation));
  }

  // Of a cell that the table does not hold.
  void AddKey(size_t beside, size_t axis, int category) {
    for (size_t a = 0; a < axes_; ++a) {
      const int same = keys_[beside * axes_ + a];
      keys_.push_back(a == axis ? category : same);
    }
  }

  static constexpr size_t kSignaturesMax = 1 << 24;

  const AuditTable& table_;
  const size_t axes_;
  Place places_ = 1;
  size_t signatures_ = 1;
  std::vector<Place> steps_;                             // per axis
  std::vector<size_t> depth_steps_;                      // per axis
  std::vector<std::vector<std::vector<int>>> children_;  // axis, category -> categories
  std::vector<std::vector<int>> depths_;
  std::vector<int> keys_;  // of all cells, one after the other
  std::optional<Places> index_;
  std::vector<bool> leads_;  // per number of depths
  EquationSystem system_;
};

}  // namespace

absl::StatusOr<EquationSystem> DeriveEquations(const AuditTable& table) {
  if (table.axes.empty()) return EquationSystem();
  for (const Axis& axis : table.axes) {
    for (size_t c = 1; c < axis.categories.size(); ++c) {
      const int parent = axis.categories[c].parent;
      if (parent >= 0 && parent < static_cast<int>(c)) continue;
      return absl::InvalidArgumentError(absl::StrCat("axis ", axis.name, " is no tree"));
    }
  }
  return EquationWriter(table).Write();
}

}  // namespace kluis
