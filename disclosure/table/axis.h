// The protection dimensions of a table: trees of categories in which a parent is the sum of its
// children.
#ifndef KLUIS_DISCLOSURE_TABLE_AXIS_H_
#define KLUIS_DISCLOSURE_TABLE_AXIS_H_

#include <string>
#include <vector>

namespace kluis {

// Who knows the value of a variable for a unit (safety.md 10). Identifying: everyone. Confidential:
// nobody outside. Mixed: some, so both readings are checked and a hit in either counts.
enum class VariableKind { kIdentifying, kMixed, kConfidential };

// The code of the total and of a missing value, everywhere.
inline constexpr char kTotalCode[] = "_T";
inline constexpr char kMissingCode[] = "_U";

struct Category {
  std::string code;
  int parent = -1;         // index in the same axis; -1 only for category 0
  int level = 0;           // 0 for the total; children may be more than one level below
  bool sensitive = false;  // group disclosure is judged on it (catalogue: `sensitive`)
  bool zero_public = false;  // "not sensitive": a zero here may be shown even when zeros are protected
};

// One tree. Category 0 is the total (`_T`) of what is in scope, displayed or not; a parent stands
// before its children and is exactly the union of them. Several variables of a query that share
// one code tree (gemeente, wijk, buurt) are one axis.
struct Axis {
  std::string name;  // of the base variable, with the link before it: "persoon.buurt"
  VariableKind kind = VariableKind::kMixed;
  std::vector<Category> categories;
};

// One category index per axis.
using CellKey = std::vector<int>;

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_TABLE_AXIS_H_
