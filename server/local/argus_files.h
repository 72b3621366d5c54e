// Files of tau-ARGUS as a command reads them: a description with the code files that it names, a
// table, decisions beforehand, a JJ problem. What is wrong is INVALID_ARGUMENT with file, line,
// column and a hint.
#ifndef KLUIS_SERVER_LOCAL_ARGUS_FILES_H_
#define KLUIS_SERVER_LOCAL_ARGUS_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/argus/apriori.h"
#include "disclosure/argus/code_files.h"
#include "disclosure/argus/jj.h"
#include "disclosure/argus/rda.h"
#include "disclosure/policy/diagnostic.h"

namespace kluis {

struct ArgusDescription {
  std::string file;
  ArgusMetadata metadata;
  std::vector<ArgusCodes> codes;  // per variable

  // "FILE.rda:12:1: message", and a hint: where a variable is described.
  absl::Status At(const ArgusVariable& variable, const std::string& message,
                  const std::string& hint) const;
};

// Code files are looked for where the .rda says, seen from its folder, and then beside it: paths of
// other machines are no hindrance.
absl::StatusOr<ArgusDescription> ReadArgusDescription(const std::string& file, RdaKind kind);

// A priori decisions on cells of `dimensions` codes.
absl::StatusOr<std::vector<AprioriLine>> ReadApriori(const std::string& file, int dimensions);

struct JjFile {
  JjTable table;
  std::vector<int> lines;  // of each cell
};

absl::StatusOr<JjFile> ReadJj(const std::string& file);

// The text of a file of at most `limit` bytes, unzipped where it is zipped; what is wrong with the
// file as INVALID_ARGUMENT.
absl::StatusOr<std::string> ReadArgusText(const std::string& file, size_t limit);

// INVALID_ARGUMENT with all of them.
absl::Status AsStatus(const std::vector<Diagnostic>& diagnostics);

// One place in a file.
absl::Status FaultAt(const std::string& file, int line, int column, const std::string& message,
                     const std::string& hint);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_ARGUS_FILES_H_
