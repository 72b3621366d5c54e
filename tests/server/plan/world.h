// A small world for tests: two datasets, a project and its rule set, in memory.
#ifndef KLUIS_TESTS_SERVER_PLAN_WORLD_H_
#define KLUIS_TESTS_SERVER_PLAN_WORLD_H_

#include <algorithm>
#include <string>

#include "server/access/authorised_query.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {

inline void AddCode(CodeList* list, const std::string& code, const std::string& parent, int level) {
  list->index[code] = static_cast<int>(list->codes.size());
  list->codes.push_back({code, parent.empty() ? -1 : list->index.at(parent), level, "", ""});
  list->levels = std::max(list->levels, level);
}

// Two municipalities; G1 has districts W1 (B1, B2) and W2 (B3), G2 has W3 (B4).
inline CodeList Areas() {
  CodeList list;
  AddCode(&list, "G1", "", 1);
  AddCode(&list, "W1", "G1", 2);
  AddCode(&list, "B1", "W1", 3);
  AddCode(&list, "B2", "W1", 3);
  AddCode(&list, "W2", "G1", 2);
  AddCode(&list, "B3", "W2", 3);
  AddCode(&list, "G2", "", 1);
  AddCode(&list, "W3", "G2", 2);
  AddCode(&list, "B4", "W3", 3);
  return list;
}

inline Variable Make(const std::string& name, VariableRole role, VariableKind kind = VariableKind::kIdentifying) {
  Variable variable;
  variable.name = name;
  variable.role = role;
  variable.kind = kind;
  return variable;
}

inline Variable Values(const std::string& name, const std::vector<std::string>& codes, VariableKind kind) {
  Variable variable = Make(name, VariableRole::kDimension, kind);
  for (const std::string& code : codes) AddCode(&variable.codes, code, "", 1);
  return variable;
}

inline Variable OfArea(const std::string& level) {
  Variable variable = Make(level, VariableRole::kDimension);
  variable.of = "buurt";
  variable.of_level = level;
  return variable;
}

inline Snapshot Persons() {
  Snapshot snapshot;
  snapshot.entry.name = "persoon";
  snapshot.entry.contributor = {"rin", "hh"};
  std::vector<Variable>& v = snapshot.entry.variables;
  for (const char* id : {"rin", "hhs", "hh", "obj"}) v.push_back(Make(id, VariableRole::kIdentifier));
  v.push_back(Make("buurt", VariableRole::kDimension));
  v.back().codes = Areas();
  v.back().levels = {"gemeente", "wijk", "buurt"};
  v.push_back(OfArea("wijk"));
  v.push_back(OfArea("gemeente"));
  v.push_back(Values("geslacht", {"M", "V"}, VariableKind::kIdentifying));
  v.push_back(Values("herkomst", {"NL", "EU", "X"}, VariableKind::kMixed));
  v.back().missing_declared = true;
  v.push_back(Values("schuld", {"ja", "nee"}, VariableKind::kConfidential));
  v.back().sensitive = {"ja"};
  v.push_back(Make("leeftijd", VariableRole::kDimension));
  v.back().range = {0, 9};
  v.back().bands = Bands{2, 8, {2, 3, 4}};
  v.push_back(Make("score", VariableRole::kDimension, VariableKind::kConfidential));
  v.back().range = {0, 9};
  v.push_back(Make("inkomen", VariableRole::kMeasure, VariableKind::kConfidential));
  v.back().decimals = 2;
  v.back().any_sign = true;
  v.push_back(Make("geheim", VariableRole::kMeasure, VariableKind::kConfidential));
  snapshot.entry.links = {{"huis", {"hhs", "hh"}, {}, "huishouden", true}, {"schulden", {"hh"}, {}, "vordering", false}};
  snapshot.file = "persoon.duckdb";
  snapshot.sha256 = "aa";
  snapshot.unique["rin"] = true;
  snapshot.constant["hh"] = {"buurt"};
  snapshot.nested = {{"rin", {"hhs", "hh", "obj"}}, {"hh", {"hhs", "obj"}}, {"hhs", {"hh", "obj"}}, {"obj", {}}};
  return snapshot;
}

inline Snapshot Households() {
  Snapshot snapshot;
  snapshot.entry.name = "huishouden";
  snapshot.entry.contributor = {"hh"};
  std::vector<Variable>& v = snapshot.entry.variables;
  for (const char* id : {"hhs", "hh"}) v.push_back(Make(id, VariableRole::kIdentifier));
  v.push_back(Values("type", {"een", "twee"}, VariableKind::kMixed));
  v.push_back(Make("vermogen", VariableRole::kMeasure, VariableKind::kConfidential));
  v.push_back(Values("geslacht", {"M", "V"}, VariableKind::kIdentifying));
  snapshot.sha256 = "bb";
  snapshot.unique["hh"] = true;
  return snapshot;
}

// Municipalities of 2016 with those of 2022 above them: M is A and B; C stays; D+E was split from D.
inline CodeList Mergers() {
  CodeList list;
  AddCode(&list, "M", "", 1);
  AddCode(&list, "A", "M", 2);
  AddCode(&list, "B", "M", 2);
  AddCode(&list, "C", "", 1);
  list.codes.back().last_level = 2;
  AddCode(&list, "D+E", "", 1);
  AddCode(&list, "D", "D+E", 2);
  AddCode(&list, "E", "D+E", 2);
  return list;
}

// Establishments: turnover is of a business in a year, and so are sector and year.
inline Snapshot Establishments() {
  Snapshot snapshot;
  snapshot.entry.name = "vestiging";
  snapshot.entry.lineage = "vestigingen";
  snapshot.entry.period = "2016";
  snapshot.entry.contributor = {"vst", "bedrijf", "holding"};
  std::vector<Variable>& v = snapshot.entry.variables;
  for (const char* id : {"vst", "bedrijf", "bedrijf_jaar", "holding"}) v.push_back(Make(id, VariableRole::kIdentifier));
  v.push_back(Values("sector", {"G", "I"}, VariableKind::kIdentifying));
  v.back().grain = {"bedrijf_jaar", "bedrijf"};
  v.push_back(Values("jaar", {"15", "16"}, VariableKind::kIdentifying));
  v.back().grain = {"bedrijf_jaar"};
  v.push_back(Make("plaats", VariableRole::kDimension));
  v.back().codes = Mergers();
  v.back().levels = {"plaats2022", "plaats"};
  v.push_back(Values("keurmerk", {"ja", "nee"}, VariableKind::kConfidential));
  v.push_back(Make("omzet", VariableRole::kMeasure, VariableKind::kConfidential));
  v.back().unit = "1 000 EUR";
  v.back().grain = {"bedrijf_jaar"};
  v.push_back(Make("banen", VariableRole::kMeasure, VariableKind::kConfidential));
  v.back().forbidden_with = {"plaats", "concern.land"};
  snapshot.nested = {{"vst", {"bedrijf", "bedrijf_jaar", "holding"}}, {"bedrijf_jaar", {"bedrijf", "holding", ""}}, {"bedrijf", {"holding"}}};
  snapshot.entry.links = {{"bedrijf", {"bedrijf_jaar"}, {}, "concern", true, VariableKind::kIdentifying}};
  snapshot.sha256 = "cc";
  return snapshot;
}

inline Snapshot Concerns() {
  Snapshot snapshot;
  snapshot.entry.name = "concern";
  snapshot.entry.contributor = {"bedrijf_jaar"};
  std::vector<Variable>& v = snapshot.entry.variables;
  v.push_back(Make("bedrijf_jaar", VariableRole::kIdentifier));
  v.push_back(Values("land", {"NL", "BE"}, VariableKind::kIdentifying));
  v.push_back(Values("rang", {"hoog", "laag"}, VariableKind::kMixed));
  snapshot.sha256 = "dd";
  snapshot.unique["bedrijf_jaar"] = true;
  return snapshot;
}

inline CatalogueView World() {
  CatalogueView view;
  view.datasets["persoon"] = Persons();
  view.datasets["huishouden"] = Households();
  view.datasets["vestiging"] = Establishments();
  view.datasets["concern"] = Concerns();
  view.datasets["vordering"] = Households();
  view.datasets["vordering"].entry.name = "vordering";
  view.datasets["verborgen"] = Households();
  view.datasets["verborgen"].entry.name = "verborgen";
  return view;
}

inline Project MakeProject(const std::string& name, const std::vector<Grant>& grants) {
  Project project;
  project.name = name;
  project.members = {"anna"};
  project.valid_from = "2016-11-28";
  project.valid_until = "2036-11-28";
  project.rules = "standard";
  project.grants = grants;
  return project;
}

inline std::vector<Grant> AllGrants() {
  return {{"persoon", {"buurt", "wijk", "gemeente", "geslacht", "herkomst", "schuld", "leeftijd", "score", "inkomen"}, {}},
          {"huishouden", {"type", "vermogen", "geslacht"}, {}},
          {"vordering", {"type"}, {}},
          {"vestiging", {"sector", "jaar", "plaats", "keurmerk", "omzet", "banen"}, {}},
          {"concern", {"land", "rang"}, {}}};
}

inline PolicyBundle Policies(const std::vector<Project>& projects) {
  PolicyBundle policy;
  policy.rules["standard"].name = "standard";
  for (const Project& project : projects) policy.projects[project.name] = project;
  return policy;
}

inline Caller Anna() {
  Caller caller;
  caller.id = "anna";
  return caller;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_PLAN_WORLD_H_
