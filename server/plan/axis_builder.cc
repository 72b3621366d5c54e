#include "server/plan/axis_builder.h"

#include <algorithm>
#include <map>
#include <set>

#include "disclosure/base/check.h"

namespace kluis {
namespace {

class Builder {
 public:
  explicit Builder(const AxisRequest& request) : request_(request), tree_(*request.tree) {
    built_.top_level = request.complement ? 1 : 0;
    built_.top = request.complement ? 1 : 0;
    built_.out = request.complement ? 2 : -1;
    built_.hidden_level = request.complement ? 0 : -1;
    const size_t stored = tree_.node_of_stored.size();
    state_.assign(stored, kGone);
    for (size_t i = 0; i < stored; ++i) state_[i] = StateOf(i);
  }

  BuiltAxis Run() {
    AddCategories();
    AddMaps();
    AddCuts();
    MarkSensitive();
    AddUnmatched();
    MarkPartners();
    return std::move(built_);
  }

 private:
  enum State { kGone, kIn, kOut };

  State StateOf(size_t stored) const {
    const int node = tree_.node_of_stored[stored];
    if (node < 0 || !request_.in_scope[stored]) return kGone;
    // A value that stops above the levels shown has no place in them; the import refuses such data.
    if (!tree_.nodes[node].leaf && !request_.levels.empty() &&
        tree_.nodes[node].level < request_.levels.back())
      return kGone;
    if (request_.selected[stored]) return kIn;
    return request_.complement ? kOut : kGone;
  }

  void AddCategories() {
    std::vector<Category>& categories = built_.axis.categories;
    categories.push_back({.code = kTotalCode, .parent = -1, .level = 0});
    if (request_.complement) {
      categories.push_back({.code = "in", .parent = 0, .level = 1});
      categories.push_back({.code = "out", .parent = 0, .level = 1});
    }
    std::map<int, int> first_level;  // node -> the coarsest shown level it stands in
    for (size_t i = 0; i < state_.size(); ++i) {
      if (state_[i] != kIn || (!request_.possible.empty() && !request_.possible[i])) continue;
      for (size_t l = 0; l < request_.levels.size(); ++l) {
        first_level.insert(
            {tree_.CutNode(tree_.node_of_stored[i], request_.levels[l]), static_cast<int>(l)});
      }
    }
    for (const auto& [node, level] : first_level) {
      int above = tree_.nodes[node].parent;
      while (above >= 0 && category_of_.count(above) == 0) above = tree_.nodes[above].parent;
      category_of_[node] = static_cast<int>(categories.size());
      categories.push_back({.code = tree_.nodes[node].code,
                            .parent = above < 0 ? built_.top : category_of_[above],
                            .level = level + 1 + built_.top_level});
    }
  }

  int CategoryOf(size_t stored, size_t level) const {
    if (state_[stored] == kGone) return -1;
    if (level == 0) return 0;
    if (state_[stored] == kOut) return built_.out;
    if (static_cast<int>(level) <= built_.top_level) return built_.top;
    const int tree_level = request_.levels[level - 1 - built_.top_level];
    const auto found = category_of_.find(tree_.CutNode(tree_.node_of_stored[stored], tree_level));
    return found == category_of_.end() ? -1 : found->second;
  }

  void AddMaps() {
    built_.plan.stored_low = -1;
    const size_t levels = 1 + built_.top_level + request_.levels.size();
    built_.plan.level_maps.assign(levels, std::vector<int>(state_.size(), -1));
    for (size_t l = 0; l < levels; ++l) {
      for (size_t i = 0; i < state_.size(); ++i) built_.plan.level_maps[l][i] = CategoryOf(i, l);
    }
  }

  void AddCuts() {
    for (const std::vector<int>& map : built_.plan.level_maps) {
      std::set<int> shown(map.begin(), map.end());
      shown.erase(-1);
      shown.erase(built_.out);
      std::vector<bool> member(built_.axis.categories.size(), false);
      for (const int category : shown) member[category] = true;
      built_.cuts.emplace_back(shown.begin(), shown.end());
      built_.in_cut.push_back(std::move(member));
    }
  }

  bool TouchesSensitive(size_t stored) const {
    if (!request_.touches_sensitive.empty()) return request_.touches_sensitive[stored];
    for (int node = tree_.node_of_stored[stored]; node >= 0; node = tree_.nodes[node].parent) {
      if (IsSensitive(tree_.nodes[node].code)) return true;
    }
    return false;
  }

  bool IsSensitive(const std::string& code) const {
    return std::find(request_.sensitive.begin(), request_.sensitive.end(), code) !=
           request_.sensitive.end();
  }

  // A category that holds a sensitive code is never one whose zero is public.
  void MarkSensitive() {
    if (request_.sensitive.empty()) return;
    std::vector<Category>& categories = built_.axis.categories;
    std::vector<bool> touched(categories.size(), false);
    for (size_t i = 0; i < state_.size(); ++i) {
      if (state_[i] == kGone || !TouchesSensitive(i)) continue;
      for (const std::vector<int>& map : built_.plan.level_maps) {
        if (map[i] >= 0) touched[map[i]] = true;
      }
    }
    std::vector<bool> joined(categories.size(), false);  // several codes: `in`, `out`, of a CASE
    for (const auto& [node, category] : category_of_) joined[category] = tree_.nodes[node].recoded;
    for (size_t c = 1; c < categories.size(); ++c) {
      if (request_.complement && c <= 2) joined[c] = true;
      categories[c].sensitive = joined[c] ? touched[c] : IsSensitive(categories[c].code);
      categories[c].zero_public = !touched[c] && !request_.secret_zeros;
    }
  }

  void AddUnmatched() {
    if (request_.unmatched != Unmatched::kOut) return;
    KLUIS_CHECK(built_.out >= 0);
    built_.plan.stored_low = kNoPartner;
    std::vector<std::vector<int>>& maps = built_.plan.level_maps;
    for (size_t l = 0; l < maps.size(); ++l)
      maps[l].insert(maps[l].begin(), l == 0 ? 0 : built_.out);
  }

  void MarkPartners() {
    const size_t categories = built_.axis.categories.size();
    built_.matched.assign(categories, false);
    built_.unmatched.assign(categories, false);
    for (const std::vector<int>& map : built_.plan.level_maps) {
      for (size_t i = 0; i < map.size(); ++i) {
        if (map[i] < 0) continue;
        const int stored = built_.plan.stored_low + static_cast<int>(i);
        const bool joined_missing = stored == -1 && request_.unmatched == Unmatched::kMissing;
        if (stored == kNoPartner || joined_missing) built_.unmatched[map[i]] = true;
        if (stored >= 0 || (stored == -1 && (!joined_missing || request_.missing)))
          built_.matched[map[i]] = true;
      }
    }
  }

  const AxisRequest& request_;
  const CodeTree& tree_;
  std::vector<State> state_;
  std::map<int, int> category_of_;  // node -> category
  BuiltAxis built_;
};

}  // namespace

int BuiltAxis::LevelOf(const std::vector<int>& levels, int tree_level) const {
  const auto found = std::find(levels.begin(), levels.end(), tree_level);
  KLUIS_CHECK(found != levels.end());
  return static_cast<int>(found - levels.begin()) + 1 + top_level;
}

int BuiltAxis::CategoryAt(int category, int level) const {
  for (int at = category; at >= 0; at = axis.categories[at].parent) {
    if (in_cut[level][at]) return at;
  }
  return top;
}

BuiltAxis BuildAxis(const AxisRequest& request) { return Builder(request).Run(); }

BuiltAxis BuildMembershipAxis(bool left) {
  CodeTree partner;
  partner.nodes.push_back({.code = "in"});
  partner.node_of_stored = {-1, 0};  // no value is missing; 0 is a partner
  BuiltAxis built = BuildAxis({.tree = &partner,
                               .levels = {},
                               .in_scope = {true, true},
                               .selected = {true, true},
                               .complement = true,
                               .unmatched = Unmatched::kOut,
                               .sensitive = {},
                               .touches_sensitive = {}});
  if (left) {
    built.top = built.top_level = 0;
    built.hidden_level = 1;
  }
  return built;
}

}  // namespace kluis
