#include "server/plan/tree_use.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "server/access/scope.h"

namespace kluis {
namespace {

// Each is an axis that no row shows.
constexpr int kPartVariablesMax = 6;

class TreeUseReader {
 public:
  TreeUseReader(const AuthorisedQuery& query, const std::vector<PlannedSource>& sources)
      : query_(query), sources_(sources) {}

  Decision<TreeUses> Run() {
    if (!Grouping() || !Parts() || !Conditions()) return *refusal_;
    Scopes();
    SortUses();
    for (TreeUse& use : uses_) JudgeScope(&use);
    return TreeUses{std::move(uses_), std::move(resolved_), parts_};
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
      ++parts_;
      for (const Condition& condition : statistic->conditions) {
        if (!AddPartCondition(condition)) return false;
      }
    }
    return true;
  }

  bool AddPartCondition(const Condition& condition) {
    const int part = parts_ - 1;
    PartCondition added{.part = part, .meets = {}, .at = condition.at};
    TreeUse* use = Select(condition, &added.meets);
    if (use == nullptr) return false;
    added.meets = And(added.meets, HeldByData(ValueTree(*use->base, 1, use->missing)));
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

  // One question has one plan, in whichever order its conditions stand. Grouped variables keep
  // their order, in which files of decisions name the codes of a cell; Protect() orders axes for
  // itself.
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

  const AuthorisedQuery& query_;
  const std::vector<PlannedSource>& sources_;
  std::vector<CatalogueDimension> resolved_;
  std::vector<TreeUse> uses_;  // in order of first use; UseOf() returns references, so none is kept
  int parts_ = 0;
  std::optional<Refusal> refusal_;
};

}  // namespace

std::vector<bool> And(const std::vector<bool>& a, const std::vector<bool>& b) {
  std::vector<bool> both(a.size());
  for (size_t i = 0; i < a.size(); ++i) both[i] = a[i] && b[i];
  return both;
}

Decision<TreeUses> ReadTreeUses(const AuthorisedQuery& query,
                                const std::vector<PlannedSource>& sources) {
  return TreeUseReader(query, sources).Run();
}

}  // namespace kluis
