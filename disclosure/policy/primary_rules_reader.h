// The keys of rules in a rule set, and of `stricter:` in it. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_POLICY_PRIMARY_RULES_READER_H_
#define KLUIS_DISCLOSURE_POLICY_PRIMARY_RULES_READER_H_

#include <string>

#include "disclosure/policy/load.h"
#include "disclosure/policy/map_reader.h"
#include "disclosure/policy/rule_set.h"

namespace kluis {

struct RuleReading {
  RuleSetUse use = RuleSetUse::kEnclave;
  bool scoped = false;  // of `stricter:`: what is not written asks nothing
};

// `map` is the whole rule set; mistakes go to `sink`. What is not written stays as it is in *rules.
void ReadPrimaryRules(MapReader* map, RuleReading reading, DiagnosticSink* sink, RuleSet* rules);

// `review`, `regression` and `limits`, likewise. In rule_set.cc.
void ReadProcessRules(MapReader* map, DiagnosticSink* sink, RuleSet* rules);

// `stricter:`, after all else of the rule set; adds to rules->stricter.
void ReadStricter(MapReader* map, RuleSetUse use, DiagnosticSink* sink, RuleSet* rules);

// `noise` and `publication`. In publication_reader.cc. Outside of presets, noise other than `none`
// is an error.
void ReadNoise(MapReader* map, RuleSetUse use, DiagnosticSink* sink, NoiseParameters* out);
void ReadPublication(MapReader* map, DiagnosticSink* sink, std::vector<PublicationRule>* out);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_PRIMARY_RULES_READER_H_
