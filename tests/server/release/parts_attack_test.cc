// Small random registers and questions with SHARE and FILTER, planned and protected as they are in
// an enclave, against an attacker who knows the answer, and who can be told apart by what everyone
// knows: no cell of few units may be seen to be one, whether it is shown, is the rest of what is
// shown, or lies behind a share.
#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "disclosure/protect/protect.h"
#include "tests/disclosure/protect/enumerating_attacker.h"
#include "tests/server/plan/ask.h"

namespace kluis {
namespace {

constexpr int kMinimum = 3;
constexpr int kMost = 5;                      // units of one kind
constexpr int kCap = kMost + kMinimum + 2;    // that the attacker thinks of
constexpr int64_t kUnlimited = int64_t{1} << 40;

// A kind of unit: its stored values of the variables a, b and c.
struct Leaf {
  int a, b, c;
};

struct Register {
  std::map<std::string, std::vector<std::string>> codes;
  std::map<std::string, VariableKind> kinds;
  std::vector<Leaf> leaves;
  std::vector<int64_t> units;  // per leaf
};

int ValueOf(const Leaf& leaf, const std::string& variable) {
  return variable == "a" ? leaf.a : variable == "b" ? leaf.b : leaf.c;
}

Register RandomRegister(std::mt19937* random) {
  Register made;
  const bool long_b = (*random)() % 2 == 0;
  made.codes = {{"a", {"a1", "a2"}},
                {"b", long_b ? std::vector<std::string>{"b1", "b2", "b3"} : std::vector<std::string>{"b1", "b2"}},
                {"c", long_b ? std::vector<std::string>{"c1"} : std::vector<std::string>{"c1", "c2"}}};
  made.kinds["a"] = VariableKind::kIdentifying;
  for (const char* variable : {"b", "c"}) made.kinds[variable] = static_cast<VariableKind>((*random)() % 3);
  for (int a = 0; a < 2; ++a) {
    for (size_t b = 0; b < made.codes["b"].size(); ++b) {
      for (size_t c = 0; c < made.codes["c"].size(); ++c) {
        made.leaves.push_back({a, static_cast<int>(b), static_cast<int>(c)});
        made.units.push_back(static_cast<int64_t>((*random)() % (kMost + 1)));
      }
    }
  }
  return made;
}

CatalogueView WorldOf(const Register& made) {
  CatalogueView world;
  Snapshot& snapshot = world.datasets["t"];
  snapshot.entry.name = "t";
  snapshot.entry.contributor = {"rin"};
  snapshot.entry.variables.push_back(Make("rin", VariableRole::kIdentifier));
  for (const auto& [name, codes] : made.codes) snapshot.entry.variables.push_back(Values(name, codes, made.kinds.at(name)));
  snapshot.unique["rin"] = true;
  return world;
}

std::string RandomCondition(const Register& made, std::mt19937* random) {
  const std::string variables = made.codes.at("c").size() > 1 ? "abbbcc" : "abb";
  std::string text;
  do {
    const std::string variable(1, variables[(*random)() % variables.size()]);
    const std::vector<std::string>& codes = made.codes.at(variable);
    absl::StrAppend(&text, text.empty() ? "" : " AND ", variable, (*random)() % 4 == 0 ? " <> '" : " = '",
                    codes[(*random)() % codes.size()], "'");
  } while ((*random)() % 4 == 0);
  return text;
}

std::string RandomSql(const Register& made, std::mt19937* random) {
  std::vector<std::string> columns;
  const int rows = static_cast<int>((*random)() % 4);
  const std::string grouped = rows == 3 ? "b" : "a";
  if (rows > 0) columns.push_back(grouped);
  if ((*random)() % 3 != 0) columns.push_back("COUNT(*)");
  for (int p = 1 + static_cast<int>((*random)() % 2); p > 0; --p) {
    const std::string condition = RandomCondition(made, random);
    columns.push_back((*random)() % 2 == 0 ? absl::StrCat("SHARE(", condition, ") AS s", p)
                                           : absl::StrCat("COUNT(*) FILTER (WHERE ", condition, ") AS s", p));
  }
  return absl::StrCat("SELECT ", absl::StrJoin(columns, ", "), " FROM t",
                      (*random)() % 4 == 0 ? " WHERE " + RandomCondition(made, random) : "",
                      rows == 0 ? "" : rows == 1 ? " GROUP BY a" : absl::StrCat(" GROUP BY ROLLUP (", grouped, ")"));
}

// The leaves whose units are in a cell.
std::vector<int> LeavesOf(const Register& made, const AggregationPlan& plan, const CellKey& key) {
  std::vector<int> inside;
  for (size_t l = 0; l < made.leaves.size(); ++l) {
    bool in = true;
    for (const PlanFilter& filter : plan.filters) {
      const int value = ValueOf(made.leaves[l], filter.column);
      in &= std::count(filter.stored_values.begin(), filter.stored_values.end(), value) > 0;
    }
    for (size_t a = 0; a < plan.axes.size() && in; ++a) {
      const PlanAxis& axis = plan.axes[a];
      const size_t place = ValueOf(made.leaves[l], axis.column) - axis.stored_low;
      bool of_axis = false;
      for (const std::vector<int>& map : axis.level_maps) of_axis |= map[place] == key[a];
      in = of_axis;
    }
    if (in) inside.push_back(static_cast<int>(l));
  }
  return inside;
}

int64_t Sum(const std::vector<int>& leaves, const std::vector<int64_t>& units) {
  int64_t sum = 0;
  for (const int leaf : leaves) sum += units[leaf];
  return sum;
}

AggregateTable TableOf(const Register& made, const AggregationPlan& plan) {
  AggregateTable table = plan.table;
  for (const CellKey& key : table.keys) {
    const int64_t n = Sum(LeavesOf(made, plan, key), made.units);
    table.units.push_back({.rows = n, .contributors = n, .weight = n});
  }
  return table;
}

struct ShownShare {
  std::vector<int> in, all;
  int64_t scaled;
};

// What the answer says: counts are facts, and shares are quotients that round as shown.
struct Shown {
  std::vector<Fact> facts;
  std::vector<ShownShare> shares;
};

// n / of in ten thousandths, halves to the even one.
int64_t Rounded(int64_t n, int64_t of) {
  const int64_t twice = 2 * 10'000 * n;
  const int64_t floor = twice / (2 * of), rest = twice % (2 * of);
  return floor + (rest > of || (rest == of && floor % 2 == 1) ? 1 : 0);
}

// `floor`: what "." stands for at least.
Shown Read(const Register& made, const AggregationPlan& plan, const ProtectedTable& release, int64_t floor, int* shares,
           int* hidden) {
  Shown shown;
  const auto leaves_of = [&](const std::vector<int>& cells) {
    std::vector<int> leaves;
    for (const int cell : cells) {
      const std::vector<int> more = LeavesOf(made, plan, plan.table.keys[cell]);
      leaves.insert(leaves.end(), more.begin(), more.end());
    }
    return leaves;
  };
  for (size_t r = 0; r < release.shape().rows.size(); ++r) {
    const ReleaseRow& row = release.shape().rows[r];
    for (size_t s = 0; s < release.shape().statistics.size(); ++s) {
      const StatisticColumn& column = release.shape().statistics[s];
      const ReleasedValue& value = release.values()[r][s];
      const std::vector<int> all = leaves_of({row.cell});
      const std::vector<int> in = column.part < 0 ? all : leaves_of(row.parts[column.part].in);
      const int64_t n = Sum(in, made.units), of = Sum(all, made.units);
      *hidden += value.status == ValueStatus::kSuppressed;
      if (value.status == ValueStatus::kSuppressed) {
        if (column.kind == StatisticKind::kCount) shown.facts.push_back({.leaves = in, .low = floor, .high = kUnlimited});
        continue;
      }
      if (column.kind == StatisticKind::kCount) {
        EXPECT_EQ(static_cast<int64_t>(value.scaled), n);
        shown.facts.push_back({.leaves = in, .low = n, .high = n});
      } else if (of == 0) {
        EXPECT_EQ(value.status, ValueStatus::kEmpty);
        shown.facts.push_back({.leaves = all, .low = 0, .high = 0});
      } else {
        ++*shares;
        EXPECT_EQ(static_cast<int64_t>(value.scaled), Rounded(n, of)) << n << " of " << of;
        shown.shares.push_back({in, all, static_cast<int64_t>(value.scaled)});
      }
    }
  }
  return shown;
}

// Everyone knows the numbers of units by the variables of these kinds.
void AddKnown(const Register& made, const AggregationPlan& plan, VariableKind up_to, Shown* shown) {
  for (const CellKey& key : plan.table.keys) {
    bool known = true;
    for (size_t a = 0; a < key.size(); ++a) known &= key[a] == 0 || plan.table.axes[a].kind <= up_to;
    if (!known) continue;
    const std::vector<int> leaves = LeavesOf(made, plan, key);
    const int64_t n = Sum(leaves, made.units);
    shown->facts.push_back({.leaves = leaves, .low = n, .high = n});
  }
}

bool CanBe(const Register& made, Shown shown, const std::vector<int>& leaves, int64_t many) {
  shown.facts.push_back({.leaves = leaves, .low = many, .high = kUnlimited});
  bool found = false;
  EnumeratingAttacker(static_cast<int>(made.leaves.size()), kCap, shown.facts)
      .ForEachTable([&](const std::vector<int64_t>& table) {
        found = true;
        for (const ShownShare& share : shown.shares) {
          const int64_t all = Sum(share.all, table);
          found &= all > 0 && Rounded(Sum(share.in, table), all) == share.scaled;
        }
        return !found;
      });
  return found;
}

bool HasKind(const AggregationPlan& plan, VariableKind kind) {
  return std::any_of(plan.table.axes.begin(), plan.table.axes.end(), [kind](const Axis& axis) { return axis.kind == kind; });
}

// Every cell of few units that the attacker does not know to begin with may have many, or as many as
// it knows that there are at most.
void ExpectNoneSeenToBeSmall(const Register& made, const AggregationPlan& plan, const Shown& shown, VariableKind known) {
  const bool ordinary = !HasKind(plan, VariableKind::kMixed) && !HasKind(plan, VariableKind::kConfidential);
  for (const CellKey& key : plan.table.keys) {
    bool secret = ordinary;
    for (size_t a = 0; a < key.size(); ++a) secret |= key[a] != 0 && plan.table.axes[a].kind > known;
    const std::vector<int> leaves = LeavesOf(made, plan, key);
    const int64_t n = Sum(leaves, made.units);
    if (!secret || n == 0 || n >= kMinimum) continue;
    CellKey support = key;
    for (size_t a = 0; a < key.size(); ++a) support[a] = plan.table.axes[a].kind > known ? 0 : key[a];
    const int64_t most = ordinary ? kMinimum : Sum(LeavesOf(made, plan, support), made.units);
    EXPECT_TRUE(CanBe(made, shown, leaves, std::min<int64_t>(kMinimum, most)))
        << n << " units of " << absl::StrJoin(key, ",");
  }
}

TEST(PartsAttackTest, NoCellOfFewIsSeenToBeOne) {
  for (const unsigned seed : {90001u, 90002u, 90003u}) {
    std::mt19937 random(seed);
    int asked = 0, refused = 0, shares = 0, hidden = 0;
    for (int i = 0; i < 400; ++i) {
      const Register made = RandomRegister(&random);
      const std::string sql = RandomSql(made, &random);
      RuleSet rules;
      rules.frequency.minimum = kMinimum;
      rules.frequency.protect_zeros = random() % 2 == 0;
      SCOPED_TRACE(absl::StrCat("seed ", seed, ", question ", i, ", kinds ", static_cast<int>(made.kinds.at("b")),
                                static_cast<int>(made.kinds.at("c")), ", units ", absl::StrJoin(made.units, ","), ": ", sql));
      const Decision<AggregationPlan> plan = Plan(sql, WorldOf(made), {{"t", {"a", "b", "c"}, {}}}, rules);
      if (!plan.allowed()) {
        ++refused;
        ASSERT_EQ(plan.refusal().code, "NOTHING_SELECTED") << plan.refusal().message;
        continue;
      }
      ++asked;
      const AggregateTable table = TableOf(made, plan.value());
      ASSERT_TRUE(table.Validate().ok()) << table.Validate();
      const auto release = Protect(table, rules, {});
      ASSERT_TRUE(release.ok()) << release.status();
      const bool mixed = HasKind(plan.value(), VariableKind::kMixed), confidential = HasKind(plan.value(), VariableKind::kConfidential);
      const int64_t floor = mixed || confidential || rules.frequency.protect_zeros ? 0 : 1;
      const Shown shown = Read(made, plan.value(), *release, floor, &shares, &hidden);
      Shown struck = shown;
      if (mixed || confidential) AddKnown(made, plan.value(), VariableKind::kIdentifying, &struck);
      ExpectNoneSeenToBeSmall(made, plan.value(), struck, VariableKind::kIdentifying);
      if (mixed && confidential) {
        Shown kept = shown;
        AddKnown(made, plan.value(), VariableKind::kMixed, &kept);
        ExpectNoneSeenToBeSmall(made, plan.value(), kept, VariableKind::kMixed);
      }
      if (HasFailure()) return;
    }
    std::cout << "seed " << seed << ": " << asked << " answers, " << shares << " shares and " << hidden << " suppressed values in them, "
              << refused << " refused\n";
  }
}

// The values of the last column, "." where it is not shown. `units`: a1 with b1, a1 with b2, a2 with
// b1, a2 with b2; b1 is sensitive.
std::vector<std::string> Ask(const std::string& sql, const std::vector<int64_t>& units, const RuleSet& rules) {
  Register made;
  made.codes = {{"a", {"a1", "a2"}}, {"b", {"b1", "b2"}}, {"c", {"c1"}}};
  made.kinds = {{"a", VariableKind::kIdentifying}, {"b", VariableKind::kConfidential}, {"c", VariableKind::kIdentifying}};
  made.leaves = {{0, 0, 0}, {0, 1, 0}, {1, 0, 0}, {1, 1, 0}};
  made.units = units;
  CatalogueView world = WorldOf(made);
  for (Variable& variable : world.datasets["t"].entry.variables) {
    if (variable.name == "b") variable.sensitive = {"b1"};
  }
  const Decision<AggregationPlan> plan = Plan(sql, world, {{"t", {"a", "b", "c"}, {}}}, rules);
  const auto release = Protect(TableOf(made, plan.value()), rules, {});
  EXPECT_TRUE(release.ok()) << release.status();
  std::vector<std::string> values;
  for (const auto& row : release->values())
    values.push_back(row.back().status == ValueStatus::kOk ? absl::StrCat(static_cast<int64_t>(row.back().scaled)) : ".");
  return values;
}

std::string SharesOf(const std::string& condition, const std::vector<int64_t>& units, const RuleSet& rules) {
  return absl::StrJoin(Ask("SELECT a, COUNT(*), SHARE(" + condition + ") FROM t GROUP BY a", units, rules), " ");
}

// Safety rule 4: that nearly everybody of a1 has b1 is a secret of each of them, whichever half is
// asked for, and so is that nobody has where zeros are protected.
TEST(PartsAttackTest, AShareThatGivesAGroupAwayIsNotShown) {
  RuleSet rules;
  rules.frequency.minimum = kMinimum;
  rules.frequency.protect_zeros = true;
  rules.group_disclosure = GroupDisclosureParameters{.share_ppm = 900'000};
  for (const char* condition : {"b = 'b1'", "b = 'b2'"}) {
    const bool first = std::string(condition) == "b = 'b1'";
    EXPECT_EQ(SharesOf(condition, {60, 40, 25, 75}, rules), first ? "6000 2500" : "4000 7500");
    EXPECT_EQ(SharesOf(condition, {96, 4, 25, 75}, rules), first ? ". 2500" : ". 7500") << "96 of 100";
    EXPECT_EQ(SharesOf(condition, {100, 0, 25, 75}, rules)[0], '.') << "all";
    EXPECT_EQ(SharesOf(condition, {0, 100, 25, 75}, rules), first ? ". 2500" : ". 7500") << "nobody";
    EXPECT_EQ(SharesOf(condition, {2, 98, 25, 75}, rules), first ? ". 2500" : ". 7500") << "few";
    EXPECT_EQ(SharesOf(condition, {60, 40, 98, 2}, rules), first ? "6000 ." : "4000 .") << "few others";
  }
}

// The cells of a share are those of GROUP BY, with the same statuses.
TEST(PartsAttackTest, AShareIsShownWhereGroupByWouldShowAllOfItsCells) {
  std::mt19937 random(4711);
  int shown = 0, hidden = 0;
  for (int i = 0; i < 200; ++i) {
    RuleSet rules;
    rules.frequency.minimum = kMinimum;
    rules.frequency.protect_zeros = random() % 2 == 0;
    if (random() % 2 == 0) rules.group_disclosure = GroupDisclosureParameters{.share_ppm = 800'000};
    std::vector<int64_t> units;
    for (int leaf = 0; leaf < 4; ++leaf) units.push_back(static_cast<int64_t>(random() % (leaf % 2 == 0 ? 8 : 20)));
    SCOPED_TRACE(absl::StrCat("case ", i, ": ", absl::StrJoin(units, ",")));
    // a1: all, b1, b2; a2: all, b1, b2.
    const std::vector<std::string> cells =
        Ask("SELECT a, b, COUNT(*) FROM t GROUP BY GROUPING SETS ((a), (a, b))", units, rules);
    const std::vector<std::string> shares = Ask("SELECT a, SHARE(b = 'b1') FROM t GROUP BY a", units, rules);
    ASSERT_EQ(cells.size(), 6u);
    for (int a = 0; a < 2; ++a) {
      const bool all = cells[3 * a] != "." && cells[3 * a + 1] != "." && cells[3 * a + 2] != ".";
      const bool nobody = cells[3 * a] == "0";
      EXPECT_EQ(shares[a] != ".", all && !nobody);
      ++(shares[a] != "." ? shown : hidden);
    }
  }
  EXPECT_GT(shown, 50);
  EXPECT_GT(hidden, 50);
}

}  // namespace
}  // namespace kluis
