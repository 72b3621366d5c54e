#include "disclosure/audit/knowledge.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

constexpr int kPassesMax = 30;
constexpr double kRelativeUnit = 1e-10;  // of the largest value
constexpr double kSmallestStep = 1e-6;   // of a bound's own size, that is worth another pass

// The least and the largest of a sum, with the number of terms that have no bound, so that one term
// can be taken out again.
struct Reach {
  double low = 0, high = 0;
  int free_low = 0, free_high = 0;

  void Add(double coefficient, const AuditInterval& range) {
    const double a = coefficient * (coefficient > 0 ? range.low : range.high);
    const double b = coefficient * (coefficient > 0 ? range.high : range.low);
    std::isinf(a) ? ++free_low, void() : void(low += a);
    std::isinf(b) ? ++free_high, void() : void(high += b);
  }
  double LowWithout(double coefficient, const AuditInterval& range) const {
    const double own = coefficient * (coefficient > 0 ? range.low : range.high);
    if (std::isinf(own)) return free_low > 1 ? -kInfinity : low;
    return free_low > 0 ? -kInfinity : low - own;
  }
  double HighWithout(double coefficient, const AuditInterval& range) const {
    const double own = coefficient * (coefficient > 0 ? range.high : range.low);
    if (std::isinf(own)) return free_high > 1 ? kInfinity : high;
    return free_high > 0 ? kInfinity : high - own;
  }
};

class KnowledgeFinder {
 public:
  KnowledgeFinder(const AuditTable& table, const EquationSystem& system)
      : table_(table), system_(system) {}

  absl::StatusOr<Unknowns> Run() {
    AddColumns();
    absl::Status status = AddRows();
    if (status.ok()) status = Narrow();
    if (!status.ok()) return status;
    FindComponents();
    return std::move(found_);
  }

 private:
  void AddColumns() {
    const int listed = static_cast<int>(table_.cells.size());
    double largest = 1;
    found_.column_of.assign(listed + system_.unlisted, -1);
    for (int cell = 0; cell < listed + system_.unlisted; ++cell) {
      if (cell < listed && table_.cells[cell].shown) {
        largest = std::max(largest, std::abs(ToDouble(table_.cells[cell].value)));
        continue;
      }
      found_.column_of[cell] = static_cast<int>(found_.cell_of.size());
      found_.cell_of.push_back(cell);
      found_.known.push_back(cell < listed ? table_.cells[cell].known : table_.unlisted);
    }
    found_.unit = kRelativeUnit * largest;
    found_.narrow = found_.known;
  }

  // sum of coefficient x cell >= right, or = right.
  absl::Status AddRow(const std::vector<std::pair<int, int>>& terms, bool equality,
                      absl::int128 right = 0) {
    AuditRow row;
    absl::int128 shown = -right;
    for (const auto& [cell, coefficient] : terms) {
      const int column = found_.column_of[cell];
      if (column < 0) {
        shown += table_.cells[cell].value * coefficient;
      } else {
        row.terms.emplace_back(column, coefficient);
      }
    }
    if (row.terms.empty()) {
      if (equality ? shown == 0 : shown >= 0) return absl::OkStatus();
      return Contradiction(terms.front().first, "the parts that are shown do not add up to it");
    }
    row.low = -ToDouble(shown);
    row.high = equality ? row.low : kInfinity;
    found_.rows.push_back(std::move(row));
    return absl::OkStatus();
  }

  absl::Status AddRows() {
    for (const Equation& equation : system_.equations) {
      std::vector<std::pair<int, int>> sum = {{equation.parent, -1}};
      for (const int child : equation.children) sum.emplace_back(child, 1);
      if (auto status = AddRow(sum, equation.additive); !status.ok()) return status;
      if (equation.additive) continue;
      for (const int child : equation.children) {
        const auto status = AddRow({{equation.parent, 1}, {child, -1}}, false);
        if (!status.ok()) return status;
      }
    }
    for (const AuditRelation& relation : table_.relations) {
      if (relation.terms.empty()) continue;
      const auto status = AddRow(relation.terms, !relation.at_least, relation.right);
      if (!status.ok()) return status;
    }
    found_.rows_of.resize(found_.cell_of.size());
    for (size_t r = 0; r < found_.rows.size(); ++r) {
      for (const auto& [column, coefficient] : found_.rows[r].terms) {
        found_.rows_of[column].push_back(static_cast<int>(r));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Contradiction(int cell, absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(AuditCellName(table_, cell), ": ", what));
  }

  // Repeats until no bound moves by much; every bound on the way is sound.
  absl::Status Narrow() {
    for (size_t c = 0; c < found_.narrow.size(); ++c) {
      if (auto status = Settle(static_cast<int>(c)); !status.ok()) return status;
    }
    std::vector<bool> due(found_.rows.size(), true);
    for (int pass = 0; pass < kPassesMax; ++pass) {
      bool moved = false;
      for (size_t r = 0; r < found_.rows.size(); ++r) {
        if (!due[r]) continue;
        due[r] = false;
        moved = true;
        if (auto status = NarrowRow(found_.rows[r], &due); !status.ok()) return status;
      }
      if (!moved) break;
    }
    return absl::OkStatus();
  }

  // Bounds that move count in other rows at once, and in this row the next time: sound either way.
  absl::Status NarrowRow(const AuditRow& row, std::vector<bool>* due) {
    Reach reach;
    for (const auto& [column, coefficient] : row.terms)
      reach.Add(coefficient, found_.narrow[column]);
    for (const auto& [column, coefficient] : row.terms) {
      AuditInterval& range = found_.narrow[column];
      const double size = std::abs(coefficient);
      const double least = (row.low - reach.HighWithout(coefficient, range)) / size;
      const double most = (row.high - reach.LowWithout(coefficient, range)) / size;
      const double low = coefficient > 0 ? least : -most;
      const double high = coefficient > 0 ? most : -least;
      const AuditInterval before = range;
      if (low > range.low) range.low = low;
      if (high < range.high) range.high = high;
      if (range == before) continue;
      if (auto status = Settle(column); !status.ok()) return status;
      if (!WorthAPass(before, range)) continue;
      for (const int other : found_.rows_of[column]) (*due)[other] = true;
    }
    return absl::OkStatus();
  }

  static bool WorthAPass(const AuditInterval& before, const AuditInterval& now) {
    const auto moved = [](double a, double b) {
      return a != b && (std::isinf(a) || std::abs(a - b) > kSmallestStep * (1 + std::abs(b)));
    };
    return moved(before.low, now.low) || moved(before.high, now.high);
  }

  // Whole numbers; and low <= high but for rounding.
  absl::Status Settle(int column) {
    AuditInterval& range = found_.narrow[column];
    if (table_.integral) {
      range.low = std::ceil(range.low - 1e-6);
      range.high = std::floor(range.high + 1e-6);
    }
    if (range.low <= range.high) return absl::OkStatus();
    if (range.low - range.high > 1e3 * found_.unit + 1e-6) {
      return Contradiction(found_.cell_of[column], "no value fits what is shown and known");
    }
    range.low = range.high = (range.low + range.high) / 2;
    return absl::OkStatus();
  }

  // Columns that are not exact already, connected by rows.
  void FindComponents() {
    std::vector<int> above(found_.cell_of.size());
    std::iota(above.begin(), above.end(), 0);
    const auto root = [&](int c) {
      while (above[c] != c) c = above[c] = above[above[c]];
      return c;
    };
    for (const AuditRow& row : found_.rows) {
      int first = -1;
      for (const auto& [column, coefficient] : row.terms) {
        if (found_.Exact(column)) continue;
        if (first < 0) first = column;
        above[root(column)] = root(first);
      }
    }
    std::vector<int> number(above.size(), -1);
    found_.component.assign(above.size(), -1);
    for (size_t c = 0; c < above.size(); ++c) {
      if (found_.Exact(static_cast<int>(c))) continue;
      int& component = number[root(static_cast<int>(c))];
      if (component < 0) component = found_.components++;
      found_.component[c] = component;
    }
  }

  const AuditTable& table_;
  const EquationSystem& system_;
  Unknowns found_;
};

}  // namespace

absl::StatusOr<Unknowns> FindUnknowns(const AuditTable& table, const EquationSystem& system) {
  return KnowledgeFinder(table, system).Run();
}

std::string AuditCellName(const AuditTable& table, int cell) {
  if (cell >= static_cast<int>(table.cells.size())) return "a cell that is not listed";
  if (table.axes.empty()) return absl::StrCat("cell ", cell);
  std::string name;
  for (size_t a = 0; a < table.axes.size(); ++a) {
    const Axis& axis = table.axes[a];
    absl::StrAppend(&name, a == 0 ? "" : "|", axis.name, "=",
                    axis.categories[table.cells[cell].key[a]].code);
  }
  return name;
}

}  // namespace kluis
