// The metadata file of tau-ARGUS (.rda): what the columns of a file of microdata or of a table
// mean. Source: manual of tau-ARGUS 4.1, sections "Metadata" and "Table metadata"; docs/argus.md
// has an example of each.
//
//   Region 12 2 99
//     <RECODEABLE>
//     <HIERARCHICAL>
//     <HIERCODELIST> "region2.hrc"
//     <HIERLEADSTRING> "@"
#ifndef KLUIS_DISCLOSURE_ARGUS_RDA_H_
#define KLUIS_DISCLOSURE_ARGUS_RDA_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "disclosure/policy/diagnostic.h"

namespace kluis {

enum class ArgusRole {
  kNone,  // no keyword says what it is for: the column is not used
  // Both kinds of file.
  kCategorical,
  kResponse,
  // Microdata.
  kCategoricalResponse,  // <RECODEABLE> and <NUMERIC>
  kWeight,
  kHolding,
  kRequest,
  // Tables.
  kFrequency,
  kMaxScore,  // largest contributions; several, the largest first
  kStatus,
  kShadow,
  kCost,
  kLowerLevel,
  kUpperLevel,
};

struct ArgusVariable {
  std::string name;
  int line = 0;   // where the file describes it; 0: nowhere
  int start = 0;  // first column from 1; 0 unless the width is fixed
  int width = 0;  // of microdata; 0: as long as it is
  ArgusRole role = ArgusRole::kNone;
  int decimals = 0;
  std::vector<std::string> missing;  // at most two values
  // Categorical variables.
  std::string total_code;  // empty: not said
  std::vector<int> distance;
  std::string code_list;    // file of labels, as written
  std::vector<int> levels;  // digits of each level, from the top; a 0 is no level
  std::string hierarchy;    // file of the tree, as written
  std::string lead = ".";   // marks a level in that file
  bool truncable = false;
  // The values of a request variable: of the first rule, and of the second.
  std::vector<std::string> request_codes;

  bool categorical() const {
    return role == ArgusRole::kCategorical || role == ArgusRole::kCategoricalResponse;
  }
  bool operator==(const ArgusVariable&) const = default;
};

struct ArgusMetadata {
  bool table = false;     // of a table; else of microdata
  char separator = '\0';  // between fields; none: each variable has its columns
  std::string safe = "S", unsafe = "U", protect = "P";  // in the status column of a table
  std::vector<ArgusVariable> variables;                 // in file order

  bool fixed() const { return separator == '\0'; }
  const ArgusVariable* Find(ArgusRole role) const;  // the first; null when there is none
  bool operator==(const ArgusMetadata&) const = default;
};

enum class RdaKind {
  kDetect,  // a table when a keyword says so that only tables have, such as <FREQUENCY>
  kMicrodata,
  kTable,
};

// Unknown keywords (with the nearest known one), wrong numbers, contradictions and variables
// without what they need are errors, and so is what this version does not have: <SPSS>, and the
// keywords of cell-key noise. At most 1 MiB and 1,000 variables. O(bytes).
Parsed<ArgusMetadata> ParseRda(absl::string_view text, absl::string_view file_name,
                               RdaKind kind = RdaKind::kDetect);

// A file that reads back as the same value, `line` apart.
std::string WriteRda(const ArgusMetadata& metadata);

// The last part of a path that may be of Windows, so that a file is found beside its .rda.
std::string ArgusBaseName(absl::string_view path);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_ARGUS_RDA_H_
