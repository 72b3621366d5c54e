#include "server/plan/statistics.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/plan/grain.h"
#include "server/plan/selection.h"

namespace kluis {
namespace {

bool Contains(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

constexpr int kRatioDecimals = 4, kShareDecimals = 4, kGiniDecimals = 4;

class StatisticPlanner {
 public:
  StatisticPlanner(const AuthorisedQuery& query, const std::vector<PlannedSource>& sources,
                   const PlannedDimensions& dimensions, std::vector<int>* columns,
                   AggregationPlan* plan)
      : query_(query),
        sources_(sources),
        unit_(*sources[0].snapshot),
        dimensions_(dimensions),
        columns_(columns),
        plan_(plan) {}

  std::optional<Refusal> Run() {
    if (Weight() && Contributors()) {
      for (const SelectItem& item : query_.query().items) {
        if (!AddItem(item)) break;
      }
    }
    if (!refusal_.has_value()) Order();
    return refusal_;
  }

 private:
  bool Fail(RefusalKind kind, std::string code, std::string message, SourcePosition at,
            std::string hint) {
    refusal_ = RefuseAt(kind, std::move(code), std::move(message), at, std::move(hint));
    return false;
  }

  bool Weight() {
    if (unit_.entry.weight.empty()) return true;
    const Variable* weight = unit_.entry.FindVariable(unit_.entry.weight);
    KLUIS_CHECK(weight != nullptr);  // the entry was checked when it was loaded
    plan_->weight = weight->name;
    plan_->weight_decimals = weight->decimals;
    plan_->table.weighted = true;
    plan_->table.weight_decimals = weight->decimals;
    return true;
  }

  bool Contributors() {
    const std::vector<std::string>& declared = unit_.entry.contributor;
    const std::optional<std::string>& judged = query_.rules().contributor;
    plan_->largest = query_.rules().LargestNeeded();
    plan_->contributor = declared;
    if (judged.has_value()) {
      if (!Contains(declared, *judged)) {
        return Fail(RefusalKind::kPolicy, "CONTRIBUTOR",
                    absl::StrCat("the rule set judges ", *judged, ", which is no contributor of ",
                                 unit_.entry.name),
                    query_.query().dataset_at,
                    "ask the privacy officer for a rule set of this dataset");
      }
      plan_->contributor = {*judged};
    }
    if (!AddJoinedUnits()) return false;
    plan_->contributor_unique = plan_->contributor.empty() ||
                                (plan_->contributor.size() == 1 && IsUnique(plan_->contributor[0]));
    return true;
  }

  // What is a fact of a joined unit (a household's debt, asked of its persons) is disclosed when
  // few of those units stand behind a cell, so they are contributors, too (safety.md 8). Whoever is
  // the larger of the two is judged; where neither is, no one count tells.
  bool AddJoinedUnits() {
    for (size_t source = 1; source < plan_->sources.size(); ++source) {
      const bool secret =
          std::any_of(dimensions_.axes.begin(), dimensions_.axes.end(), [&](const BuiltAxis& axis) {
            return axis.plan.source == static_cast<int>(source) &&
                   axis.axis.kind != VariableKind::kIdentifying;
          });
      if (secret && !AddUnitOf(plan_->sources[source], query_.query().joins[source - 1].at))
        return false;
    }
    return true;
  }

  bool AddUnitOf(const PlanSource& joined, SourcePosition at) {
    std::vector<std::string> keys;
    for (const auto& [near, far] : joined.keys) keys.push_back(near);
    const std::string& key = keys[UnitKey(unit_, keys)];
    std::vector<std::string>& judged = plan_->contributor;
    const auto all = [&](auto&& is) { return std::all_of(judged.begin(), judged.end(), is); };
    const bool smaller = unit_.IsNested(key, query_.rules().contributor.value_or(""));
    if (Contains(judged, key) || judged.empty() || smaller) {
      if (judged.empty()) judged.push_back(key);  // rows are contributors, and a key has several
      return true;
    }
    if (HasOneContributor(unit_.entry, key, query_.rules().contributor)) return true;
    if (all([&](const std::string& unit) { return unit_.IsNested(unit, key); })) {
      judged.push_back(key);
      return true;
    }
    return Fail(
        RefusalKind::kPolicy, "JOIN_UNITS",
        absl::StrCat("a variable of ", joined.dataset, " is a secret of each ", key,
                     ", of which one ", judged.back(), " may have several, and the reverse"),
        at,
        absl::StrCat("ask it of ", joined.dataset, ", or of a dataset with one row for each ",
                     key));
  }

  bool IsUnique(const std::string& identifier) const {
    const auto found = unit_.unique.find(identifier);
    return found != unit_.unique.end() && found->second;
  }

  bool AddItem(const SelectItem& item) {
    ReleaseShape& shape = plan_->table.shape;
    if (const auto* dimension = std::get_if<DimensionRef>(&item.value)) {
      is_statistic_.push_back(false);
      place_.push_back(static_cast<int>(shape.dimensions.size()));
      const std::vector<DimensionRef>& grouped = query_.query().grouping_dimensions;
      const auto same = std::find_if(grouped.begin(), grouped.end(),
                                     [&](const DimensionRef& d) { return d.SameAs(*dimension); });
      if (same == grouped.end()) {  // `a.x` selected and `x` grouped by, which is another dataset's
        return Fail(RefusalKind::kUsage, "NOT_GROUPED",
                    absl::StrCat(dimension->variable.name, " is selected but not grouped by"),
                    item.at, "add it to GROUP BY as it is written in SELECT");
      }
      columns_->push_back(static_cast<int>(same - grouped.begin()));
      const Variable& variable = *dimensions_.dimensions[columns_->back()].variable;
      shape.dimensions.push_back({OutputName(item), variable.label_nl});
      return true;
    }
    is_statistic_.push_back(true);
    place_.push_back(static_cast<int>(shape.statistics.size()));
    return AddStatistic(item, std::get<StatisticRef>(item.value));
  }

  bool AddStatistic(const SelectItem& item, const StatisticRef& ref) {
    StatisticColumn column;
    column.kind = ref.kind;
    const bool counts =
        ref.kind == StatisticKind::kCount || ref.kind == StatisticKind::kCountDistinct;
    column.name = OutputName(item);
    const bool of_rows = ref.kind == StatisticKind::kCount || ref.kind == StatisticKind::kShare;
    if (!of_rows && !OfTheUnit(ref.variable)) return false;
    if (ref.kind == StatisticKind::kRatio && !OfTheUnit(ref.divisor)) return false;
    if (ref.kind == StatisticKind::kCountDistinct && !AddDistinct(ref, &column)) return false;
    if (!counts && !of_rows && !AddMeasure(ref.variable, &column.variable, &column.decimals))
      return false;
    if (ref.kind == StatisticKind::kAverage) ++column.decimals;
    if (ref.kind == StatisticKind::kGini) AddGini(&column);
    if (ref.percent > 0) AddPercentile(ref, &column);
    if (ref.kind == StatisticKind::kVariance || ref.kind == StatisticKind::kDeviation) {
      column.decimals += ref.kind == StatisticKind::kVariance ? column.decimals + 1 : 1;
      column.squares = AddSquares(column.variable);
    }
    if (ref.kind == StatisticKind::kRatio) {
      if (!AddMeasure(ref.divisor, &column.divisor, &column.decimals)) return false;
      column.decimals = kRatioDecimals;
    }
    if (ref.kind == StatisticKind::kShare) column.decimals = kShareDecimals;
    if (!ref.conditions.empty()) column.part = parts_++;
    plan_->table.shape.statistics.push_back(std::move(column));
    return true;
  }

  bool OfTheUnit(const NameRef& variable) {
    if (variable.qualifier == query_.query().alias) return true;
    return Fail(RefusalKind::kUsage, "STATISTIC_OF_JOINED",
                "statistics are of the first dataset in FROM", variable.at,
                absl::StrCat("put ", query_.datasets().at(variable.qualifier), " first in FROM"));
  }

  bool AddDistinct(const StatisticRef& ref, StatisticColumn* column) {
    const std::string& name = ref.variable.name;
    if (!Contains(unit_.entry.contributor, name)) {
      return Fail(
          RefusalKind::kUsage, "NOT_A_CONTRIBUTOR",
          absl::StrCat("COUNT(DISTINCT ", name, ") needs a contributor of ", unit_.entry.name),
          ref.variable.at,
          absl::StrCat("the contributors are ", absl::StrJoin(unit_.entry.contributor, ", ")));
    }
    const auto known = std::find(plan_->distincts.begin(), plan_->distincts.end(), name);
    column->variable = static_cast<int>(known - plan_->distincts.begin());
    if (known != plan_->distincts.end()) return true;
    plan_->distincts.push_back(name);
    DistinctColumn distinct;
    distinct.name = name;
    for (const BuiltAxis& axis : dimensions_.axes)
      distinct.additive.push_back(IsAdditive(name, axis));
    plan_->table.distincts.push_back(std::move(distinct));
    return true;
  }

  // Each unit has one category of the axis: it is one row, or the import found its value constant.
  bool IsAdditive(const std::string& identifier, const BuiltAxis& axis) const {
    if (IsUnique(identifier)) return true;
    const auto constant = unit_.constant.find(identifier);
    return axis.plan.source == 0 && constant != unit_.constant.end() &&
           Contains(constant->second, axis.plan.column);
  }

  // `place`: of the measure in the plan; `decimals`: its own.
  bool AddMeasure(const NameRef& ref, int* place, int* decimals) {
    const std::string& name = ref.name;
    const Variable* variable = unit_.entry.FindVariable(name);
    if (variable == nullptr || variable->role != VariableRole::kMeasure) {
      return Fail(RefusalKind::kUsage, "NOT_A_MEASURE",
                  absl::StrCat(name, " is no measure: it has no sum"), ref.at,
                  absl::StrCat("group by ", name, ", or count with COUNT(*)"));
    }
    if (auto refusal = CheckGrain(query_, sources_, dimensions_, *variable, ref.at)) {
      refusal_ = std::move(refusal);
      return false;
    }
    *decimals = variable->decimals;
    const auto known =
        std::find_if(plan_->measures.begin(), plan_->measures.end(),
                     [&](const PlanMeasure& m) { return m.column == name && !m.squared; });
    *place = static_cast<int>(known - plan_->measures.begin());
    if (known != plan_->measures.end()) return true;
    plan_->measures.push_back({.column = name,
                               .decimals = variable->decimals,
                               .any_sign = variable->any_sign,
                               .grain = variable->grain.empty() ? "" : variable->grain[0]});
    MeasureColumn measure;
    measure.name = name;
    measure.decimals = variable->decimals;
    measure.any_sign = variable->any_sign;
    plan_->table.measures.push_back(std::move(measure));
    return true;
  }

  // The squares of a measure of the plan are a measure of their own.
  int AddSquares(int place) {
    const PlanMeasure of = plan_->measures[place];
    const auto known =
        std::find_if(plan_->measures.begin(), plan_->measures.end(),
                     [&](const PlanMeasure& m) { return m.column == of.column && m.squared; });
    const auto squares = static_cast<int>(known - plan_->measures.begin());
    if (known != plan_->measures.end()) return squares;
    plan_->measures.push_back({.column = of.column,
                               .decimals = 2 * of.decimals,
                               .any_sign = false,
                               .squared = true,
                               .levels = query_.rules().implied_tables.levels,
                               .grain = of.grain});
    plan_->table.measures.push_back({.name = absl::StrCat(of.column, "^2"),
                                     .decimals = 2 * of.decimals,
                                     .any_sign = false,
                                     .cells = {},
                                     .squares_of = place});
    return squares;
  }

  // REQUIRES: the measure is in the plan.
  void AddGini(StatisticColumn* column) {
    column->decimals = kGiniDecimals;
    const auto known = std::find(plan_->ginis.begin(), plan_->ginis.end(), column->variable);
    column->gini = static_cast<int>(known - plan_->ginis.begin());
    if (known != plan_->ginis.end()) return;
    plan_->ginis.push_back(column->variable);
    plan_->table.ginis.push_back({.measure = column->variable});
  }

  // REQUIRES: the measure is in the plan.
  void AddPercentile(const StatisticRef& ref, StatisticColumn* column) {
    ++column->decimals;
    const auto known = std::find_if(
        plan_->percentiles.begin(), plan_->percentiles.end(), [&](const PlanPercentile& p) {
          return p.measure == column->variable && p.percent == ref.percent;
        });
    column->percentile = static_cast<int>(known - plan_->percentiles.begin());
    if (known != plan_->percentiles.end()) return;
    plan_->nearest = query_.rules().NearestNeeded();
    plan_->percentiles.push_back({.measure = column->variable, .percent = ref.percent});
    plan_->table.percentiles.push_back(
        {.measure = column->variable, .percent = ref.percent, .nearest = plan_->nearest});
  }

  void Order() {
    ReleaseShape& shape = plan_->table.shape;
    for (size_t i = 0; i < place_.size(); ++i) {
      shape.column_order.push_back(
          place_[i] + (is_statistic_[i] ? static_cast<int>(shape.dimensions.size()) : 0));
    }
    for (const ParsedQuery::Order& order : query_.query().order_by) {
      const int item = order.position - 1;
      shape.order_by.push_back({is_statistic_[item], place_[item], order.descending});
    }
    shape.limit = query_.query().limit;
  }

  const AuthorisedQuery& query_;
  const std::vector<PlannedSource>& sources_;
  const Snapshot& unit_;
  const PlannedDimensions& dimensions_;
  std::vector<int>* columns_;
  AggregationPlan* plan_;
  std::vector<bool> is_statistic_;  // per item of SELECT
  int parts_ = 0;                   // statistics with conditions so far
  std::vector<int> place_;          // index in shape.dimensions or shape.statistics
  std::optional<Refusal> refusal_;
};

}  // namespace

std::optional<Refusal> PlanStatistics(const AuthorisedQuery& query,
                                      const std::vector<PlannedSource>& sources,
                                      const PlannedDimensions& dimensions,
                                      std::vector<int>* columns, AggregationPlan* plan) {
  return StatisticPlanner(query, sources, dimensions, columns, plan).Run();
}

}  // namespace kluis
