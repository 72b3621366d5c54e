#include "disclosure/rules/implied_tables.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <random>

namespace kluis {
namespace {

using Table = std::vector<int64_t>;

// The slow reference: every table of n over the levels.
void ForEachTable(size_t levels, int64_t n, const std::function<void(const Table&)>& visit) {
  Table table(levels, 0);
  const std::function<void(size_t, int64_t)> place = [&](size_t level, int64_t left) {
    if (level + 1 == levels) {
      table[level] = left;
      visit(table);
      return;
    }
    for (int64_t count = 0; count <= left; ++count) {
      table[level] = count;
      place(level + 1, left - count);
    }
  };
  place(0, n);
}

Moments MomentsOf(const Table& table, const std::vector<int>& levels) {
  Moments m;
  for (size_t i = 0; i < levels.size(); ++i) {
    m.n += table[i];
    m.sum += table[i] * levels[i];
    m.squares += table[i] * levels[i] * levels[i];
  }
  return m;
}

RoundedMoments Shown(const Moments& m, int decimals) {
  const long double scale = std::pow(10.0L, decimals);
  const long double variance =
      (m.squares - static_cast<long double>(m.sum) * m.sum / m.n) / (m.n - 1);
  return {.n = m.n, .mean = std::llrint(m.sum * scale / m.n),
          .standard_deviation = std::llrint(std::sqrt(variance) * scale), .decimals = decimals};
}

const std::vector<int> kFour = {1, 2, 3, 4};
const std::vector<int> kFive = {1, 2, 3, 4, 5};

// Derrick et al. (2022), introduction: health of males on a four-point scale by ethnicity.
TEST(ImpliedTablesTest, MeanAndDeviationOfAFourPointScale) {
  const struct { const char* what; RoundedMoments shown; int64_t tables; bool determined; } cases[] = {
      {"white: n 18, 2.06, 0.998",  {18, 2056, 998, 3}, 4, false},
      {"mixed: n 8, 2.00, 0.926",   {8, 2000, 926, 3},  2, false},
      {"Asian: n 6, 2.67, 0.816",   {6, 2667, 816, 3},  2, false},
      {"black: n 5, 2.00, 0.000",   {5, 2000, 0, 3},    1, true},
      {"no such group",             {5, 2000, 1, 3},    0, false},
      {"other: 5 is off the scale", {2, 5000, 0, 3},    0, false},
  };
  for (const auto& c : cases) {
    const ImpliedTables implied = CountImpliedTables(kFour, c.shown);
    EXPECT_EQ(implied.tables, c.tables) << c.what;
    EXPECT_EQ(implied.determined(), c.determined) << c.what;
  }
}

// 10 answers on a 5-point scale: 1,001 tables, of which 18.1 % are determined by their mean and
// standard deviation and 59.2 % are one of at most three, with two decimals as with exact sums.
TEST(ImpliedTablesTest, OfTenAnswersOnFivePointsAFifthIsDetermined) {
  struct Tally { int all = 0, determined = 0, at_most_three = 0; };
  const auto tally = [](const std::function<ImpliedTables(const Moments&)>& count) {
    Tally tally;
    ForEachTable(5, 10, [&](const Table& table) {
      const ImpliedTables implied = count(MomentsOf(table, kFive));
      ++tally.all;
      tally.determined += implied.determined();
      tally.at_most_three += implied.tables <= 3;
    });
    return tally;
  };
  const struct { const char* what; int decimals, determined, at_most_three; } cases[] = {
      {"exact sums",    -1, 181, 593},
      {"two decimals",   2, 181, 593},
      {"one decimal",    1, 157, 501},
  };
  for (const auto& c : cases) {
    const Tally t = tally([&](const Moments& m) {
      return c.decimals < 0 ? CountImpliedTables(kFive, m)
                            : CountImpliedTables(kFive, Shown(m, c.decimals));
    });
    EXPECT_EQ(t.all, 1001) << c.what;
    EXPECT_EQ(t.determined, c.determined) << c.what;
    EXPECT_EQ(t.at_most_three, c.at_most_three) << c.what;
  }
}

// Beside the enumeration of all tables: their number, and least and most of each level.
TEST(ImpliedTablesTest, CountsWhatTheEnumerationCounts) {
  for (const std::vector<int>& levels : std::vector<std::vector<int>>{
           {0, 1}, {1, 2, 3}, {-2, 0, 1, 5}, kFive, {0, 1, 2, 3, 4, 10}, {3}}) {
    for (const int64_t n : {1, 2, 5, 9}) {
      std::map<std::pair<int64_t, int64_t>, ImpliedTables> expected;
      ForEachTable(levels.size(), n, [&](const Table& table) {
        const Moments m = MomentsOf(table, levels);
        ImpliedTables& e = expected[{m.sum, m.squares}];
        for (size_t i = 0; i < table.size(); ++i) {
          if (e.tables == 0) e.counts.emplace_back(table[i], table[i]);
          e.counts[i].first = std::min(e.counts[i].first, table[i]);
          e.counts[i].second = std::max(e.counts[i].second, table[i]);
        }
        ++e.tables;
      });
      for (const auto& [sums, e] : expected) {
        const ImpliedTables implied = CountImpliedTables(levels, Moments{n, sums.first, sums.second});
        EXPECT_EQ(implied.tables, e.tables) << n << " " << sums.first << " " << sums.second;
        EXPECT_EQ(implied.counts, e.counts) << n << " " << sums.first << " " << sums.second;
      }
      const Moments odd{n, n * levels.back() + 1, n * levels.back() * levels.back()};
      EXPECT_EQ(CountImpliedTables(levels, odd).tables, 0);
    }
  }
}

TEST(ImpliedTablesTest, MomentsThatNoTableHasAreNobodys) {
  EXPECT_EQ(CountImpliedTables({0, 2}, Moments{2, 2, 4}).tables, 1);
  EXPECT_EQ(CountImpliedTables({0, 2}, Moments{2, 2, 3}).tables, 0);
  EXPECT_EQ(CountImpliedTables({3}, Moments{2, 6, 18}).tables, 1);
  EXPECT_EQ(CountImpliedTables({3}, Moments{2, 6, 17}).tables, 0);
  EXPECT_EQ(CountImpliedTables(kFive, Moments{0, 0, 0}).tables, 0);
}

// Rounded: the tables that show the same mean and deviation, no more and no less. Of 4 answers
// 1, 1, 1, 2 deviate by exactly 0.5, which is shown as 0, and 1, 1, 1, 4 by 1.5, shown as 2.
TEST(ImpliedTablesTest, RoundedMomentsHoldExactlyTheTablesThatRoundToThem) {
  for (const int n : {2, 4, 13}) {
    for (const int decimals : {0, 1, 2}) {
      std::map<std::pair<int64_t, int64_t>, int64_t> expected;
      ForEachTable(4, n, [&](const Table& table) {
        const RoundedMoments shown = Shown(MomentsOf(table, kFour), decimals);
        ++expected[{shown.mean, shown.standard_deviation}];
      });
      for (const auto& [shown, tables] : expected) {
        const ImpliedTables implied =
            CountImpliedTables(kFour, RoundedMoments{n, shown.first, shown.second, decimals},
                               {.tables_max = 100'000});
        EXPECT_EQ(implied.tables, tables)
            << n << ", " << decimals << ": " << shown.first << " " << shown.second;
      }
    }
  }
}

TEST(ImpliedTablesTest, SensitiveWhenDeterminedWhollyOrForOneLevel) {
  const struct { const char* what; ImpliedTables implied; size_t levels; bool sensitive; } cases[] = {
      {"determined",                         {1, {{3, 3}, {7, 7}}, true},            2, true},
      {"three tables of at least four",      {3, {{3, 5}, {1, 7}}, true},            2, true},
      {"four",                               {4, {{3, 5}, {1, 7}}, true},            2, false},
      {"many, but nobody answered 2",        {90, {{3, 5}, {0, 0}, {1, 7}}, true},   3, true},
      {"many, and always 4 answered 2",      {90, {{3, 5}, {4, 4}, {1, 7}}, true},   3, true},
      {"stopped early, all levels vary",     {1000, {{3, 5}, {1, 7}}, false},        2, false},
      {"stopped early, one level did not",   {1000, {{3, 5}, {4, 4}}, false},        2, true},
      {"stopped before any table",           {0, {}, false},                         2, true},
      {"no table at all: not these levels",  {0, {}, true},                          2, false},
      {"eleven levels",                      {1, {{3, 3}}, true},                   11, true},
      {"twelve levels are not few",          {1, {{3, 3}}, true},                   12, false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(AreTablesSensitive(c.implied, c.levels, {.minimum = 4, .levels = 11}), c.sensitive) << c.what;
  }
}

TEST(ImpliedTablesTest, TheSearchIsBoundedByCountedWork) {
  const std::vector<int> eleven = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const ImpliedTables many = CountImpliedTables(eleven, Moments{5000, 25'000, 160'000});
  EXPECT_GE(many.tables, 1000);
  EXPECT_FALSE(many.complete);
  EXPECT_FALSE(many.LevelDetermined());
  EXPECT_FALSE(AreTablesSensitive(many, 11, {}));
  const ImpliedTables none = CountImpliedTables(eleven, Moments{5000, 25'000, 160'000}, {.steps_max = 3});
  EXPECT_FALSE(none.complete);
  EXPECT_TRUE(AreTablesSensitive(none, 11, {}));
  // 5,000 answers of 0 to 4, and one of 1,000: every table has that one.
  const ImpliedTables alone = CountImpliedTables({0, 1, 2, 3, 4, 1000}, Moments{5001, 11'000, 1'030'000});
  EXPECT_GE(alone.tables, 1000);
  EXPECT_TRUE(alone.LevelDetermined());
  const ImpliedTables one = CountImpliedTables(kFive, RoundedMoments{1'000'000, 300, 0, 2});
  EXPECT_TRUE(AreTablesSensitive(one, 5, {})) << "a million answers of 3, or nearly";
}

}  // namespace
}  // namespace kluis
