// Certificates: for each side of what a cell must keep, another table that agrees with all that an
// attacker sees and knows, and in which the cell lies that far away. Where there is one, no
// attacker can exclude it, and no linear program need be solved to say so. What is checked here is
// somebody else's claim, and no code of whoever found it is used.
//
// A certificate is the difference of that table and the true one. Of counts everything is checked
// in integers. Else amounts are taken in units of 2^-20 of the smallest decimal, and an equation
// may be missed by one part in 10^9 of the largest amount, and one such unit for each cell that is
// touched.
#ifndef KLUIS_DISCLOSURE_AUDIT_CERTIFICATES_H_
#define KLUIS_DISCLOSURE_AUDIT_CERTIFICATES_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "disclosure/audit/audit_table.h"

namespace kluis {

// The attacker's interval of a cell must contain [low, high], and so the cell's own value.
struct CertificateDemand {
  int cell = -1;
  absl::int128 low = 0;
  absl::int128 high = 0;
  // Gives way to what is left when nothing is shown but what everyone knows, as long as the cell
  // does not become exact.
  bool relaxable = false;
};

// Cells that differ, ascending, and by how much.
using Certificate = std::vector<std::pair<int, double>>;

// Contributors, ascending; none: an outsider.
using CertificateCoalition = std::vector<int64_t>;

// Which certificate is said to prove one side of a demand towards whom.
struct CertificateClaim {
  int demand = -1;
  int sign = 1;  // +1: above the true value; -1: below
  CertificateCoalition coalition;
  int certificate = -1;
};

// Who is in a cell and knows so. Whoever is not listed has `unlisted` of it at most.
struct CellInsiders {
  int64_t count = 0;
  std::vector<std::pair<int64_t, absl::int128>> parts;  // contributor, part; descending by part
  absl::int128 unlisted = 0;
  // For whose sake the cell is secret; none: the largest; -1: nobody who is in it. Where it is
  // said, what others gave to the cell themselves is no secret from them.
  std::optional<int64_t> owner = {};
};

// One state of knowledge before a pattern.
struct CertificateCase {
  // Tables that an attacker has at once, their cells numbered through. Cells that are suppressed
  // are not `shown`; demands of the tables themselves are not looked at. All are integral, or none
  // is.
  std::vector<AuditTable> sheets;
  std::vector<AuditRelation> links;  // between cells of all sheets
  std::vector<bool> constant;        // per cell: everyone knows it, whatever is shown
  std::vector<CertificateDemand> demands;
  // Fills in who is in a cell, and is false where nobody can be; empty: nobody knows a part of any.
  std::function<bool(int cell, CellInsiders* insiders)> insiders = nullptr;
  int coalition = 1;  // contributors who put together what they know
};

struct CertificateVerdict {
  int64_t sides = 0;       // of demands, towards outsiders
  int64_t coalitions = 0;  // sides that needed a certificate towards some coalition, one by one
  int64_t relaxed = 0;     // sides that were given way, and had to be
  int64_t programs = 0;    // that were solved to say so
};

// Every demand is proven: by certificates that obey every equation of the tables and their trees,
// leave alone what is shown or known, stay within the bounds that everyone knows, and reach far
// enough; and towards every coalition that does not hold the owner of the cell, for whose sake it
// is secret, by one that the coalition cannot exclude.
//
// INTERNAL: something is not proven. The message says of what kind the fault is, and nothing of the
// table, so that it can be shown. FAILED_PRECONDITION: a certificate goes with all cells of the
// tables but leaves no values for cells that they do not list, so the tables cannot be protected by
// themselves. INVALID_ARGUMENT: the tables are none.
absl::StatusOr<CertificateVerdict> CheckCertificates(CertificateCase what,
                                                     const std::vector<Certificate>& certificates,
                                                     const std::vector<CertificateClaim>& claims);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_AUDIT_CERTIFICATES_H_
