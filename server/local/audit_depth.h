// How deep a result is audited: what `--audit` says, and by itself what is worth its time.
#ifndef KLUIS_SERVER_LOCAL_AUDIT_DEPTH_H_
#define KLUIS_SERVER_LOCAL_AUDIT_DEPTH_H_

#include <cstddef>
#include <string>

#include "disclosure/audit/audit.h"

namespace kluis {

enum class AuditDepth {
  kNone,          // violations are not counted
  kCertificates,  // none are: the pattern was followed proof by proof; of a primary what that proves
  kJudgement,     // violations are counted; the interval of a primary is what it has at least
  kPrimaries,     // intervals of primaries
  kAll,           // of every cell that is not shown
};

// As `--audit` and the report call it.
const char* AuditDepthName(AuditDepth depth);

// `audit`: a name, else `auto`, which is all intervals of a table of up to 20,000 cells.
AuditDepth AuditDepthFor(const std::string& audit, size_t cells);

// What the programs are asked. REQUIRES: depth > kCertificates; else there are none to ask.
AuditScope ScopeOf(AuditDepth depth);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_AUDIT_DEPTH_H_
