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
  bool has_recode = false;  // a CASE: the tree is then of partitions, not of the code list
  SourcePosition condition_at;
};

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
    if (Grouping() && Conditions()) {
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
    planned_.dimensions.resize(refs.size());
    for (TreeUse& use : uses_) {
      for (const int d : use.grouped) AddLevels(d, &use);
    }
    return true;
  }

  void AddLevels(int d, TreeUse* use) {
    const CatalogueDimension& dimension = resolved_[d];
    planned_.dimensions[d].variable = dimension.variable;
    planned_.dimensions[d].all_levels = dimension.all_levels && query_.query().has_rollup &&
                                        use->grouped.size() == 1 && !use->has_recode;
    if (use->has_recode) return;
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

  bool Conditions() {
    for (const Condition& condition : query_.query().conditions) {
      const int source = SourceIndex(condition.dimension.variable.qualifier);
      const Decision<CatalogueDimension> dimension =
          ResolveDimension(condition.dimension, sources_[source].snapshot->entry);
      if (!dimension.allowed()) return Fail(dimension.refusal());
      TreeUse& use = UseOf(source, dimension.value().base);
      const CodeTree tree = ValueTree(*use.base, dimension.value().width, use.missing);
      const Decision<std::vector<bool>> selected = SelectStored(condition, dimension.value(), tree);
      if (!selected.allowed()) return Fail(selected.refusal());
      use.selected = And(use.selected, selected.value());
      use.has_condition = true;
      use.condition_at = condition.at;
    }
    return true;
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
    if (use.grouped.empty() && !complement) {
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
    if (use.has_recode) {
      *tree = TreeOfPartitions(ChainOf(partitions));
      for (int level = 1; level <= tree->levels; ++level) levels->push_back(level);
      return true;
    }
    if (!use.base->range.has_value()) {
      *tree = TreeOfCodes(*use.base, use.missing);
      return true;
    }
    const std::vector<int> widths = use.widths.empty() ? std::vector<int>{1} : use.widths;
    if (!TreeOfBands(*use.base, widths, use.missing, tree)) {
      const SourcePosition at = query_.query().grouping_dimensions[use.grouped.back()].variable.at;
      return Fail(
          RefuseAt(RefusalKind::kUsage, "BANDS_NOT_NESTED",
                   absl::StrCat("these bands of ", use.base->name, " cut through each other"), at,
                   "use widths of which one divides the other"));
    }
    for (size_t w = 0; w < use.widths.size(); ++w) levels->push_back(static_cast<int>(w) + 1);
    return true;
  }

  bool AddAxis(const TreeUse& use, bool complement) {
    std::vector<Partition> partitions;
    CodeTree tree;
    AxisRequest request;
    if (use.has_recode && !Partitions(use, &partitions)) return false;
    if (!MakeTree(use, partitions, &tree, &request.levels)) return false;
    if (use.has_recode) request.touches_sensitive = TouchesSensitive(*use.base, use.missing);
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
      if (use.has_recode) {
        PlaceClasses(use.grouped[g], partitions[g], LevelIn(partitions, g), built);
      } else {
        Place(use.grouped[g], use, request.levels, built);
      }
    }
    planned_.axes.push_back(std::move(built));
    return true;
  }

  // The partition of each grouped dimension of the tree. False when they cut through each other.
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
        const DimensionRef &ref = refs[use.grouped[later.recode ? a : b]],
                           &other = refs[use.grouped[later.recode ? b : a]];
        return Fail(RefuseAt(RefusalKind::kUsage, "CASE_NOT_NESTED",
                             absl::StrCat("this CASE cuts through ", Written(other)),
                             ref.variable.at,
                             "make each class a union of its codes, or ask in two queries"));
      }
    }
    return true;
  }

  void PlaceClasses(int d, const Partition& partition, int tree_level, const BuiltAxis& built) {
    PlannedDimension& dimension = planned_.dimensions[d];
    dimension.axis = static_cast<int>(planned_.axes.size());
    dimension.level = tree_level + built.top_level;
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
    planned_.dimensions[d].axis = static_cast<int>(planned_.axes.size());
    planned_.dimensions[d].level = built.LevelOf(levels, tree_level);
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
