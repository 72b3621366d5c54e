#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "disclosure/policy_change/parts.h"

namespace kluis {
namespace {

constexpr Judgement kWeaker = Judgement::kWeaker, kStronger = Judgement::kStronger,
                    kNeither = Judgement::kNeither;

// Whatever moves the power to sign is weaker, in either direction: who alone could take it from the
// others would sign the rest alone, and officers of one name count as one person.
void CompareOfficer(const Officer& before, const Officer& after, ChangeList* changes) {
  changes->Compare("name", before.name, after.name, kWeaker, "names decide who is another person",
                   "namen bepalen wie een ander is");
  changes->Compare("organisation", before.organisation, after.organisation, kWeaker);
  changes->Compare("key", absl::Base64Escape(before.public_key),
                   absl::Base64Escape(after.public_key), kWeaker, "somebody else may sign",
                   "iemand anders kan tekenen");
  const auto compare_day = [&](const std::string& key, const std::string& was,
                               const std::string& is, bool shorter) {
    changes->Compare(
        key, was, is, kWeaker,
        shorter ? "who could sign cannot for as long" : "somebody may sign on more days",
        shorter ? "wie kon tekenen kan dat minder lang" : "iemand kan op meer dagen tekenen");
  };
  compare_day("valid.from", before.valid_from, after.valid_from,
              after.valid_from > before.valid_from);
  compare_day("valid.until", before.valid_until, after.valid_until,
              after.valid_until < before.valid_until);
}

void Append(std::vector<PolicyChange> more, std::vector<PolicyChange>* changes) {
  for (PolicyChange& change : more) changes->push_back(std::move(change));
}

void CompareOfficers(const Officers& before, const Officers& after,
                     std::vector<PolicyChange>* changes) {
  for (const Officer& officer : before.officers) {
    ChangeList list("officer", officer.id);
    if (const Officer* now = after.Find(officer.id)) {
      CompareOfficer(officer, *now, &list);
    } else {
      list.Add("", officer.id, "", kWeaker, "one person fewer may sign, or refuse to",
               "een persoon minder kan tekenen, of dat weigeren");
    }
    Append(list.Take({}), changes);
  }
  for (const Officer& officer : after.officers) {
    if (before.Find(officer.id) != nullptr) continue;
    ChangeList list("officer", officer.id);
    list.Add("", "", officer.id, kWeaker, "one more person may sign", "nog iemand kan tekenen");
    Append(list.Take({}), changes);
  }
}

const PolicyWitness* Find(const Witnesses& witnesses, const std::string& name) {
  for (const PolicyWitness& witness : witnesses.witnesses) {
    if (witness.name == name) return &witness;
  }
  return nullptr;
}

void CompareWitnesses(const Witnesses& before, const Witnesses& after,
                      std::vector<PolicyChange>* changes) {
  for (const PolicyWitness& witness : before.witnesses) {
    const PolicyWitness* now = Find(after, witness.name);
    ChangeList list("witness", witness.name);
    if (now == nullptr) {
      list.Add("", witness.name, "", kWeaker, "nobody watches the log there any more",
               "daar ziet niemand meer op het logboek toe");
    } else {
      list.Compare("key", witness.key, now->key, kWeaker);
      list.Compare("url", witness.url, now->url, kWeaker, "the log is shown to another place",
                   "het logboek wordt elders getoond");
    }
    Append(list.Take({}), changes);
  }
  // One of its own making would fill the quorum.
  for (const PolicyWitness& witness : after.witnesses) {
    if (Find(before, witness.name) != nullptr) continue;
    ChangeList list("witness", witness.name);
    list.Add("", "", witness.name, before.quorum > 0 ? kWeaker : kStronger);
    Append(list.Take({}), changes);
  }
  ChangeList list("witness", "quorum");
  list.Compare("quorum", absl::StrCat(before.quorum), absl::StrCat(after.quorum),
               after.quorum > before.quorum ? kStronger : kWeaker);
  Append(list.Take({}), changes);
}

}  // namespace

void ComparePeople(const PolicyBundle& before, const PolicyBundle& after,
                   std::vector<PolicyChange>* changes) {
  CompareOfficers(before.officers, after.officers, changes);
  CompareWitnesses(before.witnesses, after.witnesses, changes);
}

void CompareIndicators(const Indicator& before, const Indicator& after, ChangeList* changes) {
  const auto both = [](const std::string& nl, const std::string& en) {
    return absl::StrCat(nl, " / ", en);
  };
  changes->Compare("title", both(before.title_nl, before.title_en),
                   both(after.title_nl, after.title_en), kNeither);
  changes->Compare("definition", both(before.definition_nl, before.definition_en),
                   both(after.definition_nl, after.definition_en), kNeither);
  changes->Compare("numerator", both(before.numerator_nl, before.numerator_en),
                   both(after.numerator_nl, after.numerator_en), kNeither);
  changes->Compare("denominator", both(before.denominator_nl, before.denominator_en),
                   both(after.denominator_nl, after.denominator_en), kNeither);
  changes->Compare("unit", before.unit, after.unit, kNeither);
  changes->Compare("source", before.source, after.source, kNeither);
  changes->Compare("direction", before.direction, after.direction, kNeither);
  changes->Compare("sql", before.sql, after.sql, kWeaker, "something else is published",
                   "er verschijnt iets anders");
  changes->CompareSets("areas", before.areas, after.areas, kStronger, kWeaker);
  static const std::vector<std::string> kCadences = {"month", "quarter", "year"};
  const auto rank = [](const std::string& cadence) {
    return std::find(kCadences.begin(), kCadences.end(), cadence) - kCadences.begin();
  };
  changes->Compare("cadence", before.cadence, after.cadence,
                   rank(after.cadence) > rank(before.cadence) ? kStronger : kWeaker);
}

}  // namespace kluis
