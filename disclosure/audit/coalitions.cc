#include "disclosure/audit/coalitions.h"

#include <algorithm>
#include <cmath>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

constexpr double kSlack = 1e-9;  // of the room that a coalition leaves, and of a unit

}  // namespace

const CellInsiders* Coalitions::Of(int cell) {
  if (!what_.insiders) return nullptr;
  return what_.insiders(cell, &present_) ? &present_ : nullptr;
}

Coalitions::Knowledge Coalitions::KnownTo(const CertificateCoalition& coalition,
                                          const CellInsiders& insiders) const {
  Knowledge known;
  int members = 0;
  for (const auto& [contributor, part] : insiders.parts) {
    if (!std::binary_search(coalition.begin(), coalition.end(), contributor)) continue;
    ++members;
    known.low += part;
  }
  known.exact = members > 0 && members == insiders.count;
  known.low += insiders.unlisted * (what_.coalition - members);
  return known;
}

bool Coalitions::ExcludesIn(const CertificateCoalition& coalition, const CellInsiders& insiders,
                            int cell, double amount) const {
  const Knowledge known = KnownTo(coalition, insiders);
  if (known.exact) return true;
  if (amount >= 0 || known.low <= 0) return false;
  const double room = std::max(ToDouble(cells_[cell].value - known.low), 0.0);
  return -amount > room + kSlack * (1 + room);
}

bool Coalitions::Excludes(const CertificateCoalition& coalition, const Certificate& certificate) {
  if (coalition.empty()) return false;
  return std::any_of(certificate.begin(), certificate.end(), [&](const auto& term) {
    const CellInsiders* insiders = Of(term.first);
    return insiders != nullptr && ExcludesIn(coalition, *insiders, term.first, term.second);
  });
}

double Coalitions::Kept(const CertificateCoalition& coalition, int cell, int sign, double wanted) {
  const CellInsiders* insiders = Of(cell);
  if (coalition.empty() || insiders == nullptr || !insiders->owner) return wanted;
  const Knowledge known = KnownTo(coalition, *insiders);
  if (known.exact) return 0;
  if (sign > 0) return wanted;
  return std::min(wanted, std::max(ToDouble(cells_[cell].value - known.low), 0.0));
}

std::vector<CertificateCoalition> Coalitions::Against(const CertificateCoalition& coalition,
                                                      int target, const Certificate& certificate) {
  std::vector<CertificateCoalition> found;
  if (static_cast<int>(coalition.size()) >= what_.coalition) return found;
  int64_t owner = -1;
  if (const CellInsiders* insiders = Of(target)) {
    if (insiders->count == 0) return found;  // it is nobody's secret
    if (!insiders->parts.empty()) owner = insiders->parts[0].first;
    owner = insiders->owner.value_or(owner);
  }
  for (const auto& [cell, amount] : certificate) {
    const CellInsiders* insiders = Of(cell);
    if (insiders != nullptr) Grow(coalition, *insiders, cell, amount, owner, 0, &found);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

// Takes contributors of one cell in, until they exclude what the certificate says of it.
void Coalitions::Grow(const CertificateCoalition& coalition, const CellInsiders& insiders, int cell,
                      double amount, int64_t owner, size_t first,
                      std::vector<CertificateCoalition>* found) {
  for (size_t p = first; p < insiders.parts.size(); ++p) {
    const int64_t member = insiders.parts[p].first;
    const auto at = std::lower_bound(coalition.begin(), coalition.end(), member);
    if (member == owner || (at != coalition.end() && *at == member)) continue;
    CertificateCoalition larger = coalition;
    larger.insert(larger.begin() + (at - coalition.begin()), member);
    if (ExcludesIn(larger, insiders, cell, amount)) {
      found->push_back(std::move(larger));
    } else if (static_cast<int>(larger.size()) < what_.coalition) {
      Grow(larger, insiders, cell, amount, owner, p + 1, found);
    }
  }
}

}  // namespace kluis
