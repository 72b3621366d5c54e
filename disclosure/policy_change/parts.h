// The comparisons of one kind of file each. Internal to this folder.
#ifndef KLUIS_DISCLOSURE_POLICY_CHANGE_PARTS_H_
#define KLUIS_DISCLOSURE_POLICY_CHANGE_PARTS_H_

#include <string>
#include <vector>

#include "disclosure/policy_change/change.h"

namespace kluis {

// Collects the changes of one rule set, project, dataset, ...
class ChangeList {
 public:
  ChangeList(std::string kind, std::string name) : kind_(std::move(kind)), name_(std::move(name)) {}

  PolicyChange& Add(const std::string& key, const std::string& before, const std::string& after,
                    Judgement judgement, const std::string& why_en = "",
                    const std::string& why_nl = "");
  // Where the texts differ.
  void Compare(const std::string& key, const std::string& before, const std::string& after,
               Judgement judgement, const std::string& why_en = "", const std::string& why_nl = "");
  // Of sets: `fewer` is the judgement when some are gone, `more` when some came, the worse when
  // both.
  void CompareSets(const std::string& key, const std::vector<std::string>& before,
                   const std::vector<std::string>& after, Judgement fewer, Judgement more);
  // Values differ, and nothing was said of it.
  void AddUnjudged();

  bool empty() const { return changes_.empty(); }
  std::vector<PolicyChange> Take(const Concerned& whom);

 private:
  std::string kind_, name_;
  std::vector<PolicyChange> changes_;
};

std::string ListText(const std::vector<std::string>& list);  // "[a, b]"; "none" when it is empty

// Of what holds for a query: base keys, and `stricter:`.
void CompareRuleSets(const RuleSet& before, const RuleSet& after, ChangeList* changes);
void CompareProjects(const Project& before, const Project& after, const PolicyState& state_before,
                     const PolicyState& state_after, ChangeList* changes);
void CompareDatasets(const DatasetEntry& before, const DatasetEntry& after, ChangeList* changes);
void CompareIndicators(const Indicator& before, const Indicator& after, ChangeList* changes);

// Officers and witnesses, each with its changes.
void ComparePeople(const PolicyBundle& before, const PolicyBundle& after,
                   std::vector<PolicyChange>* changes);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHANGE_PARTS_H_
