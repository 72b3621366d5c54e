// What the files of a bundle say about each other. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_POLICY_BUNDLE_CHECKS_H_
#define KLUIS_DISCLOSURE_POLICY_BUNDLE_CHECKS_H_

#include <map>
#include <string>

#include "disclosure/policy/load.h"
#include "disclosure/policy/map_reader.h"

namespace kluis {

// The name of what is there but cannot be told: a file without a name, or two with one. Who names
// something that is not found is not blamed then. In a bundle or catalogue with mistakes only.
inline constexpr char kUnread[] = "";

// Keys that make a release safer, or that change what is judged, where data come from files, and
// what is not built yet. An enclave does not judge by them, and silence would be a weaker rule than
// was written. At the key, or at `extends` where it is taken over.
void CheckServed(const YamlNode& root, const RuleSet& rules, DiagnosticSink* sink);

// Datasets, variables and levels that `stricter:` names: a rule for what does not exist never
// holds.
void CheckScopes(const YamlNode& root, const std::map<std::string, DatasetEntry>& datasets,
                 DiagnosticSink* sink);

// What a project says about rule sets and datasets.
void CheckProject(const YamlNode& root, const PolicyBundle& bundle,
                  const std::map<std::string, DatasetEntry>& datasets, DiagnosticSink* sink);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_BUNDLE_CHECKS_H_
