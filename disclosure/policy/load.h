// The strict loader: YAML text -> rule set, project, dataset entry, code list. Pure: it is handed
// text. Unknown keys (with the nearest known one), duplicate keys, wrong types, octal numbers,
// yes/no booleans, anchors, aliases, tags, depth over 16 and files over 1 MiB are errors.
#ifndef KLUIS_DISCLOSURE_POLICY_LOAD_H_
#define KLUIS_DISCLOSURE_POLICY_LOAD_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/policy/dataset_entry.h"
#include "disclosure/policy/diagnostic.h"
#include "disclosure/policy/indicator.h"
#include "disclosure/policy/officers.h"
#include "disclosure/policy/project.h"
#include "disclosure/policy/rule_set.h"

namespace kluis {

// Whose rules these are. An enclave has legal floors, and refuses keys that its tables are not
// judged by; a tool on one's own file has no floors, and itself sees to the keys that need records.
// A preset is not in force: it has the floors, a source, and may have what is not built yet.
enum class RuleSetUse { kEnclave, kOwnFile, kPreset };

class KeyRecorder;  // key_recorder.h
struct YamlNode;    // yaml_tree.h

// `file_name` is used in messages only. `recorder`, here and below: is told every key that is asked
// for, for the published schema.
Parsed<RuleSet> ParseRuleSet(absl::string_view yaml, absl::string_view file_name,
                             RuleSetUse use = RuleSetUse::kEnclave,
                             KeyRecorder* recorder = nullptr);
// A mistake in a rule set that shows only where it is used: at the value of the key that `path`
// leads to (of a list "0", "1", ...), or the last one on the way that is written.
Diagnostic AtKey(absl::string_view yaml, absl::string_view file_name,
                 const std::vector<std::string>& path, const std::string& message,
                 const std::string& hint);
// The same where the text is parsed already, to `root`.
Diagnostic AtKey(const YamlNode& root, absl::string_view yaml, absl::string_view file_name,
                 const std::vector<std::string>& path, const std::string& message,
                 const std::string& hint);
Parsed<Project> ParseProject(absl::string_view yaml, absl::string_view file_name,
                             KeyRecorder* recorder = nullptr);

// Gives the (already gunzipped) text of a code list file named in the entry, relative to policies/.
using ReadCodeList = std::function<absl::StatusOr<std::string>(const std::string& path)>;
Parsed<DatasetEntry> ParseDatasetEntry(absl::string_view yaml, absl::string_view file_name,
                                       const ReadCodeList& read, KeyRecorder* recorder = nullptr);

// CSV: code,parent,level,label_nl,label_en, and perhaps valid_from,valid_until (YYYY-MM-DD, both
// included; empty: no end). Of such a list the codes that are valid on the date are kept; without a
// date it is an error.
Parsed<CodeList> ParseCodeList(absl::string_view csv, absl::string_view file_name,
                               absl::string_view reference_date = "");

// An entry and the text that it was read from.
struct EntryFile {
  DatasetEntry entry;
  std::string yaml, file;
};

// What entries say about each other, each mistake with both places:
// - The periods of a lineage are different, and have one unit, contributor and weight; variables of
//   one name have one role, kind, unit, decimals and grain. So what is said of one holds for all,
//   and a figure can be compared with that of another period.
// - A link's `to_key` names identifiers there, and `forbidden_with: dataset.variable` a variable.
// `complete`: these are all entries there are, so a dataset that is none of them is a mistake too.
std::vector<Diagnostic> CheckEntries(const std::vector<EntryFile>& files, bool complete);

// policies/officers.yaml, policies/witnesses.yaml and policies/indicators/*.yaml.
Parsed<Officers> ParseOfficers(absl::string_view yaml, absl::string_view file_name,
                               KeyRecorder* recorder = nullptr);
Parsed<Witnesses> ParseWitnesses(absl::string_view yaml, absl::string_view file_name,
                                 KeyRecorder* recorder = nullptr);
Parsed<Indicator> ParseIndicator(absl::string_view yaml, absl::string_view file_name,
                                 KeyRecorder* recorder = nullptr);

// Everything that is in force at one moment, and consistent: projects name known rule sets,
// datasets and variables.
struct PolicyBundle {
  std::map<std::string, RuleSet> rules;
  std::map<std::string, Project> projects;
  std::map<std::string, Indicator> indicators = {};
  std::map<std::string, RuleSet> presets = {};  // not in force; rule sets can extend them
  Officers officers = {};
  Witnesses witnesses = {};
  std::string sha256 = {};  // over the sorted list of (path, sha256) of all files
};

// `files`: path below policies/ -> text, for rules/*.yaml, projects/*.yaml, indicators/*.yaml,
// presets/*.yaml, officers.yaml and witnesses.yaml; *_test.yaml are left out. `datasets`: the
// entries in force, for the check of grants and scopes. `trees`: is given what the files of rule
// sets, presets and projects were parsed to, under their paths; those that are no YAML are left out.
Parsed<PolicyBundle> ParsePolicyBundle(const std::map<std::string, std::string>& files,
                                       const std::map<std::string, DatasetEntry>& datasets,
                                       RuleSetUse use = RuleSetUse::kEnclave,
                                       std::map<std::string, YamlNode>* trees = nullptr);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_LOAD_H_
