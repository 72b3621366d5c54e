// Internal to this folder: the parts of a rule set and a project that the bundle reads as well.
#ifndef KLUIS_DISCLOSURE_POLICY_PROJECT_PARSER_H_
#define KLUIS_DISCLOSURE_POLICY_PROJECT_PARSER_H_

#include "disclosure/policy/load.h"
#include "disclosure/policy/map_reader.h"

namespace kluis {

Project ReadProject(const YamlNode& root, DiagnosticSink* sink);
// `parent`: the rule set that it extends, with all that holds of it; null: none.
RuleSet ReadRuleSet(const YamlNode& root, RuleSetUse use, const RuleSet* parent,
                    DiagnosticSink* sink);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_PROJECT_PARSER_H_
