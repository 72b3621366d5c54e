// What each keyword of a .rda means; mistakes are in tests/golden/argus.
#include "disclosure/argus/rda.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/disclosure/argus/argus_files.h"

namespace kluis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ArgusMetadata WithoutLines(ArgusMetadata metadata) {
  for (ArgusVariable& variable : metadata.variables) variable.line = 0;
  return metadata;
}

// The only variable of a fixed-width description with these lines under its name.
ArgusVariable Variable(const std::string& lines) {
  const ArgusMetadata metadata =
      Good(ParseRda("V 7 5 99 98\n" + lines + "Other 1 1\n<RECODEABLE>\n", "f"));
  return metadata.variables.empty() ? ArgusVariable() : metadata.variables[0];
}

TEST(RdaTest, AVariableOfFixedWidthHasItsColumnsAndMissingValues) {
  const ArgusVariable variable = Variable("");
  EXPECT_EQ(variable.name, "V");
  EXPECT_EQ(variable.line, 1);
  EXPECT_EQ(variable.start, 7);
  EXPECT_EQ(variable.width, 5);
  EXPECT_EQ(variable.role, ArgusRole::kNone);
  EXPECT_THAT(variable.missing, ElementsAre("99", "98"));
}

TEST(RdaTest, EachKeywordOfMicrodata) {
  EXPECT_EQ(Variable("<RECODEABLE>\n").role, ArgusRole::kCategorical);
  EXPECT_EQ(Variable("<recodable>\n").role, ArgusRole::kCategorical);
  EXPECT_EQ(Variable("<NUMERIC>\n").role, ArgusRole::kResponse);
  EXPECT_EQ(Variable("<RECODEABLE>\n<NUMERIC>\n").role, ArgusRole::kCategoricalResponse);
  EXPECT_EQ(Variable("<NUMERIC>\n<RECODEABLE>\n").role, ArgusRole::kCategoricalResponse);
  EXPECT_EQ(Variable("<WEIGHT>\n").role, ArgusRole::kWeight);
  EXPECT_EQ(Variable("<HOLDING>\n").role, ArgusRole::kHolding);
  EXPECT_EQ(Variable("<REQUEST> 1\n").role, ArgusRole::kRequest);
  EXPECT_THAT(Variable("<REQUEST> \"1\" \" 2\"\n").request_codes, ElementsAre("1", "2"));
  EXPECT_EQ(Variable("<NUMERIC>\n<DECIMALS> 9\n").decimals, 9);
  EXPECT_EQ(Variable("<RECODEABLE>\n<TOTCODE> \"All of it\"\n").total_code, "All of it");
  EXPECT_EQ(Variable("<RECODEABLE>\n<CODELIST> \"a b.cdl\" // c\n").code_list, "a b.cdl");
  EXPECT_THAT(Variable("<RECODEABLE>\n<HIERARCHICAL>\n<HIERLEVELS> 3 2 0\n").levels,
              ElementsAre(3, 2, 0));
  EXPECT_THAT(Variable("<RECODEABLE>\n<DISTANCE> 1 3 5\n").distance, ElementsAre(1, 3, 5));
  EXPECT_TRUE(Variable("<RECODEABLE>\n<TRUNCABLE>\n").truncable);
  const ArgusVariable tree = Variable(
      "\t<RECODEABLE>\r\n  <HIERARCHICAL>\n  <HIERCODELIST> \"C:\\d\\r.hrc\"\n  <HIERLEADSTRING> "
      "\"@\"\n");
  EXPECT_EQ(tree.hierarchy, "C:\\d\\r.hrc");
  EXPECT_EQ(tree.lead, "@");
  EXPECT_EQ(ArgusBaseName(tree.hierarchy), "r.hrc");
}

TEST(RdaTest, ASeparatorMeansThatFieldsHaveNoColumns) {
  const ArgusMetadata metadata = Good(ParseRda(kFreeRda, "f"));
  EXPECT_EQ(metadata.separator, ';');
  EXPECT_FALSE(metadata.fixed());
  ASSERT_EQ(metadata.variables.size(), 5u);
  EXPECT_EQ(metadata.variables[1].name, "Age group");
  EXPECT_EQ(metadata.variables[1].role, ArgusRole::kCategoricalResponse);
  EXPECT_THAT(metadata.variables[1].missing, IsEmpty());
  EXPECT_EQ(metadata.variables[3].width, 12);
  EXPECT_EQ(metadata.variables[3].start, 0);
}

TEST(RdaTest, EachKeywordOfATable) {
  const ArgusMetadata metadata = Good(ParseRda(
      "<SEPARATOR> \",\"\n<SAFE> ok\n<UNSAFE> no\n<PROTECT> yes\nA 9\n<RECODEABLE>\n<TOTCODE> T\n"
      "V\n<NUMERIC>\nN\n<FREQUENCY>\nM\n<MAXSCORE>\n<DECIMALS> 1\nS\n<STATUS>\n"
      "H\n<NUMERIC> <SHADOW>\nC\n<COST>\nL\n<LOWERLEVEL>\nU\n<NUMERIC> <UPPERLEVEL>\n",
      "f"));
  EXPECT_TRUE(metadata.table);
  EXPECT_EQ(metadata.separator, ',');
  EXPECT_EQ(metadata.safe + metadata.unsafe + metadata.protect, "oknoyes");
  std::vector<ArgusRole> roles;
  for (const ArgusVariable& variable : metadata.variables) roles.push_back(variable.role);
  EXPECT_THAT(roles,
              ElementsAre(ArgusRole::kCategorical, ArgusRole::kResponse, ArgusRole::kFrequency,
                          ArgusRole::kMaxScore, ArgusRole::kStatus, ArgusRole::kShadow,
                          ArgusRole::kCost, ArgusRole::kLowerLevel, ArgusRole::kUpperLevel));
  EXPECT_EQ(metadata.variables[3].decimals, 1);
}

TEST(RdaTest, ATableWithoutATellingKeywordMustBeAskedFor) {
  const std::string text = "<SEPARATOR> \";\"\nA 9\n<RECODEABLE>\n<TOTCODE> T\nV\n<NUMERIC>\n";
  EXPECT_TRUE(Good(ParseRda(text, "f", RdaKind::kTable)).table);
  EXPECT_FALSE(ParseRda(text, "f").ok());  // V has no width
  EXPECT_TRUE(Good(ParseRda(kTableRda, "f")).table);
  EXPECT_FALSE(Good(ParseRda(kFixedRda, "f")).table);
  EXPECT_FALSE(ParseRda(kTableRda, "f", RdaKind::kMicrodata).ok());
}

TEST(RdaTest, WhatIsWrittenReadsBack) {
  for (const char* text : {kFixedRda, kFreeRda, kTableRda}) {
    const ArgusMetadata metadata = Good(ParseRda(text, "f"));
    const std::string written = WriteRda(metadata);
    EXPECT_EQ(WithoutLines(Good(ParseRda(written, "f"))), WithoutLines(metadata)) << written;
    EXPECT_EQ(WriteRda(Good(ParseRda(written, "f"))), written);
  }
}

TEST(RdaTest, TextThatIsNotUtf8IsWindows1252) {
  const ArgusMetadata metadata =
      Good(ParseRda("Gr\xF6\xDF"
                    "e 1 2\n<RECODEABLE>\n<TOTCODE> \"\x80\"\n",
                    "f"));
  EXPECT_EQ(metadata.variables[0].name,
            "Gr\xC3\xB6\xC3\x9F"
            "e");
  EXPECT_EQ(metadata.variables[0].total_code, "\xE2\x82\xAC");
}

TEST(RdaTest, HostileSizesAreRefusedQuickly) {
  EXPECT_FALSE(ParseRda(std::string((1 << 20) + 1, ' '), "f").ok());
  EXPECT_FALSE(ParseRda("V " + std::string(10'001, '1'), "f").ok());
  std::string many;
  for (int i = 0; i < 40'000; ++i) absl::StrAppend(&many, "v", i, " 1 1\n");
  EXPECT_FALSE(ParseRda(many, "f").ok());
}

}  // namespace
}  // namespace kluis
