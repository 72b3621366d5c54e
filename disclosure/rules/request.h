// The request rule of foreign trade: a cell is sensitive when its largest contributor has asked for
// protection and holds more than a share of the total, or has asked and the cell has fewer
// contributors than a minimum. Others are not protected. Each request code has a share of its own.
// Source: SDC Handbook (2024), 4.2.1, "Foreign trade rules"; Regulation (EC) 638/2004; tau-ARGUS's
// request rule, which has two codes.
#ifndef KLUIS_DISCLOSURE_RULES_REQUEST_H_
#define KLUIS_DISCLOSURE_RULES_REQUEST_H_

#include "disclosure/policy/primary_rules.h"
#include "disclosure/rules/contributions.h"
#include "disclosure/rules/protection_level.h"

namespace kluis {

// Exact: a share of exactly the limit is not sensitive. The sample value is compared with the
// weighted total. Levels: range_percent of the total, at least one `unit` of the total.
// REQUIRES: request codes of the cell are at most parameters.codes.size().
ProtectionLevel JudgeRequest(const CellContributions& cell, absl::int128 unit,
                             const RequestParameters& parameters);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_RULES_REQUEST_H_
