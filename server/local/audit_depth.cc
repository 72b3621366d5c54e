#include "server/local/audit_depth.h"

namespace kluis {
namespace {

constexpr size_t kAllIntervalsMax = 20'000;  // cells, up to which every interval is worth its time

}  // namespace

const char* AuditDepthName(AuditDepth depth) {
  switch (depth) {
    case AuditDepth::kNone:
      return "none";
    case AuditDepth::kCertificates:
      return "certificates";
    case AuditDepth::kJudgement:
      return "judgement";
    case AuditDepth::kPrimaries:
      return "primaries";
    case AuditDepth::kAll:
      return "all";
  }
  return "none";
}

AuditDepth AuditDepthFor(const std::string& audit, size_t cells) {
  for (const AuditDepth depth :
       {AuditDepth::kNone, AuditDepth::kCertificates, AuditDepth::kJudgement,
        AuditDepth::kPrimaries, AuditDepth::kAll}) {
    if (audit == AuditDepthName(depth)) return depth;
  }
  return cells <= kAllIntervalsMax ? AuditDepth::kAll : AuditDepth::kCertificates;
}

AuditScope ScopeOf(AuditDepth depth) {
  return depth == AuditDepth::kAll         ? AuditScope::kAll
         : depth == AuditDepth::kPrimaries ? AuditScope::kDemanded
                                           : AuditScope::kJudgement;
}

}  // namespace kluis
