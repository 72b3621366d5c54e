// What the business data must hold for each rule to be exercised.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "tests/server/demo/generated.h"

namespace kluis::demo {
namespace {

const Table& Businesses() {
  static const Table* table = new Table(FullSize() + "/bedrijf.csv");
  return *table;
}

std::map<std::string, std::string> SmartGroups() {
  const Table list(FullSize() + "/smartservices.csv");
  std::map<std::string, std::string> groups;
  for (size_t i = 0; i < list.rows(); ++i) groups[list.At(i, "sbi_sleutel")] = list.At(i, "groep");
  return groups;
}

// Shares of turnover in one cell of 2022 in Heerlen, the largest first.
std::vector<double> Shares(const std::string& group, bool by_holding) {
  const auto groups = SmartGroups();
  std::map<std::string, double> turnover;
  double total = 0;
  const Table& table = Businesses();
  for (size_t i = 0; i < table.rows(); ++i) {
    const auto found = groups.find(table.At(i, "sbi"));
    if (found == groups.end() || table.At(i, "gemeente") != "GM0917" ||
        table.At(i, "jaar") != "2022")
      continue;
    if (!group.empty() && found->second != group) continue;
    const std::string& holding = table.At(i, "holding_id");
    turnover[by_holding && !holding.empty() ? holding : table.At(i, "bedrijf_id")] +=
        table.Number(i, "omzet");
    total += table.Number(i, "omzet");
  }
  std::vector<double> shares;
  for (const auto& [unit, value] : turnover) shares.push_back(value / total);
  std::sort(shares.begin(), shares.end(), std::greater<>());
  return shares;
}

TEST(SmartServicesTest, ThreeHoldingsEarnMoreThanSeventyPerCentAndOneMoreThanHalf) {
  const std::vector<double> shares = Shares("", true);
  EXPECT_GT(shares[0], 0.5);
  EXPECT_GT(shares[0] + shares[1] + shares[2], 0.7);
}

TEST(SmartServicesTest, DominanceFailsOnTheHoldingAndPassesOnTheBusiness) {
  for (const char* group : {"", "data"}) {
    const std::vector<double> holdings = Shares(group, true), businesses = Shares(group, false);
    EXPECT_GT(holdings[0], 0.50) << group;
    EXPECT_LT(businesses[0], 0.50) << group;
    EXPECT_LT(businesses[0] + businesses[1], 0.85) << group;
  }
}

TEST(HorecaTest, CampSitesHaveTwoUnitsAndOtherAccommodationOne) {
  std::map<std::string, int> units;
  for (size_t i = 0; i < Businesses().rows(); ++i) {
    if (Businesses().At(i, "gemeente") == "GM0917" && Businesses().At(i, "jaar") == "2022") {
      ++units[Businesses().At(i, "sbi")];
    }
  }
  EXPECT_EQ(units["5530"], 2);
  EXPECT_EQ(units["5590"], 1);
}

TEST(HorecaTest, TurnoverDipsInTheYearsOfTheLockdowns) {
  std::map<std::string, double> turnover;
  for (size_t i = 0; i < Businesses().rows(); ++i) {
    if (Businesses().At(i, "sbi").substr(0, 2) == "56") {
      turnover[Businesses().At(i, "jaar")] += Businesses().Number(i, "omzet");
    }
  }
  EXPECT_LT(turnover["2020"], 0.8 * turnover["2019"]);
  EXPECT_GT(turnover["2022"], turnover["2021"]);
}

TEST(BusinessesTest, HaveTheSizesOfTheSchema) {
  std::set<std::string> units, holders;
  for (size_t i = 0; i < Businesses().rows(); ++i) {
    if (Businesses().At(i, "jaar") != "2022") continue;
    units.insert(Businesses().At(i, "bedrijf_id"));
    const std::string& holding = Businesses().At(i, "holding_id");
    holders.insert(holding.empty() ? Businesses().At(i, "bedrijf_id") : holding);
  }
  EXPECT_NEAR(static_cast<double>(units.size()), 19000, 500);
  EXPECT_NEAR(static_cast<double>(holders.size()), 17500, 700);
}

TEST(EstablishmentsTest, LinkToABusinessOfTheSameYear) {
  std::set<std::string> years;
  for (size_t i = 0; i < Businesses().rows(); ++i) years.insert(Businesses().At(i, "bedrijf_jaar"));
  EXPECT_EQ(years.size(), Businesses().rows());
  const Table establishments(FullSize() + "/vestiging.csv");
  for (size_t i = 0; i < establishments.rows(); ++i) {
    ASSERT_EQ(years.count(establishments.At(i, "bedrijf_jaar")), 1u) << i;
  }
}

TEST(OfficesTest, NineteenPerCentOfTheFloorAreaInHeerlenStandsEmpty) {
  const Table offices(FullSize() + "/kantoor.csv");
  double stock = 0, vacant = 0;
  for (size_t i = 0; i < offices.rows(); ++i) {
    if (offices.At(i, "buurt").substr(2, 4) != "0917") continue;
    stock += offices.Number(i, "vvo_m2");
    if (offices.At(i, "leeg") == "ja") vacant += offices.Number(i, "vvo_m2");
  }
  EXPECT_NEAR(vacant / stock, 0.19, 0.005);
}

TEST(OfficesTest, In2018TheSameObjectsStandInTheMunicipalitiesOfThen) {
  const Table now(FullSize() + "/kantoor.csv"), then(FullSize() + "/kantoor_2018.csv");
  ASSERT_EQ(now.rows(), then.rows());
  std::map<std::string, std::set<std::string>> became;
  for (size_t i = 0; i < now.rows(); ++i) {
    EXPECT_EQ(now.At(i, "object_id"), then.At(i, "object_id"));
    became["GM" + now.At(i, "buurt").substr(2, 4)].insert(then.At(i, "gemeente"));
  }
  EXPECT_EQ(became["GM1954"], (std::set<std::string>{"GM0881", "GM0951", "GM0962"}));
  became.erase("GM1954");
  for (const auto& [code, before] : became) EXPECT_EQ(before, std::set<std::string>{code});
}

TEST(EstablishmentsTest, HaveTheTurnoverOfTheirBusinessInThatYear) {
  std::map<std::string, std::string> turnover;
  for (size_t i = 0; i < Businesses().rows(); ++i)
    turnover[Businesses().At(i, "bedrijf_jaar")] = Businesses().At(i, "omzet");
  const Table establishments(FullSize() + "/vestiging.csv");
  for (size_t i = 0; i < establishments.rows(); ++i)
    ASSERT_EQ(establishments.At(i, "omzet"), turnover[establishments.At(i, "bedrijf_jaar")]) << i;
}

}  // namespace
}  // namespace kluis::demo
