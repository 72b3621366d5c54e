#include "disclosure/audit/equations.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr size_t kUnlistedPerCell = 16;
constexpr size_t kUnlistedAnyway = 10'000;

using Signature = std::vector<int>;  // depth on each axis

class EquationWriter {
 public:
  explicit EquationWriter(const AuditTable& table) : table_(table) {
    for (const Axis& axis : table.axes) {
      const size_t size = axis.categories.size();
      std::vector<std::vector<int>> children(size);
      std::vector<int> depths(size, 0);
      for (size_t c = 1; c < size; ++c) {
        const int parent = axis.categories[c].parent;
        children[parent].push_back(static_cast<int>(c));
        depths[c] = depths[parent] + 1;
      }
      children_.push_back(std::move(children));
      depths_.push_back(std::move(depths));
    }
  }

  absl::StatusOr<EquationSystem> Write() {
    KLUIS_RETURN_IF_ERROR(TakeKeys());
    const size_t most = kUnlistedPerCell * table_.cells.size() + kUnlistedAnyway;
    for (size_t cell = 0; cell < keys_.size(); ++cell) {
      for (size_t axis = 0; axis < table_.axes.size(); ++axis) AddEquation(cell, axis);
      if (keys_.size() - table_.cells.size() > most) {
        return absl::InvalidArgumentError("the table leaves out too many of its own cells");
      }
    }
    system_.unlisted = static_cast<int>(keys_.size() - table_.cells.size());
    return std::move(system_);
  }

 private:
  absl::Status TakeKeys() {
    for (const AuditCell& cell : table_.cells) {
      bool fits = cell.key.size() == table_.axes.size();
      for (size_t a = 0; fits && a < cell.key.size(); ++a) {
        fits = cell.key[a] >= 0 && cell.key[a] < static_cast<int>(depths_[a].size());
      }
      if (!fits) return absl::InvalidArgumentError("a cell lies outside the axes");
      if (!index_.insert({cell.key, static_cast<int>(keys_.size())}).second) {
        return absl::InvalidArgumentError("a cell occurs twice");
      }
      keys_.push_back(cell.key);
      signatures_.insert(SignatureOf(cell.key));
    }
    return absl::OkStatus();
  }

  Signature SignatureOf(const CellKey& key) const {
    Signature signature(key.size());
    for (size_t a = 0; a < key.size(); ++a) signature[a] = depths_[a][key[a]];
    return signature;
  }

  // Some listed cells stand at this depth, or deeper on every axis.
  bool LeadsToListed(const CellKey& key) {
    const Signature signature = SignatureOf(key);
    const auto known = leads_.find(signature);
    if (known != leads_.end()) return known->second;
    const bool leads =
        std::any_of(signatures_.begin(), signatures_.end(), [&](const Signature& listed) {
          return std::equal(listed.begin(), listed.end(), signature.begin(),
                            [](int deep, int here) { return deep >= here; });
        });
    leads_[signature] = leads;
    return leads;
  }

  void AddEquation(size_t cell, size_t axis) {
    CellKey key = keys_[cell];
    const std::vector<int>& children = children_[axis][key[axis]];
    if (children.empty()) return;
    const bool useful = std::any_of(children.begin(), children.end(), [&](int child) {
      key[axis] = child;
      return LeadsToListed(key);
    });
    if (!useful) return;
    Equation equation{.parent = static_cast<int>(cell),
                      .children = {},
                      .additive = table_.additive.empty() || table_.additive[axis]};
    for (const int child : children) {
      key[axis] = child;
      equation.children.push_back(IndexOf(key));
    }
    system_.equations.push_back(std::move(equation));
  }

  int IndexOf(const CellKey& key) {
    const auto [place, added] = index_.insert({key, static_cast<int>(keys_.size())});
    if (added) keys_.push_back(key);
    return place->second;
  }

  const AuditTable& table_;
  std::vector<std::vector<std::vector<int>>> children_;  // axis, category -> categories
  std::vector<std::vector<int>> depths_;
  std::vector<CellKey> keys_;
  absl::flat_hash_map<CellKey, int> index_;
  std::set<Signature> signatures_;
  absl::flat_hash_map<Signature, bool> leads_;
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
