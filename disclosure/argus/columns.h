// The columns of the CSV that a file of microdata becomes. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_ARGUS_COLUMNS_H_
#define KLUIS_DISCLOSURE_ARGUS_COLUMNS_H_

#include <string>
#include <vector>

#include "disclosure/argus/rda.h"
#include "disclosure/policy/dataset_entry.h"

namespace kluis {

struct CsvColumn {
  int variable = -1;  // index in ArgusMetadata::variables
  std::string name;   // in the header and in the catalogue
  VariableRole role = VariableRole::kDimension;
};

// Without variables that have no role. Names are SQL names and differ, also in lower case.
std::vector<CsvColumn> CsvColumns(const ArgusMetadata& metadata);

// A name of letters, digits and '_' that begins with no digit.
std::string SqlName(absl::string_view text);

// A field of RFC 4180.
std::string CsvField(absl::string_view text);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_ARGUS_COLUMNS_H_
