// A case for the checker of certificates, as tests put it together.
#ifndef KLUIS_TESTS_DISCLOSURE_AUDIT_CLAIMED_H_
#define KLUIS_TESTS_DISCLOSURE_AUDIT_CLAIMED_H_

#include <vector>

#include "disclosure/audit/certificates.h"
#include "tests/disclosure/audit/small_tables.h"

namespace kluis {

// A case, and what is claimed of it.
struct Claimed {
  CertificateCase what;
  std::vector<Certificate> certificates;
  std::vector<CertificateClaim> claims;

  AuditTable& table() { return what.sheets[0]; }
  absl::StatusOr<CertificateVerdict> Check() const {
    return CheckCertificates(what, certificates, claims);
  }
};

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_AUDIT_CLAIMED_H_
