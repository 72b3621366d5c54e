#include "disclosure/argus/table_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_replace.h"
#include "disclosure/argus/table_jj.h"
#include "tests/disclosure/argus/argus_files.h"

namespace kluis {
namespace {

using testing::ElementsAre;

Parsed<ArgusTable> Read(const std::string& rda, const std::string& text,
                        const ArgusTableReading& reading = {}) {
  const ArgusMetadata metadata = Good(ParseRda(rda, "t.rda", RdaKind::kTable));
  const auto codes = Good(ReadCodeFiles(metadata, "t.rda", ReadSmallFile));
  return ReadArgusTable(metadata, codes, text, "t.tab", reading);
}

std::vector<std::string> Codes(const Axis& axis) {
  std::vector<std::string> codes;
  for (const Category& category : axis.categories) {
    codes.push_back(absl::StrCat(category.code, "<", category.parent));
  }
  return codes;
}

TEST(ArgusTableTest, AxesAreTheTotalTheTreeAndTheMissingCode) {
  const ArgusTable table = Good(Read(kTableRda, kTableText));
  ASSERT_EQ(table.axes.size(), 2u);
  EXPECT_EQ(table.axes[0].name, "Size");
  EXPECT_THAT(Codes(table.axes[0]), ElementsAre("_T<-1", "5<0", "_U<0"));
  EXPECT_THAT(Codes(table.axes[1]),
              ElementsAre("_T<-1", "Nr<0", "1<1", "2<1", "Zd<0", "11<4", "12<4"));
  EXPECT_EQ(table.keys.size(), 21u);
  EXPECT_THAT(table.keys[table.Find({"_U", "2"})], ElementsAre(2, 3));
  EXPECT_EQ(table.Find({"_U", "x"}), -1);
}

TEST(ArgusTableTest, EveryColumnIsRead) {
  const ArgusTable table = Good(Read(kTableRda, kTableText));
  const int cell = table.Find({"_T", "1"});
  const auto at = [&](const ArgusColumn& column) { return static_cast<int>(column.cells[cell]); };
  ASSERT_EQ(table.responses.size(), 1u);
  EXPECT_EQ(table.responses[0].decimals, 2);
  EXPECT_EQ(at(table.responses[0]), 2000);
  EXPECT_EQ(at(*table.frequency), 5);
  EXPECT_EQ(at(*table.shadow), 2000);
  EXPECT_EQ(at(*table.cost), 2000);
  ASSERT_EQ(table.largest.size(), 2u);
  EXPECT_EQ(at(table.largest[0]), 1000);
  EXPECT_EQ(at(table.largest[1]), 200);
  EXPECT_EQ(at(*table.lower_level), 150);
  EXPECT_EQ(at(*table.upper_level), 250);
  EXPECT_EQ(table.statuses[cell], ArgusStatus::kUnsafe);
  EXPECT_EQ(table.statuses[table.Find({"_T", "2"})], ArgusStatus::kSecondary);
  EXPECT_EQ(table.statuses[table.Find({"5", "_T"})], ArgusStatus::kProtect);
  EXPECT_EQ(table.statuses[table.Find({"_T", "_T"})], ArgusStatus::kSafe);
}

TEST(ArgusTableTest, CellsThatAreNotListedAreEmpty) {
  const ArgusTable table = Good(Read(kTableRda, kTableText));
  const int cell = table.Find({"5", "12"});
  EXPECT_EQ(table.statuses[cell], ArgusStatus::kEmpty);
  EXPECT_EQ(static_cast<int>(table.responses[0].cells[cell]), 0);
}

TEST(ArgusTableTest, ATotalMustBeListedAndAddUp) {
  const char* rda = "<SEPARATOR> \",\"\nA\n<RECODEABLE>\n<TOTCODE> T\nV\n<FREQUENCY>\n";
  EXPECT_TRUE(Read(rda, "T,3\na,1\nb,2\n").ok());
  EXPECT_EQ(Read(rda, "a,1\nb,2\n").diagnostics[0].message,
            "the cell (_T) is the total of others along A, but has no line");
  EXPECT_EQ(Read(rda, "T,4\na,1\nb,2\n").diagnostics[0].message,
            "V is 4, but along A its parts add up to 3");
  EXPECT_TRUE(Read(rda, "T,4\na,1\nb,2\n", {.must_add_up = false}).ok());
}

TEST(ArgusTableTest, DigitsMakeATree) {
  const char* rda =
      "<SEPARATOR> \";\"\nA\n<RECODEABLE>\n<TOTCODE> T\n<HIERARCHICAL>\n<HIERLEVELS> 1 1\n"
      "V\n<FREQUENCY>\n";
  const ArgusTable table = Good(Read(rda, "T;3\n1;3\n11;1\n12;2\n"));
  EXPECT_THAT(Codes(table.axes[0]), ElementsAre("_T<-1", "1<0", "11<1", "12<1"));
}

TEST(ArgusTableTest, WhatIsWrittenReadsBack) {
  const ArgusMetadata metadata = Good(ParseRda(kTableRda, "t.rda"));
  const auto codes = Good(ReadCodeFiles(metadata, "t.rda", ReadSmallFile));
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  ArgusTable table = Good(ReadArgusTable(metadata, codes, kTableText, "t"));
  for (int round = 0; round < 100; ++round) {
    for (size_t cell = 0; cell < table.keys.size(); ++cell) {
      const auto value = [&] { return absl::int128{random() % 100'000}; };
      table.responses[0].cells[cell] = value() - 50'000;
      for (auto* column :
           {&table.frequency, &table.shadow, &table.cost, &table.lower_level, &table.upper_level}) {
        (*column)->cells[cell] = value();
      }
      table.largest[1].cells[cell] = value();
      table.largest[0].cells[cell] = table.largest[1].cells[cell] + value();
      table.statuses[cell] = static_cast<ArgusStatus>(1 + random() % 5);
    }
    const std::string text = WriteArgusTable(metadata, table);
    const ArgusTable again =
        Good(ReadArgusTable(metadata, codes, text, "t", {.must_add_up = false}));
    EXPECT_EQ(again.keys, table.keys);
    EXPECT_EQ(again.statuses, table.statuses);
    EXPECT_EQ(again.responses[0].cells, table.responses[0].cells);
    EXPECT_EQ(again.frequency->cells, table.frequency->cells);
    EXPECT_EQ(again.largest[1].cells, table.largest[1].cells);
    EXPECT_EQ(again.upper_level->cells, table.upper_level->cells);
    EXPECT_EQ(WriteArgusTable(metadata, again), text);
  }
}

TEST(TableJjTest, CellsCarryStatusesCostsLevelsAndRelations) {
  const ArgusTable table = Good(Read(kTableRda, kTableText));
  const JjTable jj = JjOfTable(table);
  ASSERT_EQ(jj.cells.size(), 21u);
  const JjCell& unsafe = jj.cells[table.Find({"_T", "1"})];
  EXPECT_EQ(unsafe.status, JjStatus::kUnsafe);
  EXPECT_EQ(static_cast<int>(unsafe.value), 2000);
  EXPECT_EQ(static_cast<int>(unsafe.cost), 2000);
  EXPECT_EQ(static_cast<int>(unsafe.lpl), 150);
  EXPECT_EQ(static_cast<int>(unsafe.upl), 250);
  EXPECT_EQ(static_cast<int>(unsafe.upper), 4500);
  EXPECT_EQ(jj.cells[table.Find({"_T", "2"})].status, JjStatus::kSecondary);
  EXPECT_EQ(jj.cells[table.Find({"5", "12"})].status, JjStatus::kProtected);
  EXPECT_EQ(jj.relations.size(), 7u + 3 * 3);  // sizes per region; regions: 3 parents per size
  EXPECT_EQ(Good(ParseJj(WriteJj(jj), "f")), jj);
}

TEST(TableJjTest, ASolutionGivesItsStatusesBack) {
  ArgusTable table = Good(Read(kTableRda, kTableText));
  JjTable jj = JjOfTable(table);
  const int chosen = table.Find({"5", "1"}), freed = table.Find({"_T", "2"});
  jj.cells[chosen].status = JjStatus::kSecondary;
  jj.cells[freed].status = JjStatus::kSafe;
  const std::vector<ArgusStatus> before = table.statuses;
  ASSERT_TRUE(ApplyJj(jj, &table).ok());
  EXPECT_EQ(table.statuses[chosen], ArgusStatus::kSecondary);
  EXPECT_EQ(table.statuses[freed], ArgusStatus::kSafe);
  for (size_t i = 0; i < before.size(); ++i) {
    if (static_cast<int>(i) == chosen || static_cast<int>(i) == freed) continue;
    EXPECT_EQ(table.statuses[i], before[i]) << i;
  }
  jj.cells.pop_back();
  EXPECT_EQ(ApplyJj(jj, &table).message(), "the JJ file has 20 cells, the table 21");
}

TEST(ArgusTableTest, TablesThatAreTooLargeAreRefusedBeforeTheyAreMade) {
  std::string rda = "<SEPARATOR> \";\"\n", text;
  for (int i = 0; i < 10; ++i) absl::StrAppend(&rda, "A", i, "\n<RECODEABLE>\n<TOTCODE> T\n");
  rda += "V\n<FREQUENCY>\n";
  for (int row = 0; row < 20; ++row) {
    for (int i = 0; i < 10; ++i) absl::StrAppend(&text, row, ";");
    text += "1\n";
  }
  EXPECT_EQ(Read(rda, text).diagnostics[0].message, "the table has more than 5000000 cells");
}

}  // namespace
}  // namespace kluis
