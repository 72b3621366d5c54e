#include "server/access/forbidden.h"

#include "absl/strings/str_cat.h"
#include "server/access/scope.h"
#include "server/access/uses.h"

namespace kluis {
namespace {

const Variable& Base(const DatasetEntry& entry, const Variable& variable) {
  const Variable* base = BaseVariable(entry, variable);
  return base == nullptr ? variable : *base;
}

// `forbidden_with` of `x` names `y`, or a variable of its tree.
bool Names(const DatasetEntry& a, const Variable& x, const DatasetEntry& b, const Variable& y) {
  for (const std::string& name : x.forbidden_with) {
    const size_t dot = name.find('.');
    const std::string dataset = dot == std::string::npos ? a.name : name.substr(0, dot);
    if (dataset != b.name) continue;
    const Variable* named = b.FindVariable(dot == std::string::npos ? name : name.substr(dot + 1));
    if (named != nullptr && &Base(b, *named) == &y) return true;
  }
  return false;
}

std::string NameOf(const Use& use, const Use& beside) {
  return use.entry == beside.entry ? use.variable->name
                                   : absl::StrCat(use.entry->name, ".", use.variable->name);
}

}  // namespace

bool AreForbiddenTogether(const DatasetEntry& a, const Variable& x, const DatasetEntry& b,
                          const Variable& y) {
  const Variable &base_x = Base(a, x), &base_y = Base(b, y);
  return Names(a, base_x, b, base_y) || Names(b, base_y, a, base_x);
}

std::optional<Refusal> CheckForbidden(const Resolution& resolution,
                                      const CatalogueView& catalogue) {
  const std::vector<Use> uses = UsesOf(resolution, catalogue);
  for (size_t i = 0; i < uses.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const Use &later = uses[i], &earlier = uses[j];
      if (!AreForbiddenTogether(*later.entry, *later.variable, *earlier.entry, *earlier.variable))
        continue;
      return RefuseAt(RefusalKind::kPolicy, "FORBIDDEN_TOGETHER",
                      absl::StrCat(NameOf(later, earlier), " may not be used together with ",
                                   NameOf(earlier, later), earlier.unsaid),
                      later.at,
                      earlier.at.line == 0 ? absl::StrCat("leave ", later.variable->name, " out")
                                           : "leave one of them out");
    }
  }
  return std::nullopt;
}

}  // namespace kluis
