// A catalogue entry (policies/datasets/*.yaml) and a code list: the parsed forms.
#ifndef KLUIS_DISCLOSURE_POLICY_DATASET_ENTRY_H_
#define KLUIS_DISCLOSURE_POLICY_DATASET_ENTRY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "disclosure/table/axis.h"

namespace kluis {

struct Code {
  std::string code;
  int parent = -1;  // index in the list; -1: child of the total
  int level = 1;    // 1..n
  std::string label_nl, label_en;
  // The last level that it stands for where finer ones do not divide it; 0: its own only.
  int last_level = 0;
  std::string valid_from = {}, valid_until = {};  // YYYY-MM-DD, both included; empty: no end
  bool operator==(const Code&) const = default;
};

// Parents stand before their children; codes are unique.
struct CodeList {
  std::vector<Code> codes;
  int levels = 1;
  // Index of a code, -1 when it is not in the list. O(log n).
  int Find(const std::string& code) const;
  std::map<std::string, int> index;
  bool operator==(const CodeList&) const = default;
};

enum class VariableRole { kIdentifier, kDimension, kMeasure };

struct Bands {
  int from = 0, to = 0;     // half open
  std::vector<int> widths;  // allowed in BAND(variable, width)
  bool operator==(const Bands&) const = default;
};

// `merged: {level, as, on, changes}`: one more level, of the areas that there are on a later day.
struct LaterAreas {
  std::string level;         // of which the changes are
  std::string as;            // name of the new level, just above it
  std::string on;            // YYYY-MM-DD
  std::string changes_file;  // relative to policies/
  bool operator==(const LaterAreas&) const = default;
};

struct Variable {
  std::string name;
  std::string label_nl, label_en;  // `title: {nl, en}`
  VariableRole role = VariableRole::kDimension;
  VariableKind kind = VariableKind::kMixed;
  std::vector<std::string> known_to;
  std::vector<std::string> sensitive;      // codes
  std::vector<std::string> not_sensitive;  // codes whose zeros may be shown (safety.md 2)
  bool persistent = false;           // a measure that hardly changes between periods (safety.md 19)
  std::vector<std::string> missing;  // values that mean "missing"
  bool missing_declared = false;     // the category _U is part of the universe
  // Dimensions have exactly one of: a code list (codes or values), a range, or `of` another.
  std::string codes_file;  // as written, relative to policies/
  CodeList codes;          // filled by ParseDatasetEntry from codes_file or `values`
  // Names of levels 1..n of the code list; empty: all levels of the list, without names. Data hold
  // codes that have no children within these levels, wherever their branch ends; a deeper code of
  // the list counts as its ancestor.
  std::vector<std::string> levels;
  std::optional<std::pair<int, int>> range;
  std::optional<Bands> bands;
  std::string of, of_level;  // `of: buurt, level: wijk`: LEVEL(buurt, 'wijk') by another name
  std::optional<LaterAreas> merged = {};
  // Measures.
  std::string unit;
  int decimals = 0;
  bool any_sign = false;
  std::string column;  // column of the source file, default: the name
  // Identifiers of whose units it is a value: all rows of one unit have the same. A measure has one
  // at most, and enters a sum once for each unit, not once for each row.
  std::vector<std::string> grain = {};
  // Variables that no query may use together with it: of this dataset, or `dataset.variable`.
  std::vector<std::string> forbidden_with = {};
  std::string quality_nl = {}, quality_en = {};  // what a user should know of it
  bool operator==(const Variable&) const = default;
};

struct Link {
  std::string name;
  std::vector<std::string> key;     // identifiers of this dataset
  std::vector<std::string> to_key;  // of the other, default: the same names
  std::string to;
  bool one = false;  // at most one row there for each row here
  // Who knows whether a row here has one there.
  VariableKind membership = VariableKind::kMixed;
  bool operator==(const Link&) const = default;
};

// Rows that hold from one day to another, both included; those of the reference date are imported.
struct Episodes {
  std::string from, until;        // columns of the source file
  std::vector<std::string> open;  // values of `until` that mean: not ended
  bool several = false;           // a unit may have several on one day
  bool operator==(const Episodes&) const = default;
};

struct DatasetEntry {
  std::string name;
  std::string title_nl, title_en;
  std::string quality_nl, quality_en;  // what a user should know of it
  std::string period;
  std::string lineage;         // the register of which this is one period; default: the name
  std::string reference_date;  // YYYY-MM-DD; empty: none
  std::optional<Episodes> episodes;
  std::string unit;
  std::string source_file;   // relative to the entry; empty: it cannot be imported
  std::string source_empty;  // text that stands for an empty field
  bool drop_bad_rows = false;
  std::vector<std::string> contributor;  // from small to large
  std::string weight;                    // a measure's name, or empty
  std::vector<Variable> variables;       // in file order
  std::vector<Link> links;
  std::vector<std::string> reserved;           // tables that are protected jointly at load
  std::map<std::string, std::string> cadence;  // level -> month, quarter or year
  std::string sha256;                          // of the entry's bytes, lower-case hex

  const Variable* FindVariable(const std::string& name) const;  // null when there is none
  const Link* FindLink(const std::string& name) const;
  bool operator==(const DatasetEntry&) const = default;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_DATASET_ENTRY_H_
