// Group disclosure `of: lines`: every cell against the totals of its rows and columns, at every
// level of their trees (disclosure/rules/group_disclosure.h has the rule).
#ifndef KLUIS_DISCLOSURE_PROTECT_GROUP_LINES_H_
#define KLUIS_DISCLOSURE_PROTECT_GROUP_LINES_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "disclosure/protect/layer.h"
#include "disclosure/rules/protection_level.h"

namespace kluis {

class GroupLines {
 public:
  // Without lines where the rule set does not ask for them. `view` and `counts` must outlive it.
  GroupLines(const TableView& view, const std::vector<int64_t>& counts,
             const GroupDisclosureParameters* parameters);

  // A total whose only possible part is the cell is the cell itself, and no group that it is in.
  ProtectionLevel Judge(size_t cell) const;

  // The other parts of the lines in which `cell` holds too much. Where they all are shown, zeros
  // mostly, nothing is left to hide its share behind.
  std::vector<int> PartsBeside(size_t cell) const;

 private:
  std::vector<int> Above(size_t cell) const;

  const std::vector<int64_t>& counts_;
  const TableView& view_;
  const GroupDisclosureParameters* parameters_;  // null: no lines
  std::vector<std::vector<int>> relations_;      // per cell: of which it is a part
};

// Whether a zero in the cell would be hidden because `none: protect` takes it for class disclosure:
// then a hidden cell may be one.
bool HidesNone(const LayerContext& context, size_t cell);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_PROTECT_GROUP_LINES_H_
