// What docs/sql.md says of values: which codes a dimension shows of one, and whether it meets a
// condition. The evaluator reads queries by it, and the generator makes conditions that some value meets.
#ifndef KLUIS_TESTS_REFERENCE_READING_H_
#define KLUIS_TESTS_REFERENCE_READING_H_

#include <string>
#include <utility>
#include <vector>

#include "tests/reference/query.h"

namespace kluis {

// A code, and its place in the order of rows.
struct ShownCode {
  int rank;
  std::string code;
};

inline constexpr int kTotalRank = -1, kMissingRank = 1'000'000;

const RegisterDimension& DimensionOf(const RegisterWorld& world, const AskedVariable& variable);

// Whether `_U` is a code of the variable, and whether it can be that of a row with a partner.
bool HasMissing(const RegisterWorld& world, const AskedQuery& query, const AskedVariable& variable);

// Every value of the variable in the order of rows; `of_partner`: only those of rows that have a
// partner in the register, where it is a joined one.
std::vector<int> ValuesOf(const RegisterWorld& world, const AskedQuery& query, const AskedVariable& variable, bool of_partner);

// The code of a value at a level, counted from 1, of a list; at a width of a range.
ShownCode CodeAtLevel(const RegisterDimension& dimension, int level, int value);
ShownCode CodeAtWidth(const RegisterDimension& dimension, int width, int value);

// The codes by which a condition on the view may name a value: of any level, unless it has one.
std::vector<std::string> NamesOf(const RegisterDimension& dimension, const AskedView& view, int value);

bool Meets(const RegisterWorld& world, const AskedCondition& condition, int value);

// Of all conditions on the tree of the variable.
bool MeetsAll(const RegisterWorld& world, const std::vector<AskedCondition>& conditions, const AskedVariable& variable, int value);

inline bool SameTree(const AskedVariable& a, const AskedVariable& b) { return a.source == b.source && a.dimension == b.dimension; }

// The codes under which a dimension shows a value: one, or with `every_level` one of each level and
// `_T`. None: a CASE without a class for it.
std::vector<ShownCode> CodesShown(const RegisterWorld& world, const AskedQuery& query, size_t dimension, int value);

}  // namespace kluis

#endif  // KLUIS_TESTS_REFERENCE_READING_H_
