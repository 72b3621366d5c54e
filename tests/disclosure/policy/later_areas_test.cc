// Levels of later areas, against persons who move with their areas: each has an area on every day, and
// what became of an area is what became of its persons.
#include "disclosure/policy/later_areas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/policy/load.h"
#include "tests/disclosure/policy/policy_files.h"

namespace kluis {
namespace {

using ::testing::ElementsAre;

LaterAreas OnDay(const std::string& on) { return {"gemeente", "later", on, "changes.csv"}; }

// "GM1954(2)>LI": each code with its levels and its parent.
std::string Text(const CodeList& list) {
  std::vector<std::string> codes;
  for (const Code& code : list.codes) {
    const int last = std::max(code.level, code.last_level);
    codes.push_back(absl::StrCat(code.code, "(", code.level, last > code.level ? absl::StrCat("-", last) : "",
                                 ")", code.parent < 0 ? "" : ">" + list.codes[static_cast<size_t>(code.parent)].code));
  }
  return absl::StrJoin(codes, " ");
}

CodeList List(const std::string& text) { return ParseCodeList("code,parent,level,label_nl,label_en\n" + text, "c.csv").value; }

CodeList Later(const CodeList& list, int level, const std::string& changes, const std::string& on,
               const std::string& since = "2016-01-01") {
  const std::string text = "code,successor,date,label_nl,label_en\n" + changes;
  DiagnosticSink sink(text, "changes.csv");
  const CodeList later = WithLaterAreas(list, level, ReadAreaChanges(&sink), since, OnDay(on), &sink);
  EXPECT_TRUE(sink.empty()) << FormatDiagnostics(sink.Sorted());
  return later;
}

TEST(LaterAreasTest, AMergerIsALevelAndWhatStaysStandsOnBoth) {
  const CodeList list = List("LI,,1,,\nA,LI,2,,\nB,LI,2,,\nC,LI,2,,\nA1,A,3,,\nC1,C,3,,\n");
  EXPECT_EQ(Text(Later(list, 2, "A,M,2019-01-01,Em,\nB,M,2019-01-01,Em,\n", "2022-01-01")),
            "LI(1) M(2)>LI A(3)>M B(3)>M C(2-3)>LI A1(4)>A C1(4)>C");
  EXPECT_EQ(Text(Later(list, 2, "A,M,2019-01-01,Em,\nB,M,2019-01-01,Em,\n", "2018-12-31")),
            "LI(1) A(2-3)>LI B(2-3)>LI C(2-3)>LI A1(4)>A C1(4)>C");
}

TEST(LaterAreasTest, WhoGrowsUnderItsOwnCodeIsAnotherArea) {
  const CodeList list = List("A,,1,Aa,\nB,,1,Bee,\n");
  const CodeList later = Later(list, 1, "B,A,2019-01-01,,\n", "2022-01-01");
  EXPECT_EQ(Text(later), "A@2022(1) A(2)>A@2022 B(2)>A@2022");
  EXPECT_EQ(later.codes[0].label_nl, "Aa");
}

TEST(LaterAreasTest, PartsOfASplitAreTogetherWithWhatTheyWentTo) {
  const CodeList list = List("A,,1,Aa,\nB,,1,Bee,\nC,,1,Cee,\nD,,1,,\n");
  const CodeList later = Later(list, 1, "A,B,2019-01-01,,\nA,C,2019-01-01,,\n", "2022-01-01");
  EXPECT_EQ(Text(later), "B+C(1) A(2)>B+C B(2)>B+C C(2)>B+C D(1-2)");
  EXPECT_EQ(later.codes[0].label_nl, "Bee + Cee");
}

TEST(LaterAreasTest, ChainsAndNewCodesAreFollowedInOrderOfDays) {
  const CodeList list = List("A,,1,,\nB,,1,,\nC,,1,,\n");
  const std::string changes = "M,N,2021-01-01,En,\nC,N,2021-01-01,En,\nA,M,2018-01-01,,\nB,M,2018-01-01,,\n";
  EXPECT_EQ(Text(Later(list, 1, changes, "2022-01-01")), "N(1) A(2)>N B(2)>N C(2)>N");
  EXPECT_EQ(Text(Later(list, 1, changes, "2020-01-01")), "M(1) A(2)>M B(2)>M C(1-2)");
  // What was before the list is in it.
  EXPECT_EQ(Text(Later(List("M,,1,,\nC,,1,,\n"), 1, changes, "2022-01-01", "2018-01-01")),
            "N(1) M(2)>N C(2)>N");
  // On one day an area does not hand on what it gets.
  EXPECT_EQ(Text(Later(list, 1, "A,B,2019-01-01,,\nB,C,2019-01-01,,\nC,A,2019-01-01,,\n", "2022-01-01")),
            "B@2022(1) A(2)>B@2022 C@2022(1) B(2)>C@2022 A@2022(1) C(2)>A@2022");
}

// The areas of the list that are together, each as a sorted text.
std::set<std::string> Groups(const CodeList& later, int level) {
  std::map<int, std::set<std::string>> groups;
  for (size_t i = 0; i < later.codes.size(); ++i) {
    const Code& code = later.codes[i];
    if (code.level == level && code.last_level == level + 1) groups[static_cast<int>(i)].insert(code.code);
    if (code.level == level + 1) groups[code.parent].insert(code.code);
  }
  std::set<std::string> texts;
  for (const auto& [place, members] : groups) texts.insert(absl::StrJoin(members, " "));
  return texts;
}

TEST(LaterAreasTest, RandomHistoriesOfPersonsHaveTheSameUnions) {
  const auto seed = static_cast<unsigned>(std::random_device()());
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  for (int round = 0; round < 400; ++round) {
    const int areas = 3 + static_cast<int>(random() % 6);
    constexpr int kPersons = 16;  // of each area: enough for every part of a split
    std::vector<std::string> now, origin;
    std::string text;
    for (int a = 0; a < areas; ++a) {
      absl::StrAppend(&text, "A", a, ",,1,,\n");
      for (int p = 0; p < kPersons; ++p) origin.push_back(absl::StrCat("A", a));
    }
    now = origin;
    std::string changes;
    for (int year = 2017; year < 2021; ++year) {
      const std::set<std::string> before(now.begin(), now.end());
      std::map<std::string, std::vector<std::string>> to;
      for (const std::string& area : before) {
        if (random() % 3 != 0) continue;
        std::set<std::string> next;
        const int parts = random() % 4 == 0 ? 2 : 1;
        for (int part = 0; part < parts; ++part) next.insert(absl::StrCat("A", random() % (areas + 2)));
        to[area].assign(next.begin(), next.end());
        for (const std::string& successor : next) absl::StrAppend(&changes, area, ",", successor, ",", year, "-01-01,,\n");
      }
      // Every origin of an area has persons in each of its parts.
      std::map<std::pair<std::string, std::string>, size_t> turn;
      for (size_t p = 0; p < now.size(); ++p) {
        if (to.count(now[p]) == 0) continue;
        const std::vector<std::string>& parts = to[now[p]];
        now[p] = parts[turn[{origin[p], now[p]}]++ % parts.size()];
      }
    }
    // Areas of the first day are together when persons of both have one area on the last day.
    std::map<std::string, std::set<std::string>> together;
    for (const std::string& area : origin) together[area].insert(area);
    for (bool grown = true; grown;) {
      grown = false;
      for (size_t p = 0; p < now.size(); ++p) {
        for (size_t q = 0; q < now.size(); ++q) {
          if (now[p] != now[q]) continue;
          for (const std::string& other : std::set<std::string>(together[origin[q]]))
            grown |= together[origin[p]].insert(other).second;
        }
      }
    }
    std::set<std::string> expected;
    for (const auto& [area, group] : together) expected.insert(absl::StrJoin(group, " "));
    EXPECT_EQ(Groups(Later(List(text), 1, changes, "2022-01-01"), 1), expected) << text << changes;
    if (HasFailure()) return;
  }
}

TEST(LaterAreasTest, AnEntryGetsTheLevelByName) {
  const auto parsed = ParseDatasetEntry(
      "dataset: d\ncontributor: [id]\nreference_date: 2016-01-01\nvariables:\n  id: {role: identifier}\n"
      "  gemeente: {role: dimension, codes: codes/gemeente2016.csv, levels: [provincie, gemeente], "
      "merged: {level: gemeente, as: gemeente2022, on: 2022-01-01, changes: codes/changes.csv}}\n"
      "  later: {role: dimension, of: gemeente, level: gemeente2022}\n"
      "  then: {role: dimension, of: gemeente, level: gemeente, quality: in 2016}\n",
      "d.yaml", SmallCodeLists);
  ASSERT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
  const Variable& area = *parsed.value.FindVariable("gemeente");
  EXPECT_THAT(area.levels, ElementsAre("provincie", "gemeente2022", "gemeente"));
  EXPECT_EQ(Text(area.codes),
            "LI(1) NB(1) GM1954(2)>LI GM0881(3)>GM1954 GM0917(2-3)>LI GM0951(3)>GM1954 "
            "GM0757+GM0824(2)>NB GM0788(3)>GM0757+GM0824 GM0757(3)>GM0757+GM0824 GM0824(3)>GM0757+GM0824");
  EXPECT_EQ(area.merged->on, "2022-01-01");
}

TEST(CodeListTest, OfAListOfAllYearsTheCodesOfTheDayAreLeft) {
  const std::string text = SmallCodeLists("codes/gemeente_all_years.csv").value();
  const auto codes = [&](const std::string& day) {
    const auto parsed = ParseCodeList(text, "c.csv", day);
    EXPECT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
    std::vector<std::string> names;
    for (const Code& code : parsed.value.codes) names.push_back(code.code);
    return names;
  };
  EXPECT_THAT(codes("2018-12-31"), ElementsAre("GM0881", "GM0917", "GM0951"));
  EXPECT_THAT(codes("2019-01-01"), ElementsAre("GM0917", "GM1954"));
}

}  // namespace
}  // namespace kluis
