#include "server/plan/selection.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "server/access/scope.h"
#include "server/query/nearest_name.h"

namespace kluis {
namespace {

Refusal Usage(std::string code, std::string message, SourcePosition at, std::string hint) {
  return RefuseAt(RefusalKind::kUsage, std::move(code), std::move(message), at, std::move(hint));
}

int LevelNumber(const Variable& base, const std::string& name) {
  const auto found = std::find(base.levels.begin(), base.levels.end(), name);
  return found == base.levels.end() ? 0 : static_cast<int>(found - base.levels.begin()) + 1;
}

Refusal NotADimension(const Variable& variable, SourcePosition at) {
  const bool measure = variable.role == VariableRole::kMeasure;
  return Usage("NOT_A_DIMENSION",
               absl::StrCat(variable.name, measure ? " is a measure" : " is an identifier"), at,
               measure ? absl::StrCat("use SUM(", variable.name, ") or AVG(", variable.name, ")")
                       : "identifiers are never shown");
}

Decision<CatalogueDimension> ResolveBand(const DimensionRef& ref, CatalogueDimension dimension) {
  const Variable& base = *dimension.base;
  const std::string& name = ref.variable.name;
  if (!base.range.has_value() || !base.bands.has_value()) {
    return Usage("NO_BANDS", absl::StrCat(name, " has no bands"), ref.variable.at,
                 "leave BAND out");
  }
  const std::vector<int>& widths = base.bands->widths;
  dimension.width = ref.band_width;
  if (std::find(widths.begin(), widths.end(), ref.band_width) != widths.end()) return dimension;
  return Usage("BAND_WIDTH", absl::StrCat(name, " has no bands of ", ref.band_width),
               ref.variable.at, absl::StrCat("the widths are ", absl::StrJoin(widths, ", ")));
}

Decision<CatalogueDimension> ResolveLevel(const DimensionRef& ref, CatalogueDimension dimension) {
  const Variable& base = *dimension.base;
  dimension.level = dimension.variable->of.empty() ? LevelNumber(base, ref.level) : 0;
  if (dimension.level > 0) return dimension;
  return Usage("UNKNOWN_LEVEL", absl::StrCat(ref.variable.name, " has no level ", ref.level),
               ref.variable.at,
               base.levels.empty() || !dimension.variable->of.empty()
                   ? "write the variable itself"
                   : DidYouMean(ref.level, base.levels,
                                absl::StrCat("the levels are ", absl::StrJoin(base.levels, ", "))));
}

// safety.md 11: no free thresholds on what nobody outside knows; a list of values is one too.
std::optional<Refusal> FreeThreshold(const Condition& condition,
                                     const CatalogueDimension& dimension) {
  const Variable& base = *dimension.base;
  if (base.kind != VariableKind::kConfidential || !base.range.has_value() || dimension.width != 1)
    return std::nullopt;
  const std::string& name = condition.dimension.variable.name;
  const bool bands = base.bands.has_value() && !base.bands->widths.empty();
  return Usage("CONFIDENTIAL_THRESHOLD", absl::StrCat(name, " takes no free thresholds"),
               condition.at,
               bands ? absl::StrCat("write BAND(", name, ", ", base.bands->widths[0], ") IN ('",
                                    BandCode(base.bands->from, base, base.bands->widths[0]), "')")
                     : absl::StrCat("group by ", name));
}

Decision<std::vector<bool>> SelectRange(const Condition& condition,
                                        const CatalogueDimension& dimension, const CodeTree& tree) {
  if (!dimension.base->range.has_value() || dimension.width != 1) {
    return Usage("RANGE_OF_CODES",
                 absl::StrCat(condition.dimension.variable.name, " has codes, which have no order"),
                 condition.at, "write variable IN ('a', 'b')");
  }
  std::vector<bool> selected(tree.node_of_stored.size(), false);
  for (size_t i = 1; i < selected.size(); ++i) {
    const int64_t value = static_cast<int64_t>(i) - 1;
    selected[i] = tree.node_of_stored[i] >= 0 && value >= condition.low && value <= condition.high;
  }
  return selected;
}

// Nodes that a condition on this dimension may name, by code.
std::map<std::string, int> NamedNodes(const CatalogueDimension& dimension, const CodeTree& tree) {
  const bool one_level = dimension.level > 0 && !dimension.all_levels;
  std::map<std::string, int> nodes;
  for (size_t n = 0; n < tree.nodes.size(); ++n) {
    const CodeTree::Node& node = tree.nodes[n];
    const bool stands = node.level <= dimension.level && dimension.level <= node.last_level;
    if (one_level && !stands && node.code != kMissingCode) continue;
    nodes[node.code] = static_cast<int>(n);
  }
  return nodes;
}

// Of which area of the level that is asked for the code is a part; empty: of none.
std::string PartHint(const std::string& code, const CatalogueDimension& dimension,
                     const CodeTree& tree) {
  for (size_t n = 0; dimension.level > 0 && n < tree.nodes.size(); ++n) {
    const CodeTree::Node& node = tree.nodes[n];
    if (node.code != code || node.level <= dimension.level) continue;
    const CodeTree::Node& whole =
        tree.nodes[static_cast<size_t>(tree.CutNode(static_cast<int>(n), dimension.level))];
    if (whole.code != code) return absl::StrCat("it is part of '", whole.code, "' there");
  }
  if (!dimension.base->merged.has_value()) return "";
  for (const CodeTree::Node& node : tree.nodes) {
    const std::vector<std::string> areas = absl::StrSplit(node.code, '+');
    if (areas.size() < 2 || std::find(areas.begin(), areas.end(), code) == areas.end()) continue;
    return absl::StrCat("it got a part of an area that was split; what is known is '", node.code,
                        "' together");
  }
  return "";
}

Refusal UnknownCode(const Condition& condition, size_t i, const std::map<std::string, int>& known,
                    const CatalogueDimension& dimension, const CodeTree& tree) {
  std::vector<std::string> codes;
  constexpr size_t kCandidatesMax = 20'000;
  for (const auto& [code, node] : known) {
    if (codes.size() < kCandidatesMax) codes.push_back(code);
  }
  const SourcePosition at =
      i < condition.value_positions.size() ? condition.value_positions[i] : condition.at;
  const std::string& name = condition.dimension.variable.name;
  const std::string part = PartHint(condition.values[i], dimension, tree);
  const std::string& level = condition.dimension.level;
  return Usage("UNKNOWN_CODE",
               absl::StrCat("'", condition.values[i], "' is no code of ", name,
                            level.empty() ? "" : absl::StrCat(" at level ", level)),
               at,
               !part.empty()
                   ? part
                   : DidYouMean(condition.values[i], codes,
                                absl::StrCat("kluis describe lists the codes of ", name)));
}

std::vector<bool> Below(const std::set<int>& nodes, const CodeTree& tree) {
  std::vector<bool> selected(tree.node_of_stored.size(), false);
  for (size_t i = 0; i < selected.size(); ++i) {
    for (int at = tree.node_of_stored[i]; at >= 0; at = tree.nodes[at].parent) {
      if (nodes.count(at) > 0) selected[i] = true;
    }
  }
  return selected;
}

}  // namespace

Decision<CatalogueDimension> ResolveDimension(const DimensionRef& ref, const DatasetEntry& entry) {
  CatalogueDimension dimension;
  dimension.entry = &entry;
  dimension.variable = entry.FindVariable(ref.variable.name);
  dimension.base =
      dimension.variable == nullptr ? nullptr : BaseVariable(entry, *dimension.variable);
  if (dimension.base == nullptr) {
    return RefuseAt(RefusalKind::kPolicy, "NOT_GRANTED",
                    "dataset or variable unknown or not granted", ref.variable.at, "");
  }
  const Variable& base = *dimension.base;
  if (dimension.variable->role == VariableRole::kMeasure && ref.form == DimensionRef::Form::kBand) {
    return Usage("NOT_AVAILABLE_YET", "bands of measures are not available yet", ref.variable.at,
                 "leave BAND out");
  }
  if (dimension.variable->role != VariableRole::kDimension)
    return NotADimension(*dimension.variable, ref.variable.at);
  if (ref.form == DimensionRef::Form::kBand) return ResolveBand(ref, dimension);
  if (ref.form == DimensionRef::Form::kLevel) return ResolveLevel(ref, dimension);
  if (base.range.has_value()) {
    dimension.width = 1;
    return dimension;
  }
  const int finest =
      base.levels.empty() ? std::max(base.codes.levels, 1) : static_cast<int>(base.levels.size());
  dimension.level =
      dimension.variable->of.empty() ? finest : LevelNumber(base, dimension.variable->of_level);
  dimension.all_levels = dimension.variable->of.empty() && finest > 1;
  return dimension;
}

Decision<std::vector<bool>> SelectStored(const Condition& condition,
                                         const CatalogueDimension& dimension,
                                         const CodeTree& tree) {
  if (auto refusal = FreeThreshold(condition, dimension)) return *refusal;
  if (condition.form == Condition::Form::kRange) return SelectRange(condition, dimension, tree);
  const std::map<std::string, int> known = NamedNodes(dimension, tree);
  std::set<int> named;
  for (size_t i = 0; i < condition.values.size(); ++i) {
    const auto node = known.find(condition.values[i]);
    if (node == known.end()) return UnknownCode(condition, i, known, dimension, tree);
    named.insert(node->second);
  }
  std::vector<bool> selected = Below(named, tree);
  if (condition.form == Condition::Form::kIn) return selected;
  for (size_t i = 0; i < selected.size(); ++i)
    selected[i] = !selected[i] && tree.node_of_stored[i] >= 0;
  return selected;
}

std::vector<bool> ScopeStored(const std::vector<std::string>& codes, const CodeTree& tree) {
  std::set<int> named;
  for (size_t n = 0; n < tree.nodes.size(); ++n) {
    if (std::find(codes.begin(), codes.end(), tree.nodes[n].code) != codes.end())
      named.insert(static_cast<int>(n));
  }
  return Below(named, tree);
}

}  // namespace kluis
