// Same seed, same bytes. After an intended change of the generator the golden files are written
// again with KLUIS_UPDATE_GOLDEN=1 in the environment.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "server/demo/geography.h"
#include "tests/server/demo/generated.h"

namespace kluis::demo {
namespace {

std::string Format(const std::map<std::string, std::string>& fingerprints) {
  std::ostringstream text;
  for (const auto& [name, hash] : fingerprints) text << hash << "  " << name << "\n";
  return text.str();
}

void ExpectGolden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(KLUIS_SOURCE_DIR) + "/tests/server/demo/" + name;
  if (std::getenv("KLUIS_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << actual;
  std::ostringstream expected;
  expected << std::ifstream(path).rdbuf();
  EXPECT_EQ(actual, expected.str());
}

TEST(BytesTest, FullSizeIsTheGoldenOne) {
  ExpectGolden("full_size.sha256", Format(Fingerprints(FullSize())));
}

TEST(BytesTest, TwentiethWithItsRegistersIsTheGoldenOne) {
  ExpectGolden("twentieth.sha256", Format(Fingerprints(Generate({.shrink = 20}))));
}

TEST(BytesTest, SameSeedGivesTheSameBytesTwice) {
  const DemoOptions options = {.seed = 5, .shrink = 50};
  EXPECT_EQ(Fingerprints(Generate(options)), Fingerprints(Generate(options)));
}

TEST(BytesTest, AnotherSeedGivesOtherPersons) {
  const auto one = Fingerprints(Generate({.seed = 5, .shrink = 50, .registers = false}));
  const auto other = Fingerprints(Generate({.seed = 6, .shrink = 50, .registers = false}));
  EXPECT_NE(one.at("persoon.csv"), other.at("persoon.csv"));
}

TEST(BytesTest, TheShippedNeighbourhoodListIsTheGenerators) {
  const auto geography = ReadGeography(DemoPolicies() + "/figures", 1);
  ASSERT_TRUE(geography.ok()) << geography.status();
  std::ostringstream shipped;
  shipped << std::ifstream(DemoPolicies() + "/codes/buurt.csv").rdbuf();
  EXPECT_EQ(NeighbourhoodCodeList(*geography), shipped.str());
}

}  // namespace
}  // namespace kluis::demo
