// Which coalitions of contributors can exclude a certificate by what they know of the cells that
// they are in. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_AUDIT_COALITIONS_H_
#define KLUIS_DISCLOSURE_AUDIT_COALITIONS_H_

#include <vector>

#include "disclosure/audit/certificates.h"

namespace kluis {

// A contributor knows its own part, and that no other is negative; who is alone in a cell knows it.
// A coalition knows what its members know together. Whoever of them is not listed in a cell may be
// in it all the same. Not safe to share between threads.
class Coalitions {
 public:
  // `what` and `cells` must outlive the object.
  Coalitions(const CertificateCase& what, const std::vector<AuditCell>& cells)
      : what_(what), cells_(cells) {}

  bool Excludes(const CertificateCoalition& coalition, const Certificate& certificate);

  // The coalitions of `coalition` and others that exclude the certificate, do not hold the
  // owner of `target` and of which no part that holds `coalition` does.
  std::vector<CertificateCoalition> Against(const CertificateCoalition& coalition, int target,
                                            const Certificate& certificate);

  // How much of `wanted`, above or below the true value of `cell`, must be kept from the coalition:
  // where the cell says whose secret it is, its own part of it is none from itself.
  double Kept(const CertificateCoalition& coalition, int cell, int sign, double wanted);

 private:
  // What a coalition knows of a cell: all of it, or that it is at least `low`.
  struct Knowledge {
    bool exact = false;
    absl::int128 low = 0;
  };

  // Null: nobody can be in the cell.
  const CellInsiders* Of(int cell);
  Knowledge KnownTo(const CertificateCoalition& coalition, const CellInsiders& insiders) const;
  bool ExcludesIn(const CertificateCoalition& coalition, const CellInsiders& insiders, int cell,
                  double amount) const;
  void Grow(const CertificateCoalition& coalition, const CellInsiders& insiders, int cell,
            double amount, int64_t owner, size_t first, std::vector<CertificateCoalition>* found);

  const CertificateCase& what_;
  const std::vector<AuditCell>& cells_;
  CellInsiders present_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_AUDIT_COALITIONS_H_
