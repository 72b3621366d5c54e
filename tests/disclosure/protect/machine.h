// The suppressor as an attacker has it who wants to run it backwards: two-way tables of counts in,
// patterns out, under any key. Tests only.
#ifndef KLUIS_TESTS_DISCLOSURE_PROTECT_MACHINE_H_
#define KLUIS_TESTS_DISCLOSURE_PROTECT_MACHINE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "disclosure/protect/keyed_cost.h"
#include "disclosure/protect/protect.h"
#include "disclosure/protect/table_view.h"
#include "tests/disclosure/protect/enumerating_attacker.h"
#include "tests/disclosure/protect/microdata.h"

namespace kluis {

inline constexpr int kNoKey = -1;

using Inner = std::vector<int64_t>;  // counts of the leaves, in the order of the cells

struct Layout {
  std::string name;
  std::vector<Axis> axes;
  int minimum = 3;
  int count_max = 6;  // of a leaf
};

class Machine {
 public:
  explicit Machine(const Layout& layout) : layout_(layout), keys_(AllKeys(layout.axes)) {
    rules_.frequency.minimum = layout.minimum;
    for (size_t i = 0; i < keys_.size(); ++i) {
      if (keys_[i][0] > 0 && keys_[i][1] > 0) leaves_.push_back(i);
    }
    for (size_t i = 0; i < keys_.size(); ++i) {
      auto& below = below_.emplace_back();
      for (size_t l = 0; l < leaves_.size(); ++l) {
        if (!IsWithin(layout.axes, keys_[leaves_[l]], keys_[i])) continue;
        below.push_back(static_cast<int>(l));
      }
    }
  }

  size_t cells() const { return keys_.size(); }
  size_t leaves() const { return leaves_.size(); }
  const std::vector<int>& LeavesBelow(size_t cell) const { return below_[cell]; }
  bool confidential() const { return layout_.axes[1].kind == VariableKind::kConfidential; }
  // Counts of identifying supports are known to everyone, beside a confidential variable.
  bool IsKnown(size_t cell) const { return confidential() && keys_[cell][1] == 0; }
  size_t SupportOf(size_t cell) const { return cell - keys_[cell][1]; }

  int64_t Value(const Inner& inner, size_t cell) const {
    int64_t sum = 0;
    for (const int leaf : below_[cell]) sum += inner[leaf];
    return sum;
  }

  // Which cells are not shown under key number `key`.
  const std::vector<bool>& Pattern(const Inner& inner, int key) {
    auto [found, added] = patterns_.try_emplace({inner, key});
    if (added) found->second = Run(inner, key);
    return found->second;
  }

  // What comes out when the decoys are the cells of `pattern`, as they are under some keys.
  const std::vector<bool>& PatternOfDecoys(const Inner& inner, const std::vector<bool>& pattern) {
    auto [found, added] = with_decoys_.try_emplace({inner, pattern});
    if (!added) return found->second;
    std::set<std::string> decoys;
    const TableView view(TableOf(inner));
    for (size_t cell = 0; cell < keys_.size(); ++cell) {
      if (pattern[cell]) decoys.insert(view.NameOf(cell) + "|units");
    }
    ProtectOptions options;
    options.cost_factor = [](absl::string_view) { return 1.0; };
    options.decoy = [&](absl::string_view cell) { return decoys.contains(std::string(cell)); };
    return found->second = Run(inner, options);
  }

  // What must stay possible of a sensitive cell; 0..0 for others.
  FoundInterval DemandOf(const Inner& inner, size_t cell) const {
    const int64_t n = Value(inner, cell);
    if (n >= layout_.minimum || IsKnown(cell)) return {0, 0};
    if (confidential()) {
      return {0, std::min<int64_t>(layout_.minimum, Value(inner, SupportOf(cell)))};
    }
    return {LeavesWithUnits(inner, cell), n > 0 ? layout_.minimum : 0};
  }

  // Where zeros are published, everyone knows that so many leaves are at least 1.
  int64_t LeavesWithUnits(const Inner& inner, size_t cell) const {
    int64_t leaves = 0;
    for (const int leaf : below_[cell]) leaves += inner[leaf] > 0;
    return leaves;
  }

  // Calls `visit` with every table that agrees with what is shown, until it says false. No leaf is
  // further from the truth than a demand may ask: a move of a two-way table needs no more.
  void ForEachTable(const Inner& inner, const std::vector<bool>& pattern,
                    const std::function<bool(const Inner&)>& visit) const {
    std::vector<Fact> facts;
    int64_t cap = 0;
    for (size_t cell = 0; cell < keys_.size(); ++cell) {
      const int64_t value = Value(inner, cell);
      Fact fact{.leaves = below_[cell], .low = value, .high = value};
      if (pattern[cell] && !IsKnown(cell)) {
        const bool leaf = below_[cell].size() == 1;
        fact.low = std::max<int64_t>(confidential() ? 0 : 1, leaf ? value - layout_.minimum : 0);
        fact.high = leaf ? value + layout_.minimum : INT64_MAX;
        if (leaf) cap = std::max(cap, fact.high);
      } else if (below_[cell].size() == 1) {
        cap = std::max(cap, value);
      }
      facts.push_back(std::move(fact));
    }
    EnumeratingAttacker(static_cast<int>(leaves_.size()), cap, std::move(facts))
        .ForEachTable(visit);
  }

  int64_t runs() const { return runs_; }

 private:
  const AggregateTable& TableOf(const Inner& inner) {
    auto [found, added] = tables_.try_emplace(inner);
    AggregateTable& table = found->second;
    if (!added) return table;
    table.axes = layout_.axes;
    table.keys = keys_;
    table.uses.assign(keys_.size(), CellUse::kDisplayed);
    for (size_t i = 0; i < keys_.size(); ++i) {
      const int64_t n = Value(inner, i);
      table.units.push_back({.rows = n, .contributors = n, .weight = n});
    }
    table.shape = ShapeOf(table, {});
    return table;
  }

  std::vector<bool> Run(const Inner& inner, int key) {
    ProtectOptions options;
    if (key != kNoKey) {
      options.cost_factor = KeyedCosts("key " + std::to_string(key), "salt");
      options.decoy = KeyedDecoys("key " + std::to_string(key), "salt");
    }
    return Run(inner, options);
  }

  std::vector<bool> Run(const Inner& inner, const ProtectOptions& options) {
    ++runs_;
    const auto release = Protect(TableOf(inner), rules_, options);
    std::vector<bool> suppressed(keys_.size(), true);
    EXPECT_TRUE(release.ok()) << release.status();
    for (size_t row = 0; release.ok() && row < release->values().size(); ++row) {
      suppressed[release->shape().rows[row].cell] =
          release->values()[row][0].status == ValueStatus::kSuppressed;
    }
    return suppressed;
  }

  const Layout layout_;
  const std::vector<CellKey> keys_;
  RuleSet rules_;
  std::vector<size_t> leaves_;
  std::vector<std::vector<int>> below_;
  std::map<Inner, AggregateTable> tables_;
  std::map<std::pair<Inner, int>, std::vector<bool>> patterns_;
  std::map<std::pair<Inner, std::vector<bool>>, std::vector<bool>> with_decoys_;
  int64_t runs_ = 0;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_PROTECT_MACHINE_H_
