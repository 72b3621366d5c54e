// Missing as a category: cells of the code _U are cells like others, and are judged, because "no
// answer" tells something of a known group too (an unchecked category of missing values is a known
// leak: DataSHIELD's tableDS). A rule set may say `missing: skip`, as tau-ARGUS can: then they are
// not judged, but still are secondaries and parts of their totals.
#ifndef KLUIS_DISCLOSURE_RULES_MISSING_H_
#define KLUIS_DISCLOSURE_RULES_MISSING_H_

#include <string>
#include <vector>

namespace kluis {

// `codes` of one cell, one per dimension.
bool IsJudged(const std::vector<std::string>& codes, bool judge_missing);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_MISSING_H_
