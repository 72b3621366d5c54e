#include "tests/attacks/lines.h"

#include <algorithm>
#include <map>

#include "disclosure/rules/magnitude.h"

namespace kluis {
namespace {

class Lines {
 public:
  Lines(const Instance& instance, const Published& published)
      : instance_(instance), table_(instance.table), published_(published) {
    for (size_t i = 0; i < table_.keys.size(); ++i) index_[table_.keys[i]] = static_cast<int>(i);
  }

  std::vector<SecretSum> Run() {
    for (size_t m = 0; m < table_.measures.size(); ++m) {
      for (size_t total = 0; total < table_.keys.size(); ++total) {
        if (!published_.measures[m][total]) continue;
        for (size_t axis = 0; axis < table_.axes.size(); ++axis) {
          Judge(m, static_cast<int>(total), axis);
        }
      }
    }
    return std::move(found_);
  }

 private:
  // Empty when the table lacks one.
  std::vector<int> Parts(int total, size_t axis) const {
    std::vector<int> parts;
    const auto& categories = table_.axes[axis].categories;
    for (size_t c = 1; c < categories.size(); ++c) {
      if (categories[c].parent != table_.keys[total][axis]) continue;
      CellKey key = table_.keys[total];
      key[axis] = static_cast<int>(c);
      const auto found = index_.find(key);
      if (found == index_.end()) return {};
      parts.push_back(found->second);
    }
    return parts;
  }

  void Judge(size_t m, int total, size_t axis) {
    SecretSum sum{.variable = table_.measures[m].name, .total = total};
    std::vector<const Unit*> within;
    size_t parts = 0;
    for (const int part : Parts(total, axis)) {
      if (table_.measures[m].cells[part].rows == 0) continue;
      ++parts;
      if (published_.measures[m][part]) continue;
      sum.cells.push_back(part);
      for (const Unit& unit : instance_.persons) {
        if (IsWithin(table_.axes, unit.codes, table_.keys[part])) within.push_back(&unit);
      }
    }
    if (sum.cells.size() < 2 || sum.cells.size() == parts) return;
    const Contributions together = ContributionsOf(within, {.top = 1000});
    const MagnitudeUnits units{.decimals = table_.measures[m].decimals,
                               .weight_decimals = table_.weight_decimals,
                               .weighted = table_.weighted,
                               .any_sign = table_.measures[m].any_sign};
    sum.rule = JudgeMagnitude(together, units, instance_.rules).rule;
    sum.contributors = together.contributors;
    if (!sum.rule.empty()) found_.push_back(std::move(sum));
  }

  const Instance& instance_;
  const AggregateTable& table_;
  const Published& published_;
  std::map<CellKey, int> index_;
  std::vector<SecretSum> found_;
};

}  // namespace

std::vector<SecretSum> SecretSumsOfLines(const Instance& instance, const Published& published) {
  return Lines(instance, published).Run();
}

}  // namespace kluis
