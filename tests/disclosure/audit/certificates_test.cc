// Certificates: those that prove what is asked are followed, and each way to be wrong is refused by
// its own name.
#include "disclosure/audit/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "tests/disclosure/audit/claimed.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

// Cell (r, c) of a table of two by two with totals.
constexpr int At(int r, int c) { return 3 * r + c; }

// 5 6 | 11
// 7 8 | 15: the four are hidden, and the first must look like anything from 2 to 8.
Claimed Square(bool integral) {
  Claimed square;
  square.what.sheets.push_back(
      MakeTable({MakeAxis("a", {0, 0}), MakeAxis("b", {0, 0})}, {5, 6, 7, 8}));
  square.table().integral = integral;
  for (const int cell : {At(1, 1), At(1, 2), At(2, 1), At(2, 2)})
    square.table().cells[cell].shown = false;
  square.what.demands.push_back({.cell = At(1, 1), .low = 2, .high = 8});
  square.certificates = {{{At(1, 1), 3}, {At(1, 2), -3}, {At(2, 1), -3}, {At(2, 2), 3}},
                         {{At(1, 1), -3}, {At(1, 2), 3}, {At(2, 1), 3}, {At(2, 2), -3}}};
  square.claims = {{.demand = 0, .sign = 1, .coalition = {}, .certificate = 0},
                   {.demand = 0, .sign = -1, .coalition = {}, .certificate = 1}};
  return square;
}

TEST(CertificatesTest, AnExchangeInASquareProvesBothSides) {
  for (const bool integral : {true, false}) {
    const auto verdict = Square(integral).Check();
    ASSERT_TRUE(verdict.ok()) << verdict.status();
    EXPECT_EQ(verdict->sides, 2);
    EXPECT_EQ(verdict->relaxed, 0);
  }
}

struct Fault {
  std::string name;
  std::function<void(Claimed&)> plant;
  std::string said;
};

TEST(CertificatesTest, EachFaultIsRefusedByItsName) {
  const std::vector<Fault> faults = {
      {"a published cell", [](Claimed& c) { c.table().cells[At(2, 2)].shown = true; },
       "touches a cell that is shown"},
      {"a cell that everyone knows",
       [](Claimed& c) {
         c.what.constant.assign(9, false);
         c.what.constant[At(2, 2)] = true;
       },
       "touches a cell that everyone knows"},
      {"a row that does not add up", [](Claimed& c) { c.certificates[0][3].second = 4; },
       "breaks an equation"},
      {"half of a square", [](Claimed& c) { c.certificates[0].resize(2); }, "breaks an equation"},
      {"a relation beside the trees",
       [](Claimed& c) {
         c.what.links.push_back({.terms = {{At(1, 1), 1}, {At(2, 2), 1}}, .right = 13});
       },
       "breaks an equation"},
      {"more of a part than of the whole",
       [](Claimed& c) {  // the last is at most 10 beside the rest
         c.what.links.push_back({.terms = {{At(2, 2), -1}}, .right = -10, .at_least = true});
       },
       "breaks an inequality"},
      {"less than is asked",
       [](Claimed& c) {
         for (auto& term : c.certificates[0]) term.second /= 3;
       },
       "is too short"},
      {"the wrong way", [](Claimed& c) { std::swap(c.certificates[0], c.certificates[1]); },
       "is too short"},
      {"below zero",
       [](Claimed& c) {
         c.what.demands[0].high = 13;
         for (auto& term : c.certificates[0]) term.second = term.second > 0 ? 8 : -8;
       },
       "beyond what everyone knows"},
      {"above what can be", [](Claimed& c) { c.table().cells[At(2, 2)].known.high = 10; },
       "beyond what everyone knows"},
      {"no claim", [](Claimed& c) { c.claims.pop_back(); }, "is missing"},
      {"a claim of nothing", [](Claimed& c) { c.claims[0].certificate = 7; }, "what is not there"},
      {"an empty certificate", [](Claimed& c) { c.certificates[0].clear(); }, "is empty"},
      {"a cell twice",
       [](Claimed& c) {
         c.certificates[0].push_back({At(2, 2), 3});
       },
       "cells that are none"},
      {"a cell outside",
       [](Claimed& c) {
         c.certificates[0].push_back({9, 3});
       },
       "cells that are none"},
      {"no number", [](Claimed& c) { c.certificates[0][0].second = std::nan(""); },
       "is not finite"},
  };
  for (const bool integral : {true, false}) {
    for (const Fault& fault : faults) {
      Claimed claimed = Square(integral);
      fault.plant(claimed);
      const auto verdict = claimed.Check();
      EXPECT_EQ(verdict.status().code(), absl::StatusCode::kInternal) << fault.name;
      EXPECT_THAT(std::string(verdict.status().message()), HasSubstr(fault.said)) << fault.name;
    }
  }
}

TEST(CertificatesTest, CountsMoveInWholeUnits) {
  Claimed square = Square(true);
  for (auto& term : square.certificates[0]) term.second *= 1.5;
  EXPECT_THAT(std::string(square.Check().status().message()), HasSubstr("whole numbers"));
  square = Square(false);
  for (auto& term : square.certificates[0]) term.second *= 1.5;
  EXPECT_TRUE(square.Check().ok());
}

TEST(CertificatesTest, SumsMayMissAnEquationByALastDigitAndNoMore) {
  Claimed square = Square(false);
  square.certificates[0][3].second += 1e-9;
  EXPECT_TRUE(square.Check().ok());
  square.certificates[0][3].second += 1e-4;
  EXPECT_FALSE(square.Check().ok());
}

TEST(CertificatesTest, TheToleranceOfSumsIsOnePartInABillion) {
  for (const double missed : {1e-3, 1e-2}) {
    Claimed square = Square(false);
    for (AuditCell& cell : square.table().cells) cell.value *= 1'000'000;
    square.what.demands[0] = {.cell = At(1, 1), .low = 2'000'000, .high = 8'000'000};
    for (Certificate& certificate : square.certificates) {
      for (auto& term : certificate) term.second *= 1'000'000;
    }
    square.certificates[0][3].second += missed;
    EXPECT_EQ(square.Check().ok(), missed < 3e-3) << missed;
  }
}

// Values beyond what a double can tell apart.
TEST(CertificatesTest, LargeCountsAreCheckedToTheUnit) {
  Claimed square = Square(true);
  const absl::int128 large = absl::int128{1} << 60;
  for (AuditCell& cell : square.table().cells) cell.value += large;
  square.what.demands[0].low += large;
  square.what.demands[0].high += large;
  EXPECT_TRUE(square.Check().ok());
  square.what.demands[0].high += 1;
  EXPECT_THAT(std::string(square.Check().status().message()), HasSubstr("too short"));
}

// 5 2 9
// 7 8 9: with the first two columns hidden, the first cell can be 2 more.
TEST(CertificatesTest, ADemandGivesWayToWhatEveryoneKnowsAndNotToLess) {
  Claimed claimed;
  claimed.what.sheets.push_back(
      MakeTable({MakeAxis("a", {0, 0}), MakeAxis("b", {0, 0, 0})}, {5, 2, 9, 7, 8, 9}));
  claimed.table().integral = true;
  for (const int cell : {5, 6, 9, 10}) claimed.table().cells[cell].shown = false;
  for (const AuditCell& cell : claimed.table().cells)
    claimed.what.constant.push_back(cell.key[0] == 0 || cell.key[1] == 0 || cell.key[1] == 3);
  claimed.what.demands.push_back({.cell = 5, .low = 5, .high = 10, .relaxable = true});
  claimed.certificates = {{{5, 2}, {6, -2}, {9, -2}, {10, 2}}};
  claimed.claims = {{.demand = 0, .sign = 1, .coalition = {}, .certificate = 0}};
  const auto verdict = claimed.Check();
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_EQ(verdict->relaxed, 1);
  claimed.what.demands[0].relaxable = false;
  EXPECT_THAT(std::string(claimed.Check().status().message()), HasSubstr("is too short"));
  claimed.what.demands[0].relaxable = true;
  claimed.what.constant[7] = claimed.what.constant[11] = false;  // the third column could be hidden
  EXPECT_THAT(std::string(claimed.Check().status().message()), HasSubstr("gave way without need"));
}

TEST(CertificatesTest, NoDemandGivesWaySoFarThatTheCellIsExact) {
  Claimed square = Square(true);
  square.what.demands[0].relaxable = true;
  square.claims.clear();
  EXPECT_THAT(std::string(square.Check().status().message()), HasSubstr("exact"));
}

// A level that the table leaves out adds up all the same.
TEST(CertificatesTest, SumsOfWhatIsNotListedAreEquationsToo) {
  Claimed claimed;
  AuditTable table = MakeTable({MakeAxis("a", {0, 0, 1, 1, 2, 2}), MakeAxis("b", {0, 0})},
                               {1, 2, 2, 2, 3, 2, 3, 3});
  const auto left_out = [](const AuditCell& cell) { return cell.key[0] == 1 || cell.key[0] == 2; };
  table.cells.erase(std::remove_if(table.cells.begin(), table.cells.end(), left_out),
                    table.cells.end());
  for (AuditCell& cell : table.cells) cell.shown = cell.key[1] == 0;
  claimed.what.sheets.push_back(std::move(table));
  const auto at = [&](int a, int b) { return IndexAt(claimed.table(), {a, b}); };
  claimed.what.demands.push_back({.cell = at(3, 1), .low = 1, .high = 2});
  claimed.claims = {{.demand = 0, .sign = 1, .coalition = {}, .certificate = 0}};
  // From one branch to the other, by way of what is not listed.
  claimed.certificates = {{{at(3, 1), 1}, {at(3, 2), -1}, {at(5, 1), -1}, {at(5, 2), 1}}};
  EXPECT_TRUE(claimed.Check().ok()) << claimed.Check().status();
  claimed.certificates = {{{at(3, 1), 1}, {at(3, 2), -1}}};
  EXPECT_THAT(std::string(claimed.Check().status().message()), HasSubstr("breaks an equation"));
}

// 4 in all; 2 in the one part and 3 in the other, so one is in both.
TEST(CertificatesTest, AWholeIsBetweenTheLargestOfItsPartsAndTheirSum) {
  Claimed claimed;
  claimed.what.sheets.push_back(MakeTable({MakeAxis("a", {0, 0})}, {2, 3}));
  AuditTable& table = claimed.table();
  table.integral = true;
  table.additive = {false};
  for (AuditCell& cell : table.cells) cell.shown = cell.key[0] != 1;
  table.cells[IndexAt(table, {0})].value = 4;
  const int part = IndexAt(table, {1});
  claimed.what.demands.push_back({.cell = part, .low = 1, .high = 4});
  claimed.claims = {{.demand = 0, .sign = 1, .coalition = {}, .certificate = 0},
                    {.demand = 0, .sign = -1, .coalition = {}, .certificate = 1}};
  claimed.certificates = {{{part, 2}}, {{part, -1}}};
  EXPECT_TRUE(claimed.Check().ok()) << claimed.Check().status();
  claimed.certificates[0][0].second = 3;
  EXPECT_THAT(std::string(claimed.Check().status().message()), HasSubstr("more than the whole"));
  claimed.certificates = {{{part, 2}}, {{part, -2}}};
  EXPECT_THAT(std::string(claimed.Check().status().message()), HasSubstr("less than the whole"));
}

// Holdings, 8 in all, in two regions of which each is in one; by trade (4 and 1, 1 and 3), where
// one may have several. How many a region has is not listed, but it is no less than any trade has
// there: 2 more of the first leave 2 for the other region, where one trade has 3.
TEST(CertificatesTest, CellsThatNobodyListsMustHaveValuesToo) {
  Claimed claimed;
  AuditTable table = MakeTable({MakeAxis("a", {0, 0}), MakeAxis("b", {0, 0})}, {4, 1, 1, 3});
  table.integral = true;
  table.additive = {true, false};
  const auto left_out = [](const AuditCell& cell) { return cell.key[0] > 0 && cell.key[1] == 0; };
  table.cells.erase(std::remove_if(table.cells.begin(), table.cells.end(), left_out),
                    table.cells.end());
  for (AuditCell& cell : table.cells) {
    cell.shown = cell.key == CellKey({0, 0});
    if (cell.shown) cell.value = 8;
  }
  claimed.what.sheets.push_back(std::move(table));
  const auto at = [&](int a, int b) { return IndexAt(claimed.table(), {a, b}); };
  claimed.what.demands.push_back({.cell = at(1, 1), .low = 4, .high = 5});
  claimed.claims = {{.demand = 0, .sign = 1, .coalition = {}, .certificate = 0}};
  const auto move = [&](double amount) {
    claimed.certificates = {{{at(0, 1), amount}, {at(1, 1), amount}}};
    std::sort(claimed.certificates[0].begin(), claimed.certificates[0].end());
    return claimed.Check().status();
  };
  EXPECT_TRUE(move(1).ok()) << move(1);
  EXPECT_EQ(move(2).code(), absl::StatusCode::kFailedPrecondition) << move(2);
}

}  // namespace
}  // namespace kluis
