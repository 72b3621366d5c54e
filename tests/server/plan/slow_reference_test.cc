// The plan against an obvious enumeration: every possible unit once, with a weight of its own, with
// and without a partner in the joined dataset. Rows, their values, and the values of the hidden
// cells must be those that follow from reading the query word by word.
#include <algorithm>
#include <iostream>
#include <map>
#include <random>
#include <set>

#include "disclosure/table/relations.h"
#include "tests/environment.h"
#include "tests/server/plan/ask.h"
#include "tests/server/plan/reading.h"

namespace kluis {
namespace {

int StoredOf(const Unit& unit, const PlanSource& source, bool of_partner, const std::string& column) {
  if (of_partner) {
    if (column.empty()) return unit.partner ? 0 : kNoPartner;
    if (!unit.partner) return source.judged ? kNoPartner : -1;
    return column == "type" ? unit.type : unit.hgeslacht;
  }
  if (column == "buurt") return unit.buurt;
  if (column == "geslacht") return unit.geslacht;
  return column == "herkomst" ? unit.herkomst : unit.schuld;
}

// What an engine does with a plan, in the fewest words.
std::map<CellKey, int64_t> CellsByPlan(const AggregationPlan& plan, const std::vector<Unit>& units) {
  const std::set<CellKey> keys(plan.table.keys.begin(), plan.table.keys.end());
  EXPECT_EQ(keys.size(), plan.table.keys.size());
  std::map<CellKey, int64_t> cells;
  for (const CellKey& key : keys) cells[key] = 0;
  std::set<CellKey> seen;
  for (const std::vector<int>& levels : plan.level_sets) {
    std::map<CellKey, int64_t> of_set;
    for (const Unit& unit : units) {
      bool stays = plan.sources.size() == 1 || plan.sources[1].left || plan.sources[1].judged || unit.partner;
      for (const PlanFilter& filter : plan.filters) {
        const int stored = StoredOf(unit, plan.sources[filter.source], filter.source == 1, filter.column);
        stays &= std::count(filter.stored_values.begin(), filter.stored_values.end(), stored) > 0;
      }
      CellKey key;
      for (size_t a = 0; stays && a < plan.axes.size(); ++a) {
        const PlanAxis& axis = plan.axes[a];
        const int stored = StoredOf(unit, plan.sources[axis.source], axis.source == 1, axis.column);
        key.push_back(axis.level_maps[levels[a]].at(stored - axis.stored_low));
        stays &= key.back() >= 0;
      }
      if (stays) of_set[key] += unit.weight;
    }
    for (const auto& [key, sum] : of_set) {
      EXPECT_TRUE(keys.count(key) > 0) << "a cell of the data is in no key";
      EXPECT_TRUE(seen.insert(key).second || cells[key] == sum) << "one cell, two values";
      cells[key] = sum;
    }
  }
  return cells;
}

ShownTable RowsByPlan(const AggregationPlan& plan, const std::map<CellKey, int64_t>& cells) {
  ShownTable table;
  for (const ReleaseRow& row : plan.table.shape.rows) {
    EXPECT_NE(plan.table.uses[row.cell], CellUse::kImpossible);
    EXPECT_TRUE(table.insert({row.codes, cells.at(plan.table.keys[row.cell])}).second) << "a row twice: " << absl::StrJoin(row.codes, ",");
  }
  return table;
}

// What a SHARE or a FILTER shows of a row is made of the cells of those who meet its condition; with
// the cells of the others they are the row.
void ExpectPartsAsRead(const Question& question, const AggregationPlan& plan, const std::vector<Unit>& units,
                       const std::map<CellKey, int64_t>& cells) {
  const auto sum = [&](const std::vector<int>& of) {
    int64_t total = 0;
    for (const int cell : of) total += cells.at(plan.table.keys[cell]);
    return total;
  };
  const auto shown = [&](int cell) { return plan.table.uses[cell] == CellUse::kDisplayed; };
  bool whole = question.whole;
  for (const Part& part : question.parts) whole |= part.share;
  for (size_t p = 0; p < question.parts.size(); ++p) {
    const ShownTable read = ByReading(question, UnitsOfPart(question.parts[p], units));
    for (const ReleaseRow& row : plan.table.shape.rows) {
      const RowPart& part = row.parts.at(p);
      const auto found = read.find(row.codes);
      ASSERT_EQ(sum(part.in), found == read.end() ? 0 : found->second) << absl::StrJoin(row.codes, ",");
      ASSERT_EQ(sum(part.in) + sum(part.out), cells.at(plan.table.keys[row.cell])) << absl::StrJoin(row.codes, ",");
      ASSERT_TRUE(std::all_of(part.in.begin(), part.in.end(), shown));
      ASSERT_TRUE(!whole || (shown(row.cell) && std::all_of(part.out.begin(), part.out.end(), shown)));
    }
  }
}

// Every cell, hidden ones too, holds the units that its categories say.
void ExpectCellsAsRead(const Question& question, const AggregationPlan& plan, const std::vector<Unit>& units,
                       const std::map<CellKey, int64_t>& cells) {
  const std::vector<Axis>& axes = plan.table.axes;
  std::vector<const Unit*> there;
  for (const Unit& unit : units) {
    if (IsThere(question, unit)) there.push_back(&unit);
  }
  std::vector<std::vector<std::vector<bool>>> belongs;  // axis, category, unit
  for (const Axis& axis : axes) {
    belongs.emplace_back();
    for (size_t c = 0; c < axis.categories.size(); ++c) {
      belongs.back().emplace_back();
      for (const Unit* unit : there) belongs.back().back().push_back(Belongs(question, axis, static_cast<int>(c), *unit));
    }
  }
  for (size_t cell = 0; cell < plan.table.keys.size(); ++cell) {
    const CellKey& key = plan.table.keys[cell];
    int64_t sum = 0, inside = 0;
    for (size_t u = 0; u < there.size(); ++u) {
      bool all = true;
      for (size_t a = 0; a < axes.size(); ++a) all &= belongs[a][key[a]][u];
      inside += all;
      sum += all ? there[u]->weight : 0;
    }
    bool each_alone = true;
    for (size_t a = 0; a < axes.size(); ++a) {
      const std::vector<bool>& alone = belongs[a][key[a]];
      each_alone &= std::count(alone.begin(), alone.end(), true) > 0;
    }
    const bool impossible = plan.table.uses[cell] == CellUse::kImpossible;
    ASSERT_EQ(cells.at(key), sum) << "cell " << cell;
    ASSERT_TRUE(!impossible || inside == 0) << "cell " << cell << " is possible";
    ASSERT_TRUE(impossible || inside > 0 || !each_alone) << "cell " << cell << " is impossible";
  }
}

// What disclosure control reads from a table: parents are the sum of their children, and the
// support of every cell is a cell, whatever is known of mixed variables.
void ExpectSound(const AggregationPlan& plan, const std::map<CellKey, int64_t>& cells) {
  const AggregateTable& table = plan.table;
  for (const Relation& relation : BuildRelations(table.axes, table.keys)) {
    int64_t sum = 0;
    for (const int child : relation.children) sum += cells.at(table.keys[child]);
    ASSERT_EQ(cells.at(table.keys[relation.parent]), sum) << "axis " << table.axes[relation.axis].name;
  }
  for (size_t cell = 0; cell < table.keys.size(); ++cell) {
    if (table.uses[cell] == CellUse::kImpossible) continue;
    CellKey struck = table.keys[cell], kept = struck;
    for (size_t a = 0; a < table.axes.size(); ++a) {
      if (table.axes[a].kind != VariableKind::kIdentifying) struck[a] = 0;
      if (table.axes[a].kind == VariableKind::kConfidential) kept[a] = 0;
    }
    ASSERT_TRUE(cells.count(struck) > 0 && cells.count(kept) > 0) << "cell " << cell << " has no support";
  }
}

// Every secret of the joined dataset is in the table: the membership too, in a reading of its own
// when some people know it.
void ExpectMembershipJudged(const Question& question, const AggregationPlan& plan) {
  if (!question.judged()) return;
  bool carried = question.joined == Question::Joined::kLeft, stricter = false, alone = false;
  for (size_t a = 0; a < plan.axes.size(); ++a) {
    if (plan.axes[a].source == 0) continue;
    const VariableKind kind = plan.table.axes[a].kind;
    ASSERT_GE(kind, question.membership);
    carried |= plan.axes[a].source == 1;
    stricter |= kind > question.membership;
    alone |= plan.axes[a].column.empty() && kind == question.membership;
  }
  ASSERT_TRUE(carried) << "rows without a partner are nowhere";
  ASSERT_TRUE(alone || !stricter) << "who knows the members knows more";
}

TEST(SlowReferenceTest, RowsAndHiddenCellsAreThoseOfReadingTheQueryWordByWord) {
  const int questions = static_cast<int>(Instances(300));
  for (const unsigned seed : {48271u, 16807u, 69621u}) {
    std::mt19937 random(seed);
    const std::vector<Unit> every = EveryUnit(&random);
    int asked = 0, judged = 0, recoded = 0, divided = 0, refused = 0;
    for (int i = 0; i < questions; ++i) {
      const Question question = RandomQuestion(&random);
      SCOPED_TRACE(absl::StrCat("seed ", seed, ", question ", i, ", membership ", static_cast<int>(question.membership), ", ", Sql(question)));
      const std::vector<Unit> units = UnitsOf(question, every);
      const Decision<AggregationPlan> plan = Plan(Sql(question), WorldOf(question), GrantsOf(question));
      if (!plan.allowed()) {
        ++refused;
        const std::string& code = plan.refusal().code;
        ASSERT_TRUE(code == "OUT_OF_SCOPE" || (code == "CASE_INCOMPLETE" && LeavesCodesOut(question, units)) ||
                    (code == "CASE_NOT_NESTED" && CutsThrough(question, units)) ||
                    (code == "NOTHING_SELECTED" && (LeavesNothing(question, units) || LeavesNoPart(question, units))))
            << code << ": " << plan.refusal().message;
        continue;
      }
      ++asked;
      recoded += !question.recodes.empty();
      divided += !question.parts.empty();
      ASSERT_FALSE(LeavesCodesOut(question, units) || CutsThrough(question, units) || LeavesNoPart(question, units));
      judged += question.judged();
      const std::map<CellKey, int64_t> cells = CellsByPlan(plan.value(), units);
      const ShownTable rows = RowsByPlan(plan.value(), cells);
      ASSERT_EQ(rows, ByReading(question, units));
      ExpectPartsAsRead(question, plan.value(), units, cells);
      ExpectCellsAsRead(question, plan.value(), units, cells);
      ExpectSound(plan.value(), cells);
      ExpectMembershipJudged(question, plan.value());
      if (HasFatalFailure()) return;
    }
    std::cout << "seed " << seed << ": " << asked << " plans, " << judged << " of judged joins, " << recoded << " with CASE, " << divided << " with parts, " << refused << " refused\n";
  }
}

}  // namespace
}  // namespace kluis
