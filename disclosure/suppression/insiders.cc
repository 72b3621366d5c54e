#include "disclosure/suppression/insiders.h"

#include <algorithm>
#include <limits>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

constexpr double kTolerance = 1e-9;  // as for witnesses of magnitudes

bool Holds(const Coalition& coalition, int64_t contributor) {
  return std::binary_search(coalition.begin(), coalition.end(), contributor);
}

// What the coalition knows of a cell. Members that are not listed may be in it too.
Knowledge Known(const System& system, const Coalition& coalition, int cell) {
  const Contributors& contributors = system.contributors[cell];
  Knowledge known{.cell = cell};
  int members = 0;
  for (const Part& part : contributors.largest) {
    if (!Holds(coalition, part.contributor)) continue;
    ++members;
    known.low += part.own;
  }
  known.exact = members > 0 && members == contributors.count;
  known.low += contributors.unlisted * (system.coalition - members);
  known.low = std::min(known.low, system.cells[cell].value);
  return known;
}

// Minus what is left of the cell when the coalition that knows most of it takes its parts away.
double RoomLeftByAll(const System& system, int cell) {
  const Contributors& contributors = system.contributors[cell];
  if (contributors.count <= system.coalition) return std::numeric_limits<double>::infinity();
  absl::int128 most = 0;
  for (int member = 0; member < system.coalition; ++member) {
    const bool listed = static_cast<size_t>(member) < contributors.largest.size();
    const absl::int128 own = listed ? contributors.largest[member].own : 0;
    most += std::max(own, contributors.unlisted);
  }
  return -std::max(ToDouble(system.cells[cell].value - most), 0.0);
}

}  // namespace

Coalition With(const Coalition& coalition, int64_t member) {
  Coalition larger = coalition;
  larger.insert(std::lower_bound(larger.begin(), larger.end(), member), member);
  return larger;
}

Insiders::Insiders(const System& system) : system_(system) {
  rooms_.reserve(system.contributors.size());
  for (size_t i = 0; i < system.contributors.size(); ++i) {
    rooms_.push_back(RoomLeftByAll(system, static_cast<int>(i)));
  }
}

const std::vector<std::pair<int64_t, int>>& Insiders::Places() const {
  if (!places_.empty()) return places_;
  for (size_t i = 0; i < system_.contributors.size(); ++i) {
    for (const Part& part : system_.contributors[i].largest) {
      places_.emplace_back(part.contributor, static_cast<int>(i));
    }
  }
  std::sort(places_.begin(), places_.end());
  return places_;
}

std::vector<Knowledge> Insiders::KnowledgeOf(const Coalition& coalition) const {
  std::vector<int> cells;
  for (const int64_t member : coalition) {
    const auto& places = Places();
    for (auto at =
             std::lower_bound(places.begin(), places.end(), std::pair<int64_t, int>(member, -1));
         at != places.end() && at->first == member; ++at) {
      cells.push_back(at->second);
    }
  }
  std::sort(cells.begin(), cells.end());
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  std::vector<Knowledge> knowledge;
  for (const int cell : cells) {
    knowledge.push_back(Known(system_, coalition, cell));
  }
  return knowledge;
}

Knowledge Insiders::OfAnyone(int cell) const {
  Knowledge known{.cell = cell};
  if (cell >= static_cast<int>(system_.contributors.size())) return known;
  const Contributors& contributors = system_.contributors[cell];
  known.exact = contributors.count > 0 && contributors.count <= system_.coalition;
  for (int member = 0; member < system_.coalition; ++member) {
    const auto listed = static_cast<size_t>(member) < contributors.largest.size();
    known.low += listed ? contributors.largest[member].own : contributors.unlisted;
  }
  known.low = std::min(known.low, system_.cells[cell].value);
  return known;
}

bool Insiders::Possible(const Coalition& coalition, int cell, double amount) const {
  if (PossibleForAll(cell, amount)) return true;
  const Knowledge known = Known(system_, coalition, cell);
  if (known.exact) return false;
  if (amount >= 0 || known.low <= 0) return true;
  const double room = ToDouble(system_.cells[cell].value - known.low);
  return -amount <= room * (1 + kTolerance) + kTolerance;
}

bool Insiders::Allows(const Coalition& coalition, const Deviation& deviation) const {
  if (coalition.empty()) return true;
  return std::all_of(deviation.begin(), deviation.end(), [&](const auto& term) {
    return term.first >= static_cast<int>(system_.contributors.size()) ||
           Possible(coalition, term.first, term.second);
  });
}

double Insiders::Reach(const Coalition& coalition, int target, int sign, double amount) const {
  const bool ours = target < static_cast<int>(system_.contributors.size());
  if (!ours || !system_.contributors[target].owner) return amount;
  const Knowledge known = Known(system_, coalition, target);
  if (known.exact) return 0;
  return sign > 0 ? amount : std::min(amount, ToDouble(system_.cells[target].value - known.low));
}

std::vector<Coalition> Insiders::Against(const Coalition& coalition, int target,
                                         const Deviation& deviation) const {
  std::vector<Coalition> found;
  if (static_cast<int>(coalition.size()) >= system_.coalition) return found;
  int64_t owner = -1;
  if (target < static_cast<int>(system_.contributors.size())) {
    const auto& largest = system_.contributors[target].largest;
    if (system_.contributors[target].count == 0)
      return found;  // nobody for whose sake it is secret
    if (!largest.empty()) owner = largest[0].contributor;
    owner = system_.contributors[target].owner.value_or(owner);
  }
  for (const auto& [cell, amount] : deviation) {
    if (cell >= static_cast<int>(system_.contributors.size())) continue;
    if (PossibleForAll(cell, amount)) continue;
    Grow(coalition, cell, amount, owner, 0, &found);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

// Adds contributors of one cell until the deviation in it is impossible.
void Insiders::Grow(const Coalition& coalition, int cell, double amount, int64_t owner,
                    size_t first, std::vector<Coalition>* found) const {
  const auto& largest = system_.contributors[cell].largest;
  for (size_t p = first; p < largest.size(); ++p) {
    const int64_t member = largest[p].contributor;
    if (member == owner || Holds(coalition, member)) continue;
    Coalition larger = With(coalition, member);
    if (!Possible(larger, cell, amount)) {
      found->push_back(std::move(larger));
    } else if (static_cast<int>(larger.size()) < system_.coalition) {
      Grow(larger, cell, amount, owner, p + 1, found);
    }
  }
}

}  // namespace kluis
