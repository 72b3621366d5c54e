// `stricter:` of a rule set: rules that hold besides, for some queries only.
//   stricter:
//     - when: {variables: [huishouden.schuld], levels: [buurt]}
//       because: {nl: Schulden in kleine buurten, en: Debts in small neighbourhoods}
//       frequency: {minimum: 20}
#ifndef KLUIS_DISCLOSURE_POLICY_SCOPED_RULES_H_
#define KLUIS_DISCLOSURE_POLICY_SCOPED_RULES_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "disclosure/policy/statistic_checks.h"
#include "disclosure/table/axis.h"

namespace kluis {

struct RuleSet;

// What a query uses, as far as scopes ask. Whoever fills it errs on the side of more: a scope that
// holds for a part of a query holds for the whole of it.
struct QueryTraits {
  std::string role;                // of the caller: researcher, ...
  std::set<std::string> datasets;  // by name
  // "dataset.variable", anywhere in the query; of `of` both names.
  std::set<std::string> variables;
  std::set<VariableKind> kinds;  // of these
  // Names of levels: those that are shown or selected on, and all coarser ones of their trees.
  std::set<std::string> levels;
  std::set<StatisticFamily> statistics;
};

// Every list that is not empty must have one of what the query uses.
struct RuleScope {
  std::vector<std::string> datasets;
  std::vector<std::string> variables;  // variable, or dataset.variable
  std::vector<VariableKind> kinds;     // classes of variables
  std::vector<StatisticFamily> statistics;
  std::vector<std::string> levels;  // of area: this level or a finer one
  std::vector<std::string> roles;   // of the caller

  bool Holds(const QueryTraits& query) const;
  // Whether every query for which `other` holds is one for which this one does: provably, by
  // comparing list by list.
  bool Covers(const RuleScope& other) const;
  bool operator==(const RuleScope&) const = default;
};

struct ScopedRules {
  RuleScope when;
  std::string because_nl, because_en;
  std::string file;  // where it stands
  int line = 0;
  // Keys that it does not have are the weakest that can be written, so that taking the stricter of
  // each key leaves the others alone.
  std::shared_ptr<const RuleSet> rules;
};
// By value; `file` and `line` do not matter.
bool operator==(const ScopedRules& a, const ScopedRules& b);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_SCOPED_RULES_H_
