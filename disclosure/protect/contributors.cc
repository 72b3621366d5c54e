#include "disclosure/protect/contributors.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

// By size.
class Recognition {
 public:
  Recognition(const TableView& view, const std::vector<CellParts>& parts)
      : view_(view), parts_(parts) {
    size_t places = 0;
    for (const CellParts& cell : parts) {
      first_.push_back(places);
      for (size_t p = 0; p < Listed(cell); ++p) cells_of_.push_back({first_.size() - 1});
      places += Listed(cell);
    }
    same_as_.resize(places);
    std::iota(same_as_.begin(), same_as_.end(), size_t{0});
  }

  std::vector<Contributors> Run() {
    for (const Relation& relation : view_.relations) Match(relation);
    std::vector<Contributors> result;
    for (size_t i = 0; i < parts_.size(); ++i) {
      Contributors& cell = result.emplace_back();
      cell.count = parts_[i].count;
      const size_t listed = Listed(parts_[i]);
      for (size_t p = 0; p < listed; ++p) {
        const bool known = p < parts_[i].largest.size();
        cell.largest.push_back({.contributor = static_cast<int64_t>(Root(first_[i] + p)),
                                .own = known ? parts_[i].largest[p] : absl::int128{0}});
      }
      if (cell.count > static_cast<int64_t>(listed) && listed > 0) {
        cell.unlisted = cell.largest.back().own;
      }
    }
    return result;
  }

 private:
  // A single contributor is somebody even when its part is not known.
  static size_t Listed(const CellParts& cell) { return cell.count == 1 ? 1 : cell.largest.size(); }

  size_t Root(size_t place) {
    while (same_as_[place] != place) place = same_as_[place] = same_as_[same_as_[place]];
    return place;
  }

  void Match(const Relation& relation) {
    const int parent = relation.parent;
    std::vector<size_t> taken;
    for (size_t p = 0; p < Listed(parts_[parent]); ++p) {
      const size_t found = Find(parent, p, relation.children, taken);
      if (found == kNowhere) continue;
      taken.push_back(found);
      Join(Root(first_[parent] + p), Root(found));
    }
  }

  void Join(size_t one, size_t other) {
    if (one == other) return;
    if (cells_of_[one].size() > cells_of_[other].size()) std::swap(one, other);
    same_as_[one] = other;
    std::vector<size_t> both;
    std::merge(cells_of_[one].begin(), cells_of_[one].end(), cells_of_[other].begin(),
               cells_of_[other].end(), std::back_inserter(both));
    cells_of_[other] = std::move(both);
    cells_of_[one] = {};
  }

  // Who stands twice in a cell is two, however equal their parts.
  bool CanBeOne(size_t one, size_t other) {
    if (one == other) return true;
    const std::vector<size_t>& left = cells_of_[one];
    const std::vector<size_t>& right = cells_of_[other];
    for (auto a = left.begin(), b = right.begin(); a != left.end() && b != right.end();) {
      if (*a == *b) return false;
      *a < *b ? ++a : ++b;
    }
    return true;
  }

  size_t Find(int parent, size_t rank, const std::vector<int>& children,
              const std::vector<size_t>& taken) {
    for (const int child : children) {
      for (size_t p = 0; p < Listed(parts_[child]); ++p) {
        const size_t place = first_[child] + p;
        if (std::find(taken.begin(), taken.end(), place) != taken.end()) continue;
        if (Equal(parts_[parent], rank, parts_[child], p) &&
            CanBeOne(Root(first_[parent] + rank), Root(place)))
          return place;
      }
    }
    return kNowhere;
  }

  static bool Equal(const CellParts& one, size_t rank, const CellParts& other, size_t place) {
    if (one.count == 1 && other.count == 1) return true;
    return rank < one.largest.size() && place < other.largest.size() &&
           one.largest[rank] == other.largest[place];
  }

  static constexpr size_t kNowhere = ~size_t{0};

  const TableView& view_;
  const std::vector<CellParts>& parts_;
  std::vector<size_t> first_;    // place of the first listed contributor of each cell
  std::vector<size_t> same_as_;  // union-find over places
  std::vector<std::vector<size_t>> cells_of_;  // per root: where it is listed, ascending
};

// By the numbers of the table, in the order in which cells list them.
class Identification {
 public:
  std::vector<Contributors> Run(const std::vector<CellParts>& parts) {
    std::vector<Contributors> result;
    for (const CellParts& cell : parts) {
      Contributors& out = result.emplace_back();
      out.count = cell.count;
      for (size_t p = 0; p < cell.who.size(); ++p) {
        out.largest.push_back({.contributor = NumberOf(cell.who[p]), .own = cell.largest[p]});
      }
      // A single contributor is somebody even when nobody says who.
      if (cell.count == 1 && cell.who.empty()) out.largest.push_back({.contributor = next_++});
      if (cell.count > static_cast<int64_t>(out.largest.size())) out.unlisted = cell.unlisted;
      if (cell.owner) out.owner = *cell.owner == kNobody ? kNobody : NumberOf(*cell.owner);
    }
    return result;
  }

 private:
  int64_t NumberOf(int64_t who) {
    const auto [found, added] = numbers_.insert({who, next_});
    if (added) ++next_;
    return found->second;
  }

  absl::flat_hash_map<int64_t, int64_t> numbers_;
  int64_t next_ = 0;
};

}  // namespace

CellParts PartsOf(const AggregateTable& table, const MeasureColumn& measure, size_t cell) {
  const Contributions& sums = measure.cells[cell];
  CellParts parts{.count = sums.contributors, .largest = {}};
  for (const Share& share : sums.shares) {
    parts.who.push_back(share.contributor);
    parts.largest.push_back(measure.any_sign ? 0 : std::min(share.amount, sums.total));
  }
  if (sums.judged) parts.owner = sums.judged->owner;
  if (measure.any_sign) return parts;
  parts.unlisted = sums.unlisted;
  if (!parts.who.empty()) return parts;
  // A weight is at least 1 in what a contributor is taken to know.
  for (const absl::int128 value : sums.largest) {
    parts.largest.push_back(std::min(value * PowerOfTen(table.weight_decimals), sums.total));
  }
  return parts;
}

std::vector<Contributors> ListContributors(const TableView& view,
                                           const std::vector<CellParts>& parts) {
  const bool known = std::any_of(parts.begin(), parts.end(),
                                 [](const CellParts& cell) { return !cell.who.empty(); });
  return known ? Identification().Run(parts) : Recognition(view, parts).Run();
}

}  // namespace kluis
