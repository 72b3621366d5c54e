#include "disclosure/argus/apriori.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/disclosure/argus/argus_files.h"

namespace kluis {
namespace {

using testing::ElementsAre;

TEST(HstTest, EachCommand) {
  const auto lines = Good(ParseHst(
      "a;s\na;u\na;p\na;m\na;ml\na;c;10\na;W;2,5\na;pl;1;2\na;ab;-1;5\n", "f", {.dimensions = 1}));
  std::vector<AprioriKind> kinds;
  for (const AprioriLine& line : lines) kinds.push_back(line.kind);
  EXPECT_THAT(
      kinds, ElementsAre(AprioriKind::kSafe, AprioriKind::kUnsafe, AprioriKind::kProtect,
                         AprioriKind::kSecondary, AprioriKind::kSecondaryLinked, AprioriKind::kCost,
                         AprioriKind::kCost, AprioriKind::kLevels, AprioriKind::kBounds));
  EXPECT_EQ(lines[6].first, (ArgusNumber{25, 1}));
  EXPECT_EQ(lines[7].second, (ArgusNumber{2, 0}));
  EXPECT_EQ(lines[8].first, (ArgusNumber{-1, 0}));
}

TEST(HstTest, CodesLoseBlanksAndQuotesAndAnEmptyOneIsTheTotal) {
  const auto lines = Good(ParseHst("// by hand\n\"Total\" ; \" 1\";s\n;b c;u\n", "f",
                                   {.dimensions = 2, .separator = ';'}));
  EXPECT_THAT(lines[0].codes, ElementsAre("Total", "1"));
  EXPECT_THAT(lines[1].codes, ElementsAre("", "b c"));
  EXPECT_EQ(lines[1].line, 3);
}

TEST(HstTest, TheSeparatorIsTheOneThatFits) {
  for (const std::string separator : {";", ",", "|"}) {
    const std::string text = absl::StrCat("a", separator, "b", separator, "u\n");
    EXPECT_THAT(Good(ParseHst(text, "f", {.dimensions = 2}))[0].codes, ElementsAre("a", "b"));
  }
  // u is also a code here.
  EXPECT_THAT(Good(ParseHst("u;a,u;s\n", "f", {.dimensions = 2}))[0].codes,
              ElementsAre("u", "a,u"));
}

TEST(HstTest, RandomLinesReadBack) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 500; ++round) {
    const int dimensions = 1 + random() % 4;
    std::vector<AprioriLine> lines;
    for (unsigned i = 0; i < random() % 20; ++i) {
      AprioriLine line;
      for (int d = 0; d < dimensions; ++d) {
        line.codes.push_back(random() % 5 == 0 ? "" : absl::StrCat("c ", random() % 100));
      }
      line.kind = static_cast<AprioriKind>(random() % 8);
      const bool numbers = line.kind >= AprioriKind::kCost;
      if (numbers) line.first = {absl::int128{1 + random() % 1000}, static_cast<int>(random() % 3)};
      if (numbers && line.kind != AprioriKind::kCost) {
        line.second = {line.first.scaled + random() % 9, line.first.decimals};
      }
      line.line = static_cast<int>(i) + 1;
      lines.push_back(line);
    }
    const std::string text = WriteHst(lines, ';');
    EXPECT_EQ(Good(ParseHst(text, "f", {.dimensions = dimensions})), lines) << text;
  }
}

}  // namespace
}  // namespace kluis
