// The code files of tau-ARGUS: a tree by leading strings (.hrc) and labels (.cdl).
//
//   Nr         a code of level 1        1,Groningen
//   @ 1        below Nr                 2,Friesland
//   @ 2
#ifndef KLUIS_DISCLOSURE_ARGUS_CODE_FILES_H_
#define KLUIS_DISCLOSURE_ARGUS_CODE_FILES_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/argus/rda.h"
#include "disclosure/policy/dataset_entry.h"
#include "disclosure/policy/diagnostic.h"

namespace kluis {

// Levels must not skip one, codes must be unique, `_T` and `_U` are reserved; the total has no
// line. Blanks around a code do not count. At most 64 MiB and 15 levels.
// REQUIRES: `lead` is not empty.
Parsed<CodeList> ParseHrc(absl::string_view text, absl::string_view file_name,
                          absl::string_view lead);

// REQUIRES: no code begins with `lead`, a blank or a line break.
std::string WriteHrc(const CodeList& codes, absl::string_view lead);

// Code -> label. The first comma of a line ends the code; a label may have quotes around it.
using ArgusLabels = std::map<std::string, std::string>;
Parsed<ArgusLabels> ParseCdl(absl::string_view text, absl::string_view file_name);
std::string WriteCdl(const ArgusLabels& labels);

// What the files of one variable say.
struct ArgusCodes {
  CodeList tree;  // empty without <HIERCODELIST>
  ArgusLabels labels;
};

// Gives the text of a file named in the .rda, as it is written there.
using ReadArgusFile = std::function<absl::StatusOr<std::string>(const std::string& path)>;

// Per variable. A file that cannot be read is reported at its variable in `rda_name`.
Parsed<std::vector<ArgusCodes>> ReadCodeFiles(const ArgusMetadata& metadata,
                                              absl::string_view rda_name,
                                              const ReadArgusFile& read);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_ARGUS_CODE_FILES_H_
