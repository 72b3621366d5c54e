#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "disclosure/policy_change/parts.h"

namespace kluis {
namespace {

constexpr Judgement kWeaker = Judgement::kWeaker, kStronger = Judgement::kStronger,
                    kNeither = Judgement::kNeither;

const char* KindName(VariableKind kind) {
  if (kind == VariableKind::kIdentifying) return "identifying";
  return kind == VariableKind::kMixed ? "mixed" : "confidential";
}

// What remains when everything that was compared is made equal.
Variable Rest(Variable variable) {
  variable.label_nl = variable.label_en = variable.quality_nl = variable.quality_en = "";
  variable.kind = VariableKind::kMixed;
  variable.sensitive.clear();
  variable.not_sensitive.clear();
  variable.forbidden_with.clear();
  if (variable.bands) variable.bands->widths.clear();
  for (Code& code : variable.codes.codes) code.label_nl = code.label_en = "";
  return variable;
}

bool SameLabels(const Variable& a, const Variable& b) {
  const auto labels = [](const Variable& variable) {
    std::vector<std::string> texts = {variable.label_nl, variable.label_en, variable.quality_nl,
                                      variable.quality_en};
    for (const Code& code : variable.codes.codes) {
      texts.push_back(code.label_nl);
      texts.push_back(code.label_en);
    }
    return texts;
  };
  return labels(a) == labels(b);
}

void CompareVariable(const Variable& a, const Variable& b, ChangeList* changes) {
  const std::string path = absl::StrCat("variables.", a.name);
  // A mixed variable is judged as identifying, too; other steps leave a reading out.
  const bool both_readings = a.kind == VariableKind::kIdentifying && b.kind == VariableKind::kMixed;
  changes->Compare(path + ".kind", KindName(a.kind), KindName(b.kind),
                   both_readings ? kStronger : kWeaker);
  changes->CompareSets(path + ".sensitive", a.sensitive, b.sensitive, kWeaker, kStronger);
  changes->CompareSets(path + ".not_sensitive", a.not_sensitive, b.not_sensitive, kStronger,
                       kWeaker);
  changes->CompareSets(path + ".forbidden_with", a.forbidden_with, b.forbidden_with, kWeaker,
                       kStronger);
  if (a.bands && b.bands) {
    const auto texts = [](const std::vector<int>& widths) {
      std::vector<std::string> list;
      for (const int width : widths) list.push_back(absl::StrCat(width));
      return list;
    };
    changes->CompareSets(path + ".bands.widths", texts(a.bands->widths), texts(b.bands->widths),
                         kStronger, kWeaker);
  }
  if (!SameLabels(a, b)) changes->Add(path + ".title", "", "", kNeither);
  if (!(Rest(a) == Rest(b)))
    changes->Add(path, a.name, b.name, kWeaker, "what it is of or how it is read has changed",
                 "waar het van is of hoe het gelezen wordt is veranderd");
}

void CompareVariables(const DatasetEntry& before, const DatasetEntry& after, ChangeList* changes) {
  for (const Variable& variable : before.variables) {
    if (const Variable* now = after.FindVariable(variable.name)) {
      CompareVariable(variable, *now, changes);
    } else {
      // A rule or a pair that named it may hold for nothing now; what it was is in no result.
      changes->Add("variables", variable.name, "", kStronger);
    }
  }
  for (const Variable& variable : after.variables) {
    if (before.FindVariable(variable.name) == nullptr)
      changes->Add("variables", "", variable.name, kNeither, "who may use it is judged in projects",
                   "wie het mag gebruiken wordt bij projecten beoordeeld");
  }
}

void CompareLinks(const DatasetEntry& before, const DatasetEntry& after, ChangeList* changes) {
  for (const Link& link : before.links) {
    const Link* now = after.FindLink(link.name);
    if (now == nullptr) {
      changes->Add("links", link.name, "", kStronger);
    } else if (!(*now == link)) {
      changes->Add(absl::StrCat("links.", link.name), link.to, now->to, kWeaker);
    }
  }
  for (const Link& link : after.links) {
    if (before.FindLink(link.name) == nullptr) changes->Add("links", "", link.name, kWeaker);
  }
}

// How often figures of a level may appear: 0 where nothing is said.
int CadenceRank(const std::map<std::string, std::string>& cadence, const std::string& level) {
  static const std::vector<std::string> kNames = {"month", "quarter", "year"};
  const auto found = cadence.find(level);
  if (found == cadence.end()) return 0;
  return 1 +
         static_cast<int>(std::find(kNames.begin(), kNames.end(), found->second) - kNames.begin());
}

void CompareCadence(const DatasetEntry& before, const DatasetEntry& after, ChangeList* changes) {
  std::set<std::string> levels;
  for (const DatasetEntry* entry : {&before, &after}) {
    for (const auto& [level, cadence] : entry->cadence) levels.insert(level);
  }
  for (const std::string& level : levels) {
    const auto text = [&](const DatasetEntry& entry) {
      const auto found = entry.cadence.find(level);
      return found == entry.cadence.end() ? std::string() : found->second;
    };
    const bool longer = CadenceRank(after.cadence, level) > CadenceRank(before.cadence, level);
    changes->Compare(absl::StrCat("cadence.", level), text(before), text(after),
                     longer ? kStronger : kWeaker);
  }
}

DatasetEntry Rest(DatasetEntry entry) {
  entry.title_nl = entry.title_en = entry.quality_nl = entry.quality_en = entry.sha256 = "";
  entry.drop_bad_rows = false;
  entry.variables.clear();
  entry.links.clear();
  entry.cadence.clear();
  return entry;
}

}  // namespace

void CompareDatasets(const DatasetEntry& before, const DatasetEntry& after, ChangeList* changes) {
  changes->Compare("title", before.title_nl + before.title_en, after.title_nl + after.title_en,
                   kNeither);
  changes->Compare("quality", before.quality_nl + before.quality_en,
                   after.quality_nl + after.quality_en, kNeither);
  changes->Compare("bad_rows", before.drop_bad_rows ? "drop" : "refuse",
                   after.drop_bad_rows ? "drop" : "refuse",
                   after.drop_bad_rows ? kWeaker : kStronger);
  CompareVariables(before, after, changes);
  CompareLinks(before, after, changes);
  CompareCadence(before, after, changes);
  if (!(Rest(before) == Rest(after)))
    changes->Add("", before.name, after.name, kWeaker,
                 "period, source, unit, contributor, weight or reserved tables have changed",
                 "periode, bron, eenheid, bijdrager, gewicht of gereserveerde tabellen zijn "
                 "veranderd");
}

}  // namespace kluis
