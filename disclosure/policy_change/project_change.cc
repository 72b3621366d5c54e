#include <algorithm>

#include "absl/strings/str_cat.h"
#include "disclosure/policy_change/parts.h"

namespace kluis {
namespace {

constexpr Judgement kWeaker = Judgement::kWeaker, kStronger = Judgement::kStronger;

bool Has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

const DatasetEntry* EntryOf(const std::string& name, const PolicyState& state) {
  const auto found = state.datasets.find(name);
  return found == state.datasets.end() ? nullptr : &found->second;
}

// `code` is one of `codes`, or lies below one of them. Without a code list, only the first.
bool Within(const std::string& code, const std::vector<std::string>& codes,
            const DatasetEntry* entry, const std::string& variable_name) {
  if (Has(codes, code)) return true;
  const Variable* variable = entry == nullptr ? nullptr : entry->FindVariable(variable_name);
  if (variable != nullptr && !variable->of.empty()) variable = entry->FindVariable(variable->of);
  if (variable == nullptr) return false;
  const CodeList& list = variable->codes;
  for (int at = list.Find(code); at >= 0; at = list.codes[static_cast<size_t>(at)].parent) {
    if (Has(codes, list.codes[static_cast<size_t>(at)].code)) return true;
  }
  return false;
}

class GrantComparer {
 public:
  GrantComparer(const Grant& before, const Grant& after, const PolicyState& state_before,
                const PolicyState& state_after, ChangeList* changes)
      : before_(before),
        after_(after),
        entry_(EntryOf(before.dataset, state_before)),
        changes_(changes),
        path_(absl::StrCat("grants.", before.dataset)) {
    // Codes that lie below others are that only where both say so.
    const DatasetEntry* now = EntryOf(before.dataset, state_after);
    if (entry_ == nullptr || now == nullptr || !(*entry_ == *now)) entry_ = nullptr;
  }

  void Compare() {
    changes_->CompareSets(path_ + ".variables", before_.variables, after_.variables, kStronger,
                          kWeaker);
    CompareWhere();
    CompareFinest();
    if (before_.periods.empty() != after_.periods.empty()) {
      changes_->Add(path_ + ".periods", ListText(before_.periods), ListText(after_.periods),
                    before_.periods.empty() ? kStronger : kWeaker);
    } else {
      changes_->CompareSets(path_ + ".periods", before_.periods, after_.periods, kStronger,
                            kWeaker);
    }
  }

 private:
  // All codes of `narrow` are of `wide`.
  bool Narrower(const std::vector<std::string>& narrow, const std::vector<std::string>& wide,
                const std::string& variable) const {
    return std::all_of(narrow.begin(), narrow.end(), [&](const std::string& code) {
      return Within(code, wide, entry_, variable);
    });
  }

  void CompareWhere() {
    for (const auto& [variable, codes] : before_.where) {
      const auto now = after_.where.find(variable);
      const std::string key = absl::StrCat(path_, ".where.", variable);
      if (now == after_.where.end()) {
        changes_->Add(key, ListText(codes), "", kWeaker);
        continue;
      }
      if (std::is_permutation(codes.begin(), codes.end(), now->second.begin(), now->second.end()))
        continue;
      const bool narrower = Narrower(now->second, codes, variable);
      const bool same = narrower && Narrower(codes, now->second, variable);
      changes_->Add(key, ListText(codes), ListText(now->second),
                    same       ? Judgement::kNeither
                    : narrower ? kStronger
                               : kWeaker);
    }
    for (const auto& [variable, codes] : after_.where) {
      if (before_.where.count(variable) == 0)
        changes_->Add(absl::StrCat(path_, ".where.", variable), "", ListText(codes), kStronger);
    }
  }

  // Number of the level in the tree, from the coarsest; a variable without a limit has them all.
  int Depth(const Grant& grant, const std::string& name) const {
    const Variable* variable = entry_ == nullptr ? nullptr : entry_->FindVariable(name);
    if (variable == nullptr) return -1;
    const auto limit = grant.finest.find(name);
    const auto& levels = variable->levels;
    if (limit == grant.finest.end()) return static_cast<int>(levels.size());
    const auto place = std::find(levels.begin(), levels.end(), limit->second);
    return place == levels.end() ? -1 : static_cast<int>(place - levels.begin()) + 1;
  }

  void CompareFinest() {
    std::set<std::string> names;
    for (const Grant* grant : {&before_, &after_}) {
      for (const auto& [name, level] : grant->finest) names.insert(name);
    }
    for (const std::string& name : names) {
      const auto text = [&](const Grant& grant) {
        const auto found = grant.finest.find(name);
        return found == grant.finest.end() ? std::string() : found->second;
      };
      const bool removed = text(after_).empty();
      const int from = Depth(before_, name), to = Depth(after_, name);
      const bool coarser = !removed && (text(before_).empty() || (to > 0 && from > 0 && to < from));
      changes_->Compare(absl::StrCat(path_, ".finest.", name), text(before_), text(after_),
                        coarser ? kStronger : kWeaker);
    }
  }

  const Grant& before_;
  const Grant& after_;
  const DatasetEntry* entry_;
  ChangeList* changes_;
  std::string path_;
};

void CompareTerm(const Project& before, const Project& after, ChangeList* changes) {
  changes->Compare("valid from", before.valid_from, after.valid_from,
                   after.valid_from > before.valid_from ? kStronger : kWeaker);
  changes->Compare("valid until", before.valid_until, after.valid_until,
                   after.valid_until < before.valid_until ? kStronger : kWeaker);
  const auto by = [](const std::optional<Permission>& permission) {
    return permission ? absl::StrCat(permission->by, permission->reference.empty() ? "" : ", ",
                                     permission->reference)
                      : std::string();
  };
  // Who allows it is another promise; that it is said at all is one more.
  changes->Compare("authorisation", by(before.authorisation), by(after.authorisation),
                   before.authorisation ? kWeaker : kStronger);
  changes->Compare("consent", by(before.consent), by(after.consent),
                   before.consent ? kWeaker : kStronger);
}

void CompareGrants(const Project& before, const Project& after, const PolicyState& state_before,
                   const PolicyState& state_after, ChangeList* changes) {
  const auto find = [](const Project& project, const std::string& dataset) -> const Grant* {
    for (const Grant& grant : project.grants) {
      if (grant.dataset == dataset) return &grant;
    }
    return nullptr;
  };
  for (const Grant& grant : before.grants) {
    if (const Grant* now = find(after, grant.dataset)) {
      GrantComparer(grant, *now, state_before, state_after, changes).Compare();
    } else {
      changes->Add("grants", grant.dataset, "", kStronger);
    }
  }
  for (const Grant& grant : after.grants) {
    if (find(before, grant.dataset) == nullptr) changes->Add("grants", "", grant.dataset, kWeaker);
  }
}

// Another rule set, with what differs between the two as they were and are.
void CompareRulesOf(const Project& before, const Project& after, const PolicyState& state_before,
                    const PolicyState& state_after, ChangeList* changes) {
  if (before.rules == after.rules) return;
  ChangeList keys("project", before.name);
  CompareRuleSets(state_before.bundle.rules.at(before.rules),
                  state_after.bundle.rules.at(after.rules), &keys);
  Judgement judgement = Judgement::kNeither;
  std::vector<PolicyChange> differences = keys.Take({});
  for (const PolicyChange& change : differences) judgement = Worse(judgement, change.judgement);
  changes->Add("rules", before.rules, after.rules, judgement);
  for (const PolicyChange& change : differences) {
    changes->Add(absl::StrCat("rules: ", change.key), change.before, change.after, change.judgement,
                 change.why_en, change.why_nl);
  }
}

}  // namespace

void CompareProjects(const Project& before, const Project& after, const PolicyState& state_before,
                     const PolicyState& state_after, ChangeList* changes) {
  changes->CompareSets("members", before.members, after.members, kStronger, kWeaker);
  CompareTerm(before, after, changes);
  CompareRulesOf(before, after, state_before, state_after, changes);
  CompareGrants(before, after, state_before, state_after, changes);
  constexpr char kPurpose[] = "data may be used for what the purpose says, and no more";
  constexpr char kDoel[] = "gegevens mogen gebruikt worden voor het doel, en niet meer";
  changes->Compare("purpose.nl", before.purpose_nl, after.purpose_nl, kWeaker, kPurpose, kDoel);
  changes->Compare("purpose.en", before.purpose_en, after.purpose_en, kWeaker, kPurpose, kDoel);
  changes->Compare("organisation", before.organisation, after.organisation, kWeaker,
                   "what an organisation knows itself depends on which it is",
                   "wat een organisatie zelf weet hangt ervan af welke het is");
}

}  // namespace kluis
