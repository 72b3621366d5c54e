// What differs between two policies, in words, and whether it lets more out: for privacy officers,
// and for signing, which asks a second officer for whatever is weaker.
//
// The rule: neutral and stronger are proven, everything else is weaker. A proof compares parsed
// values, key by key (disclosure/policy/strictness.h says which orders there are); comments, layout
// and the order of keys are no values. Where two values differ and no comparison speaks of it, the
// change is weaker.
#ifndef KLUIS_DISCLOSURE_POLICY_CHANGE_CHANGE_H_
#define KLUIS_DISCLOSURE_POLICY_CHANGE_CHANGE_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "disclosure/policy/load.h"
#include "disclosure/policy/strictness.h"

namespace kluis {

// For whom a change holds. Empty sets: for nobody yet.
struct Concerned {
  std::set<std::string> projects, members, datasets;
};

struct PolicyChange {
  std::string
      kind;  // "rules", "project", "dataset", "indicator", "preset", "officer", "witness" or "test"
  std::string name;           // of the rule set, the project, ...
  std::string key;            // "frequency.minimum"; empty: the whole
  std::string before, after;  // as files write it; empty: it was, or is, not there
  Judgement judgement = Judgement::kWeaker;
  std::string why_en, why_nl;  // what the judgement follows from, where the values do not say it
  Concerned whom = {};
  // Queries without one of these are not concerned; empty: all may be.
  std::set<std::string> only_datasets = {};
};

struct ChangeReport {
  std::vector<PolicyChange> changes;  // rules, projects, datasets, ..., each in order of name
  Judgement judgement() const;        // the worst of all; kNeither when there is none
  bool NeedsSecondOfficer() const { return judgement() == Judgement::kWeaker; }
};

struct PolicyState {
  const PolicyBundle& bundle;
  const std::map<std::string, DatasetEntry>& datasets;
};

// REQUIRES: both were parsed without diagnostics. O(size of both).
ChangeReport JudgeChange(const PolicyState& before, const PolicyState& after);

// The tests beside a policy (*_test.yaml, path to text) that came, went or ask something else. They
// weaken no rule, so nothing is judged, but who signs sees that nobody looks any more.
void AddTestChanges(const std::map<std::string, std::string>& before,
                    const std::map<std::string, std::string>& after, ChangeReport* report);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHANGE_CHANGE_H_
