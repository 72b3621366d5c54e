#include "server/plan/coarser.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/plan/selection.h"

namespace kluis {
namespace {

std::string Level(const std::string& variable, const std::string& level) {
  return absl::StrCat("LEVEL(", variable, ", '", level, "')");
}

std::string Band(const std::string& variable, int width) {
  return absl::StrCat("BAND(", variable, ", ", width, ")");
}

// Two grants of one dataset are not mixed, so a form must be of a grant that has the variable too.
bool GrantedWith(const Project& project, const std::string& dataset, const std::string& variable,
                 const std::string& form) {
  return std::any_of(project.grants.begin(), project.grants.end(), [&](const Grant& grant) {
    const auto has = [&grant](const std::string& name) {
      return std::find(grant.variables.begin(), grant.variables.end(), name) !=
             grant.variables.end();
    };
    return grant.dataset == dataset && has(variable) && has(form);
  });
}

// How a level of `base` is written by who may use `variable`; empty: not at all.
std::string LevelForm(const Variable& variable, const Variable& base, const std::string& level,
                      const DatasetEntry& entry, const Project& project) {
  for (const Variable& other : entry.variables) {
    if (other.of == base.name && other.of_level == level &&
        GrantedWith(project, entry.name, variable.name, other.name))
      return other.name;
  }
  return GrantedWith(project, entry.name, variable.name, base.name) ? Level(base.name, level) : "";
}

std::string Classes(const DimensionRef& ref) {
  constexpr size_t kListedMax = 8;
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const CaseBranch& branch : ref.branches) add(branch.name);
  if (ref.otherwise.has_value()) add(*ref.otherwise);
  if (names.size() > kListedMax) {
    names.resize(kListedMax);
    names.push_back("…");
  }
  return absl::StrJoin(names, ", ");
}

}  // namespace

std::vector<std::string> CoarserForms(const DimensionRef& ref, const DatasetEntry& entry,
                                      const Project& project) {
  std::vector<std::string> forms;
  if (ref.form == DimensionRef::Form::kCase) return forms;
  const Decision<CatalogueDimension> resolved = ResolveDimension(ref, entry);
  if (!resolved.allowed()) return forms;
  const CatalogueDimension& dimension = resolved.value();
  const Variable& base = *dimension.base;
  const int named = static_cast<int>(base.levels.size());
  for (int level = std::min(dimension.level - 1, named); level >= 1; --level) {
    std::string form = LevelForm(*dimension.variable, base, base.levels[level - 1], entry, project);
    if (!form.empty()) forms.push_back(std::move(form));
  }
  if (!base.bands.has_value() || dimension.width == 0) return forms;
  for (const int width : base.bands->widths) {
    if (width > dimension.width) forms.push_back(Band(dimension.variable->name, width));
  }
  return forms;
}

std::string Written(const DimensionRef& ref) {
  switch (ref.form) {
    case DimensionRef::Form::kPlain:
      return ref.variable.name;
    case DimensionRef::Form::kLevel:
      return Level(ref.variable.name, ref.level);
    case DimensionRef::Form::kBand:
      return Band(ref.variable.name, ref.band_width);
    case DimensionRef::Form::kCase:
      return absl::StrCat("class of ", ref.variable.name, " (", Classes(ref), ")");
  }
  return "";
}

}  // namespace kluis
