#include "server/local/joint_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"

namespace kluis {
namespace {

// The stored values of a category, ascending.
using Members = std::vector<int>;

// One category of one plan's axis, or of several that mean the same.
struct Part {
  Members members;
  int number = 0;
  int depth = 0;  // in the code list: of equal sets, the coarser code stands above
  Category category;
};

// The axis of one code tree over all plans: the categories of all of them, and all their levels.
class AxisUnion {
 public:
  AxisUnion(const Axis& axis, const PlanAxis& plan, const Variable* base) : base_(base) {
    axis_.name = axis.name;
    axis_.kind = axis.kind;
    plan_.source = plan.source;
    plan_.column = plan.column;
    plan_.stored_low = plan.stored_low;
  }

  // The number of each category; PlaceOf() tells where it stands after Build().
  std::vector<int> Add(const Axis& axis, const PlanAxis& plan) {
    std::vector<std::set<int>> members(axis.categories.size());
    for (const std::vector<int>& map : plan.level_maps) {
      for (size_t v = 0; v < map.size(); ++v) {
        if (map[v] >= 0) members[map[v]].insert(static_cast<int>(v));
      }
    }
    std::vector<int> numbers;
    for (size_t c = 0; c < axis.categories.size(); ++c) {
      const std::string& code = axis.categories[c].code;
      Members sorted(members[c].begin(), members[c].end());
      const auto [place, fresh] =
          numbers_.insert({{code, sorted}, static_cast<int>(parts_.size())});
      numbers.push_back(place->second);
      if (!fresh) continue;
      parts_.push_back({.members = std::move(sorted),
                        .number = place->second,
                        .depth = DepthOf(code, static_cast<int>(c)),
                        .category = axis.categories[c]});
    }
    return numbers;
  }

  // False when two categories overlap and none holds the other.
  bool Build() {
    std::stable_sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) {
      if (a.members.size() != b.members.size()) return a.members.size() > b.members.size();
      return a.depth < b.depth;
    });
    std::map<int, int> deepest;  // stored value -> the last category that holds it
    places_.assign(parts_.size(), -1);
    for (size_t p = 0; p < parts_.size(); ++p) {
      int parent = -1;
      for (const int v : parts_[p].members) {
        const auto holder = deepest.find(v);
        const int above = holder == deepest.end() ? -1 : holder->second;
        if (v != parts_[p].members.front() && above != parent) return false;
        parent = above;
      }
      if ((p == 0) != (parent < 0)) return false;
      for (const int v : parts_[p].members) deepest[v] = static_cast<int>(p);
      places_[parts_[p].number] = static_cast<int>(p);
      Category category = parts_[p].category;
      category.parent = parent;
      category.level = parent < 0 ? 0 : axis_.categories[parent].level + 1;
      axis_.categories.push_back(std::move(category));
    }
    return true;
  }

  int PlaceOf(int number) const { return places_[number]; }

  // The level with that map; a new one when there is none.
  int LevelOf(const std::vector<int>& map) {
    std::vector<std::vector<int>>& maps = plan_.level_maps;
    const auto known = std::find(maps.begin(), maps.end(), map);
    const int level = static_cast<int>(known - maps.begin());
    if (known == maps.end()) maps.push_back(map);
    return level;
  }

  const Axis& axis() const { return axis_; }
  const PlanAxis& plan() const { return plan_; }

 private:
  int DepthOf(const std::string& code, int category) const {
    if (category == 0) return -1;
    const int found = base_ == nullptr ? -1 : base_->codes.Find(code);
    return found < 0 ? 0 : base_->codes.codes[found].level;
  }

  const Variable* base_;
  std::vector<Part> parts_;  // after Build(): in the order of the categories
  std::map<std::pair<std::string, Members>, int> numbers_;
  std::vector<int> places_;  // number -> category
  Axis axis_;
  PlanAxis plan_;
};

class PlanJoiner {
 public:
  PlanJoiner(std::vector<AggregationPlan> plans, const Snapshot& snapshot)
      : plans_(std::move(plans)), snapshot_(snapshot) {}

  Decision<JointPlan> Run() {
    if (plans_.size() == 1) return Single();
    for (const AggregationPlan& plan : plans_) FindCommon(plan);
    for (AggregationPlan& plan : plans_) Narrow(&plan);
    for (const AggregationPlan& plan : plans_) AddAxes(plan);
    for (AxisUnion& axis : axes_) {
      if (axis.Build()) continue;
      return Refusal{
          .kind = RefusalKind::kUsage,
          .code = "BANDS_NOT_NESTED",
          .message = absl::StrCat("the tables cut ", axis.axis().name, " into parts that overlap"),
          .hint = "use widths of which one divides the other, or protect them apart"};
    }
    StartPlan();
    for (size_t p = 0; p < plans_.size(); ++p) AddTable(plans_[p], numbers_[p]);
    for (const AxisUnion& axis : axes_) {
      joint_.plan.axes.push_back(axis.plan());
      joint_.plan.table.axes.push_back(axis.axis());
    }
    AddShape();
    return std::move(joint_);
  }

 private:
  JointPlan Single() {
    joint_.plan = std::move(plans_[0]);
    ReleaseShape shape = std::move(joint_.plan.table.shape);
    joint_.plan.table.shape = ReleaseShape();
    joint_.tables.push_back({.shape = std::move(shape), .statistics = {}});
    AddAllStatistics(&joint_.tables[0]);
    AddShape();
    return std::move(joint_);
  }

  // A plan leaves out stored values that stop above its levels, which no data hold; so each plan
  // has its own idea of what is in scope, and the joint one what all of them have.
  void FindCommon(const AggregationPlan& plan) {
    for (const PlanAxis& axis : plan.axes) {
      auto [common, fresh] = common_.emplace(axis.column, std::vector<bool>());
      common->second.resize(axis.level_maps[0].size(), fresh);
      for (size_t v = 0; v < axis.level_maps[0].size(); ++v) {
        if (axis.level_maps[0][v] < 0) common->second[v] = false;
      }
    }
  }

  void Narrow(AggregationPlan* plan) const {
    for (PlanAxis& axis : plan->axes) {
      const std::vector<bool>& common = common_.at(axis.column);
      for (std::vector<int>& map : axis.level_maps) {
        for (size_t v = 0; v < map.size(); ++v) {
          if (!common[v]) map[v] = -1;
        }
      }
    }
  }

  AxisUnion* Find(const std::string& column) {
    for (AxisUnion& axis : axes_) {
      if (axis.plan().column == column) return &axis;
    }
    return nullptr;
  }

  void AddAxes(const AggregationPlan& plan) {
    auto& numbers = numbers_.emplace_back();
    for (size_t a = 0; a < plan.axes.size(); ++a) {
      if (Find(plan.axes[a].column) == nullptr) {
        axes_.emplace_back(plan.table.axes[a], plan.axes[a],
                           snapshot_.entry.FindVariable(plan.axes[a].column));
      }
      numbers.push_back(Find(plan.axes[a].column)->Add(plan.table.axes[a], plan.axes[a]));
    }
  }

  // What all plans have in common.
  void StartPlan() {
    AggregationPlan& plan = joint_.plan;
    const AggregationPlan& first = plans_[0];
    plan.sources = first.sources;
    plan.contributor = first.contributor;
    plan.contributor_unique = first.contributor_unique;
    plan.weight = first.weight;
    plan.weight_decimals = first.weight_decimals;
    plan.largest = first.largest;
    plan.table.weighted = first.table.weighted;
    plan.table.weight_decimals = first.table.weight_decimals;
    plan.sha256 = first.sha256;
    // A variable that some table groups by is narrowed by its axis.
    for (const PlanFilter& filter : first.filters) {
      if (Find(filter.column) == nullptr) plan.filters.push_back(filter);
    }
    for (const AggregationPlan& other : plans_) {
      for (const PlanFilter& filter : other.filters) {
        const auto& kept = plan.filters;
        const bool known = std::any_of(kept.begin(), kept.end(), [&](const PlanFilter& f) {
          return f.column == filter.column;
        });
        if (!known && Find(filter.column) == nullptr) plan.filters.push_back(filter);
      }
    }
  }

  void AddTable(AggregationPlan& plan, const std::vector<std::vector<int>>& numbers) {
    std::vector<std::vector<int>> categories;  // axis of the plan -> its category -> the joint one
    std::vector<std::vector<int>> levels;
    std::vector<int> place;  // axis of the plan -> joint axis
    for (size_t a = 0; a < plan.axes.size(); ++a) {
      AxisUnion* joint = Find(plan.axes[a].column);
      place.push_back(static_cast<int>(joint - axes_.data()));
      auto& of_axis = categories.emplace_back();
      for (const int number : numbers[a]) of_axis.push_back(joint->PlaceOf(number));
      auto& of_levels = levels.emplace_back();
      for (std::vector<int> map : plan.axes[a].level_maps) {
        for (int& category : map) category = category < 0 ? -1 : of_axis[category];
        of_levels.push_back(joint->LevelOf(map));
      }
    }
    for (const std::vector<int>& set : plan.level_sets) {
      std::vector<int> joint(axes_.size(), 0);
      for (size_t a = 0; a < set.size(); ++a) joint[place[a]] = levels[a][set[a]];
      if (level_sets_.insert(joint).second) joint_.plan.level_sets.push_back(std::move(joint));
    }
    std::vector<int> cells;
    for (size_t i = 0; i < plan.table.keys.size(); ++i) {
      CellKey key(axes_.size(), 0);
      for (size_t a = 0; a < place.size(); ++a)
        key[place[a]] = categories[a][plan.table.keys[i][a]];
      cells.push_back(AddCell(std::move(key), plan.table.uses[i]));
    }
    AddStatistics(plan, cells);
  }

  int AddCell(CellKey key, CellUse use) {
    AggregateTable& table = joint_.plan.table;
    const auto [place, added] = cells_.insert({key, static_cast<int>(table.keys.size())});
    if (added) {
      table.keys.push_back(std::move(key));
      table.uses.push_back(use);
    } else if (use == CellUse::kDisplayed) {
      table.uses[place->second] = use;
    }
    return place->second;
  }

  void AddStatistics(AggregationPlan& plan, const std::vector<int>& cells) {
    JointTable& table = joint_.tables.emplace_back();
    table.shape = std::move(plan.table.shape);
    for (ReleaseRow& row : table.shape.rows) row.cell = cells[row.cell];
    for (StatisticColumn& column : table.shape.statistics) {
      if (column.kind == StatisticKind::kCountDistinct) {
        column.variable = DistinctOf(plan.distincts[column.variable]);
      } else if (column.kind != StatisticKind::kCount) {
        column.variable = MeasureOf(plan, column.variable);
      }
    }
    AddAllStatistics(&table);
  }

  void AddAllStatistics(JointTable* table) {
    for (const StatisticColumn& column : table->shape.statistics)
      table->statistics.push_back(StatisticOf(column));
  }

  int MeasureOf(const AggregationPlan& plan, int variable) {
    std::vector<PlanMeasure>& measures = joint_.plan.measures;
    for (size_t m = 0; m < measures.size(); ++m) {
      if (measures[m].column == plan.measures[variable].column) return static_cast<int>(m);
    }
    measures.push_back(plan.measures[variable]);
    joint_.plan.table.measures.push_back(plan.table.measures[variable]);
    return static_cast<int>(measures.size()) - 1;
  }

  int DistinctOf(const std::string& identifier) {
    std::vector<std::string>& distincts = joint_.plan.distincts;
    const auto known = std::find(distincts.begin(), distincts.end(), identifier);
    if (known != distincts.end()) return static_cast<int>(known - distincts.begin());
    DistinctColumn column;
    column.name = identifier;
    for (const AxisUnion& axis : axes_) column.additive.push_back(IsAdditive(identifier, axis));
    distincts.push_back(identifier);
    joint_.plan.table.distincts.push_back(std::move(column));
    return static_cast<int>(distincts.size()) - 1;
  }

  // As the plan of one query decides it.
  bool IsAdditive(const std::string& identifier, const AxisUnion& axis) const {
    const auto unique = snapshot_.unique.find(identifier);
    if (unique != snapshot_.unique.end() && unique->second) return true;
    const auto constant = snapshot_.constant.find(identifier);
    return constant != snapshot_.constant.end() &&
           std::count(constant->second.begin(), constant->second.end(), axis.plan().column) > 0;
  }

  int StatisticOf(const StatisticColumn& column) {
    std::vector<StatisticColumn>& all = joint_.plan.table.shape.statistics;
    for (size_t s = 0; s < all.size(); ++s) {
      const bool counts = column.kind == StatisticKind::kCount;
      if (all[s].kind == column.kind && (counts || all[s].variable == column.variable))
        return static_cast<int>(s);
    }
    all.push_back(column);
    return static_cast<int>(all.size()) - 1;
  }

  void AddShape() {
    AggregateTable& table = joint_.plan.table;
    for (size_t s = 0; s < table.shape.statistics.size(); ++s)
      table.shape.column_order.push_back(static_cast<int>(s));
    for (size_t i = 0; i < table.uses.size(); ++i) {
      if (table.uses[i] != CellUse::kDisplayed) continue;
      table.shape.rows.push_back({.codes = {}, .cell = static_cast<int>(i)});
    }
    joint_.plan.released_cells =
        static_cast<int64_t>(table.shape.rows.size() * table.shape.statistics.size());
  }

  std::vector<AggregationPlan> plans_;
  const Snapshot& snapshot_;
  std::map<std::string, std::vector<bool>>
      common_;  // column -> stored values in scope of all plans
  std::vector<AxisUnion> axes_;
  std::vector<std::vector<std::vector<int>>> numbers_;  // plan, axis, category -> in the union
  std::set<std::vector<int>> level_sets_;
  absl::flat_hash_map<CellKey, int> cells_;
  JointPlan joint_;
};

}  // namespace

Decision<JointPlan> JoinPlans(std::vector<AggregationPlan> plans, const Snapshot& snapshot) {
  KLUIS_CHECK(!plans.empty());
  return PlanJoiner(std::move(plans), snapshot).Run();
}

}  // namespace kluis
