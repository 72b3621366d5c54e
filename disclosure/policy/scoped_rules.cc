#include "disclosure/policy/scoped_rules.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "disclosure/policy/rule_set.h"

namespace kluis {
namespace {

template <typename T>
bool Has(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

template <typename T>
bool Meets(const std::vector<T>& wanted, const std::set<T>& used) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(),
                                       [&](const T& one) { return used.count(one) > 0; });
}

// A list that is not there asks nothing, so it covers any.
template <typename T>
bool CoversList(const std::vector<T>& list, const std::vector<T>& other) {
  if (list.empty()) return true;
  return !other.empty() &&
         std::all_of(other.begin(), other.end(), [&](const T& one) { return Has(list, one); });
}

// "schuld" means the variable of that name in any dataset.
bool IsNamed(const std::string& wanted, const std::string& used) {
  return wanted == used || absl::EndsWith(used, absl::StrCat(".", wanted));
}

}  // namespace

bool RuleScope::Holds(const QueryTraits& query) const {
  const bool variable =
      variables.empty() || std::any_of(variables.begin(), variables.end(), [&](const auto& wanted) {
        return std::any_of(query.variables.begin(), query.variables.end(),
                           [&](const std::string& used) { return IsNamed(wanted, used); });
      });
  return variable && Meets(datasets, query.datasets) && Meets(kinds, query.kinds) &&
         Meets(statistics, query.statistics) && Meets(levels, query.levels) &&
         (roles.empty() || Has(roles, query.role));
}

bool RuleScope::Covers(const RuleScope& other) const {
  const bool variable =
      variables.empty() ||
      (!other.variables.empty() &&
       std::all_of(other.variables.begin(), other.variables.end(), [&](const std::string& one) {
         return std::any_of(variables.begin(), variables.end(),
                            [&](const std::string& wanted) { return IsNamed(wanted, one); });
       }));
  return variable && CoversList(datasets, other.datasets) && CoversList(kinds, other.kinds) &&
         CoversList(statistics, other.statistics) && CoversList(levels, other.levels) &&
         CoversList(roles, other.roles);
}

bool operator==(const ScopedRules& a, const ScopedRules& b) {
  const bool same_rules =
      a.rules == b.rules || (a.rules != nullptr && b.rules != nullptr && *a.rules == *b.rules);
  return a.when == b.when && a.because_nl == b.because_nl && a.because_en == b.because_en &&
         same_rules;
}

}  // namespace kluis
