// Group disclosure: a sensitive category that holds more than a share of the units which everyone
// can identify tells something of each of them. Source: Guidelines for output checking (DwB, 2015),
// overall rule 3; here only for categories that the catalogue marks sensitive.
#ifndef KLUIS_DISCLOSURE_RULES_GROUP_DISCLOSURE_H_
#define KLUIS_DISCLOSURE_RULES_GROUP_DISCLOSURE_H_

#include <cstdint>

#include "disclosure/policy/rule_set.h"

namespace kluis {

// count > share x support, exact: a share of exactly the limit is safe, an empty support too.
bool ExceedsGroupShare(int64_t count, int64_t support, const GroupDisclosureParameters& parameters);

// The largest count that does not exceed the share: an attacker must find it possible.
int64_t LargestSafeCount(int64_t support, const GroupDisclosureParameters& parameters);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_GROUP_DISCLOSURE_H_
