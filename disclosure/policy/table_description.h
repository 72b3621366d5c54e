// What the columns of a table in a file mean: dimensions with their code lists, value, status.
#ifndef KLUIS_DISCLOSURE_POLICY_TABLE_DESCRIPTION_H_
#define KLUIS_DISCLOSURE_POLICY_TABLE_DESCRIPTION_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "disclosure/policy/load.h"

namespace kluis {

struct TableDimension {
  std::string column;
  CodeList codes;  // of `codes` or `values`
};

//   dimensions: {sbi: {codes: sbi2008.csv}, grootte: {values: [klein, middel, groot]}}
//   value: omzet
//   status: omzet_status
//   required: [low, high]   # columns: what an attacker must hold possible; may be left out
//   bounds: [0, null]       # what everyone knows of any value; null: no bound; default [0, null]
struct TableDescription {
  std::vector<TableDimension> dimensions;  // in file order
  std::string value, status;
  std::optional<std::pair<std::string, std::string>> required;
  std::optional<std::string> low, high;  // decimal numbers; none: no bound
};

// `read`: gives the text of a code list, as it is named in the description.
Parsed<TableDescription> ParseTableDescription(absl::string_view yaml, absl::string_view file_name,
                                               const ReadCodeList& read);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_TABLE_DESCRIPTION_H_
