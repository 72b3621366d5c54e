#include "disclosure/protect/group_lines.h"

#include <algorithm>

#include "disclosure/rules/group_disclosure.h"

namespace kluis {
namespace {

// Everyone knows that the cell is all there is of the total.
bool IsWhole(const TableView& view, const Relation& relation) {
  return std::count_if(relation.children.begin(), relation.children.end(),
                       [&](int child) { return !view.impossible(child); }) <= 1;
}

}  // namespace

GroupLines::GroupLines(const TableView& view, const std::vector<int64_t>& counts,
                       const GroupDisclosureParameters* parameters)
    : counts_(counts), view_(view),
      parameters_(parameters != nullptr && parameters->every_line ? parameters : nullptr) {
  if (parameters_ == nullptr) return;
  relations_.resize(view.size());
  for (size_t r = 0; r < view.relations.size(); ++r) {
    for (const int child : view.relations[r].children) {
      relations_[child].push_back(static_cast<int>(r));
    }
  }
}

// Along each axis by itself: the total of a row, not that of a block.
std::vector<int> GroupLines::Above(size_t cell) const {
  std::vector<int> totals;
  for (const int first : relations_[cell]) {
    const int axis = view_.relations[first].axis;
    bool whole = true;  // so far the totals are the cell itself
    for (int r = first; r >= 0;) {
      const Relation& relation = view_.relations[r];
      whole &= IsWhole(view_, relation);
      if (!whole) totals.push_back(relation.parent);
      const auto& next = relations_[relation.parent];
      const auto found = std::find_if(next.begin(), next.end(), [&](int other) {
        return view_.relations[other].axis == axis;
      });
      r = found == next.end() ? -1 : *found;
    }
  }
  return totals;
}

ProtectionLevel GroupLines::Judge(size_t cell) const {
  if (parameters_ == nullptr) return {};
  std::vector<int64_t> totals;
  for (const int total : Above(cell)) totals.push_back(counts_[total]);
  return JudgeGroup(counts_[cell], totals, *parameters_);
}

std::vector<int> GroupLines::PartsBeside(size_t cell) const {
  std::vector<int> parts;
  if (parameters_ == nullptr) return parts;
  for (const int r : relations_[cell]) {
    const Relation& relation = view_.relations[r];
    if (IsWhole(view_, relation) || counts_[relation.parent] <= 0) continue;
    if (!ExceedsGroupShare(counts_[cell], counts_[relation.parent], *parameters_)) continue;
    for (const int child : relation.children) {
      if (child != static_cast<int>(cell)) parts.push_back(child);
    }
  }
  return parts;
}

bool HidesNone(const LayerContext& context, size_t cell) {
  const auto& group = context.rules.group_disclosure;
  if (!group || !group->protect_none || !IsJudged(context, cell)) return false;
  if (!group->every_line) return context.view.sensitive[cell] && !context.view.identifying[cell];
  const CellKey& key = context.view.table.keys[cell];
  return std::any_of(key.begin(), key.end(), [](int category) { return category != 0; });
}

}  // namespace kluis
