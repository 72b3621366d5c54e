#include "tests/server/plan/reading.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace kluis {
namespace {

// The codes that a variable may show for a unit.
std::vector<std::string> CodesOf(const std::string& variable, const Unit& unit, bool all_levels) {
  const CodeList areas = Areas();
  if (IsOfPartner(variable) && !unit.partner) return {"_U"};
  if (variable == "h.type") return {unit.type < 0 ? "_U" : unit.type == 0 ? "een" : "twee"};
  if (variable == "h.geslacht") return {unit.hgeslacht == 0 ? "M" : "V"};
  if (variable == "geslacht") return {unit.geslacht == 0 ? "M" : "V"};
  if (variable == "herkomst")
    return {unit.herkomst < 0 ? "_U" : std::vector<std::string>{"NL", "EU", "X"}[unit.herkomst]};
  if (variable == "schuld") return {unit.schuld == 0 ? "ja" : "nee"};
  const int wijk = areas.codes[unit.buurt].parent;
  const std::string w = areas.codes[wijk].code, g = areas.codes[areas.codes[wijk].parent].code,
                    b = areas.codes[unit.buurt].code;
  if (variable == "wijk") return {w};
  if (variable == "gemeente") return {g};
  return all_levels ? std::vector<std::string>{"_T", g, w, b} : std::vector<std::string>{b};
}

// What a column shows for a unit: of a CASE the class of the first WHEN that names one of its
// codes; empty when there is none.
std::vector<std::string> ShownFor(const Question& question, const std::string& variable,
                                  const Unit& unit, bool all_levels) {
  const Recode* recode = question.recode(variable);
  if (recode == nullptr) return CodesOf(variable, unit, all_levels);
  std::vector<std::string> codes = CodesOf(recode->variable, unit, recode->variable == "buurt");
  for (const auto& [named, name] : recode->branches) {
    for (const std::string& code : codes) {
      if (named.count(code) > 0) return {name};
    }
  }
  return {recode->otherwise};
}

bool Meets(const std::map<std::string, std::set<std::string>>& conditions,
           const std::string& variable, const Unit& unit) {
  const auto found = conditions.find(variable);
  return found == conditions.end() || found->second.count(CodesOf(variable, unit, false)[0]) > 0;
}

// WHERE names codes of the variable's own level, FILTER those of any.
bool MeetsPart(const Part& part, const std::string& variable, const Unit& unit) {
  const std::vector<std::string> codes = CodesOf(variable, unit, variable == "buurt");
  const std::set<std::string>& named = part.conditions.at(variable);
  return std::any_of(codes.begin(), codes.end(),
                     [&](const std::string& code) { return named.count(code) > 0; });
}

// The unit counts in the rows that are shown.
bool Counts(const Question& question, const Unit& unit) {
  bool counts = question.joined != Question::Joined::kInner || unit.partner;
  for (const auto& [variable, codes] : question.where)
    counts &= Meets(question.where, variable, unit);
  for (const auto& [variable, codes] : question.scope)
    counts &= Meets(question.scope, variable, unit);
  return counts;
}

// Safety rule 10: who knows the value of a variable, or that there is none for want of a partner.
VariableKind KindOf(const Question& question, const std::string& variable) {
  const auto found = question.kinds.find(variable);
  const VariableKind own =
      found == question.kinds.end() ? VariableKind::kIdentifying : found->second;
  return IsOfPartner(variable) ? std::max(own, question.membership) : own;
}

// Safety rule 11: what is asked of a variable that not everyone knows is `in`, all else is `out`.
bool IsIn(const Question& question, const std::string& variable, const Unit& unit) {
  const bool needs_partner = IsOfPartner(variable) && question.joined == Question::Joined::kInner;
  return (!needs_partner || unit.partner) && Meets(question.where, variable, unit) &&
         Meets(question.scope, variable, unit);
}

std::string VariableOf(const std::string& axis) {
  return axis.rfind("huis.", 0) == 0 ? "h." + axis.substr(5) : axis;
}

// Whether each class of `fine` has its units in one class of `coarse`.
bool Within(const Question& question, const std::string& fine, const std::string& coarse,
            const std::vector<Unit>& units) {
  std::map<std::string, std::set<std::string>> classes;
  for (const Unit& unit : units) {
    if (IsOfPartner(BaseOf(question, fine)) && !unit.partner &&
        question.joined != Question::Joined::kLeft)
      continue;
    classes[ShownFor(question, fine, unit, false)[0]].insert(
        ShownFor(question, coarse, unit, false)[0]);
  }
  return std::all_of(classes.begin(), classes.end(),
                     [](const auto& c) { return c.second.size() == 1; });
}

}  // namespace

std::vector<Unit> EveryUnit(std::mt19937* random) {
  std::vector<Unit> units;
  const CodeList areas = Areas();
  const auto add = [&](Unit unit) {
    unit.weight = static_cast<int64_t>((*random)() % 1'000'000);
    units.push_back(unit);
  };
  for (const char* buurt : {"B1", "B2", "B3", "B4"}) {
    for (int geslacht = 0; geslacht < 2; ++geslacht) {
      for (int herkomst = -1; herkomst < 3; ++herkomst) {
        for (int schuld = 0; schuld < 2; ++schuld) {
          const int area = areas.Find(buurt);
          add({area, geslacht, herkomst, schuld, false, 0, 0, 0});
          for (int type = -1; type < 2; ++type) {
            for (int hgeslacht = 0; hgeslacht < 2; ++hgeslacht)
              add({area, geslacht, herkomst, schuld, true, type, hgeslacht, 0});
          }
        }
      }
    }
  }
  return units;
}

std::vector<Unit> UnitsOf(const Question& question, const std::vector<Unit>& every) {
  std::vector<Unit> units;
  for (const Unit& unit : every) {
    if (!unit.partner || unit.type >= 0 || question.type_missing) units.push_back(unit);
  }
  return units;
}

ShownTable ByReading(const Question& question, const std::vector<Unit>& units) {
  const auto of_tree =
      std::count_if(question.variables.begin(), question.variables.end(),
                    [&](const std::string& v) { return BaseOf(question, v) == "buurt"; });
  ShownTable table;
  for (const Unit& unit : units) {
    if (!Counts(question, unit)) continue;
    std::set<std::vector<std::string>> rows;  // of this unit, each once
    for (const std::set<std::string>& set : question.sets) {
      std::vector<std::vector<std::string>> longer = {{}};
      for (const std::string& variable : question.variables) {
        const std::vector<std::string> codes =
            set.count(variable) == 0
                ? std::vector<std::string>{"_T"}
                : ShownFor(question, variable, unit, variable == "buurt" && of_tree == 1);
        std::vector<std::vector<std::string>> next;
        for (const auto& start : longer) {
          for (const std::string& code : codes) {
            next.push_back(start);
            next.back().push_back(code);
          }
        }
        longer = std::move(next);
      }
      rows.insert(longer.begin(), longer.end());
    }
    for (const auto& row : rows) table[row] += unit.weight;
  }
  return table;
}

std::vector<Unit> UnitsOfPart(const Part& part, const std::vector<Unit>& units) {
  std::vector<Unit> of_part;
  for (const Unit& unit : units) {
    bool meets = true;
    for (const auto& [variable, codes] : part.conditions) meets &= MeetsPart(part, variable, unit);
    if (meets) of_part.push_back(unit);
  }
  return of_part;
}

bool IsThere(const Question& question, const Unit& unit) {
  bool there = question.joined != Question::Joined::kInner || question.judged() || unit.partner;
  for (const auto& [variable, codes] : question.where) {
    if (KindOf(question, variable) == VariableKind::kIdentifying)
      there &= Meets(question.where, variable, unit);
  }
  for (const auto& [variable, codes] : question.scope) {
    if (KindOf(question, variable) == VariableKind::kIdentifying)
      there &= Meets(question.scope, variable, unit);
  }
  return there;
}

bool Belongs(const Question& question, const Axis& axis, int category, const Unit& unit) {
  if (category == 0) return true;
  const std::string& code = axis.categories[category].code;
  const std::string variable = VariableOf(axis.name);
  const bool in = variable == "h.*" ? unit.partner : IsIn(question, variable, unit);
  if (code == "in" || code == "out") return in == (code == "in");
  const bool halved = axis.categories[1].code == "in";
  const std::vector<std::string> codes = CodesOf(variable, unit, true);
  bool named = false;  // the classes of a CASE are named by their codes: "B1+B3"
  for (const absl::string_view part : absl::StrSplit(code, '+'))
    named |= std::count(codes.begin(), codes.end(), part) > 0;
  return (in || !halved) && named;
}

bool LeavesCodesOut(const Question& question, const std::vector<Unit>& units) {
  for (const std::string& variable : question.variables) {
    for (const Unit& unit : units) {
      const bool there = !IsOfPartner(BaseOf(question, variable)) || unit.partner ||
                         question.joined == Question::Joined::kLeft;
      if (there && ShownFor(question, variable, unit, false)[0].empty()) return true;
    }
  }
  return false;
}

bool CutsThrough(const Question& question, const std::vector<Unit>& units) {
  for (const std::string& a : question.variables) {
    for (const std::string& b : question.variables) {
      if (BaseOf(question, a) == BaseOf(question, b) && !Within(question, a, b, units) &&
          !Within(question, b, a, units))
        return true;
    }
  }
  return false;
}

bool LeavesNoPart(const Question& question, const std::vector<Unit>& units) {
  for (const Part& part : question.parts) {
    std::set<std::string> bases;
    for (const auto& [variable, codes] : part.conditions) bases.insert(BaseOf(question, variable));
    for (const std::string& base : bases) {
      const auto of_base = [&](const std::string& variable) {
        return BaseOf(question, variable) == base;
      };
      const bool some = std::any_of(units.begin(), units.end(), [&](const Unit& unit) {
        bool meets = !IsOfPartner(base) || unit.partner || question.joined == Question::Joined::kLeft;
        for (const auto& [variable, codes] : part.conditions)
          meets &= !of_base(variable) || MeetsPart(part, variable, unit);
        for (const auto* conditions : {&question.where, &question.scope}) {
          for (const auto& [variable, codes] : *conditions)
            meets &= !of_base(variable) || Meets(*conditions, variable, unit);
        }
        return meets;
      });
      if (!some) return true;
    }
  }
  return false;
}

bool LeavesNothing(const Question& question, const std::vector<Unit>& units) {
  return std::none_of(units.begin(), units.end(),
                      [&](const Unit& unit) { return Counts(question, unit); });
}

}  // namespace kluis
