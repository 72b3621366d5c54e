#include <algorithm>
#include <set>

#include "server/cluster/load.h"

namespace kluis {
namespace {

// Partners with secrets that one plan joins, at most: their keys are tried in every order.
constexpr int kMostPartners = 3;

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool HasSecrets(const Link& link, const DatasetEntry& target) {
  return link.membership != VariableKind::kIdentifying ||
         std::any_of(target.variables.begin(), target.variables.end(), [](const Variable& v) {
           return v.role == VariableRole::kDimension && v.kind != VariableKind::kIdentifying;
         });
}

// The pair of a link's keys that names the units, of the pairs in a plan's order.
std::pair<std::string, std::string> PairOfUnits(const Snapshot& snapshot, const Link& link) {
  std::set<std::pair<std::string, std::string>> pairs;
  const std::vector<std::string>& far = link.to_key.empty() ? link.key : link.to_key;
  for (size_t i = 0; i < link.key.size() && i < far.size(); ++i)
    pairs.insert({link.key[i], far[i]});
  if (pairs.empty()) return {};
  std::vector<std::string> near;
  for (const auto& pair : pairs) near.push_back(pair.first);
  return *std::next(pairs.begin(), static_cast<std::ptrdiff_t>(UnitKey(snapshot, near)));
}

// `units` alone, and followed by up to `most` of `keys` in any order.
void AddWithKeys(const Distribution& units, const std::set<std::string>& keys, int most,
                 std::vector<Distribution>* all) {
  if (std::find(all->begin(), all->end(), units) == all->end()) all->push_back(units);
  if (most == 0) return;
  for (const std::string& key : keys) {
    if (Contains(units, key)) continue;
    Distribution longer = units;
    longer.push_back(key);
    AddWithKeys(longer, keys, most - 1, all);
  }
}

}  // namespace

std::vector<Wanted> WantedCopies(const CatalogueView& catalogue) {
  std::map<std::string, Wanted> wanted;
  for (const auto& [name, snapshot] : catalogue.datasets) {
    Wanted& own = wanted[name];
    own.snapshot = snapshot.sha256;
    own.file = snapshot.file;
    own.distinct = snapshot.entry.contributor;
    std::set<std::string> secret_keys;
    for (const Link& link : snapshot.entry.links) {
      const auto target = catalogue.datasets.find(link.to);
      if (!link.one || target == catalogue.datasets.end()) continue;
      const auto [near, far] = PairOfUnits(snapshot, link);
      if (HasSecrets(link, target->second.entry)) secret_keys.insert(near);
      wanted[link.to].joins.push_back({.from = snapshot.sha256, .near = near, .far = far});
    }
    AddWithKeys(snapshot.entry.contributor, secret_keys, kMostPartners, &own.units);
    for (const std::string& unit : snapshot.entry.contributor)
      AddWithKeys({unit}, secret_keys, kMostPartners, &own.units);
  }
  std::vector<Wanted> all;
  for (auto& [name, own] : wanted) {
    // The longest first: they often keep the units of the others, too.
    std::stable_sort(own.units.begin(), own.units.end(),
                     [](const auto& a, const auto& b) { return a.size() > b.size(); });
    all.push_back(std::move(own));
  }
  return all;
}

}  // namespace kluis
