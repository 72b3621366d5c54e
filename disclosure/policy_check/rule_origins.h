// From which line each value of a rule set comes: its own file, one that it extends, or none.
#ifndef KLUIS_DISCLOSURE_POLICY_CHECK_RULE_ORIGINS_H_
#define KLUIS_DISCLOSURE_POLICY_CHECK_RULE_ORIGINS_H_

#include <string>
#include <vector>

#include "disclosure/policy_check/policy_folder.h"

namespace kluis {

struct RuleOrigin {
  std::string key, value;  // as RuleFacts() has them
  std::string file;        // empty: the default
  int line = 0;
};

// In the order of docs/rules.md, with the defaults. REQUIRES: folder.ok(), a rule set in force.
std::vector<RuleOrigin> RuleOrigins(const PolicyFolder& folder, const std::string& rules);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHECK_RULE_ORIGINS_H_
