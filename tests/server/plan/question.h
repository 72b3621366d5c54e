// A query as the slow reference reads it, drawn at random and written as SQL.
#ifndef KLUIS_TESTS_SERVER_PLAN_QUESTION_H_
#define KLUIS_TESTS_SERVER_PLAN_QUESTION_H_

#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/server/plan/world.h"

namespace kluis {

// CASE WHEN variable IN (codes) THEN class ... [ELSE class] END
struct Recode {
  std::string variable;
  std::vector<std::pair<std::set<std::string>, std::string>> branches;
  std::string otherwise;  // empty: no ELSE
};

// SHARE(variable IN (codes) AND ...) or COUNT(*) FILTER (WHERE ...).
struct Part {
  bool share = false;
  std::map<std::string, std::set<std::string>> conditions;
};

// Names of variables are those of SQL, with "h." before those of the joined dataset; "case0" is
// recodes[0].
struct Question {
  enum class Joined { kNot, kInner, kLeft } joined = Joined::kNot;
  VariableKind membership = VariableKind::kIdentifying;
  std::map<std::string, VariableKind> kinds;  // of variables that are not identifying
  bool type_missing = false;                  // h.type has a missing value
  std::vector<Recode> recodes;
  std::vector<std::string> variables;
  std::vector<std::set<std::string>> sets;
  bool whole = true;  // COUNT(*) is asked
  std::vector<Part> parts;
  std::map<std::string, std::set<std::string>> where;
  std::map<std::string, std::set<std::string>> scope;  // of the grants

  bool has_join() const { return joined != Joined::kNot; }
  const Recode* recode(const std::string& variable) const {
    return variable.rfind("case", 0) == 0 ? &recodes.at(std::stoul(variable.substr(4))) : nullptr;
  }
  bool judged() const { return has_join() && membership != VariableKind::kIdentifying; }
};

bool IsOfPartner(const std::string& variable);

// The variable of the data from which a variable or a CASE is made.
std::string BaseOf(const Question& question, const std::string& variable);

Question RandomQuestion(std::mt19937* random);
std::string Sql(const Question& question);

// The small world in which it is asked, and by whom.
CatalogueView WorldOf(const Question& question);
std::vector<Grant> GrantsOf(const Question& question);

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_PLAN_QUESTION_H_
