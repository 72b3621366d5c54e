// The keys of the primary rules in a rule set. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_POLICY_PRIMARY_RULES_READER_H_
#define KLUIS_DISCLOSURE_POLICY_PRIMARY_RULES_READER_H_

#include "disclosure/policy/load.h"
#include "disclosure/policy/map_reader.h"
#include "disclosure/policy/rule_set.h"

namespace kluis {

// `map` is the whole rule set; mistakes go to `sink`.
void ReadPrimaryRules(MapReader* map, RuleSetUse use, DiagnosticSink* sink, RuleSet* rules);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_PRIMARY_RULES_READER_H_
