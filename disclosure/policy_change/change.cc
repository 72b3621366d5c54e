#include "disclosure/policy_change/change.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/policy_change/parts.h"

namespace kluis {
namespace {

void AddProject(const Project& project, Concerned* whom) {
  whom->projects.insert(project.name);
  whom->members.insert(project.members.begin(), project.members.end());
  for (const Grant& grant : project.grants) whom->datasets.insert(grant.dataset);
}

// `only`: projects that were granted one of these datasets, and these datasets; empty: all.
Concerned WhoUses(const std::string& rules, const std::set<std::string>& only,
                  const PolicyBundle& before, const PolicyBundle& after) {
  const auto is_concerned = [&only](const std::string& dataset) {
    return only.empty() || only.count(dataset) > 0;
  };
  Concerned whom;
  for (const PolicyBundle* bundle : {&before, &after}) {
    for (const auto& [name, project] : bundle->projects) {
      const bool any =
          std::any_of(project.grants.begin(), project.grants.end(),
                      [&is_concerned](const Grant& grant) { return is_concerned(grant.dataset); });
      if (project.rules == rules && (any || only.empty())) AddProject(project, &whom);
    }
  }
  for (auto dataset = whom.datasets.begin(); dataset != whom.datasets.end();)
    dataset = is_concerned(*dataset) ? std::next(dataset) : whom.datasets.erase(dataset);
  return whom;
}

Concerned WhoIsGranted(const std::string& dataset, const PolicyBundle& before,
                       const PolicyBundle& after) {
  Concerned whom;
  for (const PolicyBundle* bundle : {&before, &after}) {
    for (const auto& [name, project] : bundle->projects) {
      for (const Grant& grant : project.grants) {
        if (grant.dataset == dataset) AddProject(project, &whom);
      }
    }
  }
  whom.datasets = {dataset};
  return whom;
}

void Append(std::vector<PolicyChange> more, std::vector<PolicyChange>* changes) {
  for (PolicyChange& change : more) changes->push_back(std::move(change));
}

// Walks two maps of one kind; `both` is asked of what is in both and differs.
template <typename T, typename Gone, typename Came, typename Both>
void Walk(const std::map<std::string, T>& before, const std::map<std::string, T>& after,
          const Gone& gone, const Came& came, const Both& both) {
  std::set<std::string> names;
  for (const auto& [name, value] : before) names.insert(name);
  for (const auto& [name, value] : after) names.insert(name);
  for (const std::string& name : names) {
    const auto a = before.find(name), b = after.find(name);
    if (a == before.end()) {
      came(name, b->second);
    } else if (b == after.end()) {
      gone(name, a->second);
    } else if (!(a->second == b->second)) {
      both(name, a->second, b->second);
    }
  }
}

class Judge {
 public:
  Judge(const PolicyState& before, const PolicyState& after) : before_(before), after_(after) {}

  ChangeReport Run() {
    Rules();
    Projects();
    Datasets();
    Indicators();
    Presets();
    ComparePeople(before_.bundle, after_.bundle, &report_.changes);
    return std::move(report_);
  }

 private:
  void One(const std::string& kind, const std::string& name, bool came, Judgement judgement,
           const std::string& why_en, const std::string& why_nl, const Concerned& whom) {
    ChangeList list(kind, name);
    list.Add("", came ? "" : name, came ? name : "", judgement, why_en, why_nl);
    Append(list.Take(whom), &report_.changes);
  }

  // Who may use a rule set is said by projects, so one that comes or goes by itself changes
  // nothing.
  void Rules() {
    Walk(
        before_.bundle.rules, after_.bundle.rules,
        [&](const std::string& name, const RuleSet&) {
          One("rules", name, false, Judgement::kNeither, "no project uses it any more",
              "geen project gebruikt deze nog", {});
        },
        [&](const std::string& name, const RuleSet&) {
          One("rules", name, true, Judgement::kNeither, "which projects use it is judged there",
              "welke projecten deze gebruiken wordt daar beoordeeld", {});
        },
        [&](const std::string& name, const RuleSet& a, const RuleSet& b) {
          const Concerned whom = WhoUses(name, {}, before_.bundle, after_.bundle);
          ChangeList list("rules", name);
          CompareRuleSets(a, b, &list);
          std::vector<PolicyChange> changes = list.Take(whom);
          for (PolicyChange& change : changes) {
            if (!change.only_datasets.empty())
              change.whom = WhoUses(name, change.only_datasets, before_.bundle, after_.bundle);
            if (!whom.projects.empty() || change.judgement == Judgement::kNeither) continue;
            change.judgement = Judgement::kNeither;
            change.why_en = "no project uses it";
            change.why_nl = "geen project gebruikt deze";
          }
          Append(std::move(changes), &report_.changes);
        });
  }

  void Projects() {
    const auto whom = [](const Project& project) {
      Concerned concerned;
      AddProject(project, &concerned);
      return concerned;
    };
    Walk(
        before_.bundle.projects, after_.bundle.projects,
        [&](const std::string& name, const Project& project) {
          One("project", name, false, Judgement::kStronger, "its members can ask nothing any more",
              "de leden kunnen niets meer vragen", whom(project));
        },
        [&](const std::string& name, const Project& project) {
          One("project", name, true, Judgement::kWeaker, "its members can ask what it grants",
              "de leden kunnen vragen wat het toekent", whom(project));
        },
        [&](const std::string& name, const Project& a, const Project& b) {
          ChangeList list("project", name);
          CompareProjects(a, b, before_, after_, &list);
          Concerned both = whom(a);
          AddProject(b, &both);
          Append(list.Take(both), &report_.changes);
        });
  }

  void Datasets() {
    Walk(
        before_.datasets, after_.datasets,
        [&](const std::string& name, const DatasetEntry&) {
          One("dataset", name, false, Judgement::kStronger, "nobody can ask of it any more",
              "niemand kan er meer naar vragen", WhoIsGranted(name, before_.bundle, after_.bundle));
        },
        [&](const std::string& name, const DatasetEntry&) {
          One("dataset", name, true, Judgement::kNeither, "who may use it is judged in projects",
              "wie deze mag gebruiken wordt bij projecten beoordeeld",
              WhoIsGranted(name, before_.bundle, after_.bundle));
        },
        [&](const std::string& name, const DatasetEntry& a, const DatasetEntry& b) {
          ChangeList list("dataset", name);
          CompareDatasets(a, b, &list);
          Append(list.Take(WhoIsGranted(name, before_.bundle, after_.bundle)), &report_.changes);
        });
  }

  void Indicators() {
    Walk(
        before_.bundle.indicators, after_.bundle.indicators,
        [&](const std::string& name, const Indicator&) {
          One("indicator", name, false, Judgement::kStronger, "it is published no more",
              "deze verschijnt niet meer", {});
        },
        [&](const std::string& name, const Indicator&) {
          One("indicator", name, true, Judgement::kWeaker, "it is published", "deze verschijnt",
              {});
        },
        [&](const std::string& name, const Indicator& a, const Indicator& b) {
          ChangeList list("indicator", name);
          CompareIndicators(a, b, &list);
          Append(list.Take({}), &report_.changes);
        });
  }

  void Presets() {
    const auto told = [&](const std::string& name, bool came) {
      One("preset", name, came, Judgement::kNeither, "presets are not in force",
          "voorbeelden zijn niet van kracht", {});
    };
    Walk(
        before_.bundle.presets, after_.bundle.presets,
        [&](const std::string& name, const RuleSet&) { told(name, false); },
        [&](const std::string& name, const RuleSet&) { told(name, true); },
        [&](const std::string& name, const RuleSet& a, const RuleSet& b) {
          RuleSet same = b;
          same.sha256 = a.sha256;
          if (same == a) return;
          ChangeList list("preset", name);
          list.Add("", name, name, Judgement::kNeither,
                   "presets are not in force; rule sets that extend it are judged themselves",
                   "voorbeelden zijn niet van kracht; regelsets die dit uitbreiden worden zelf "
                   "beoordeeld");
          Append(list.Take({}), &report_.changes);
        });
  }

  const PolicyState before_, after_;
  ChangeReport report_;
};

}  // namespace

Judgement ChangeReport::judgement() const {
  Judgement worst = Judgement::kNeither;
  for (const PolicyChange& change : changes) worst = Worse(worst, change.judgement);
  return worst;
}

PolicyChange& ChangeList::Add(const std::string& key, const std::string& before,
                              const std::string& after, Judgement judgement,
                              const std::string& why_en, const std::string& why_nl) {
  changes_.push_back({kind_, name_, key, before, after, judgement, why_en, why_nl});
  return changes_.back();
}

void ChangeList::Compare(const std::string& key, const std::string& before,
                         const std::string& after, Judgement judgement, const std::string& why_en,
                         const std::string& why_nl) {
  if (before != after) Add(key, before, after, judgement, why_en, why_nl);
}

void ChangeList::CompareSets(const std::string& key, const std::vector<std::string>& before,
                             const std::vector<std::string>& after, Judgement fewer,
                             Judgement more) {
  const std::set<std::string> a(before.begin(), before.end()), b(after.begin(), after.end());
  if (a == b) return;
  const bool gone = !std::includes(b.begin(), b.end(), a.begin(), a.end());
  const bool came = !std::includes(a.begin(), a.end(), b.begin(), b.end());
  Judgement judgement = Judgement::kNeither;
  if (gone) judgement = Worse(judgement, fewer);
  if (came) judgement = Worse(judgement, more);
  Add(key, ListText(before), ListText(after), judgement);
}

void ChangeList::AddUnjudged() {
  Add("", name_, name_, Judgement::kWeaker, "something changed of which no order is known",
      "er is iets veranderd waarvan geen volgorde bekend is");
}

std::vector<PolicyChange> ChangeList::Take(const Concerned& whom) {
  for (PolicyChange& change : changes_) change.whom = whom;
  return std::move(changes_);
}

std::string ListText(const std::vector<std::string>& list) {
  return list.empty() ? "none" : absl::StrCat("[", absl::StrJoin(list, ", "), "]");
}

ChangeReport JudgeChange(const PolicyState& before, const PolicyState& after) {
  return Judge(before, after).Run();
}

}  // namespace kluis
