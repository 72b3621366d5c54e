// JJ files: the input of tau-ARGUS's solvers, a table as cells and linear relations, named after
// J.J. Salazar. Source: documentation of the optimal method in the manual of tau-ARGUS;
// docs/argus.md has an example.
//
//   0                                        always
//   3                                        number of cells
//   0 25.0 25 s 0.0 37.5 0.0000 0.0000 0.0   id value cost status lb ub lpl upl spl
//   1 20.0 20 u 0.0 37.5 2.0000 2.0000 0.0
//   2 5.0 5 s 0.0 37.5 0.0000 0.0000 0.0
//   1                                        number of relations
//   0 3 : 0 (-1) 1 (1) 2 (1)                 right side, number of terms, id (coefficient) ...
#ifndef KLUIS_DISCLOSURE_ARGUS_JJ_H_
#define KLUIS_DISCLOSURE_ARGUS_JJ_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"
#include "disclosure/policy/diagnostic.h"
#include "disclosure/table/relations.h"

namespace kluis {

enum class JjStatus : char {
  kSafe = 's',
  kUnsafe = 'u',     // primary
  kSecondary = 'm',  // suppressed to protect others
  kProtected = 'z',  // must be published; tau-ARGUS writes it for empty cells too
};

struct JjCell {
  int64_t id = 0;
  absl::int128 value = 0;  // scaled by 10^decimals
  absl::int128 cost = 1;   // scaled by 10^cost_decimals
  JjStatus status = JjStatus::kSafe;
  absl::int128 lower = 0, upper = 0;  // outside bounds, as `value`
  absl::int128 lpl = 0, upl = 0;      // scaled by 10^level_decimals
  absl::int128 spl = 0;               // as `value`
  bool operator==(const JjCell&) const = default;
};

// Sum of coefficient x cell = right.
struct JjRelation {
  absl::int128 right = 0;                  // as `value`
  std::vector<std::pair<int, int>> terms;  // index in `cells`, coefficient; each cell once
  bool operator==(const JjRelation&) const = default;
};

struct JjTable {
  int decimals = 0, cost_decimals = 0, level_decimals = 0;
  std::vector<JjCell> cells = {};
  std::vector<JjRelation> relations = {};
  bool operator==(const JjTable&) const = default;
};

struct JjReading {
  bool must_add_up = true;  // a relation that the values violate is an error
};

// Decimals are the most of any number of their kind in the file. Numbers may have an exponent. At
// most 2 GiB, 20 million cells and 16 MiB in a line. O(bytes).
Parsed<JjTable> ParseJj(absl::string_view text, absl::string_view file_name,
                        const JjReading& reading = {});

// ParseJj(WriteJj(table)) is `table`, if a number other than 0 uses its decimals or not: all
// decimals are written, as tau-ARGUS does.
std::string WriteJj(const JjTable& table);

// The relations parent = sum of children of a table, over cells 0 to n - 1.
std::vector<JjRelation> JjRelationsOf(const std::vector<Relation>& relations);

// tau-ARGUS's own outside bounds: from 0, or 1.5 times the least value when that is negative, to
// 1.5 times the largest; wider where a protection level needs it. A level that falls between two
// numbers of `decimals` is rounded outwards.
void SetDefaultBounds(JjTable* table);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_ARGUS_JJ_H_
