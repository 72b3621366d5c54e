#include "disclosure/policy_change/change_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace kluis {
namespace {

const char* Word(bool dutch, const char* english, const char* nederlands) {
  return dutch ? nederlands : english;
}

std::string JudgementWord(Judgement judgement, bool dutch) {
  if (judgement == Judgement::kWeaker) return Word(dutch, "weaker", "zwakker");
  if (judgement == Judgement::kStronger) return Word(dutch, "stronger", "strenger");
  return Word(dutch, "neither", "geen van beide");
}

std::string KindWord(const std::string& kind, bool dutch) {
  if (kind == "rules") return Word(dutch, "rule set", "regelset");
  if (kind == "preset") return Word(dutch, "preset", "voorbeeld");
  if (kind == "officer") return Word(dutch, "officer", "functionaris");
  if (kind == "witness") return Word(dutch, "witness", "getuige");
  return kind;
}

std::string WhomText(const Concerned& whom, bool dutch) {
  if (whom.projects.empty()) return "";
  return absl::StrCat(Word(dutch, ", for ", ", voor "),
                      whom.projects.size() == 1 ? Word(dutch, "project ", "project ")
                                                : Word(dutch, "projects ", "projecten "),
                      absl::StrJoin(whom.projects, ", "), " (", absl::StrJoin(whom.members, ", "),
                      ")", whom.datasets.empty() ? "" : Word(dutch, ", datasets ", ", datasets "),
                      absl::StrJoin(whom.datasets, ", "));
}

std::string What(const PolicyChange& change, bool dutch) {
  const std::string key = change.key.empty() ? "" : absl::StrCat(change.key, " ");
  if (change.before.empty() && change.after.empty())
    return absl::StrCat(key, Word(dutch, "is worded otherwise", "is anders verwoord"));
  if (change.before.empty())
    return absl::StrCat(key, change.after, Word(dutch, " is new", " is nieuw"));
  if (change.after.empty())
    return absl::StrCat(key, change.before, Word(dutch, " is gone", " is weg"));
  if (change.before == change.after)
    return absl::StrCat(key, Word(dutch, "has changed", "is veranderd"));
  return absl::StrCat(key, change.before, " -> ", change.after);
}

std::string Line(const PolicyChange& change, bool dutch) {
  const std::string& why = dutch ? change.why_nl : change.why_en;
  return absl::StrCat(JudgementWord(change.judgement, dutch), ": ", KindWord(change.kind, dutch),
                      " ", change.name, ": ", What(change, dutch), WhomText(change.whom, dutch),
                      why.empty() ? "" : absl::StrCat(": ", why), "\n");
}

int SignersNeeded(const ChangeReport& report) { return report.NeedsSecondOfficer() ? 2 : 1; }

}  // namespace

std::string ChangeText(const ChangeReport& report, bool dutch) {
  std::string out;
  for (const Judgement judgement :
       {Judgement::kWeaker, Judgement::kStronger, Judgement::kNeither}) {
    for (const PolicyChange& change : report.changes) {
      if (change.judgement == judgement) out += Line(change, dutch);
    }
  }
  if (report.changes.empty())
    return Word(dutch, "nothing becomes weaker or stronger: one officer signs\n",
                "er wordt niets zwakker of strenger: een functionaris tekent\n");
  const size_t weaker = static_cast<size_t>(std::count_if(
      report.changes.begin(), report.changes.end(),
      [](const PolicyChange& change) { return change.judgement == Judgement::kWeaker; }));
  absl::StrAppend(
      &out, report.changes.size(),
      report.changes.size() == 1 ? Word(dutch, " change, ", " verandering, waarvan ")
                                 : Word(dutch, " changes, ", " veranderingen, waarvan "),
      weaker, Word(dutch, " weaker: ", " zwakker: "),
      SignersNeeded(report) == 2 ? Word(dutch, "two different officers sign\n",
                                        "twee verschillende functionarissen tekenen\n")
                                 : Word(dutch, "one officer signs\n", "een functionaris tekent\n"));
  return out;
}

std::string ChangeJson(const ChangeReport& report, bool dutch) {
  using Json = nlohmann::ordered_json;
  Json changes = Json::array();
  for (const PolicyChange& change : report.changes) {
    changes.push_back({{"kind", change.kind},
                       {"name", change.name},
                       {"key", change.key},
                       {"before", change.before},
                       {"after", change.after},
                       {"judgement", JudgementName(change.judgement)},
                       {"why", dutch ? change.why_nl : change.why_en},
                       {"projects", change.whom.projects},
                       {"members", change.whom.members},
                       {"datasets", change.whom.datasets}});
  }
  const Json json = {{"judgement", JudgementName(report.judgement())},
                     {"officers", SignersNeeded(report)},
                     {"changes", std::move(changes)}};
  return absl::StrCat(json.dump(2, ' ', false, Json::error_handler_t::replace), "\n");
}

}  // namespace kluis
