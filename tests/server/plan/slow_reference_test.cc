// The plan against an obvious enumeration: every possible unit once, with a weight of its own. Rows
// and their values must be those that follow from reading the query word by word.
#include <map>
#include <random>
#include <set>

#include "tests/server/plan/ask.h"

namespace kluis {
namespace {

struct Unit {
  int buurt, geslacht, herkomst, schuld;  // stored values
  int64_t weight;
};

using Table = std::map<std::vector<std::string>, int64_t>;

std::vector<Unit> EveryUnit(std::mt19937* random) {
  std::vector<Unit> units;
  const CodeList areas = Areas();
  for (const char* buurt : {"B1", "B2", "B3", "B4"}) {
    for (int geslacht = 0; geslacht < 2; ++geslacht) {
      for (int herkomst = -1; herkomst < 3; ++herkomst) {
        for (int schuld = 0; schuld < 2; ++schuld) {
          units.push_back({areas.Find(buurt), geslacht, herkomst, schuld, static_cast<int64_t>((*random)() % 1'000'000)});
        }
      }
    }
  }
  return units;
}

int StoredOf(const Unit& unit, const std::string& column) {
  if (column == "buurt") return unit.buurt;
  if (column == "geslacht") return unit.geslacht;
  return column == "herkomst" ? unit.herkomst : unit.schuld;
}

// What an engine does with a plan, in the fewest words.
Table ByPlan(const AggregationPlan& plan, const std::vector<Unit>& units) {
  std::map<CellKey, int64_t> cells;
  for (const std::vector<int>& levels : plan.level_sets) {
    std::map<CellKey, int64_t> of_set;
    for (const Unit& unit : units) {
      bool stays = true;
      for (const PlanFilter& filter : plan.filters) {
        stays &= std::count(filter.stored_values.begin(), filter.stored_values.end(), StoredOf(unit, filter.column)) > 0;
      }
      CellKey key;
      for (size_t a = 0; a < plan.axes.size(); ++a) {
        key.push_back(plan.axes[a].level_maps[levels[a]][StoredOf(unit, plan.axes[a].column) - plan.axes[a].stored_low]);
        stays &= key.back() >= 0;
      }
      if (stays) of_set[key] += unit.weight;
    }
    for (const auto& [key, sum] : of_set) {
      EXPECT_TRUE(std::find(plan.table.keys.begin(), plan.table.keys.end(), key) != plan.table.keys.end()) << "a cell of the data is in no key";
      EXPECT_TRUE(cells.count(key) == 0 || cells[key] == sum) << "one cell, two values";
      cells[key] = sum;
    }
  }
  Table table;
  for (const ReleaseRow& row : plan.table.shape.rows) {
    EXPECT_EQ(plan.table.uses[row.cell], CellUse::kDisplayed);
    EXPECT_TRUE(table.insert({row.codes, cells[plan.table.keys[row.cell]]}).second) << "a row twice: " << absl::StrJoin(row.codes, ",");
  }
  return table;
}

// The codes that a variable may show for a unit.
std::vector<std::string> CodesOf(const std::string& variable, const Unit& unit, bool all_levels) {
  const CodeList areas = Areas();
  if (variable == "geslacht") return {unit.geslacht == 0 ? "M" : "V"};
  if (variable == "herkomst") return {unit.herkomst < 0 ? "_U" : std::vector<std::string>{"NL", "EU", "X"}[unit.herkomst]};
  if (variable == "schuld") return {unit.schuld == 0 ? "ja" : "nee"};
  const int wijk = areas.codes[unit.buurt].parent;
  const std::string w = areas.codes[wijk].code, g = areas.codes[areas.codes[wijk].parent].code, b = areas.codes[unit.buurt].code;
  if (variable == "wijk") return {w};
  if (variable == "gemeente") return {g};
  return all_levels ? std::vector<std::string>{"_T", g, w, b} : std::vector<std::string>{b};
}

struct Question {
  std::vector<std::string> variables;
  std::vector<std::set<std::string>> sets;
  std::map<std::string, std::set<std::string>> where;
};

Table ByReading(const Question& question, const std::vector<Unit>& units) {
  int of_tree = 0;
  for (const std::string& v : question.variables) of_tree += v == "buurt" || v == "wijk" || v == "gemeente";
  Table table;
  for (const Unit& unit : units) {
    bool stays = true;
    for (const auto& [variable, codes] : question.where) stays &= codes.count(CodesOf(variable, unit, false)[0]) > 0;
    if (!stays) continue;
    std::set<std::vector<std::string>> rows;  // of this unit, each once
    for (const std::set<std::string>& set : question.sets) {
      std::vector<std::vector<std::string>> longer = {{}};
      for (const std::string& variable : question.variables) {
        const std::vector<std::string> codes =
            set.count(variable) == 0 ? std::vector<std::string>{"_T"} : CodesOf(variable, unit, variable == "buurt" && of_tree == 1);
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

std::string Sql(const Question& question) {
  std::vector<std::string> sets, conditions;
  for (const auto& set : question.sets) sets.push_back("(" + absl::StrJoin(set, ", ") + ")");
  for (const auto& [variable, codes] : question.where) conditions.push_back(variable + " IN ('" + absl::StrJoin(codes, "', '") + "')");
  return absl::StrCat("SELECT ", absl::StrJoin(question.variables, ", "), ", COUNT(*) FROM persoon",
                      conditions.empty() ? "" : " WHERE ", absl::StrJoin(conditions, " AND "),
                      " GROUP BY GROUPING SETS (", absl::StrJoin(sets, ", "), ")");
}

Question RandomQuestion(std::mt19937* random) {
  const std::vector<std::string> all = {"buurt", "wijk", "gemeente", "geslacht", "herkomst", "schuld"};
  Question question;
  while (question.variables.empty()) {
    for (const std::string& variable : all) {
      if ((*random)() % 3 == 0) question.variables.push_back(variable);
    }
  }
  std::shuffle(question.variables.begin(), question.variables.end(), *random);
  std::set<std::string> used;
  for (int s = 1 + static_cast<int>((*random)() % 3); s > 0 || used.size() < question.variables.size(); --s) {
    std::set<std::string> set;
    for (const std::string& variable : question.variables) {
      if ((*random)() % 2 == 0) set.insert(variable);
    }
    used.insert(set.begin(), set.end());
    question.sets.push_back(set);
  }
  const std::map<std::string, std::vector<std::string>> codes = {
      {"wijk", {"W1", "W2", "W3"}}, {"geslacht", {"M", "V"}}, {"herkomst", {"NL", "EU", "X", "_U"}}, {"schuld", {"ja", "nee"}}};
  for (const auto& [variable, list] : codes) {
    if ((*random)() % 3 != 0) continue;
    question.where[variable].insert(list[(*random)() % list.size()]);
    question.where[variable].insert(list[(*random)() % list.size()]);
  }
  return question;
}

TEST(SlowReferenceTest, RowsAndValuesAreThoseOfReadingTheQueryWordByWord) {
  const unsigned seed = 48271;
  std::mt19937 random(seed);
  const std::vector<Unit> units = EveryUnit(&random);
  for (int i = 0; i < 400; ++i) {
    const Question question = RandomQuestion(&random);
    const Decision<AggregationPlan> plan = Plan(Sql(question));
    ASSERT_TRUE(plan.allowed()) << plan.refusal().message << "\n" << Sql(question);
    ASSERT_EQ(ByPlan(plan.value(), units), ByReading(question, units)) << "seed " << seed << ", " << Sql(question);
  }
}

}  // namespace
}  // namespace kluis
