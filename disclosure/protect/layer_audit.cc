#include "disclosure/protect/layer_audit.h"

#include <algorithm>
#include <cstdint>

#include "disclosure/audit/certificates.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

double EndOf(absl::int128 bound) {
  if (bound >= kUnbounded) return kInfinity;
  return bound <= -kUnbounded ? -kInfinity : ToDouble(bound);
}

// One scenario of a system as a case for the auditor.
class CaseWriter {
 public:
  CaseWriter(const SystemSheets& sheets, const System& system, const Pattern& pattern, int scenario)
      : sheets_(sheets),
        system_(system),
        pattern_(pattern),
        number_(scenario),
        scenario_(system.scenarios[scenario]),
        place_(system.cells.size(), -1) {
    for (size_t i = 0; i < sheets.cells.size(); ++i) place_[sheets.cells[i]] = static_cast<int>(i);
  }

  absl::Status Check(std::vector<AuditTable> tables) {
    CertificateCase what{.sheets = std::move(tables),
                         .links = sheets_.links,
                         .constant = {},
                         .demands = {},
                         .coalition = system_.coalition};
    absl::int128 least = 0;
    for (const Bounds& bounds : scenario_.bounds) least = std::min(least, bounds.low);
    size_t next = 0;
    for (AuditTable& sheet : what.sheets) {
      sheet.integral = system_.integral;
      sheet.unlisted = {EndOf(std::min<absl::int128>(least, 0)), kInfinity};
      for (AuditCell& cell : sheet.cells) Fill(sheets_.cells[next++], &cell, &what.constant);
    }
    for (const Requirement& requirement : scenario_.requirements) {
      what.demands.push_back({.cell = place_[requirement.cell],
                              .low = requirement.low,
                              .high = requirement.high,
                              .relaxable = requirement.relaxable});
    }
    if (!system_.contributors.empty()) {
      what.insiders = [this](int cell, CellInsiders* insiders) { return Tell(cell, insiders); };
    }
    const std::vector<Deviation>& deviations = pattern_.proofs.deviations;
    const std::vector<Certificate> moved = Moved(deviations);
    return CheckCertificates(std::move(what), moved.empty() ? deviations : moved, Claims())
        .status();
  }

 private:
  void Fill(int cell, AuditCell* out, std::vector<bool>* constant) const {
    const Bounds& bounds = scenario_.bounds[cell];
    constant->push_back(scenario_.known[cell] || system_.cells[cell].fixed);
    out->shown = constant->back() || !pattern_.suppressed[cell];
    out->value = system_.cells[cell].value;
    out->known = {EndOf(bounds.low), EndOf(bounds.high)};
  }

  bool Tell(int cell, CellInsiders* insiders) const {
    const int of_system = sheets_.cells[cell];
    if (of_system >= static_cast<int>(system_.contributors.size())) return false;
    const Contributors& contributors = system_.contributors[of_system];
    insiders->count = contributors.count;
    insiders->unlisted = contributors.unlisted;
    insiders->owner = contributors.owner;
    insiders->parts.clear();
    for (const Part& part : contributors.largest)
      insiders->parts.emplace_back(part.contributor, part.own);
    return true;
  }

  // To the cells of the sheets, as far as they stand there; empty where they are those of the
  // system.
  std::vector<Certificate> Moved(const std::vector<Deviation>& deviations) const {
    std::vector<Certificate> certificates;
    bool same = true;
    for (size_t i = 0; i < place_.size(); ++i) same &= place_[i] == static_cast<int>(i);
    if (same) return certificates;
    certificates.reserve(deviations.size());
    for (const Deviation& deviation : deviations) {
      Certificate& certificate = certificates.emplace_back();
      for (const auto& [cell, amount] : deviation) {
        if (place_[cell] >= 0) certificate.emplace_back(place_[cell], amount);
      }
      std::sort(certificate.begin(), certificate.end());
    }
    return certificates;
  }

  std::vector<CertificateClaim> Claims() const {
    std::vector<CertificateClaim> claims;
    for (const ProofClaim& claim : pattern_.proofs.claims) {
      if (claim.scenario != number_) continue;
      claims.push_back({.demand = claim.requirement,
                        .sign = claim.sign,
                        .coalition = claim.coalition,
                        .certificate = claim.deviation});
    }
    return claims;
  }

  const SystemSheets& sheets_;
  const System& system_;
  const Pattern& pattern_;
  const int number_;
  const Scenario& scenario_;
  std::vector<int> place_;  // cell of the system -> of the sheets
};

AuditTable TableOf(const TableView& view, const std::vector<int>& cells) {
  AuditTable table;
  table.axes = view.table.axes;
  table.cells.resize(cells.size());
  for (size_t i = 0; i < cells.size(); ++i) table.cells[i].key = view.table.keys[cells[i]];
  return table;
}

}  // namespace

absl::Status AuditSheets(SystemSheets sheets, const System& system, const Pattern& pattern) {
  for (size_t s = 0; s < system.scenarios.size(); ++s) {
    const bool last = s + 1 == system.scenarios.size();
    std::vector<AuditTable> tables = last ? std::move(sheets.sheets) : sheets.sheets;
    CaseWriter writer(sheets, system, pattern, static_cast<int>(s));
    KLUIS_RETURN_IF_ERROR(writer.Check(std::move(tables)));
  }
  return absl::OkStatus();
}

absl::Status AuditPattern(const TableView& view, const System& system, const SystemTables& tables,
                          const Pattern& pattern) {
  const int size = static_cast<int>(view.size());
  SystemSheets sheets;
  std::vector<int> place(size, -1);  // cell of the view -> of the first sheet
  for (int i = 0; i < size; ++i) {
    if (tables.supports_only && !view.identifying[i]) continue;
    place[i] = static_cast<int>(sheets.cells.size());
    sheets.cells.push_back(i);
  }
  const std::vector<int> first = sheets.cells;
  sheets.sheets.push_back(TableOf(view, first));
  sheets.sheets.back().additive = tables.additive;
  int next = size;
  if (tables.units_beside) {
    sheets.sheets.push_back(TableOf(view, first));
    for (const int cell : first) {
      const int units = static_cast<int>(sheets.cells.size());
      sheets.links.push_back({.terms = {{units, 1}, {place[cell], -1}}, .at_least = true});
      sheets.cells.push_back(next + cell);
    }
    next += size;
  }
  if (!tables.computed.empty()) sheets.sheets.emplace_back();
  for (const auto& terms : tables.computed) {
    AuditRelation link{.terms = {{static_cast<int>(sheets.cells.size()), 1}}};
    for (const auto& [cell, coefficient] : terms) {
      link.terms.emplace_back(place[cell], -coefficient);
    }
    sheets.links.push_back(std::move(link));
    sheets.cells.push_back(next++);
    sheets.sheets.back().cells.emplace_back();
  }
  return AuditSheets(std::move(sheets), system, pattern);
}

}  // namespace kluis
