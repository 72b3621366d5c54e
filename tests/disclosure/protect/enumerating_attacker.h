// The slow, obvious attacker: tries every table of integers that agrees with what it knows.
#ifndef KLUIS_TESTS_DISCLOSURE_PROTECT_ENUMERATING_ATTACKER_H_
#define KLUIS_TESTS_DISCLOSURE_PROTECT_ENUMERATING_ATTACKER_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

namespace kluis {

// low <= sum of the leaves <= high.
struct Fact {
  std::vector<int> leaves;
  int64_t low = 0;
  int64_t high = 0;
};

struct FoundInterval {
  int64_t low = INT64_MAX;
  int64_t high = INT64_MIN;
};

class EnumeratingAttacker {
 public:
  // Leaves are numbered from 0 and lie in 0..cap.
  EnumeratingAttacker(int leaves, int64_t cap, std::vector<Fact> facts)
      : cap_(cap), facts_(std::move(facts)), table_(leaves, 0), facts_of_(leaves),
        sums_(facts_.size(), 0), missing_(facts_.size()) {
    for (size_t f = 0; f < facts_.size(); ++f) {
      missing_[f] = static_cast<int64_t>(facts_[f].leaves.size());
      for (const int leaf : facts_[f].leaves) facts_of_[leaf].push_back(static_cast<int>(f));
    }
  }

  // The interval of each sum of leaves in `targets`.
  std::vector<FoundInterval> Attack(const std::vector<std::vector<int>>& targets) {
    found_.assign(targets.size(), {});
    ForEachTable([&](const std::vector<int64_t>& table) {
      Record(table, targets);
      return true;
    });
    return found_;
  }

  // Calls `visit` with the leaves of every table that agrees, in lexicographic order, until it says
  // false.
  void ForEachTable(const std::function<bool(const std::vector<int64_t>&)>& visit) {
    visit_ = visit;
    Visit(0);
  }

 private:
  // False: enough.
  bool Visit(size_t leaf) {
    if (leaf == table_.size()) return visit_(table_);
    for (int64_t value = 0; value <= cap_; ++value) {
      table_[leaf] = value;
      bool possible = true;
      for (const int f : facts_of_[leaf]) {
        sums_[f] += value;
        --missing_[f];
        possible &= sums_[f] <= facts_[f].high && sums_[f] + missing_[f] * cap_ >= facts_[f].low;
      }
      const bool more = !possible || Visit(leaf + 1);
      for (const int f : facts_of_[leaf]) {
        sums_[f] -= value;
        ++missing_[f];
      }
      if (!more) return false;
    }
    return true;
  }

  void Record(const std::vector<int64_t>& table, const std::vector<std::vector<int>>& targets) {
    for (size_t t = 0; t < targets.size(); ++t) {
      int64_t sum = 0;
      for (const int leaf : targets[t]) sum += table[leaf];
      found_[t].low = std::min(found_[t].low, sum);
      found_[t].high = std::max(found_[t].high, sum);
    }
  }

  const int64_t cap_;
  const std::vector<Fact> facts_;
  std::vector<int64_t> table_;
  std::vector<std::vector<int>> facts_of_;
  std::vector<int64_t> sums_, missing_;
  std::function<bool(const std::vector<int64_t>&)> visit_;
  std::vector<FoundInterval> found_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_PROTECT_ENUMERATING_ATTACKER_H_
