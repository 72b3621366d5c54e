#include "disclosure/base/wide.h"

#include <gtest/gtest.h>

#include <random>

#include "disclosure/base/decimal.h"

namespace kluis {
namespace {

absl::int128 Random(std::mt19937_64* random, int bits) {
  const absl::uint128 value = absl::MakeUint128((*random)(), (*random)());
  return static_cast<absl::int128>(value >> (128 - bits));
}

TEST(WideTest, AgreesWithSmallNumbers) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2'000; ++i) {
    const absl::int128 a = Random(&random, 1 + i % 60), b = Random(&random, 1 + i % 59) + 1;
    EXPECT_EQ((Wide(a) * Wide(b)).ToInt128(), a * b);
    EXPECT_EQ((Wide(a) + Wide(b)).ToInt128(), a + b);
    EXPECT_EQ((Wide(a) / Wide(b)).ToInt128(), a / b);
    EXPECT_EQ(DivideHalfEven(Wide(a), Wide(b)), DivideHalfEven(a, b));
    EXPECT_EQ(Wide(a) < Wide(b), a < b);
  }
}

// (q b + r) / b is q, and (a + b)(a - b) is a^2 - b^2.
TEST(WideTest, KeepsIdentitiesOfLargeNumbers) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 300; ++i) {
    const absl::int128 q = Random(&random, 126), r = Random(&random, 90);
    const Wide b = Wide(Random(&random, 127)) * Wide(Random(&random, 127)) + Wide(r) + Wide(1);
    EXPECT_TRUE((Wide(q) * b + Wide(r)) / b == Wide(q));
    EXPECT_TRUE((Wide(q) * b + Wide(r)) - Wide(r) == Wide(q) * b);
    const absl::int128 x = Random(&random, 125) + r, y = Random(&random, 80);
    EXPECT_TRUE(Wide(x + y) * Wide(x - y) + Wide(y) * Wide(y) == Wide(x) * Wide(x));
  }
  EXPECT_FALSE((Wide(absl::int128{1} << 126) + Wide(0)).ToInt128().has_value());
  EXPECT_EQ(Wide((absl::int128{1} << 126) - 1).ToInt128(), (absl::int128{1} << 126) - 1);
}

TEST(WideTest, RootsAreRoundedHalfToEven) {
  struct Case {
    int64_t a, b, root;
  };
  const Case cases[] = {{0, 1, 0}, {1, 1, 1},  {2, 1, 1},  {3, 1, 2},   {1, 4, 0},  // 0.5
                        {9, 4, 2}, {25, 4, 2}, {26, 4, 3}, {99, 1, 10}, {10'000, 1, 100}};
  for (const Case& c : cases)
    EXPECT_EQ(RootHalfEven(Wide(c.a), Wide(c.b)), absl::int128{c.root}) << c.a << "/" << c.b;
  std::mt19937_64 random(3);
  for (int i = 0; i < 300; ++i) {
    const absl::int128 root = Random(&random, 125);
    EXPECT_EQ(RootHalfEven(Wide(root) * Wide(root) + Wide(root), Wide(1)), root)
        << "below the half";
    EXPECT_EQ(RootHalfEven(Wide(root) * Wide(root) + Wide(root) + Wide(1), Wide(1)), root + 1);
  }
  EXPECT_FALSE(RootHalfEven(Wide(absl::int128{1} << 126) * Wide(absl::int128{1} << 126), Wide(1)));
}

}  // namespace
}  // namespace kluis
