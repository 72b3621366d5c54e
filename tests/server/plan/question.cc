#include "tests/server/plan/question.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace kluis {
namespace {

bool IsArea(const std::string& variable) {
  return variable == "buurt" || variable == "wijk" || variable == "gemeente";
}

std::string InSql(const Question& question, const std::string& variable);

std::string CaseSql(const Question& question, const Recode& recode) {
  std::string sql = "CASE";
  for (const auto& [codes, name] : recode.branches) {
    absl::StrAppend(&sql, " WHEN ", InSql(question, recode.variable), " IN ('",
                    absl::StrJoin(codes, "', '"), "') THEN '", name, "'");
  }
  if (!recode.otherwise.empty()) absl::StrAppend(&sql, " ELSE '", recode.otherwise, "'");
  return sql + " END";
}

std::string InSql(const Question& question, const std::string& variable) {
  if (const Recode* recode = question.recode(variable)) return CaseSql(question, *recode);
  return question.has_join() && !IsOfPartner(variable) ? "p." + variable : variable;
}

VariableKind RandomKind(std::mt19937* random) { return static_cast<VariableKind>((*random)() % 3); }

void DrawJoin(std::mt19937* random, Question* question) {
  question->kinds = {{"herkomst", VariableKind::kMixed}, {"schuld", VariableKind::kConfidential}};
  for (const auto& [variable, codes] : std::map<std::string, std::set<std::string>>{
           {"geslacht", {"V"}}, {"herkomst", {"NL", "X"}}, {"schuld", {"ja"}}}) {
    if ((*random)() % 6 == 0) question->scope[variable] = codes;
  }
  question->joined = static_cast<Question::Joined>((*random)() % 3);
  if (!question->has_join()) return;
  question->membership = RandomKind(random);
  question->kinds["h.type"] = RandomKind(random);
  question->kinds["h.geslacht"] = RandomKind(random);
  question->type_missing = (*random)() % 2 == 0;
  if ((*random)() % 4 == 0) question->scope["h.type"] = {"een"};
  if ((*random)() % 4 == 0) question->scope["h.geslacht"] = {"V"};
}

// Codes that WHEN may name, of any level, and whether they are all the codes there are.
std::vector<std::string> CodesToName(const Question& question, const std::string& variable) {
  if (variable == "buurt") return {"G1", "W1", "B1", "B2", "W2", "B3", "G2", "W3", "B4"};
  if (variable == "wijk") return {"W1", "W2", "W3"};
  if (variable == "herkomst") return {"NL", "EU", "X", "_U"};
  if (variable == "schuld") return {"ja", "nee"};
  std::vector<std::string> codes = {"een", "twee"};
  if (question.type_missing || question.joined == Question::Joined::kLeft) codes.push_back("_U");
  return codes;
}

void DrawRecodes(std::mt19937* random, Question* question) {
  std::vector<std::string> bases = {"buurt", "buurt", "wijk", "herkomst", "schuld"};
  if (question->has_join()) bases.push_back("h.type");
  for (const std::string& base : bases) {
    if ((*random)() % 4 != 0) continue;
    const std::vector<std::string> codes = CodesToName(*question, base);
    Recode recode{base, {}, (*random)() % 8 == 0 ? "" : "rest"};
    for (int b = 1 + static_cast<int>((*random)() % 3); b > 0; --b) {
      std::set<std::string> named = {codes[(*random)() % codes.size()]};
      if ((*random)() % 2 == 0) named.insert(codes[(*random)() % codes.size()]);
      recode.branches.push_back({named, std::string(1, static_cast<char>('x' + (*random)() % 3))});
    }
    question->variables.push_back(absl::StrCat("case", question->recodes.size()));
    question->recodes.push_back(std::move(recode));
  }
}

void DrawVariables(std::mt19937* random, Question* question) {
  std::vector<std::string> all = {"buurt", "wijk", "gemeente", "geslacht", "herkomst", "schuld"};
  if (question->has_join()) all.insert(all.end(), {"h.type", "h.geslacht"});
  do {
    for (const std::string& variable : all) {
      if ((*random)() % (question->recodes.empty() ? 3 : 6) == 0)
        question->variables.push_back(variable);
    }
  } while (question->variables.empty());
  std::shuffle(question->variables.begin(), question->variables.end(), *random);
  std::set<std::string> used;
  for (int s = 1 + static_cast<int>((*random)() % 3);
       s > 0 || used.size() < question->variables.size(); --s) {
    std::set<std::string> set;
    for (const std::string& variable : question->variables) {
      if ((*random)() % 2 == 0) set.insert(variable);
    }
    used.insert(set.begin(), set.end());
    question->sets.push_back(set);
  }
}

void DrawConditions(std::mt19937* random, Question* question) {
  std::map<std::string, std::vector<std::string>> codes = {{"wijk", {"W1", "W2", "W3"}},
                                                           {"geslacht", {"M", "V"}},
                                                           {"herkomst", {"NL", "EU", "X", "_U"}},
                                                           {"schuld", {"ja", "nee"}}};
  if (question->has_join()) {
    codes["h.type"] = {"een", "twee"};
    codes["h.geslacht"] = {"M", "V"};
    if (question->type_missing || question->joined == Question::Joined::kLeft)
      codes["h.type"].push_back("_U");
    if (question->joined == Question::Joined::kLeft) codes["h.geslacht"].push_back("_U");
  }
  for (const auto& [variable, list] : codes) {
    if ((*random)() % 3 != 0) continue;
    question->where[variable].insert(list[(*random)() % list.size()]);
    question->where[variable].insert(list[(*random)() % list.size()]);
  }
}

// Of few variables, so that several parts are of one, and some of those that are grouped by.
void DrawParts(std::mt19937* random, Question* question) {
  for (int p = static_cast<int>((*random)() % 4); p > 0; --p) {
    Part part;
    part.share = (*random)() % 2 == 0;
    std::vector<std::string> all = {"buurt", "wijk", "herkomst", "schuld", "geslacht"};
    if (question->has_join()) all.push_back("h.type");
    for (int c = 0; c < 3; ++c) {
      const std::string variable = all[(*random)() % all.size()];
      const std::vector<std::string> codes = variable == "geslacht"
                                                 ? std::vector<std::string>{"M", "V"}
                                                 : CodesToName(*question, variable);
      std::set<std::string> named = {codes[(*random)() % codes.size()]};
      if ((*random)() % 2 == 0) named.insert(codes[(*random)() % codes.size()]);
      part.conditions[variable] = named;
      if ((*random)() % 3 != 0) break;
    }
    question->parts.push_back(std::move(part));
  }
  question->whole = question->parts.empty() || (*random)() % 3 != 0;
}

std::string ConditionsSql(const Question& question,
                          const std::map<std::string, std::set<std::string>>& conditions) {
  std::vector<std::string> texts;
  for (const auto& [variable, codes] : conditions)
    texts.push_back(
        absl::StrCat(InSql(question, variable), " IN ('", absl::StrJoin(codes, "', '"), "')"));
  return absl::StrJoin(texts, " AND ");
}

}  // namespace

bool IsOfPartner(const std::string& variable) { return variable.rfind("h.", 0) == 0; }

std::string BaseOf(const Question& question, const std::string& variable) {
  const Recode* recode = question.recode(variable);
  const std::string base = recode == nullptr ? variable : recode->variable;
  return IsArea(base) ? "buurt" : base;
}

Question RandomQuestion(std::mt19937* random) {
  Question question;
  DrawJoin(random, &question);
  if ((*random)() % 2 == 0) DrawRecodes(random, &question);
  DrawVariables(random, &question);
  DrawConditions(random, &question);
  if ((*random)() % 2 == 0) DrawParts(random, &question);
  return question;
}

std::string Sql(const Question& question) {
  std::vector<std::string> columns, sets;
  for (size_t v = 0; v < question.variables.size(); ++v)
    columns.push_back(absl::StrCat(InSql(question, question.variables[v]), " AS c", v));
  for (const auto& set : question.sets) {
    std::vector<std::string> names;
    for (const std::string& variable : set) {
      const auto column = std::find(question.variables.begin(), question.variables.end(), variable);
      const bool by_name = question.recode(variable) != nullptr && set.size() % 2 == 0;
      names.push_back(by_name ? absl::StrCat("c", column - question.variables.begin())
                              : InSql(question, variable));
    }
    sets.push_back("(" + absl::StrJoin(names, ", ") + ")");
  }
  if (question.whole) columns.push_back("COUNT(*)");
  for (size_t p = 0; p < question.parts.size(); ++p) {
    const Part& part = question.parts[p];
    absl::StrAppend(&columns.emplace_back(), part.share ? "SHARE(" : "COUNT(*) FILTER (WHERE ",
                    ConditionsSql(question, part.conditions), ") AS s", p);
  }
  const std::string join =
      !question.has_join()
          ? ""
          : absl::StrCat(" p", question.joined == Question::Joined::kLeft ? " LEFT" : "",
                         " JOIN huishouden h ON p.hhs = h.hhs AND p.hh = h.hh");
  return absl::StrCat("SELECT ", absl::StrJoin(columns, ", "), " FROM persoon", join,
                      question.where.empty() ? "" : " WHERE ",
                      ConditionsSql(question, question.where),
                      " GROUP BY GROUPING SETS (", absl::StrJoin(sets, ", "), ")");
}

CatalogueView WorldOf(const Question& question) {
  CatalogueView world = World();
  world.datasets["persoon"].entry.links[0].membership = question.membership;
  for (Variable& variable : world.datasets["huishouden"].entry.variables) {
    const auto kind = question.kinds.find("h." + variable.name);
    if (kind != question.kinds.end()) variable.kind = kind->second;
    if (variable.name == "type") variable.missing_declared = question.type_missing;
  }
  return world;
}

std::vector<Grant> GrantsOf(const Question& question) {
  std::vector<Grant> grants = AllGrants();
  for (const auto& [variable, codes] : question.scope) {
    const bool joined = IsOfPartner(variable);
    grants[joined ? 1 : 0].where[joined ? variable.substr(2) : variable] = {codes.begin(),
                                                                            codes.end()};
  }
  return grants;
}

}  // namespace kluis
