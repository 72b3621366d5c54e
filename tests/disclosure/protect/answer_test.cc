// The canonical answer: exact bytes, and the same bytes after Python has read and written it.
#include "disclosure/protect/answer.h"

#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "disclosure/base/canonical_json.h"
#include "gtest/gtest.h"

namespace kluis {

struct RuleSet {};
struct ProtectOptions {};

// Stands in for the real maker, which this program does not link: a table of two regions whose
// second row is suppressed in n and empty in the mean.
absl::StatusOr<ProtectedTable> Protect(const AggregateTable& table, const RuleSet&,
                                       const ProtectOptions&) {
  ProtectedTable made;
  made.shape_ = table.shape;
  made.values_ = {{{ValueStatus::kOk, 1234}, {ValueStatus::kOk, 1201325}},
                  {{ValueStatus::kSuppressed, 0}, {ValueStatus::kEmpty, 0}}};
  made.summary_.cells = 4;
  made.summary_.suppressed = 1;
  return made;
}

namespace {

using nlohmann::json;

AnswerContext Context() {
  return {.release = "r1",
          .rules = "standard",
          .policy_sha256 = "ab12",
          .scope = {{"gemeente", {"GM0917"}}}};
}

ProtectedTable TwoRegions(const std::string& dimension) {
  AggregateTable table;
  table.shape.dimensions = {{dimension, ""}};
  table.shape.statistics = {{"n", StatisticKind::kCount, -1, 0},
                            {"avg", StatisticKind::kAverage, 0, 2}};
  table.shape.column_order = {0, 1, 2};
  table.shape.rows = {{{"GM0917"}, 0}, {{"<5 \"é\""}, 1}};
  return Protect(table, RuleSet{}, ProtectOptions{}).value();
}

TEST(AnswerTest, TheBytesOfAReleaseAreSortedAndHaveNoWhiteSpace) {
  EXPECT_EQ(
      CanonicalAnswer(TwoRegions("gemeente"), Context()),
      R"({"columns":[{"name":"gemeente","role":"dimension"},)"
      R"({"name":"n","role":"measure","statistic":"count"},)"
      R"({"name":"avg","role":"measure","statistic":"avg"}],)"
      R"("protection":{"cells":4,"policy":"sha256:ab12","rules":"standard","suppressed":1},)"
      R"("reasons":[],"release":"r1","rows":[)"
      R"({"avg":{"status":"ok","value":12013.25},"gemeente":"GM0917","n":{"status":"ok","value":1234}},)"
      R"({"avg":{"status":"empty","value":null},"gemeente":"<5 \"é\"","n":{"status":"suppressed","value":null}}],)"
      R"("scope":{"gemeente":["GM0917"]},"status":"released"})");
}

TEST(AnswerTest, ARefusalNamesCodeKindPlaceAndHint) {
  const Refusal refusal = {RefusalKind::kPolicy, "UNKNOWN_VARIABLE", "no", 2, 8, "try"};
  const json answer = json::parse(CanonicalRefusal(refusal, Context()));
  EXPECT_EQ(answer["status"], "refused");
  EXPECT_EQ(answer["reasons"][0].dump(),
            R"({"code":"UNKNOWN_VARIABLE","column":8,"hint":"try","kind":"policy",)"
            R"("line":2,"message":"no"})");
  EXPECT_TRUE(answer["rows"].empty());
}

TEST(AnswerTest, ARefusalWithoutAPlaceHasNullForIt) {
  const json answer = json::parse(CanonicalRefusal({RefusalKind::kUsage, "TOO_LONG", "no", 0, 0, ""}, {}));
  EXPECT_TRUE(answer["reasons"][0]["line"].is_null());
  EXPECT_EQ(answer["reasons"][0]["kind"], "usage");
  EXPECT_EQ(answer["scope"].dump(), "{}");
}

TEST(AnswerTest, ADryRunHasCellsAndPlanAndKnowsNothingOfSuppression) {
  ReleaseShape shape;
  shape.dimensions = {{"gemeente", ""}};
  shape.column_order = {0};
  const json answer = json::parse(CanonicalAllowed(shape, 42, "plan", Context()));
  EXPECT_EQ(answer["status"], "allowed");
  EXPECT_EQ(answer["cells"], 42);
  EXPECT_EQ(answer["plan"], "plan");
  EXPECT_TRUE(answer["protection"]["suppressed"].is_null());
}

TEST(CanonicalNumberTest, IntegersStayIntegersAndDecimalsAreTheShortestText) {
  struct Case {
    const char* name;
    absl::int128 scaled;
    int decimals;
    const char* text;
  };
  const absl::int128 big = absl::int128{10'000'000'000'000'000} * 100'000;
  const Case cases[] = {
      {"zero", 0, 0, "0"},
      {"a count", 1234, 0, "1234"},
      {"a loss", -1234, 0, "-1234"},
      {"the largest 64 bits", INT64_MAX, 0, "9223372036854775807"},
      {"beyond 64 bits", big, 0, "1e+21"},
      {"cents", 1201325, 2, "12013.25"},
      {"whole amount with decimals", 1200, 2, "12.0"},
      {"zero with decimals", 0, 2, "0.0"},
      {"below one", -5, 1, "-0.5"},
      {"one in ten thousand", 1, 4, "0.0001"},
      {"one in a hundred thousand", 1, 5, "1e-05"},
      {"sixteen whole digits", absl::int128{1234567890123456} * 10, 1, "1234567890123456.0"},
      {"seventeen whole digits", big, 5, "1e+16"},
  };
  for (const Case& c : cases) EXPECT_EQ(CanonicalNumber(c.scaled, c.decimals), c.text) << c.name;
}

// Runs Python over one JSON text per line; gives what json.dumps makes of each.
std::string ThroughPython(const std::string& lines) {
  const std::string path = testing::TempDir() + "/canonical.jsonl";
  std::ofstream(path) << lines;
  const std::string command =
      "/usr/bin/python3 -c \"import json,sys\n"
      "for l in open(sys.argv[1],encoding='utf-8',newline='\\n'):\n"
      "  "
      "print(json.dumps(json.loads(l),sort_keys=True,separators=(',',':'),ensure_ascii=False))\" " +
      path;
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(
      popen(("PYTHONIOENCODING=utf-8 " + command).c_str(), "r"), pclose);
  std::string out;
  char buffer[4096];
  size_t n = 0;
  while ((n = fread(buffer, 1, sizeof buffer, pipe.get())) > 0) out.append(buffer, n);
  return out;
}

TEST(CanonicalJsonTest, PythonWritesTheSameBytes) {
  std::string lines = CanonicalAnswer(TwoRegions("gemeente"), Context()) + "\n";
  lines += CanonicalAnswer(TwoRegions("Ωmega \t\x01\x7f \\ \xf0\x9f\x98\x80"), Context()) + "\n";
  lines += CanonicalRefusal({RefusalKind::kUsage, "X", "line\none", 0, 0, ""}, Context()) + "\n";
  uint64_t state = 20161128;  // xorshift, fixed
  for (int i = 0; i < 20'000; ++i) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    const int64_t scaled = static_cast<int64_t>(state) >> (state % 60);
    lines += CanonicalNumber(scaled, static_cast<int>(state >> 32) % 2 ? i % 7 : 0) + "\n";
  }
  EXPECT_EQ(ThroughPython(lines), lines);
}

TEST(CanonicalJsonTest, ReadingAndWritingAgainChangesNothing) {
  const std::string answer = CanonicalAnswer(TwoRegions("gemeente"), Context());
  EXPECT_EQ(CanonicalJson(json::parse(answer)), answer);
  EXPECT_EQ(CanonicalJson(json::parse(" {\"b\": [1.50, {}], \"a\": 1E2} ")),
            R"({"a":100.0,"b":[1.5,{}]})");
}

}  // namespace
}  // namespace kluis
