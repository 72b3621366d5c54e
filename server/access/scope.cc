#include "server/access/scope.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

bool Contains(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool Outside(const Variable& base, const std::string& code, const std::vector<std::string>& codes) {
  if (base.codes.codes.empty()) return !Contains(codes, code);
  return base.codes.Find(code) >= 0 && !WithinCodes(base.codes, code, codes);
}

}  // namespace

const Variable* BaseVariable(const DatasetEntry& entry, const Variable& variable) {
  return variable.of.empty() ? &variable : entry.FindVariable(variable.of);
}

bool WithinCodes(const CodeList& list, const std::string& code,
                 const std::vector<std::string>& codes) {
  for (int at = list.Find(code); at >= 0; at = list.codes[at].parent) {
    if (Contains(codes, list.codes[at].code)) return true;
  }
  return false;
}

std::optional<Refusal> CheckScope(const Condition& condition, const DatasetEntry& entry,
                                  const Grant& grant) {
  const Variable* variable = entry.FindVariable(condition.dimension.variable.name);
  const Variable* base = variable == nullptr ? nullptr : BaseVariable(entry, *variable);
  if (base == nullptr || condition.dimension.form == DimensionRef::Form::kBand) return std::nullopt;
  for (const auto& [name, codes] : grant.where) {
    const Variable* scoped = entry.FindVariable(name);
    if (scoped == nullptr || BaseVariable(entry, *scoped) != base) continue;
    for (size_t i = 0; i < condition.values.size(); ++i) {
      if (!Outside(*base, condition.values[i], codes)) continue;
      const SourcePosition at =
          i < condition.value_positions.size() ? condition.value_positions[i] : condition.at;
      return RefuseAt(RefusalKind::kPolicy, "OUT_OF_SCOPE",
                      absl::StrCat(condition.values[i], " lies outside the scope of the project"), at,
                      absl::StrCat("the project sees ", name, " ", codes.empty() ? "" : codes[0],
                                   codes.size() > 1 ? " and others that its grant names" : " only"));
    }
  }
  return std::nullopt;
}

}  // namespace kluis
