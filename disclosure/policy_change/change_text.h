// Changes for people and for scripts.
#ifndef KLUIS_DISCLOSURE_POLICY_CHANGE_CHANGE_TEXT_H_
#define KLUIS_DISCLOSURE_POLICY_CHANGE_CHANGE_TEXT_H_

#include <string>

#include "disclosure/policy_change/change.h"

namespace kluis {

// One line a change, the weaker ones first, and a last line that says how many officers must sign.
// "weaker: rule set standard: frequency.minimum 10 -> 5, for project heerlen (2 members, ...)".
std::string ChangeText(const ChangeReport& report, bool dutch);

// {"judgement", "officers", "changes": [{"kind", "name", "key", "before", "after", "judgement",
// "why", "projects", "members", "datasets"}]}, in the order of the report.
std::string ChangeJson(const ChangeReport& report, bool dutch);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHANGE_CHANGE_TEXT_H_
