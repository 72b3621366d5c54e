#include "tests/reference/reading.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

int LevelOf(const RegisterDimension& dimension, const AskedView& view) {
  return view.variable.other >= 0 ? dimension.others[view.variable.other].second : view.level;
}

std::string ClassOf(const RegisterWorld& world, const AskedDimension& dimension, int value) {
  for (const AskedBranch& branch : dimension.branches) {
    if (MeetsAll(world, branch.conditions, dimension.view.variable, value)) return branch.name;
  }
  return dimension.otherwise;
}

// The rank of a class is that of its first code: the first that stands for nothing else.
int RankOfClass(const RegisterWorld& world, const AskedQuery& query, const AskedDimension& asked, const std::string& name) {
  const RegisterDimension& dimension = DimensionOf(world, asked.view.variable);
  const std::vector<int> values = ValuesOf(world, query, asked.view.variable, false);
  const auto of_class = [&](int value) { return ClassOf(world, asked, value) == name; };
  for (size_t c = 0; c < dimension.codes.size(); ++c) {
    std::vector<int> below;
    for (const int value : values) {
      const std::vector<std::string> names = NamesOf(dimension, {}, value);
      if (std::count(names.begin(), names.end(), dimension.codes[c].code) > 0) below.push_back(value);
    }
    if (!below.empty() && std::all_of(below.begin(), below.end(), of_class)) return static_cast<int>(c);
  }
  for (const int value : values) {
    if (value != kMissingValue && of_class(value)) return value;
  }
  return kMissingRank;
}

// In ROLLUP, CUBE and GROUPING SETS a variable with levels stands for all of them, if it is the only
// one of its tree.
bool StandsForAllLevels(const RegisterWorld& world, const AskedQuery& query, const AskedDimension& asked) {
  const AskedView& view = asked.view;
  const auto same = [&](const AskedDimension& d) { return SameTree(d.view.variable, view.variable); };
  return query.has_sets() && asked.branches.empty() && view.level == 0 && view.width == 0 && view.variable.other < 0 &&
         DimensionOf(world, view.variable).level_count() > 1 && std::count_if(query.dimensions.begin(), query.dimensions.end(), same) == 1;
}

}  // namespace

const RegisterDimension& DimensionOf(const RegisterWorld& world, const AskedVariable& variable) {
  return world.registers[variable.source].dimensions[variable.dimension];
}

bool HasMissing(const RegisterWorld& world, const AskedQuery& query, const AskedVariable& variable) {
  const bool left = variable.source > 0 && query.joined[variable.source - 1] == AskedQuery::Joined::kLeft;
  return left || DimensionOf(world, variable).missing;
}

std::vector<int> ValuesOf(const RegisterWorld& world, const AskedQuery& query, const AskedVariable& variable, bool of_partner) {
  const RegisterDimension& dimension = DimensionOf(world, variable);
  std::vector<int> values = dimension.Values();
  if (of_partner ? dimension.missing : HasMissing(world, query, variable)) values.push_back(kMissingValue);
  return values;
}

// The highest code at or below the level on the way up; one that ends above it stands for itself.
ShownCode CodeAtLevel(const RegisterDimension& dimension, int level, int value) {
  if (value == kMissingValue) return {kMissingRank, "_U"};
  const int own = dimension.Counted(value);
  int cut = own;
  for (int at = own; at >= 0; at = dimension.codes[at].parent) {
    if (dimension.codes[at].level >= level) cut = at;
  }
  return {cut, dimension.codes[cut].code};
}

ShownCode CodeAtWidth(const RegisterDimension& dimension, int width, int value) {
  if (value == kMissingValue) return {kMissingRank, "_U"};
  if (width <= 1) return {value, absl::StrCat(value)};
  const int from = dimension.band_from, to = dimension.band_to;
  if (value < from) return {dimension.low, absl::StrCat("<", from)};
  if (value >= to) return {to, absl::StrCat(">=", to)};
  const int low = from + (value - from) / width * width;
  return {low, absl::StrCat(low, "-", low + width)};
}

std::vector<std::string> NamesOf(const RegisterDimension& dimension, const AskedView& view, int value) {
  if (value == kMissingValue) return {"_U"};
  if (dimension.is_range()) return {CodeAtWidth(dimension, view.width, value).code};
  const int level = LevelOf(dimension, view);
  std::vector<std::string> names;
  for (int at = dimension.Counted(value); at >= 0; at = dimension.codes[at].parent) {
    if (level == 0 || dimension.codes[at].level == level) names.push_back(dimension.codes[at].code);
  }
  return names;
}

bool Meets(const RegisterWorld& world, const AskedCondition& condition, int value) {
  if (condition.form == AskedCondition::Form::kBetween)
    return value != kMissingValue && value >= condition.low && value <= condition.high;
  const std::vector<std::string> names = NamesOf(DimensionOf(world, condition.view.variable), condition.view, value);
  const bool named = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::count(condition.codes.begin(), condition.codes.end(), name) > 0;
  });
  return named == (condition.form == AskedCondition::Form::kIn);
}

bool MeetsAll(const RegisterWorld& world, const std::vector<AskedCondition>& conditions, const AskedVariable& variable, int value) {
  return std::all_of(conditions.begin(), conditions.end(), [&](const AskedCondition& condition) {
    return !SameTree(condition.view.variable, variable) || Meets(world, condition, value);
  });
}

std::vector<ShownCode> CodesShown(const RegisterWorld& world, const AskedQuery& query, size_t place, int value) {
  const AskedDimension& asked = query.dimensions[place];
  const RegisterDimension& dimension = DimensionOf(world, asked.view.variable);
  if (!asked.branches.empty()) {
    const std::string name = ClassOf(world, asked, value);
    if (name.empty()) return {};
    return {{RankOfClass(world, query, asked, name), name}};
  }
  if (dimension.is_range()) return {CodeAtWidth(dimension, asked.view.width, value)};
  const int finest = dimension.level_count();
  if (StandsForAllLevels(world, query, asked)) {
    std::vector<ShownCode> codes = {{kTotalRank, "_T"}};
    for (int level = 1; level <= finest; ++level) codes.push_back(CodeAtLevel(dimension, level, value));
    return codes;
  }
  const int level = LevelOf(dimension, asked.view);
  return {CodeAtLevel(dimension, level == 0 ? finest : level, value)};
}

}  // namespace kluis
