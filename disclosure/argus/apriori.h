// A priori files of tau-ARGUS (.hst): what is decided of single cells beforehand. One line for a
// cell: its codes, then a command and its numbers.
//
//   Total;12;p          must be published
//   34100;9;c;1000      costs 1000 to suppress
//   34100;Zd;pl;20;30   is protected by 20 downwards and 30 upwards
// Source: manual of tau-ARGUS 4.1, section "A priori info".
#ifndef KLUIS_DISCLOSURE_ARGUS_APRIORI_H_
#define KLUIS_DISCLOSURE_ARGUS_APRIORI_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "disclosure/argus/number.h"
#include "disclosure/policy/diagnostic.h"

namespace kluis {

enum class AprioriKind {
  kSafe,             // s: whatever the rules say
  kUnsafe,           // u: primary
  kProtect,          // p: must be published
  kSecondary,        // m: suppressed by hand
  kSecondaryLinked,  // ml: suppressed in a linked table
  kCost,             // c or w: `first`
  kLevels,           // pl: `first` downwards, `second` upwards
  kBounds,           // ab: from `first` to `second` of outside knowledge
};

struct AprioriLine {
  std::vector<std::string> codes;  // one per dimension; empty: the total
  AprioriKind kind = AprioriKind::kSafe;
  ArgusNumber first, second;
  int line = 0;
  bool operator==(const AprioriLine&) const = default;
};

struct AprioriForm {
  int dimensions = 1;
  char separator = '\0';  // '\0': the one of ; , | with which the first line fits
};

// A cell may have several lines, in their order. Costs are above 0, levels at least 0, bounds in
// order. A decimal comma is read where the separator is no comma. At most 256 MiB.
// REQUIRES: form.dimensions >= 1.
Parsed<std::vector<AprioriLine>> ParseHst(absl::string_view text, absl::string_view file_name,
                                          const AprioriForm& form);

// REQUIRES: no code has the separator, a quote or a line break.
std::string WriteHst(const std::vector<AprioriLine>& lines, char separator);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_ARGUS_APRIORI_H_
