// One variable of a catalogue entry, and the checks across variables. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_POLICY_VARIABLE_PARSER_H_
#define KLUIS_DISCLOSURE_POLICY_VARIABLE_PARSER_H_

#include <map>
#include <string>

#include "disclosure/policy/load.h"
#include "disclosure/policy/map_reader.h"

namespace kluis {

// Code lists by path, so that a list that several variables share is read once, and its errors are
// told once.
class CodeListReader {
 public:
  // Both must outlive it.
  CodeListReader(const ReadCodeList& read, DiagnosticSink* sink) : read_(read), sink_(sink) {}

  // The day of which the codes are; empty: of none. Before the first Get().
  void SetReferenceDate(const std::string& date) { reference_date_ = date; }
  const std::string& reference_date() const { return reference_date_; }

  // Null, with a diagnostic at `at`, when the file cannot be read or is not right.
  const CodeList* Get(const std::string& path, const YamlNode& at);
  // `list` with the level of `wanted`; false, with diagnostics, when that cannot be.
  bool AddLaterAreas(const LaterAreas& wanted, int level, const YamlNode& at, CodeList* list);

 private:
  absl::StatusOr<std::string> Read(const char* what, const std::string& path, const YamlNode& at);
  std::string reference_date_;
  const ReadCodeList& read_;
  DiagnosticSink* sink_;
  std::map<std::string, Parsed<CodeList>> lists_;
};

// A path of a file below policies/. False, with a diagnostic, when it leads elsewhere.
bool ReadPolicyPath(MapReader* map, const std::string& key, std::string* out);

// `merged: {level, as, on, changes}` of a variable with codes and levels, which get one more.
void ReadMerged(MapReader* map, CodeListReader* lists, Variable* variable, DiagnosticSink* sink);

// `grain`, `forbidden_with` and `quality`.
void ReadNotes(MapReader* map, Variable* variable);

// What `grain` and `forbidden_with` name, and that the weight of rows that are summed once for each
// unit is one for each unit.
void CheckGrainAndForbidden(const YamlNode& variables, const DatasetEntry& entry,
                            DiagnosticSink* sink);

// Reads `name: {role: ...}`. What is wrong goes to the sink; the rest of the variable is kept, so
// that later checks find the name.
Variable ReadVariable(const std::string& name, const YamlNode& node, CodeListReader* lists,
                      DiagnosticSink* sink);

// `key: identifying|mixed|confidential`; `absent` where the key is not there.
VariableKind ReadKind(MapReader* map, const std::string& key, VariableKind absent);

// `of` names a dimension with a code list, `level` one of its levels; takes over its kind.
void ResolveOf(const YamlNode& variables, DatasetEntry* entry, DiagnosticSink* sink);

// The code list in which the codes of a dimension stand, through `of`; null: a range, or unknown.
const CodeList* CodesOf(const DatasetEntry& entry, const Variable& variable);

// Empty, or why `code` is no code of the dimension.
std::string CodeFault(const DatasetEntry& entry, const Variable& variable, const std::string& code);

std::vector<std::string> VariableNames(const DatasetEntry& entry);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_VARIABLE_PARSER_H_
