#include "disclosure/argus/code_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/disclosure/argus/argus_files.h"

namespace kluis {
namespace {

// "code<parent" for each code.
std::string Shown(const CodeList& list) {
  std::string out;
  for (const Code& code : list.codes) {
    absl::StrAppend(&out, out.empty() ? "" : " ", code.code, "<",
                    code.parent < 0 ? "" : list.codes[code.parent].code, "/", code.level);
  }
  return out;
}

struct Case {
  const char* text;
  const char* lead;
  const char* shown;
};

TEST(HrcTest, LeadingStringsSayTheLevel) {
  for (const Case& c : std::vector<Case>{
           {"A\n@B\n@@C\n@D\nE\n", "@", "A</1 B<A/2 C<B/3 D<A/2 E</1"},
           {"Nr\n@ 1\n@10\n", "@", "Nr</1 1<Nr/2 10<Nr/2"},
           {" 1 \r\n@ 2 \r\n\r\n", "@", "1</1 2<1/2"},
           {"A\n--B\n----C", "--", "A</1 B<A/2 C<B/3"},
           {"A\n B\n", " ", "A</1 B<A/2"},
           {"a.b\n.a.c\n", ".", "a.b</1 a.c<a.b/2"},
       }) {
    const CodeList list = Good(ParseHrc(c.text, "f", c.lead));
    EXPECT_EQ(Shown(list), c.shown) << c.text;
    EXPECT_EQ(Good(ParseHrc(WriteHrc(list, c.lead), "f", c.lead)), list) << c.text;
  }
}

TEST(HrcTest, RandomTreesReadBack) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 300; ++round) {
    CodeList list;
    std::vector<int> open;
    for (unsigned i = 0; i <= random() % 60; ++i) {
      const int level = 1 + random() % std::min<size_t>(open.size() + 1, 15);
      open.resize(level - 1);
      list.codes.push_back({absl::StrCat("c ", i), open.empty() ? -1 : open.back(), level, "", ""});
      list.index.emplace(list.codes.back().code, i);
      list.levels = std::max(list.levels, level);
      open.push_back(i);
    }
    EXPECT_EQ(Good(ParseHrc(WriteHrc(list, "@"), "f", "@")), list);
  }
}

TEST(CdlTest, TheFirstCommaEndsTheCode) {
  const ArgusLabels labels = Good(ParseCdl(" 1 , North, far \n\n10,\"a, b\"\nx,\n", "f"));
  EXPECT_EQ(labels, (ArgusLabels{{"1", "North, far"}, {"10", "a, b"}, {"x", ""}}));
  EXPECT_EQ(Good(ParseCdl(WriteCdl(labels), "f")), labels);
}

TEST(CdlTest, LabelsOfOldFilesAreWindows1252) {
  EXPECT_EQ(Good(ParseCdl("1,Frysl\xE2n\n", "f")).at("1"), "Frysl\xC3\xA2n");
}

TEST(CodeFilesTest, EachVariableHasItsFiles) {
  const ArgusMetadata metadata = Good(ParseRda(kFixedRda, "f"));
  const auto codes = Good(ReadCodeFiles(metadata, "f", ReadSmallFile));
  ASSERT_EQ(codes.size(), metadata.variables.size());
  EXPECT_TRUE(codes[0].tree.codes.empty());
  EXPECT_EQ(Shown(codes[3].tree), "Nr</1 1<Nr/2 2<Nr/2 Zd</1 11<Zd/2 12<Zd/2");
  EXPECT_EQ(codes[3].labels.at("Nr"), "North");
}

TEST(CodeFilesTest, AFileThatIsNotThereIsReportedAtItsVariable) {
  const ArgusMetadata metadata = Good(ParseRda(kFixedRda, "f"));
  const auto codes = ReadCodeFiles(metadata, "x.rda", [](const std::string&) {
    return absl::StatusOr<std::string>(absl::NotFoundError("no such file"));
  });
  ASSERT_EQ(codes.diagnostics.size(), 2u);
  EXPECT_EQ(FormatDiagnostic(codes.diagnostics[0]),
            "x.rda:11:1: the <HIERCODELIST> of Region, region.hrc, cannot be read: no such file\n"
            "hint: it is looked for beside the .rda\n");
}

}  // namespace
}  // namespace kluis
