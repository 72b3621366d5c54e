// The path of a query's text, fuzzed as far as the SQL that the engine would run: no crash; a
// refusal has a place in the text and a hint; what is accepted is, in its canonical text, accepted
// again as itself and planned the same; and the engine's SQL has nothing of the text but columns'
// names.
//
// KLUIS_FUZZ_RUNS=10000000 is the long loop of script/fuzz. Text i is made from KLUIS_FUZZ_SEED +
// i; when one ends the process its seed is the last line: have it again with KLUIS_FUZZ_RUNS=1.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <iostream>
#include <map>

#include "absl/strings/str_split.h"
#include "tests/fakes/mutator.h"
#include "tests/server/plan/ask.h"
#include "tests/server/plan/golden_queries.h"
#include "tests/sql_path/engine_sql.h"
#include "tests/sql_path/texts.h"

extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

namespace kluis {
namespace {

constexpr size_t kTextBytesMax = 64 << 10;

std::atomic<uint64_t> current_seed;  // of the text that is on its way

// As little as a dying process can do.
void NameTheSeed() {
  std::array<char, 64> line = {"\nKLUIS_FUZZ_RUNS=1 KLUIS_FUZZ_SEED="};
  char* const begin = line.data() + 35;
  char* end = std::to_chars(begin, line.data() + line.size() - 1, current_seed.load()).ptr;
  *end++ = '\n';
  if (write(STDERR_FILENO, line.data(), static_cast<size_t>(end - line.data())) < 0) return;
}

void OnSignal(int signal_number) {
  NameTheSeed();
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void WatchForDeath() {
  if (__sanitizer_set_death_callback != nullptr) {
    __sanitizer_set_death_callback(NameTheSeed);
    return;
  }
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) signal(number, OnSignal);
}

// A world in which a text is asked, and by whom.
struct Setting {
  CatalogueView world;
  std::vector<Grant> grants;
};

std::vector<Setting> Settings() {
  std::vector<Setting> settings(3, {World(), AllGrants()});
  DatasetEntry& weighted = settings[1].world.datasets["persoon"].entry;
  weighted.variables.push_back(Make("gewicht", VariableRole::kMeasure));
  weighted.variables.back().decimals = 1;
  weighted.weight = "gewicht";
  settings[1].grants[0].variables.push_back("gewicht");
  DatasetEntry& alone = settings[2].world.datasets["persoon"].entry;
  alone.contributor = {"rin"};
  alone.links[0].membership = VariableKind::kConfidential;
  settings[2].grants[0].where = {{"gemeente", {"G1"}}, {"schuld", {"ja"}}};
  settings[2].grants[1].where = {{"type", {"een"}}};
  return settings;
}

size_t CodePoints(absl::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

void ExpectHelpful(const Refusal& refusal, const std::string& text) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  ASSERT_TRUE(refusal.line >= 1 && static_cast<size_t>(refusal.line) <= lines.size())
      << refusal.code << " at line " << refusal.line;
  ASSERT_TRUE(refusal.column >= 1 &&
              static_cast<size_t>(refusal.column) <= CodePoints(lines[refusal.line - 1]) + 1)
      << refusal.code << " at column " << refusal.column;
  ASSERT_FALSE(refusal.code.empty() || refusal.code.size() > 63);
  ASSERT_TRUE(std::all_of(refusal.code.begin(), refusal.code.end(), [](char c) {
    return absl::ascii_isupper(c) || c == '_';
  })) << refusal.code;
  ASSERT_FALSE(refusal.message.empty()) << refusal.code;
  ASSERT_FALSE(refusal.hint.empty()) << refusal.code << ": " << refusal.message;
}

class SqlFuzzTest : public testing::Test {
 protected:
  // Empty: accepted; else the code of the refusal.
  std::string Run(const std::string& text, const Setting& setting) {
    const Decision<ParsedQuery> parsed = ParseQuery(text);
    if (!parsed.allowed()) {
      EXPECT_EQ(parsed.refusal().kind, RefusalKind::kUsage);
      ExpectHelpful(parsed.refusal(), text);
      return parsed.refusal().code;
    }
    const std::string& canonical = parsed.value().canonical;
    const Decision<AggregationPlan> plan = Plan(text, setting.world, setting.grants);
    if (canonical.size() <= kTextBytesMax) ExpectItself(canonical, plan, setting);
    if (!plan.allowed()) {
      ExpectHelpful(plan.refusal(), text);
      return plan.refusal().code;
    }
    const std::set<std::string> columns = ColumnsOf(plan.value(), setting.world);
    for (const std::string& sql : EngineSqlOf(plan.value()))
      EXPECT_EQ(ForeignIn(sql, columns), "") << sql;
    return "";
  }

  static void ExpectItself(const std::string& canonical, const Decision<AggregationPlan>& plan,
                           const Setting& setting) {
    const Decision<ParsedQuery> parsed = ParseQuery(canonical);
    ASSERT_TRUE(parsed.allowed()) << canonical << "\n"
                                  << parsed.refusal().code << ": " << parsed.refusal().message;
    ASSERT_EQ(parsed.value().canonical, canonical);
    const Decision<AggregationPlan> again = Plan(canonical, setting.world, setting.grants);
    ASSERT_EQ(again.allowed(), plan.allowed()) << canonical;
    if (plan.allowed()) {
      ASSERT_EQ(again.value().sha256, plan.value().sha256) << canonical;
    }
  }
};

TEST_F(SqlFuzzTest, NoTextBreaksThePathOrReachesTheEngine) {
  std::vector<std::string> corpus;
  for (const GoldenQuery& golden : GoldenQueries()) {
    const bool accepted = golden.outcome.rfind("accepted", 0) == 0;
    corpus.insert(corpus.end(), accepted ? 4 : 1, golden.query);
  }
  const FuzzTexts texts(corpus);
  const std::vector<Setting> settings = Settings();
  WatchForDeath();
  const int runs = FuzzRuns(3000);
  const uint64_t first = FuzzSeed();
  std::map<std::string, int> outcomes;
  std::string slowest;
  std::chrono::steady_clock::duration longest = {};
  for (int run = 0; run < runs && !HasFailure(); ++run) {
    current_seed = first + static_cast<uint64_t>(run);
    const std::string text = texts.Make(current_seed);
    SCOPED_TRACE(
        absl::StrCat("KLUIS_FUZZ_RUNS=1 KLUIS_FUZZ_SEED=", current_seed.load(), "\n", text));
    const auto start = std::chrono::steady_clock::now();
    ++outcomes[Run(text, settings[current_seed % settings.size()])];
    const auto took = std::chrono::steady_clock::now() - start;
    if (took <= longest) continue;
    longest = took;
    slowest = text;
  }
  std::cout << runs << " texts, " << outcomes[""] << " accepted, " << outcomes.size() - 1
            << " kinds of refusals; the slowest took "
            << std::chrono::duration_cast<std::chrono::milliseconds>(longest).count()
            << " ms: " << slowest.substr(0, 400) << "\n";
  for (const auto& [code, count] : outcomes)
    std::cout << "  " << (code.empty() ? "accepted" : code) << " " << count << "\n";
}

// The check has teeth.
TEST_F(SqlFuzzTest, WhatTheWriterDoesNotWriteIsForeign) {
  const std::set<std::string> columns = {"buurt", "a\"b"};
  EXPECT_EQ(
      ForeignIn(
          "SELECT t0.\"buurt\" AS c0, count(*) FROM s0.data AS t0 WHERE t0.\"a\"\"b\" IN (1, -2)",
          columns),
      "");
  EXPECT_EQ(ForeignIn("CREATE OR REPLACE TEMP TABLE l0_1 AS SELECT unnest([1,2]::INTEGER[]) AS v",
                      columns),
            "");
  for (const char* foreign : {"SELECT buurt", "SELECT \"wijk\"", "SELECT 'W1'", "SELECT 1; DROP",
                              "SELECT 1 -- x", "SELECT 1 /* x", "read_csv", "\"buurt", "l0", "c0_1",
                              "t", "c1x", "tt0", "1e5", "\xC3\xA9", "SELECT $1"}) {
    EXPECT_NE(ForeignIn(foreign, columns), "") << foreign;
  }
}

}  // namespace
}  // namespace kluis
