#include "server/plan/dimensions.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "server/plan/coarser.h"
#include "server/plan/partition.h"
#include "server/plan/selection.h"
#include "server/plan/tree_use.h"

namespace kluis {
namespace {

class DimensionPlanner {
 public:
  DimensionPlanner(const AuthorisedQuery& query, const std::vector<PlannedSource>& sources)
      : query_(query), sources_(sources) {}

  Decision<PlannedDimensions> Run() {
    Decision<TreeUses> decision = ReadTreeUses(query_, sources_);
    if (!decision.allowed()) return decision.refusal();
    TreeUses read = std::move(decision).value();
    uses_ = std::move(read.uses);
    resolved_ = std::move(read.resolved);
    planned_.parts.resize(read.parts);
    AddLevels();
    for (const TreeUse& use : uses_) {
      if (!AddUse(use)) break;
    }
    for (size_t source = 1; source < sources_.size(); ++source)
      AddMembership(static_cast<int>(source));
    if (refusal_.has_value()) return *refusal_;
    return std::move(planned_);
  }

 private:
  bool Fail(Refusal refusal) {
    refusal_ = std::move(refusal);
    return false;
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
    const std::vector<bool> held = HeldByData(values);
    for (size_t i = 0; i < kept.size(); ++i) some |= kept[i] && held[i];
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
    request.possible = HeldByData(ValueTree(*use.base, 1, use.missing));
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
      PartOnAxis part = PlacePart(condition, built, static_cast<int>(planned_.axes.size()), level);
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
    Rank(use, partition, built, &dimension);
  }

  // Categories of partitions follow their values; rows follow the code list, and classes of a CASE
  // their first code.
  static void Rank(const TreeUse& use, const Partition& partition, const BuiltAxis& built,
                   PlannedDimension* dimension) {
    const bool of_list = partition.listed && !use.base->range.has_value();
    std::map<std::string, int> place;
    if (of_list) {
      for (const CodeTree::Node& node : TreeOfCodes(*use.base, use.missing).nodes)
        place.insert({node.code, static_cast<int>(place.size()) + 1});
    }
    const std::vector<int> levels =
        dimension->all_levels ? dimension->levels : std::vector<int>{dimension->level};
    for (const int level : levels) {
      const std::vector<int>& map = built.plan.level_maps[level];
      for (size_t i = 0; i < partition.class_of.size(); ++i) {
        const int category = map[static_cast<int>(i) - 1 - built.plan.stored_low];
        if (category < 0 || category == built.out || category == built.top) continue;
        const auto named = dimension->names.find(category);
        const std::string& code =
            named != dimension->names.end() ? named->second : built.axis.categories[category].code;
        dimension->ranks[category] =
            of_list ? place.at(code) : FirstValue(partition, partition.class_of[i]);
      }
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
    if (!use.base->range.has_value()) return;
    // With wider bands beside it, a band that these do not divide is one of theirs.
    const Partition bands = PartitionOf(resolved_[d], use.missing);
    const std::vector<int>& map = built.plan.level_maps[dimension.level];
    for (size_t i = 0; i < bands.class_of.size(); ++i) {
      const int category = map[static_cast<int>(i) - 1 - built.plan.stored_low];
      if (category >= 0 && category != built.out && bands.class_of[i] >= 0)
        dimension.ranks[category] = FirstValue(bands, bands.class_of[i]);
    }
  }

  const AuthorisedQuery& query_;
  const std::vector<PlannedSource>& sources_;
  std::vector<CatalogueDimension> resolved_;
  std::vector<TreeUse> uses_;
  PlannedDimensions planned_;
  std::optional<Refusal> refusal_;
};

}  // namespace

Decision<PlannedDimensions> PlanDimensions(const AuthorisedQuery& query,
                                           const std::vector<PlannedSource>& sources) {
  return DimensionPlanner(query, sources).Run();
}

}  // namespace kluis
