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

  // The coalitions of `coalition` and others that exclude the certificate, do not hold the owner of
  // `target` and of which no part that holds `coalition` does.
  std::vector<CertificateCoalition> Against(const CertificateCoalition& coalition, int target,
                                            const Certificate& certificate);

  // How much of `wanted`, above or below the value of `target`, must stay possible for the
  // coalition; 0: it may know the cell.
  double Asked(const CertificateCoalition& coalition, int target, int sign, double wanted);

 private:
  struct Known {
    bool all = false;      // nobody else is in the cell
    absl::int128 own = 0;  // there is no less of it
  };
  Known KnownOf(const CertificateCoalition& coalition, const CellInsiders& insiders) const;

  // Null: nobody can be in the cell.
  const CellInsiders* Of(int cell);
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
