// A policy folder as a whole: every file read, and held against the others.
#ifndef KLUIS_DISCLOSURE_POLICY_CHECK_POLICY_FOLDER_H_
#define KLUIS_DISCLOSURE_POLICY_CHECK_POLICY_FOLDER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/yaml_tree.h"

namespace kluis {

// Path below the folder -> text: *.yaml, and codes/*.csv, unzipped (under the name without .gz).
using PolicyFiles = std::map<std::string, std::string>;

struct PolicyFolder {
  PolicyFiles files;
  PolicyBundle bundle;
  std::vector<EntryFile> entries;  // datasets/*.yaml, in order of path
  std::map<std::string, DatasetEntry> datasets;
  // Names -> the file that has them, of rules and presets, and of projects.
  std::map<std::string, std::string> rule_files, project_files;
  std::map<std::string, YamlNode> trees;     // of those files, and of what else could be parsed
  std::vector<Diagnostic> errors, warnings;  // in order of file and line
  bool ok() const { return errors.empty(); }
};

// Catalogue entries with their code lists, CheckEntries() of all of them, ParsePolicyBundle(), the
// form of tests (ParsePolicyTest), and,
// where there are no errors, what is weak (weakness.h). Folders that are none of a policy are a
// warning. Cost: linear in the bytes, but code lists that several entries share are read once each.
PolicyFolder ReadPolicyFolder(PolicyFiles files);

// In order of file, line and column.
void SortByPlace(std::vector<Diagnostic>* list);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHECK_POLICY_FOLDER_H_
