#include "server/plan/cells.h"

#include <algorithm>
#include <set>

#include "absl/container/inlined_vector.h"
#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"
#include "disclosure/table/cell_index.h"
#include "disclosure/table/level_sets.h"
#include "server/plan/cell_places.h"
#include "server/plan/part_uses.h"
#include "server/plan/selection.h"

namespace kluis {
namespace {

// Hidden cells per displayed one that a request may ask the engine for.
constexpr double kHiddenFactor = 16;
constexpr size_t kGroupsMax = 20'000;

// A cell at its place in the order of cells.
struct PlacedCell {
  absl::uint128 place = 0;
  CellUse use = CellUse::kHidden;
};

// One grouping set at one level per axis.
struct ShownGroup {
  std::vector<bool> shown;  // per grouping dimension
  LevelSet levels;
};

class CellPlanner {
 public:
  CellPlanner(PlannedDimensions dimensions, const ParsedQuery& query,
              const std::vector<int>& columns, AggregationPlan* plan)
      : planned_(std::move(dimensions)), query_(query), columns_(columns), plan_(plan) {}

  std::optional<Refusal> Run(int64_t cells_max) {
    if (auto refusal = CheckComplements()) return refusal;
    for (const std::vector<int>& set : query_.grouping_sets) {
      if (!AddGroups(set)) return Limit(cells_max);
    }
    std::set<LevelSet> shown = displayed_;
    shown.insert(of_parts_.begin(), of_parts_.end());
    const auto sets = WithHidden(shown);
    if (!sets) return Limit(cells_max);
    for (const LevelSet& levels : *sets) AddLevelSet(levels);
    const size_t statistics = plan_->table.shape.statistics.size();
    if (TooMany(cells_max, statistics)) return Limit(cells_max);
    if (!AddCells()) return Limit(cells_max);
    NameColumns();
    const std::vector<Row> rows = Rows();
    if (rows.empty()) return NoRow();
    if (static_cast<int64_t>(rows.size() * statistics) > cells_max) return Limit(cells_max);
    plan_->table.shape.rows.reserve(rows.size());
    for (const Row& row : rows) AddRow(row);
    if (!planned_.parts.empty()) UseParts(&plan_->table);
    if (auto refusal = CheckDistinctParts(query_.items, planned_.parts, plan_->table))
      return refusal;
    plan_->released_cells = static_cast<int64_t>(rows.size() * statistics);
    Finish();
    return std::nullopt;
  }

 private:
  static Refusal Limit(int64_t cells_max) {
    return RefuseAt(RefusalKind::kPolicy, "TOO_MANY_CELLS",
                    absl::StrCat("the table has more cells than the limit of ", cells_max), {},
                    "use coarser levels, fewer dimensions, or WHERE");
  }

  Refusal NoRow() const {
    return RefuseAt(RefusalKind::kUsage, "NOTHING_SELECTED", "no row can meet every condition",
                    query_.conditions.empty() ? SourcePosition{} : query_.conditions.back().at,
                    "drop one of the conditions");
  }

  std::optional<Refusal> CheckComplements() const {
    constexpr int kComplementsMax = 6;
    const auto halved = std::count_if(planned_.axes.begin(), planned_.axes.end(),
                                      [](const BuiltAxis& a) { return a.hidden_level >= 0; });
    if (halved <= kComplementsMax) return std::nullopt;
    const SourcePosition at =
        query_.conditions.empty() ? SourcePosition{} : query_.conditions.back().at;
    return RefuseAt(RefusalKind::kUsage, "TOO_MANY_CONDITIONS",
                    absl::StrCat("WHERE, JOIN and scope take at most ", kComplementsMax,
                                 " conditions that not everyone can judge"),
                    at, "leave some out");
  }

  std::vector<int> LevelsOf(const std::vector<int>& set, int axis) const {
    int finest = planned_.axes[axis].top_level;
    for (const int d : set) {
      const PlannedDimension& dimension = planned_.dimensions[d];
      if (dimension.axis != axis) continue;
      finest = std::max(finest, dimension.level);
      if (dimension.all_levels) return dimension.levels;
    }
    return {finest};
  }

  // False when there are too many to be a table that anyone reads.
  bool AddGroups(const std::vector<int>& set) {
    std::vector<LevelSet> combinations = {{}};
    for (size_t a = 0; a < planned_.axes.size(); ++a) {
      std::vector<LevelSet> longer;
      for (const LevelSet& start : combinations) {
        for (const int level : LevelsOf(set, static_cast<int>(a))) {
          longer.push_back(start);
          longer.back().push_back(level);
        }
      }
      combinations = std::move(longer);
      if (groups_.size() + combinations.size() > kGroupsMax) return false;
    }
    std::vector<bool> shown(planned_.dimensions.size(), false);
    for (const int d : set) shown[d] = true;
    for (LevelSet& levels : combinations) {
      displayed_.insert(levels);
      for (const PlannedPart& part : planned_.parts) of_parts_.insert(LevelsOfPart(levels, part));
      AddLevelSet(levels);
      groups_.push_back({shown, std::move(levels)});
    }
    return true;
  }

  void AddLevelSet(const LevelSet& levels) {
    if (known_.insert(levels).second) plan_->level_sets.push_back(levels);
  }

  // The displayed sets with all that is known beside them, or can be put together from them.
  std::optional<std::set<LevelSet>> WithHidden(const std::set<LevelSet>& displayed) const {
    std::set<LevelSet> sets = displayed;
    for (size_t before = 0; sets.size() != before;) {
      before = sets.size();
      std::set<LevelSet> more = sets;
      for (const LevelSet& levels : sets) AddHidden(levels, &more);
      auto closed = CloseLevelSets(more, kGroupsMax);
      if (!closed) return std::nullopt;
      sets = *std::move(closed);
    }
    return sets;
  }

  // Decision 2: the identifying totals, and the complements of WHERE and JOIN with what they add up
  // to.
  void AddHidden(const LevelSet& levels, std::set<LevelSet>* sets) const {
    LevelSet confidential = levels, both = levels;
    std::vector<size_t> halved;
    for (size_t a = 0; a < planned_.axes.size(); ++a) {
      const VariableKind kind = planned_.axes[a].axis.kind;
      if (kind == VariableKind::kConfidential) confidential[a] = 0;
      if (kind != VariableKind::kIdentifying) both[a] = 0;
      if (planned_.axes[a].hidden_level >= 0) halved.push_back(a);
    }
    for (const LevelSet& start : {levels, confidential, both}) {
      for (size_t mask = 0; mask < (size_t{1} << halved.size()); ++mask) {
        LevelSet total = start;
        for (size_t h = 0; h < halved.size(); ++h) {
          if ((mask >> h) & 1) total[halved[h]] = planned_.axes[halved[h]].hidden_level;
        }
        sets->insert(std::move(total));
      }
    }
  }

  double SizeOf(const LevelSet& levels) const {
    double size = 1;
    for (size_t a = 0; a < levels.size(); ++a)
      size *= static_cast<double>(CategoriesOf(a, levels[a]).size());
    return size;
  }

  bool TooMany(int64_t cells_max, size_t statistics) const {
    double shown = 0, all = 0;
    for (const LevelSet& levels : plan_->level_sets) {
      all += SizeOf(levels);
      if (displayed_.count(levels) > 0) shown = std::max(shown, SizeOf(levels));
    }
    const double limit = static_cast<double>(cells_max);
    return shown * static_cast<double>(statistics) > limit * kHiddenFactor ||
           all > limit * kHiddenFactor;
  }

  // Shown categories of a level, and the complement where there is one.
  std::vector<int> CategoriesOf(size_t axis, int level) const {
    const BuiltAxis& built = planned_.axes[axis];
    std::vector<int> categories = built.cuts[level];
    if (built.out >= 0 && level > 0) categories.push_back(built.out);
    return categories;
  }

  // Calls `visit` with every combination of categories, the first axis running fastest.
  template <typename Visit>
  static void ForEach(const std::vector<std::vector<int>>& categories, const Visit& visit) {
    CellKey key(categories.size());
    std::vector<size_t> at(categories.size(), 0);
    for (const std::vector<int>& list : categories) {
      if (list.empty()) return;
    }
    for (size_t a = 0; a < key.size(); ++a) key[a] = categories[a][0];
    while (true) {
      visit(key);
      size_t a = 0;
      while (a < key.size() && ++at[a] == categories[a].size()) {
        at[a] = 0;
        key[a] = categories[a][0];
        ++a;
      }
      if (a == key.size()) return;
      key[a] = categories[a][at[a]];
    }
  }

  // One axis or filter of a joined dataset leaves no rows with a partner there, and another none
  // without.
  bool Impossible(const CellKey& key) const {
    for (int source = 1; source < static_cast<int>(plan_->sources.size()); ++source) {
      bool matched = true, unmatched = true;
      for (size_t a = 0; a < key.size(); ++a) {
        const BuiltAxis& axis = planned_.axes[a];
        if (axis.plan.source != source) continue;
        matched &= axis.matched[key[a]];
        unmatched &= axis.unmatched[key[a]];
      }
      for (const FilteredPartners& filtered : planned_.filtered) {
        if (filtered.source != source) continue;
        matched &= filtered.matched;
        unmatched &= filtered.unmatched;
      }
      if (!matched && !unmatched) return true;
    }
    return false;
  }

  void CollectCells(const LevelSet& levels, std::vector<PlacedCell>* cells) const {
    const bool displayed = displayed_.count(levels) > 0;
    std::vector<std::vector<int>> categories;
    for (size_t a = 0; a < levels.size(); ++a) categories.push_back(CategoriesOf(a, levels[a]));
    ForEach(categories, [&](const CellKey& key) {
      bool shown = displayed;
      for (size_t a = 0; a < key.size(); ++a) shown &= key[a] != planned_.axes[a].out;
      cells->push_back({places_->PlaceOf(key), Impossible(key) ? CellUse::kImpossible
                                               : shown         ? CellUse::kDisplayed
                                                               : CellUse::kHidden});
    });
  }

  // In the order in which tables are protected, the last axis first. A cell of several level sets
  // is displayed when one of them displays it. False when places have no numbers.
  bool AddCells() {
    std::vector<size_t> sizes;
    for (const BuiltAxis& built : planned_.axes) sizes.push_back(built.axis.categories.size());
    places_ = CellPlaces::Of(sizes);
    if (!places_) return false;
    std::vector<PlacedCell> cells;
    for (const LevelSet& levels : plan_->level_sets) CollectCells(levels, &cells);
    const auto before = [](const PlacedCell& a, const PlacedCell& b) { return a.place < b.place; };
    if (!std::is_sorted(cells.begin(), cells.end(), before))
      std::sort(cells.begin(), cells.end(), before);
    AggregateTable& table = plan_->table;
    table.keys.reserve(cells.size());
    table.uses.reserve(cells.size());
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0 && cells[i].place == cells[i - 1].place) {
        if (cells[i].use == CellUse::kDisplayed) table.uses.back() = CellUse::kDisplayed;
        continue;
      }
      table.keys.push_back(places_->KeyAt(cells[i].place));
      table.uses.push_back(cells[i].use);
    }
    index_ = CellIndex::OfSizes(sizes, table.keys);
    return true;
  }

  // What a dimension column shows of each category of its axis.
  struct ColumnCodes {
    std::vector<const std::string*> codes;
    std::vector<int> ranks;
  };

  void NameColumns() {
    for (const int column : columns_) {
      const PlannedDimension& dimension = planned_.dimensions[column];
      const std::vector<Category>& categories = planned_.axes[dimension.axis].axis.categories;
      ColumnCodes& shown = column_codes_.emplace_back();
      for (size_t c = 0; c < categories.size(); ++c) {
        const int category = static_cast<int>(c);
        const auto named = dimension.names.find(category);
        shown.codes.push_back(named != dimension.names.end() ? &named->second
                                                             : &categories[c].code);
        const auto rank = dimension.ranks.find(category);
        shown.ranks.push_back(rank == dimension.ranks.end() ? category : rank->second);
      }
    }
  }

  // A row of the answer: per column its place among rows, `_T` as 0, and its category, likewise.
  struct Row {
    absl::InlinedVector<int, 4> ranks, categories;
    int cell = -1;
  };

  void CollectRows(const ShownGroup& group, std::vector<Row>* rows) const {
    std::vector<std::vector<int>> categories;
    for (size_t a = 0; a < group.levels.size(); ++a)
      categories.push_back(planned_.axes[a].cuts[group.levels[a]]);
    ForEach(categories, [&](const CellKey& key) {
      const int cell = index_->Find(key);
      KLUIS_CHECK(cell >= 0);
      if (plan_->table.uses[cell] == CellUse::kImpossible) return;
      Row& row = rows->emplace_back();
      row.cell = cell;
      for (size_t c = 0; c < columns_.size(); ++c) {
        const PlannedDimension& dimension = planned_.dimensions[columns_[c]];
        const BuiltAxis& axis = planned_.axes[dimension.axis];
        int category = axis.top;
        if (group.shown[columns_[c]])
          category = dimension.all_levels ? key[dimension.axis]
                                          : axis.CategoryAt(key[dimension.axis], dimension.level);
        if (category == axis.top) category = 0;
        row.categories.push_back(category);
        row.ranks.push_back(column_codes_[c].ranks[category]);
      }
    });
  }

  // In the order of the answer; of equal rows the first, for they show one cell.
  std::vector<Row> Rows() const {
    std::vector<Row> rows;
    for (const ShownGroup& group : groups_) CollectRows(group, &rows);
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& a, const Row& b) { return a.ranks < b.ranks; });
    rows.erase(std::unique(rows.begin(), rows.end(),
                           [](const Row& a, const Row& b) { return a.ranks == b.ranks; }),
               rows.end());
    return rows;
  }

  void AddRow(const Row& planned) {
    ReleaseRow row;
    row.cell = planned.cell;
    row.ranks.assign(planned.ranks.begin(), planned.ranks.end());
    row.codes.reserve(columns_.size());
    for (size_t c = 0; c < columns_.size(); ++c)
      row.codes.push_back(*column_codes_[c].codes[planned.categories[c]]);
    const auto cell_at = [this](const CellKey& key) {
      const int found = index_->Find(key);
      KLUIS_CHECK(found >= 0);
      return plan_->table.uses[found] == CellUse::kImpossible ? -1 : found;
    };
    for (const PlannedPart& part : planned_.parts)
      row.parts.push_back(CellsOfPart(part, plan_->table.keys[planned.cell], cell_at));
    plan_->table.shape.rows.push_back(std::move(row));
  }

  void Finish() {
    for (BuiltAxis& built : planned_.axes) {
      plan_->axes.push_back(std::move(built.plan));
      plan_->table.axes.push_back(std::move(built.axis));
    }
    plan_->filters = std::move(planned_.filters);
  }

  PlannedDimensions planned_;
  const ParsedQuery& query_;
  const std::vector<int>& columns_;
  AggregationPlan* plan_;
  std::vector<ShownGroup> groups_;
  std::set<LevelSet> displayed_, of_parts_, known_;
  std::optional<CellPlaces> places_;
  std::optional<CellIndex> index_;         // of plan_->table.keys
  std::vector<ColumnCodes> column_codes_;  // per column
};

}  // namespace

std::optional<Refusal> PlanCells(PlannedDimensions dimensions, const ParsedQuery& query,
                                 const std::vector<int>& columns, int64_t cells_max,
                                 AggregationPlan* plan) {
  return CellPlanner(std::move(dimensions), query, columns, plan).Run(cells_max);
}

}  // namespace kluis
