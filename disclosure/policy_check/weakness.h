// What is allowed, but weaker than the field's practice: warnings, each with its reason. What no
// signature can make right is the legal floor (disclosure/policy/legal_floor.h), and an error.
#ifndef KLUIS_DISCLOSURE_POLICY_CHECK_WEAKNESS_H_
#define KLUIS_DISCLOSURE_POLICY_CHECK_WEAKNESS_H_

#include <vector>

#include "disclosure/policy_check/policy_folder.h"

namespace kluis {

// REQUIRES: folder.ok(). Each at the key that says it, or at the name of the rule set, project or
// dataset where nothing does.
std::vector<Diagnostic> WeakPlaces(const PolicyFolder& folder);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHECK_WEAKNESS_H_
