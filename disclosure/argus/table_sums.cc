#include "disclosure/argus/table_sums.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

class SumChecker {
 public:
  SumChecker(const ArgusTable& table, bool must_add_up, DiagnosticSink* sink)
      : table_(table), must_add_up_(must_add_up), sink_(sink) {}

  void Run() {
    int64_t step = 1;
    for (size_t a = table_.axes.size(); a-- > 0;) {
      const auto children = ChildrenOf(table_.axes[a]);
      for (size_t cell = 0; cell < table_.keys.size() && !sink_->full(); ++cell) {
        const int category = table_.keys[cell][a];
        if (!children[category].empty()) CheckSum(cell, a, step, children[category]);
      }
      step *= static_cast<int64_t>(table_.axes[a].categories.size());
    }
  }

 private:
  // Per axis: parent -> children.
  std::vector<std::vector<int>> ChildrenOf(const Axis& axis) const {
    std::vector<std::vector<int>> children(axis.categories.size());
    for (size_t i = 1; i < axis.categories.size(); ++i) {
      children[axis.categories[i].parent].push_back(static_cast<int>(i));
    }
    return children;
  }

  void CheckSum(size_t cell, size_t axis, int64_t step, const std::vector<int>& children) {
    for (const ArgusColumn& column : table_.responses) {
      CheckSumOf(column, cell, axis, step, children);
    }
    if (table_.frequency.has_value()) {
      CheckSumOf(*table_.frequency, cell, axis, step, children);
    }
  }

  void CheckSumOf(const ArgusColumn& column, size_t cell, size_t axis, int64_t step,
                  const std::vector<int>& children) {
    const int64_t base = static_cast<int64_t>(cell) - step * table_.keys[cell][axis];
    absl::int128 sum = 0;
    bool any = false;
    for (const int child : children) {
      sum += column.cells[base + step * child];
      any |= column.cells[base + step * child] != 0;
    }
    if (table_.lines[cell] == 0 && any) {
      sink_->Add(0, 0,
                 absl::StrCat("the cell ", NameOf(cell), " is the total of others along ",
                              table_.axes[axis].name, ", but has no line"),
                 "a table must have its totals");
    } else if (must_add_up_ && sum != column.cells[cell]) {
      sink_->Add(table_.lines[cell], 1,
                 absl::StrCat(column.name, " is ", FormatFixed(column.cells[cell], column.decimals),
                              ", but along ", table_.axes[axis].name, " its parts add up to ",
                              FormatFixed(sum, column.decimals)));
    }
  }

  std::string NameOf(size_t cell) const {
    std::vector<std::string> codes;
    for (size_t a = 0; a < table_.axes.size(); ++a) {
      codes.push_back(table_.axes[a].categories[table_.keys[cell][a]].code);
    }
    return absl::StrCat("(", absl::StrJoin(codes, ", "), ")");
  }

  const ArgusTable& table_;
  const bool must_add_up_;
  DiagnosticSink* sink_;
};

}  // namespace

void CheckTableSums(const ArgusTable& table, bool must_add_up, DiagnosticSink* sink) {
  SumChecker(table, must_add_up, sink).Run();
}

}  // namespace kluis
