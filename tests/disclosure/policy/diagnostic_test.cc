// How a mistake is shown: as a compiler does, with the word that was meant.
#include "disclosure/policy/diagnostic.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "disclosure/policy/load.h"
#include "disclosure/policy/nearest.h"

namespace kluis {
namespace {

TEST(DiagnosticTest, ItIsPrintedAsACompilerDoes) {
  const std::string text = "rules: r\nfrequency: {minimum: 2}\n";
  const auto parsed = ParseRuleSet(text, "rules/r.yaml");
  ASSERT_EQ(parsed.diagnostics.size(), 1u);
  const std::string shown =
      "rules/r.yaml:2:22: frequency.minimum must be at least 3, not 2\n"
      "   2 | frequency: {minimum: 2}\n"
      "     |                      ^\n";
  EXPECT_EQ(FormatDiagnostic(parsed.diagnostics[0]), shown);
  Diagnostic bare = parsed.diagnostics[0];
  bare.excerpt.clear();
  bare.hint = "10 is usual";
  EXPECT_EQ(FormatDiagnostic(bare, text), shown + "hint: 10 is usual\n");
}

TEST(NearestTest, AWordIsNearWithTwoSlipsOfThePen) {
  struct Case {
    const char* situation;
    const char* word;
    const char* nearest;
  };
  const std::vector<std::string> known = {"minimum", "zeros", "protect", "n", "share"};
  for (const Case& c : {
           Case{"the word itself", "minimum", "minimum"},
           Case{"one letter too few", "minmum", "minimum"},
           Case{"neighbours swapped", "zeors", "zeros"},
           Case{"a swap and a letter too many", "porrtect", "protect"},
           Case{"capitals", "SHARE", "share"},
           Case{"three slips are another word", "mnmm", ""},
           Case{"a short word allows one", "sh", ""},
           Case{"nothing like it", "history", ""},
       }) {
    EXPECT_EQ(NearestWord(c.word, known), c.nearest) << c.situation;
  }
}

}  // namespace
}  // namespace kluis
