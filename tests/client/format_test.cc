// Golden texts of every format, and of refusals.
#include "client/format/reason.h"
#include "client/format/render.h"
#include "client/format/sql_text.h"
#include "client/format/text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kluis {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kAnswer[] =
    R"({"columns":[{"name":"gemeente","role":"dimension"},{"name":"n","role":"measure","statistic":"count"},)"
    R"({"name":"m","role":"measure","statistic":"avg"}],)"
    R"("protection":{"cells":6,"policy":"sha256:ab","rules":"standard","suppressed":1},"reasons":[],"release":"r1",)"
    R"("rows":[{"gemeente":"_T","m":{"status":"ok","value":12.0},"n":{"status":"ok","value":1234}},)"
    R"({"gemeente":"Nuth, \"é\"","m":{"status":"ok","value":-1.25},"n":{"status":"suppressed","value":null}},)"
    R"({"gemeente":"=<5","m":{"status":"empty","value":null},"n":{"status":"ok","value":0}}],)"
    R"("scope":{},"status":"released"})";

TEST(TableTest, NumbersStandRightWithEqualDecimalsAndASuppressedValueIsADot) {
  EXPECT_EQ(*Render("table", kAnswer, nullptr),
            "gemeente      n      m\n"
            "_T         1234  12.00\n"
            "Nuth, \"é\"     .  -1.25\n"
            "=<5           0\n");
}

TEST(CsvTest, EveryStatisticHasItsStatusAndCodesStayAsTheyAre) {
  EXPECT_EQ(*Render("csv", kAnswer, nullptr),
            "gemeente,n,n_status,m,m_status\r\n"
            "_T,1234,ok,12.0,ok\r\n"
            "\"Nuth, \"\"é\"\"\",.,suppressed,-1.25,ok\r\n"
            "=<5,0,ok,,empty\r\n");
}

TEST(JsonTest, TheReceiptStandsAtItsSortedPlace) {
  const Receipt receipt = {"leaf", "salt", "proof\n"};
  const std::string json = *Render("json", kAnswer, &receipt);
  EXPECT_THAT(
      json,
      HasSubstr(
          R"("reasons":[],"receipt":{"entry":"bGVhZg==","proof":"proof\n","salt":"c2FsdA=="},"release")"));
  EXPECT_EQ(*Render("json", kAnswer, nullptr), std::string(kAnswer) + "\n");
}

TEST(RenderTest, NoFormatPassesControlCharactersOn) {
  std::string answer = kAnswer;
  answer.replace(answer.find("=<5"), 3, "\\u001b[31m\\u0007\xC2\x9B\x7F\xE2\x80\xAE");
  for (const char* format : {"table", "csv", "json"}) {
    const std::string text = *Render(format, answer, nullptr);
    for (const char* bad : {"\x1b", "\x07", "\xC2\x9B", "\x7F"})
      EXPECT_THAT(text, Not(HasSubstr(bad))) << format;
  }
}

TEST(RenderTest, WhatIsNoAnswerIsRefused) {
  const char* cases[] = {
      "",
      "[]",
      "{}",
      R"({"status":"released","columns":[{"name":"a","role":"dimension"}],"rows":[{}]})",
      R"({"status":"released","status":"refused"})",
      (R"({"status":"released","columns":[{"name":"n","role":"measure"}],)"
       R"("rows":[{"n":{"status":"suppressed","value":3}}]})")};
  for (const char* text : cases) EXPECT_FALSE(Render("table", text, nullptr).ok()) << text;
}

TEST(ReasonTest, TheCaretStandsUnderTheCodePoint) {
  struct Case {
    const char* name;
    const char* sql;
    int line, column;
    const char* shown;
  };
  const Case cases[] = {
      {"first column", "SELECT x", 1, 1, "  1 | SELECT x\n    | ^\n"},
      {"second line", "SELECT\n  wijken", 2, 3, "  2 |   wijken\n    |   ^\n"},
      {"accents count once", "SELECT 'é' y", 1, 12, "  1 | SELECT 'é' y\n    |            ^\n"},
      {"wide characters take two", "'日本' y", 1, 6, "  1 | '日本' y\n    |        ^\n"},
      {"a tab is one blank", "\tab\tx", 1, 5, "  1 |  ab x\n    |     ^\n"},
      {"control characters", "a\x1b[31m\x07 x", 1, 9,
       "  1 | a\uFFFD[31m\uFFFD x\n    |         ^\n"},
      {"one past the end", "ab", 1, 3, "  1 | ab\n    |   ^\n"},
      {"far past the end", "ab", 1, 99, "  1 | ab\n    |   ^\n"},
      {"carriage return", "ab\r\nc", 1, 1, "  1 | ab\n    | ^\n"},
      {"no column", "ab", 1, 0, "  1 | ab\n"},
      {"no place", "ab", 0, 0, ""},
      {"a line that is not there", "ab", 7, 1, ""},
      {"line ten", "\n\n\n\n\n\n\n\n\nab", 10, 2, "  10 | ab\n     |  ^\n"},
  };
  for (const Case& c : cases) {
    const AnswerReason reason = {.code = "X",
                                 .message = "m",
                                 .hint = "h",
                                 .policy = false,
                                 .line = c.line,
                                 .column = c.column};
    std::string place = c.line > 0 ? " (line " + std::to_string(c.line) : "";
    if (c.column > 0) place += ", column " + std::to_string(c.column);
    if (c.line == 0) place.clear();
    EXPECT_EQ(RenderReason(reason, c.sql),
              "error[X]: m" + place + (place.empty() ? "\n" : ")\n") + c.shown + "hint: h\n")
        << c.name;
  }
}

TEST(ReasonTest, ALongLineIsCutAroundTheCaretToTheWidthOfTheTerminal) {
  const std::string lead(200, 'a'), tail(200, 'z');
  struct Case {
    const char* name;
    std::string sql;
    int column, width;
    std::string shown;
  };
  const Case cases[] = {
      {"in the middle", lead + "X" + tail, 201, 30,
       "  1 | …" + std::string(11, 'a') + "X" + std::string(10, 'z') + "…\n    |             ^\n"},
      {"at the start", "X" + tail, 1, 30, "  1 | X" + std::string(21, 'z') + "…\n    | ^\n"},
      {"at the end", lead + "X", 201, 30,
       "  1 | …" + std::string(21, 'a') + "X\n    |                       ^\n"},
      {"one past the end", lead, 201, 30,
       "  1 | …" + std::string(22, 'a') + "\n    |                        ^\n"},
      {"exactly as wide", std::string(24, 'a'), 1, 30,
       "  1 | " + std::string(24, 'a') + "\n    | ^\n"},
      {"wide characters", "日日日日日日日日日日日日日日日日日X", 18, 26,
       "  1 | …日日日日日日日日X\n    |                  ^\n"},
      {"narrower than anything", lead + "X" + tail, 201, 3,
       "  1 | …" + std::string(9, 'a') + "X" + std::string(8, 'z') + "…\n    |           ^\n"},
  };
  for (const Case& c : cases) {
    AnswerReason reason;
    reason.line = 1, reason.column = c.column;
    const std::string text = RenderReason(reason, c.sql, c.width);
    EXPECT_EQ(text.substr(text.find('\n') + 1), c.shown) << c.name;
  }
}

TEST(ReasonTest, AMessageThatQuotesTheRestOfAQueryIsCut) {
  AnswerReason reason;
  reason.code = "X", reason.message = "near " + std::string(9000, 'a');
  EXPECT_EQ(RenderReason(reason, ""), "error[X]: near " + std::string(394, 'a') + "…\n");
}

TEST(SqlTextTest, WhatTheWireDoesNotCarryIsRefusedWithItsPlace) {
  struct Case {
    const char* name;
    std::string sql;
    int line, column;  // 0: it is sent
  };
  const Case cases[] = {
      {"plain", "SELECT 'é日\U0001F600' FROM p", 0, 0},
      {"nothing", "", 0, 0},
      {"Latin-1", "SELECT\n 'é', 'caf\xE9'", 2, 11},
      {"the first byte", "\xFF\xFES", 1, 1},
      {"cut short at the end", "a\n\xE6\x97", 2, 1},
      {"a surrogate", "ab\xED\xA0\x80", 1, 3},
      {"overlong", "\xC0\xAF", 1, 1},
      {"longest", std::string(1 << 20, ' '), 0, 0},
      {"one byte over", std::string((1 << 20) + 1, ' '), 1, 1},
  };
  for (const Case& c : cases) {
    const auto reason = RefuseSqlText(c.sql);
    EXPECT_EQ(reason.has_value(), c.line > 0) << c.name;
    if (!reason) continue;
    EXPECT_EQ(reason->line, c.line) << c.name;
    EXPECT_EQ(reason->column, c.column) << c.name;
    EXPECT_FALSE(reason->hint.empty()) << c.name;
    EXPECT_EQ(ReadAnswer(RefusalWithoutRelease(*reason))->reasons[0].message, reason->message);
  }
}

TEST(TextTest, BytesThatAreNotUtf8AreReplacedOneByOne) {
  EXPECT_EQ(Printable("a\xFF\xC0\x80z"), "a\uFFFD\uFFFD\uFFFDz");
  EXPECT_EQ(Printable("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(DisplayWidth("e\u0301日"), 3);
}

}  // namespace
}  // namespace kluis
