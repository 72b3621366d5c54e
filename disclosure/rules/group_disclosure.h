// Group disclosure: a category that holds more than a share of a group tells something of each of
// its members; so does a category that holds none of it. Source: Guidelines for output checking
// (DwB, 2015), overall rule 3: no cell above 90 per cent of its row or column; 0 per cent as class
// disclosure (ACRO, zeros_are_disclosive).
//
// `of: sensitive` asks this of the categories that the catalogue marks, against their identifying
// support; `of: lines` of every cell, against each of its rows and columns.
#ifndef KLUIS_DISCLOSURE_RULES_GROUP_DISCLOSURE_H_
#define KLUIS_DISCLOSURE_RULES_GROUP_DISCLOSURE_H_

#include <cstdint>
#include <vector>

#include "disclosure/policy/primary_rules.h"
#include "disclosure/rules/protection_level.h"

namespace kluis {

// count > share x support, exact: a share of exactly the limit is safe, an empty support too.
bool ExceedsGroupShare(int64_t count, int64_t support, const GroupDisclosureParameters& parameters);

// The largest count that does not exceed the share: an attacker must find it possible.
int64_t LargestSafeCount(int64_t support, const GroupDisclosureParameters& parameters);

// One cell against the total of one line. Above the share (100 per cent always is): the attacker
// must find the largest safe count possible, so only the lower side has a level. At 0 per cent,
// where `none: protect` asks it: it must find one unit possible.
ProtectionLevel JudgeGroup(int64_t count, int64_t line_total,
                           const GroupDisclosureParameters& parameters);

// One cell against all of its lines: the strictest.
ProtectionLevel JudgeGroup(int64_t count, const std::vector<int64_t>& line_totals,
                           const GroupDisclosureParameters& parameters);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_GROUP_DISCLOSURE_H_
