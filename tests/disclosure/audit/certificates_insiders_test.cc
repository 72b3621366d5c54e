// Certificates towards contributors, who know their own part of cells.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/disclosure/audit/claimed.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

// The contributors 1 and 2 are alone in a cell of the square each; 3 is the largest of the target.
Claimed SquareWithInsiders(int coalition) {
  Claimed square;
  square.what.sheets.push_back(
      MakeTable({MakeAxis("a", {0, 0}), MakeAxis("b", {0, 0, 0})}, {5, 6, 7, 8, 9, 10}));
  for (AuditCell& cell : square.table().cells) cell.shown = cell.key[0] == 0 || cell.key[1] == 0;
  square.what.demands.push_back({.cell = 5, .low = 2, .high = 8});
  for (const double sign : {1.0, -1.0}) {
    square.certificates.push_back({{5, 3 * sign}, {6, -3 * sign}, {9, -3 * sign}, {10, 3 * sign}});
    square.certificates.push_back({{5, 3 * sign}, {7, -3 * sign}, {9, -3 * sign}, {11, 3 * sign}});
    const int side = sign > 0 ? 1 : -1;
    const int first = sign > 0 ? 0 : 2;
    square.claims.push_back({.demand = 0, .sign = side, .coalition = {}, .certificate = first});
    square.claims.push_back(
        {.demand = 0, .sign = side, .coalition = {1}, .certificate = first + 1});
  }
  square.what.coalition = coalition;
  square.what.insiders = [](int cell, CellInsiders* insiders) {
    *insiders = {.count = 9, .parts = {}};
    if (cell == 6) *insiders = {.count = 1, .parts = {{1, 6}}};
    if (cell == 5) *insiders = {.count = 2, .parts = {{3, 4}, {4, 1}}};
    return true;
  };
  return square;
}

TEST(CertificatesInsidersTest, WhoIsAloneInACellOfOneNeedsAnother) {
  Claimed square = SquareWithInsiders(1);
  const auto verdict = square.Check();
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_EQ(verdict->coalitions, 2);
  square.claims.erase(square.claims.begin() + 1);
  EXPECT_THAT(std::string(square.Check().status().message()),
              HasSubstr("towards contributors is missing"));
}

TEST(CertificatesInsidersTest, ACertificateThatTheInsiderExcludesIsNoneForIt) {
  Claimed square = SquareWithInsiders(1);
  square.claims[1].certificate = 0;
  EXPECT_THAT(std::string(square.Check().status().message()),
              HasSubstr("towards contributors is missing"));
}

TEST(CertificatesInsidersTest, TowardsInsidersACertificateReachesAsFar) {
  Claimed square = SquareWithInsiders(1);
  for (auto& term : square.certificates[1]) term.second /= 3;
  EXPECT_THAT(std::string(square.Check().status().message()), HasSubstr("is too short"));
}

TEST(CertificatesInsidersTest, WhoseSecretItIsMayKnowAll) {
  Claimed square = SquareWithInsiders(1);
  square.what.insiders = [](int cell, CellInsiders* insiders) {
    *insiders = {.count = 9, .parts = {}};
    if (cell == 6) *insiders = {.count = 1, .parts = {{3, 6}}};
    if (cell == 5) *insiders = {.count = 2, .parts = {{3, 4}, {4, 1}}};
    return true;
  };
  square.claims.erase(square.claims.begin() + 3);
  square.claims.erase(square.claims.begin() + 1);
  EXPECT_TRUE(square.Check().ok());
}

// The largest contributor of the target, 3, is alone in another cell of the square.
Claimed SquareOfAnother(int64_t owner) {
  Claimed square = SquareWithInsiders(1);
  square.what.insiders = [owner](int cell, CellInsiders* insiders) {
    *insiders = {.count = 9, .parts = {}};
    if (cell == 6) *insiders = {.count = 1, .parts = {{3, 6}}};
    if (cell == 5) *insiders = {.count = 2, .parts = {{3, 4}, {4, 1}}, .owner = owner};
    return true;
  };
  for (CertificateClaim& claim : square.claims) {
    if (!claim.coalition.empty()) claim.coalition = {3};
  }
  return square;
}

TEST(CertificatesInsidersTest, TheLargestIsAnInsiderWhereTheSecretIsNotItsOwn) {
  for (const int64_t owner : {int64_t{4}, int64_t{-1}}) {
    Claimed square = SquareOfAnother(owner);
    square.what.demands[0].low = 4;  // 4 of the 5 are its own
    square.claims.erase(square.claims.begin() + 1);
    EXPECT_THAT(std::string(square.Check().status().message()),
                HasSubstr("towards contributors is missing"));
  }
}

TEST(CertificatesInsidersTest, WhatAnInsiderGaveItselfIsNoSecretFromIt) {
  Claimed square = SquareOfAnother(4);
  for (const int certificate : {2, 3}) {
    for (auto& term : square.certificates[certificate]) term.second /= 3;
  }
  square.what.demands[0].low = 4;
  const auto verdict = square.Check();
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  square.what.demands[0].low = 2;  // outsiders are owed all of it
  EXPECT_THAT(std::string(square.Check().status().message()), HasSubstr("is too short"));
  square = SquareOfAnother(4);
  for (auto& term : square.certificates[3]) term.second /= 3;
  EXPECT_TRUE(square.Check().ok());  // 2 to 5, of which 4 to 5 is left to who gave 4
}

TEST(CertificatesInsidersTest, AContributorDoesNotBelieveThatLessIsLeftThanItGave) {
  Claimed square = SquareWithInsiders(1);
  square.what.insiders = [](int cell, CellInsiders* insiders) {
    *insiders = {.count = 9, .parts = {}};
    if (cell == 6) *insiders = {.count = 5, .parts = {{1, 4}}};  // of 6, and 3 are taken away
    return true;
  };
  EXPECT_TRUE(square.Check().ok());
  square.claims.erase(square.claims.begin() + 1);
  EXPECT_FALSE(square.Check().ok());
}

TEST(CertificatesInsidersTest, TwoKnowTogetherWhatNeitherDoesAlone) {
  Claimed square = SquareWithInsiders(2);
  square.what.insiders = [](int cell, CellInsiders* insiders) {
    *insiders = {.count = 9, .parts = {}};
    if (cell == 6) *insiders = {.count = 2, .parts = {{1, 3}, {2, 3}}};
    return true;
  };
  for (CertificateClaim& claim : square.claims) {
    if (!claim.coalition.empty()) claim.coalition = {1, 2};
  }
  const auto verdict = square.Check();
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_GE(verdict->coalitions, 2);
  square.claims.erase(square.claims.begin() + 3);
  EXPECT_FALSE(square.Check().ok());
}

}  // namespace
}  // namespace kluis
