// One variable of a table as an attacker has it: what is shown, what is not, and what everyone
// knows of a cell that is not shown.
#ifndef KLUIS_DISCLOSURE_AUDIT_AUDIT_TABLE_H_
#define KLUIS_DISCLOSURE_AUDIT_AUDIT_TABLE_H_

#include <limits>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "disclosure/table/axis.h"

namespace kluis {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

// In the unit of the values. An end that nothing bounds is infinite.
struct AuditInterval {
  double low = -kInfinity;
  double high = kInfinity;
  bool operator==(const AuditInterval&) const = default;
};

// What a cell that is not shown must keep.
enum class AuditDemand {
  kNothing,   // a secondary: only its use to others is judged
  kNotExact,  // its value must not be derivable
  kInterval,  // the attacker's interval must contain `required`
};

struct AuditCell {
  CellKey key;             // one category per axis
  bool shown = true;       // the attacker has `value`
  absl::int128 value = 0;  // whole units: scaled by the caller when it has decimals
  AuditInterval known;     // what everyone knows of a cell that is not shown: its bounds beforehand
  AuditDemand demand = AuditDemand::kNothing;
  AuditInterval required;  // kInterval
};

// Sum of coefficient x cell = right, or >= right.
struct AuditRelation {
  std::vector<std::pair<int, int>> terms;  // index of the cell, coefficient
  absl::int128 right = 0;                  // in the unit of the values
  bool at_least = false;
};

struct AuditTable {
  std::vector<Axis> axes;
  std::vector<AuditCell> cells;  // keys are all different, but where there are no axes
  // Per axis: a parent is the sum of its children. Else a part is at most the whole, and the whole
  // at most the sum of its parts: distinct units over categories that overlap. Empty: all are.
  std::vector<bool> additive;
  bool integral = false;  // only whole numbers are possible, so bounds are rounded inwards
  AuditInterval unlisted = {0, kInfinity};  // bounds of cells that the table does not hold
  // What everyone knows besides the trees; of a table without axes, all that holds its cells
  // together.
  std::vector<AuditRelation> relations = {};
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_AUDIT_AUDIT_TABLE_H_
