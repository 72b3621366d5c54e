// What a hostile text can cost: bounded time, bounded stack, never a crash.
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <random>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/query/nearest_name.h"
#include "server/query/parsed_query.h"
#include "server/query/source_text.h"

namespace kluis {
namespace {

std::string Repeat(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

std::string CodeOf(const std::string& query) {
  const Decision<ParsedQuery> decision = ParseQuery(query);
  return decision.allowed() ? "ok" : decision.refusal().code;
}

TEST(QueryLimitsTest, AMebibyteOfSqlIsRefusedUnparsed) {
  const std::string query = "SELECT COUNT(*) FROM a WHERE b IN (" + Repeat("'x',", 256 * 1024) + "'x')";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(CodeOf(query), "QUERY_TOO_LONG");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(50));
}

TEST(QueryLimitsTest, DeepTextsAreRefusedAndDoNotCrash) {
  const std::string start = "SELECT COUNT(*) FROM a WHERE b = 1";
  EXPECT_EQ(CodeOf(start + Repeat("+1", 31'000)), "NESTING_TOO_DEEP");
  EXPECT_EQ(CodeOf(start + Repeat("::a", 20'000)), "NESTING_TOO_DEEP");
  EXPECT_EQ(CodeOf("SELECT COUNT(*) FROM a WHERE " + Repeat("(", 30'000)), "SYNTAX_ERROR");
  EXPECT_EQ(CodeOf("SELECT COUNT(*) FROM a WHERE " + Repeat("NOT ", 5'000) + "b = 1"), "NESTING_TOO_DEEP");
  EXPECT_EQ(CodeOf("SELECT 1" + Repeat(" UNION SELECT 1", 4'000)), "NESTING_TOO_DEEP");
  EXPECT_EQ(CodeOf("SELECT COUNT(*) FROM a" + Repeat(" JOIN c ON a.x = c.x", 3'000)), "NESTING_TOO_DEEP");
}

TEST(QueryLimitsTest, ALongListOfCodesIsStillAQuery) {
  std::string list = "'c'";
  for (int i = 0; i < 5'000; ++i) absl::StrAppend(&list, ",'c", i, "'");
  EXPECT_EQ(CodeOf("SELECT COUNT(*) FROM a WHERE b IN (" + list + ")"), "ok");
  EXPECT_EQ(CodeOf("SELECT COUNT(*) FROM a WHERE b = 1" + Repeat(" AND b = 1", 3'000)), "ok");
}

// A plan reads the code list of each condition, so many short columns would cost as much as one long.
TEST(QueryLimitsTest, ConditionsOfStatisticsAreCountedOverAllColumns) {
  std::string columns = "COUNT(*) AS n";
  for (int i = 0; i < 50; ++i)
    absl::StrAppend(&columns, ", SHARE(a = '", i, "') AS s", i, ", COUNT(*) FILTER (WHERE a = '", i, "') AS f", i);
  EXPECT_EQ(CodeOf("SELECT " + columns + " FROM t WHERE a <> 'x'"), "ok");
  const Decision<ParsedQuery> decision = ParseQuery("SELECT " + columns + ",\n SHARE(b = 'x') FROM t");
  ASSERT_FALSE(decision.allowed());
  EXPECT_EQ(decision.refusal().code, "TOO_MANY_CONDITIONS");
  EXPECT_EQ(decision.refusal().line, 2);
  EXPECT_EQ(decision.refusal().column, 2);
}

TEST(QueryLimitsTest, TextThatIsNotUtf8IsRefusedAtItsPlace) {
  const struct { const char* name; std::string text; int line, column; } kCases[] = {
      {"a NUL byte",       std::string("SELECT \0", 8),          1, 8},
      {"a lone byte",      "SELECT\n 'é\x80'",                   2, 4},
      {"an overlong /",    "SELECT \xC0\xAF",                    1, 8},
      {"a surrogate",      "SELECT \xED\xA0\x80",                1, 8},
      {"above U+10FFFF",   "SELECT \xF4\x90\x80\x80",            1, 8},
      {"cut short",        "SELECT \xE2\x82",                    1, 8},
      {"a bell",           "SELECT \x07",                        1, 8},
      {"a C1 control",     "SELECT \xC2\x85",                    1, 8},
      {"right to left",    "SELECT \xE2\x80\xAE",                1, 8},
      {"an isolate",       "SELECT \n\xE2\x81\xA6",              2, 1},
      {"a line separator", "SELECT \xE2\x80\xA8",                1, 8},
  };
  for (const auto& c : kCases) {
    const Decision<ParsedQuery> decision = ParseQuery(c.text);
    ASSERT_FALSE(decision.allowed()) << c.name;
    EXPECT_EQ(decision.refusal().code, "INVALID_TEXT") << c.name;
    EXPECT_EQ(decision.refusal().line, c.line) << c.name;
    EXPECT_EQ(decision.refusal().column, c.column) << c.name;
  }
}

TEST(QueryLimitsTest, WordsOfOtherScriptsArePlainText) {
  EXPECT_TRUE(IsReadableQueryText("één €, Ελλάδα, שלום, 中文, 🏠\t\r\n"));
  EXPECT_FALSE(IsReadableQueryText("a\u2066"));
}

TEST(QueryLimitsTest, RandomCutsAndSplicesOfQueriesNeverCrash) {
  const unsigned seed = 20161128;
  std::mt19937 random(seed);
  const std::string words[] = {"SELECT ", "COUNT(*) ", "FROM ", "a ", "JOIN ", "ON ", "a.b = c.d ", "WHERE ", "x IN (1, 'é') ", "GROUP BY ",
                               "ROLLUP (", "CUBE (", "GROUPING SETS (", ") ", ", ", "x ", "LEVEL(x, 'y') ", "BAND(x, 5) ", "ORDER BY ", "1 ",
                               "LIMIT ", "CASE WHEN ", "x = 1 THEN 'k' ", "ELSE 'l' END AS c ", "NOT ", "-", "'", "\"", "/*", "$1 ", "::int ", "OVER () ", ";", "\xC3"};
  for (int i = 0; i < 3'000; ++i) {
    std::string query = i % 2 == 0 ? "SELECT x, COUNT(*) FROM a " : "";
    for (int w = static_cast<int>(random() % 14); w > 0; --w) query += words[random() % std::size(words)];
    const Decision<ParsedQuery> decision = ParseQuery(query);
    EXPECT_TRUE(decision.allowed() || !decision.refusal().code.empty()) << "seed " << seed << ": " << query;
  }
}

// A process has 1,024 keys of thread-specific data, and others need one too.
TEST(QueryLimitsTest, ThousandsOfQueriesUseUpNothing) {
  for (int i = 0; i < 3000; ++i) ASSERT_TRUE(ParseQuery("SELECT COUNT(*) FROM t").allowed());
  pthread_key_t key;
  ASSERT_EQ(pthread_key_create(&key, nullptr), 0);
  pthread_key_delete(key);
}

TEST(QueryLimitsTest, ManyThreadsMayParseAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> parsed = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&parsed, t] {
      const std::string own = absl::StrCat("SELECT COUNT(*) FROM t", t);
      for (int i = 0; i < 50; ++i) parsed += ParseQuery(own).value().canonical == own;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(parsed, 400);
}

TEST(NearestNameTest, OnlyNearNamesAreOffered) {
  const std::vector<std::string> names = {"buurt", "wijk", "geslacht"};
  EXPECT_EQ(NearestName("buurtt", names), "buurt");
  EXPECT_EQ(NearestName("GESLAGT", names), "geslacht");
  EXPECT_EQ(NearestName("inkomen", names), "");
  EXPECT_EQ(NearestName(Repeat("x", 100'000), names), "");
}

}  // namespace
}  // namespace kluis
