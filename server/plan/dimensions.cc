#include "server/plan/dimensions.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "server/access/scope.h"
#include "server/plan/coarser.h"
#include "server/plan/partition.h"
#include "server/plan/selection.h"

namespace kluis {
namespace {

// All that a query says about one code tree.
struct TreeUse {
  int source = 0;
  const Variable* base = nullptr;
  VariableKind kind = VariableKind::kMixed;  // of the variable, and no less than the membership
  bool missing = false;
  std::vector<int> grouped;  // indices of grouping_dimensions
  std::vector<int> levels;   // of the code list, ascending; or
  std::vector<int> widths;   // of a range, descending
  std::vector<bool> in_scope, selected;
  bool has_scope = false, has_condition = false;
  bool has_recode = false;  // a CASE
  std::vector<PartCondition> parts;
  SourcePosition condition_at;
  // The tree is then of partitions, not of the code list.
  bool partitioned() const { return has_recode || !parts.empty(); }
};

// Each is an axis that no row shows.
constexpr int kPartVariablesMax = 6;

std::vector<bool> And(const std::vector<bool>& a, const std::vector<bool>& b) {
  std::vector<bool> both(a.size());
  for (size_t i = 0; i < a.size(); ++i) both[i] = a[i] && b[i];
  return both;
}

class DimensionPlanner {
 public:
  DimensionPlanner(const AuthorisedQuery& query, const std::vector<PlannedSource>& sources)
      : query_(query), sources_(sources) {}

  Decision<PlannedDimensions> Run() {
    if (Grouping() && Parts() && Conditions()) {
      AddLevels();
      Scopes();
      SortUses();
      for (TreeUse& use : uses_) JudgeScope(&use);
      for (const TreeUse& use : uses_) {
        if (!AddUse(use)) break;
      }
      for (size_t source = 1; source < sources_.size(); ++source)
        AddMembership(static_cast<int>(source));
    }
    if (refusal_.has_value()) return *refusal_;
    return std::move(planned_);
  }

 private:
  bool Fail(Refusal refusal) {
    refusal_ = std::move(refusal);
    return false;
  }

  int SourceIndex(const std::string& alias) const {
    for (size_t i = 0; i < sources_.size(); ++i) {
      if (sources_[i].source.alias == alias) return static_cast<int>(i);
    }
    KLUIS_CHECK(false);
    return -1;
  }

  TreeUse& UseOf(int source, const Variable* base) {
    for (TreeUse& use : uses_) {
      if (use.source == source && use.base == base) return use;
    }
    TreeUse use;
    use.source = source;
    use.base = base;
    use.kind = std::max(base->kind, sources_[source].membership);
    use.missing = base->missing_declared || sources_[source].source.left;
    const size_t stored = ValueTree(*base, 1, use.missing).node_of_stored.size();
    use.in_scope.assign(stored, true);
    use.selected.assign(stored, true);
    uses_.push_back(std::move(use));
    return uses_.back();
  }

  bool Grouping() {
    const std::vector<DimensionRef>& refs = query_.query().grouping_dimensions;
    for (size_t d = 0; d < refs.size(); ++d) {
      const int source = SourceIndex(refs[d].variable.qualifier);
      const Decision<CatalogueDimension> resolved =
          ResolveDimension(refs[d], sources_[source].snapshot->entry);
      if (!resolved.allowed()) return Fail(resolved.refusal());
      resolved_.push_back(resolved.value());
      TreeUse& use = UseOf(source, resolved_.back().base);
      use.grouped.push_back(static_cast<int>(d));
      use.has_recode |= refs[d].form == DimensionRef::Form::kCase;
    }
    return true;
  }

  void AddLevels() {
    planned_.dimensions.resize(query_.query().grouping_dimensions.size());
    for (TreeUse& use : uses_) {
      for (const int d : use.grouped) AddLevelsOf(d, &use);
    }
  }

  void AddLevelsOf(int d, TreeUse* use) {
    const CatalogueDimension& dimension = resolved_[d];
    planned_.dimensions[d].variable = dimension.variable;
    planned_.dimensions[d].all_levels = dimension.all_levels && query_.query().has_rollup &&
                                        use->grouped.size() == 1 && !use->has_recode;
    if (use->partitioned()) return;
    if (dimension.width > 0) {
      use->widths.push_back(dimension.width);
      std::sort(use->widths.begin(), use->widths.end(), std::greater<>());
      use->widths.erase(std::unique(use->widths.begin(), use->widths.end()), use->widths.end());
      return;
    }
    for (int level = planned_.dimensions[d].all_levels ? 1 : dimension.level;
         level <= dimension.level; ++level) {
      use->levels.push_back(level);
    }
    std::sort(use->levels.begin(), use->levels.end());
    use->levels.erase(std::unique(use->levels.begin(), use->levels.end()), use->levels.end());
  }

  // The stored values that meet a condition, and the tree they are of. Null after a refusal.
  TreeUse* Select(const Condition& condition, std::vector<bool>* selected) {
    const int source = SourceIndex(condition.dimension.variable.qualifier);
    const Decision<CatalogueDimension> dimension =
        ResolveDimension(condition.dimension, sources_[source].snapshot->entry);
    if (!dimension.allowed()) {
      Fail(dimension.refusal());
      return nullptr;
    }
    TreeUse& use = UseOf(source, dimension.value().base);
    const CodeTree tree = ValueTree(*use.base, dimension.value().width, use.missing);
    Decision<std::vector<bool>> meets = SelectStored(condition, dimension.value(), tree);
    if (!meets.allowed()) {
      Fail(meets.refusal());
      return nullptr;
    }
    *selected = std::move(meets).value();
    return &use;
  }

  bool Conditions() {
    for (const Condition& condition : query_.query().conditions) {
      std::vector<bool> selected;
      TreeUse* use = Select(condition, &selected);
      if (use == nullptr) return false;
      use->selected = And(use->selected, selected);
      use->has_condition = true;
      use->condition_at = condition.at;
    }
    return true;
  }

  // The conditions of statistics, per code tree.
  bool Parts() {
    for (const SelectItem& item : query_.query().items) {
      const auto* statistic = std::get_if<StatisticRef>(&item.value);
      if (statistic == nullptr || statistic->conditions.empty()) continue;
      planned_.parts.emplace_back();
      for (const Condition& condition : statistic->conditions) {
        if (!AddPartCondition(condition)) return false;
      }
    }
    return true;
  }

  bool AddPartCondition(const Condition& condition) {
    const int part = static_cast<int>(planned_.parts.size()) - 1;
    PartCondition added{.part = part, .meets = {}, .at = condition.at};
    TreeUse* use = Select(condition, &added.meets);
    if (use == nullptr) return false;
    if (!use->parts.empty() && use->parts.back().part == part) {
      use->parts.back().meets = And(use->parts.back().meets, added.meets);
      return true;
    }
    use->parts.push_back(std::move(added));
    const auto own = std::count_if(uses_.begin(), uses_.end(), [](const TreeUse& other) {
      return other.grouped.empty() && !other.parts.empty();
    });
    if (own <= kPartVariablesMax) return true;
    return Fail(RefuseAt(RefusalKind::kUsage, "TOO_MANY_CONDITIONS",
                         absl::StrCat("SHARE and FILTER take at most ", kPartVariablesMax,
                                      " variables that the query does not group by"),
                         condition.at, "ask in several queries"));
  }

  void Scopes() {
    for (const auto& [alias, variables] : query_.scope()) {
      const int source = SourceIndex(alias);
      const DatasetEntry& entry = sources_[source].snapshot->entry;
      for (const auto& [name, codes] : variables) {
        const Variable* variable = entry.FindVariable(name);
        const Variable* base = variable == nullptr ? nullptr : BaseVariable(entry, *variable);
        KLUIS_CHECK(base != nullptr);  // the bundle in force was checked against the catalogue
        TreeUse& use = UseOf(source, base);
        use.in_scope = And(use.in_scope, ScopeStored(codes, ValueTree(*base, 1, use.missing)));
        use.has_scope = true;
      }
    }
  }

  // One question has one plan, in whichever order its conditions stand. Grouped variables keep their
  // order, in which files of decisions name the codes of a cell; Protect() orders axes for itself.
  void SortUses() {
    const auto first = std::stable_partition(
        uses_.begin(), uses_.end(), [](const TreeUse& use) { return !use.grouped.empty(); });
    std::sort(first, uses_.end(), [](const TreeUse& a, const TreeUse& b) {
      return std::tie(a.source, a.base->name) < std::tie(b.source, b.base->name);
    });
  }

  // A scope that not everyone can judge, by the variable or for want of a partner, is a condition
  // like those of WHERE: what lies outside is `out`, not gone.
  static void JudgeScope(TreeUse* use) {
    if (use->kind == VariableKind::kIdentifying || !use->has_scope) return;
    use->selected = And(use->in_scope, use->selected);
    use->in_scope.assign(use->in_scope.size(), true);
    use->has_condition = true;
  }

  // The axes of a judged join have the rows without a partner as their `out`, those of a LEFT JOIN
  // as `_U`. The membership has an axis of its own when there is none to show it, or when one of
  // them is a stricter secret: those who know the members must not learn more (safety.md 10).
  void AddMembership(int source) {
    const PlannedSource& joined = sources_[source];
    bool shown = joined.source.left, stricter = false;
    for (const TreeUse& use : uses_) {
      if (use.source != source) continue;
      shown = true;
      stricter |= use.kind > joined.membership;
    }
    if (joined.membership == VariableKind::kIdentifying || (shown && !stricter)) return;
    BuiltAxis built = BuildMembershipAxis(joined.source.left);
    built.axis.name = absl::StrCat(joined.link, ".*");
    built.axis.kind = joined.membership;
    built.plan.source = source;
    planned_.axes.push_back(std::move(built));
  }

  bool AddUse(const TreeUse& use) {
    const bool condition = use.has_condition || sources_[use.source].source.judged;
    const bool complement = condition && use.kind != VariableKind::kIdentifying;
    const std::vector<bool> kept = And(use.in_scope, use.selected);
    const CodeTree values = ValueTree(*use.base, 1, use.missing);
    bool some = false;
    for (size_t i = 0; i < kept.size(); ++i) some |= kept[i] && values.node_of_stored[i] >= 0;
    if (!some) {
      return Fail(RefuseAt(RefusalKind::kUsage, "NOTHING_SELECTED",
                           absl::StrCat("no code of ", use.base->name, " meets every condition"),
                           use.condition_at, "drop one of the conditions"));
    }
    if (use.grouped.empty() && use.parts.empty() && !complement) {
      AddFilter(use, kept, values);
      return true;
    }
    return AddAxis(use, complement);
  }

  void AddFilter(const TreeUse& use, const std::vector<bool>& kept, const CodeTree& values) {
    PlanFilter filter{.source = use.source, .column = use.base->name, .stored_values = {}};
    for (size_t i = 0; i < kept.size(); ++i) {
      if (kept[i] && values.node_of_stored[i] >= 0)
        filter.stored_values.push_back(static_cast<int>(i) - 1);
    }
    if (sources_[use.source].source.left) {
      const std::vector<int>& stored = filter.stored_values;
      const bool missing = kept[0];
      const bool value = std::any_of(stored.begin(), stored.end(), [](int v) { return v >= 0; });
      planned_.filtered.push_back({.source = use.source,
                                   .matched = value || (missing && use.base->missing_declared),
                                   .unmatched = missing});
    }
    planned_.filters.push_back(std::move(filter));
  }

  // The tree of an axis and the levels of it that are shown. False when the dimensions cut through
  // each other.
  bool MakeTree(const TreeUse& use, const std::vector<Partition>& partitions, CodeTree* tree,
                std::vector<int>* levels) {
    *levels = use.levels;
    if (use.partitioned()) {
      *tree = TreeOfPartitions(ChainOf(partitions));
      for (int level = 1; level <= tree->levels; ++level) levels->push_back(level);
      return true;
    }
    if (!use.base->range.has_value()) {
      *tree = TreeOfCodes(*use.base, use.missing);
      return true;
    }
    const std::vector<int> widths = use.widths.empty() ? std::vector<int>{1} : use.widths;
    if (!TreeOfBands(*use.base, widths, use.missing, tree)) return BandsNotNested(use);
    for (size_t w = 0; w < use.widths.size(); ++w) levels->push_back(static_cast<int>(w) + 1);
    return true;
  }

  bool AddAxis(const TreeUse& use, bool complement) {
    std::vector<Partition> partitions;
    CodeTree tree;
    AxisRequest request;
    if (use.partitioned() && !Partitions(use, &partitions)) return false;
    if (!MakeTree(use, partitions, &tree, &request.levels)) return false;
    if (use.partitioned()) request.touches_sensitive = TouchesSensitive(*use.base, use.missing);
    request.tree = &tree;
    request.in_scope = use.in_scope;
    request.selected = use.selected;
    request.complement = complement;
    request.sensitive = use.base->sensitive;
    const PlannedSource& source = sources_[use.source];
    request.unmatched = source.source.judged ? Unmatched::kOut
                        : source.source.left ? Unmatched::kMissing
                                             : Unmatched::kDropped;
    request.missing = use.base->missing_declared;
    request.secret_zeros = source.membership != VariableKind::kIdentifying;
    BuiltAxis built = BuildAxis(request);
    built.axis.name =
        use.source == 0 ? use.base->name : absl::StrCat(source.link, ".", use.base->name);
    built.axis.kind = use.kind;
    built.plan.source = use.source;
    built.plan.column = use.base->name;
    for (size_t g = 0; g < use.grouped.size(); ++g) {
      if (use.partitioned()) {
        PlaceClasses(use, g, partitions, built);
      } else {
        Place(use.grouped[g], use, request.levels, built);
      }
    }
    if (!PlaceParts(use, partitions, built)) return false;
    planned_.axes.push_back(std::move(built));
    return true;
  }

  // Of each grouped dimension of the tree; then of the levels above, where one stands for all of
  // them; the last is that of the conditions of statistics, where there are any. False when
  // dimensions cut through each other.
  bool Partitions(const TreeUse& use, std::vector<Partition>* partitions) {
    const std::vector<DimensionRef>& refs = query_.query().grouping_dimensions;
    for (const int d : use.grouped) {
      if (refs[d].form != DimensionRef::Form::kCase) {
        partitions->push_back(PartitionOf(resolved_[d], use.missing));
        continue;
      }
      Decision<Partition> partition = PartitionOfCase(refs[d], resolved_[d], use.missing);
      if (!partition.allowed()) return Fail(partition.refusal());
      partitions->push_back(std::move(partition).value());
    }
    for (size_t a = 0; a < partitions->size(); ++a) {
      for (size_t b = 0; b < a; ++b) {
        const Partition &later = (*partitions)[a], &earlier = (*partitions)[b];
        if (Refines(later, earlier) || Refines(earlier, later)) continue;
        if (!use.has_recode) return BandsNotNested(use);
        const DimensionRef &ref = refs[use.grouped[later.recode ? a : b]],
                           &other = refs[use.grouped[later.recode ? b : a]];
        return Fail(RefuseAt(RefusalKind::kUsage, "CASE_NOT_NESTED",
                             absl::StrCat("this CASE cuts through ", Written(other)),
                             ref.variable.at,
                             "make each class a union of its codes, or ask in two queries"));
      }
    }
    if (use.grouped.size() == 1 && planned_.dimensions[use.grouped[0]].all_levels) {
      CatalogueDimension coarser = resolved_[use.grouped[0]];
      while (--coarser.level > 0) partitions->push_back(PartitionOf(coarser, use.missing));
    }
    if (use.parts.empty()) return true;
    partitions->push_back(PartitionOfParts(use.parts, *partitions, *use.base, use.missing));
    return true;
  }

  bool BandsNotNested(const TreeUse& use) {
    const SourcePosition at = query_.query().grouping_dimensions[use.grouped.back()].variable.at;
    return Fail(RefuseAt(RefusalKind::kUsage, "BANDS_NOT_NESTED",
                         absl::StrCat("these bands of ", use.base->name, " cut through each other"),
                         at, "use widths of which one divides the other"));
  }

  // Which categories meet the conditions of statistics. False when none does.
  bool PlaceParts(const TreeUse& use, const std::vector<Partition>& partitions,
                  const BuiltAxis& built) {
    for (const PartCondition& condition : use.parts) {
      const int level = LevelIn(partitions, partitions.size() - 1) + built.top_level;
      PartOnAxis part =
          PlacePart(condition, built, static_cast<int>(planned_.axes.size()), level);
      if (!MeetsAny(part)) {
        return Fail(RefuseAt(RefusalKind::kUsage, "NOTHING_SELECTED",
                             absl::StrCat("no code of ", use.base->name,
                                          " that the query leaves meets this condition"),
                             condition.at, "leave this column out"));
      }
      planned_.parts[condition.part].axes.push_back(std::move(part));
    }
    return true;
  }

  void PlaceClasses(const TreeUse& use, size_t g, const std::vector<Partition>& partitions,
                    const BuiltAxis& built) {
    const Partition& partition = partitions[g];
    PlannedDimension& dimension = planned_.dimensions[use.grouped[g]];
    dimension.axis = static_cast<int>(planned_.axes.size());
    dimension.level = LevelIn(partitions, g) + built.top_level;
    if (dimension.all_levels) {
      std::set<int> levels = {built.top_level, dimension.level};
      const size_t above = partitions.size() - (use.parts.empty() ? 0 : 1);
      for (size_t p = use.grouped.size(); p < above; ++p)
        levels.insert(LevelIn(partitions, p) + built.top_level);
      dimension.levels.assign(levels.begin(), levels.end());
    }
    const std::vector<int>& map = built.plan.level_maps[dimension.level];
    for (size_t i = 0; i < partition.class_of.size(); ++i) {
      const int category = map[static_cast<int>(i) - 1 - built.plan.stored_low];
      if (category >= 0 && category != built.out)
        dimension.names[category] = partition.names[partition.class_of[i]];
    }
  }

  void Place(int d, const TreeUse& use, const std::vector<int>& levels, const BuiltAxis& built) {
    int tree_level = resolved_[d].level;
    if (resolved_[d].width > 0) {
      tree_level =
          static_cast<int>(std::find(use.widths.begin(), use.widths.end(), resolved_[d].width) -
                           use.widths.begin()) +
          1;
    }
    PlannedDimension& dimension = planned_.dimensions[d];
    dimension.axis = static_cast<int>(planned_.axes.size());
    dimension.level = built.LevelOf(levels, tree_level);
    for (int level = built.top_level; dimension.all_levels && level <= dimension.level; ++level)
      dimension.levels.push_back(level);
  }

  const AuthorisedQuery& query_;
  const std::vector<PlannedSource>& sources_;
  std::vector<CatalogueDimension> resolved_;
  std::vector<TreeUse> uses_;  // in order of first use; UseOf() returns references, so none is kept
  PlannedDimensions planned_;
  std::optional<Refusal> refusal_;
};

}  // namespace

Decision<PlannedDimensions> PlanDimensions(const AuthorisedQuery& query,
                                           const std::vector<PlannedSource>& sources) {
  return DimensionPlanner(query, sources).Run();
}

}  // namespace kluis
