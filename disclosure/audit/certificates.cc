#include "disclosure/audit/certificates.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/audit/coalitions.h"
#include "disclosure/audit/deviations.h"
#include "disclosure/audit/relaxation.h"
#include "disclosure/audit/sheets.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr double kPart = 1e-9;  // of what is asked for, by which a sum may fall short of it

// Says nothing of the table: not even which cell.
absl::Status NotProven(absl::string_view why) {
  return absl::InternalError(absl::StrCat("the audit refuses the result: ", why));
}

// A side of a demand towards somebody.
struct Side {
  int demand = -1;
  int sign = 1;
  CertificateCoalition coalition;
  bool operator<(const Side& other) const {
    if (demand != other.demand) return demand < other.demand;
    if (sign != other.sign) return sign < other.sign;
    return coalition < other.coalition;
  }
};

class CertificateAudit {
 public:
  CertificateAudit(CertificateCase what, SheetSystem system,
                   const std::vector<Certificate>& certificates,
                   const std::vector<CertificateClaim>& claims)
      : what_(std::move(what)),
        system_(std::move(system)),
        certificates_(certificates),
        claims_(claims),
        deviations_(system_, what_.constant),
        coalitions_(what_, system_.table.cells),
        relaxation_(system_, what_.constant),
        looked_at_(certificates.size(), false) {}

  absl::StatusOr<CertificateVerdict> Run() {
    KLUIS_RETURN_IF_ERROR(TakeClaims());
    for (size_t d = 0; d < what_.demands.size(); ++d) {
      KLUIS_RETURN_IF_ERROR(Judge(static_cast<int>(d)));
    }
    verdict_.programs = relaxation_.programs();
    return verdict_;
  }

 private:
  absl::Status TakeClaims() {
    for (size_t c = 0; c < claims_.size(); ++c) {
      const CertificateClaim& claim = claims_[c];
      const bool known = claim.demand >= 0 &&
                         claim.demand < static_cast<int>(what_.demands.size()) &&
                         (claim.sign == 1 || claim.sign == -1) && claim.certificate >= 0 &&
                         claim.certificate < static_cast<int>(certificates_.size());
      if (!known) return NotProven("a claim names what is not there");
      order_.push_back(static_cast<int>(c));
    }
    std::sort(order_.begin(), order_.end(),
              [&](int a, int b) { return SideOf(claims_[a]) < SideOf(claims_[b]); });
    return absl::OkStatus();
  }

  static Side SideOf(const CertificateClaim& claim) {
    return {.demand = claim.demand, .sign = claim.sign, .coalition = claim.coalition};
  }

  const CertificateDemand& DemandOf(const Side& side) const { return what_.demands[side.demand]; }

  double Wanted(const Side& side) const {
    const CertificateDemand& demand = DemandOf(side);
    const absl::int128 value = system_.table.cells[demand.cell].value;
    return ToDouble(side.sign > 0 ? demand.high - value : value - demand.low);
  }

  double ReachOf(int certificate, const Side& side) const {
    const Certificate& terms = certificates_[certificate];
    const auto at = std::lower_bound(terms.begin(), terms.end(), DemandOf(side).cell,
                                     [](const auto& term, int cell) { return term.first < cell; });
    return at == terms.end() || at->first != DemandOf(side).cell ? 0 : side.sign * at->second;
  }

  bool Enough(double reach, double wanted) const {
    return system_.table.integral ? reach >= wanted : reach >= wanted * (1 - kPart);
  }

  absl::Status Judge(int demand) {
    const CertificateDemand& asked = what_.demands[demand];
    if (asked.cell < 0 || asked.cell >= system_.listed())
      return NotProven("a demand is of no cell");
    double best = 0;
    std::vector<Side> short_of;
    for (const int sign : {1, -1}) {
      const Side side{.demand = demand, .sign = sign, .coalition = {}};
      if (Wanted(side) <= 0) continue;
      ++verdict_.sides;
      double reach = 0;
      KLUIS_RETURN_IF_ERROR(JudgeSide(side, &reach));
      best = std::max(best, reach);
      if (!Enough(reach, Wanted(side))) short_of.push_back(side);
      reached_[sign > 0] = reach;
    }
    for (const Side& side : short_of) KLUIS_RETURN_IF_ERROR(JudgeRelaxed(side, best));
    return absl::OkStatus();
  }

  // Side by side, towards outsiders and then whoever excludes what proves it, again and again.
  absl::Status JudgeSide(const Side& outsider, double* reach) {
    std::deque<Side> due = {outsider};
    std::set<CertificateCoalition> seen;
    while (!due.empty()) {
      const Side side = std::move(due.front());
      due.pop_front();
      const double asked = Asked(side, *reach);
      const int certificate = CertificateFor(side, asked);
      if (certificate < 0 && side.coalition.empty()) {
        if (DemandOf(side).relaxable) return absl::OkStatus();
        return NotProven("a certificate is missing");
      }
      if (certificate < 0) return NotProven("a certificate towards contributors is missing");
      KLUIS_RETURN_IF_ERROR(LookAt(certificate));
      const double here = ReachOf(certificate, side);
      if (side.coalition.empty()) *reach = here;
      if (!Enough(here, asked)) return NotProven("a certificate is too short");
      for (CertificateCoalition& coalition :
           coalitions_.Against(side.coalition, DemandOf(side).cell, certificates_[certificate])) {
        if (!seen.insert(coalition).second) continue;
        Side other{.demand = side.demand, .sign = side.sign, .coalition = std::move(coalition)};
        if (Asked(other, *reach) <= 0) continue;
        ++verdict_.coalitions;
        due.push_back(std::move(other));
      }
    }
    return absl::OkStatus();
  }

  // `reached`: what is proven of the side towards outsiders.
  double Asked(const Side& side, double reached) {
    const double wanted = Wanted(side);
    return coalitions_.Kept(side.coalition, DemandOf(side).cell, side.sign,
                            DemandOf(side).relaxable ? std::min(wanted, reached) : wanted);
  }

  bool Before(int claim, const Side& side) const { return SideOf(claims_[claim]) < side; }

  // The certificate that is claimed for the side; else one of the others of the same side that the
  // coalition cannot exclude and that reach as far as is `asked`. -1: none.
  int CertificateFor(const Side& side, double asked) {
    const auto before = [&](int claim, const Side& other) { return Before(claim, other); };
    const auto exact = std::lower_bound(order_.begin(), order_.end(), side, before);
    if (exact != order_.end() && claims_[*exact].demand == side.demand &&
        claims_[*exact].sign == side.sign && claims_[*exact].coalition == side.coalition &&
        !coalitions_.Excludes(side.coalition, certificates_[claims_[*exact].certificate]))
      return claims_[*exact].certificate;
    if (side.coalition.empty()) return -1;
    const Side first{.demand = side.demand, .sign = side.sign, .coalition = {}};
    for (auto at = std::lower_bound(order_.begin(), order_.end(), first, before);
         at != order_.end() && claims_[*at].demand == side.demand && claims_[*at].sign == side.sign;
         ++at) {
      const int certificate = claims_[*at].certificate;
      if (Enough(ReachOf(certificate, side), asked) &&
          !coalitions_.Excludes(side.coalition, certificates_[certificate]))
        return certificate;
    }
    return -1;
  }

  absl::Status LookAt(int certificate) {
    if (looked_at_[certificate]) return absl::OkStatus();
    looked_at_[certificate] = true;
    const char* fault = deviations_.FaultOf(certificates_[certificate]);
    if (fault == kNoValuesLeft) return absl::FailedPreconditionError(NotProven(fault).message());
    return fault == nullptr ? absl::OkStatus() : NotProven(fault);
  }

  // `best`: what is proven on either side of the demand.
  absl::Status JudgeRelaxed(const Side& side, double best) {
    if (!DemandOf(side).relaxable) return NotProven("a certificate is too short");
    if (best <= 0) return NotProven("a cell is exact");
    ++verdict_.relaxed;
    KLUIS_ASSIGN_OR_RETURN(const bool must,
                           relaxation_.MustGiveWay(DemandOf(side).cell, side.sign, Wanted(side),
                                                   reached_[side.sign > 0]));
    return must ? absl::OkStatus() : NotProven("a demand gave way without need");
  }

  const CertificateCase what_;
  const SheetSystem system_;
  const std::vector<Certificate>& certificates_;
  const std::vector<CertificateClaim>& claims_;
  DeviationCheck deviations_;
  Coalitions coalitions_;
  Relaxation relaxation_;
  std::vector<bool> looked_at_;  // per certificate; a fault ends everything
  std::vector<int> order_;       // claims, by their side
  double reached_[2] = {0, 0};   // of the present demand: below, above
  CertificateVerdict verdict_;
};

}  // namespace

absl::StatusOr<CertificateVerdict> CheckCertificates(CertificateCase what,
                                                     const std::vector<Certificate>& certificates,
                                                     const std::vector<CertificateClaim>& claims) {
  KLUIS_ASSIGN_OR_RETURN(SheetSystem system,
                         JoinSheets(std::move(what.sheets), std::move(what.links)));
  what.constant.resize(system.listed(), false);
  return CertificateAudit(std::move(what), std::move(system), certificates, claims).Run();
}

}  // namespace kluis
