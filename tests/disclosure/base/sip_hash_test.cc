#include "disclosure/base/sip_hash.h"

#include <string>

#include "gtest/gtest.h"

namespace kluis {
namespace {

constexpr SipKey kKey = {0x0706050403020100u, 0x0f0e0d0c0b0a0908u};

std::string Counting(int size) {
  std::string text;
  for (int i = 0; i < size; ++i) text.push_back(static_cast<char>(i));
  return text;
}

// The worked example of appendix A of the paper, and values of the vectors that its authors publish
// (vectors.h of the reference implementation), for texts 0, 1, 2 ... of 0, 1, 7, 8 and 63 bytes.
TEST(SipHash, GivesThePublishedValues) {
  EXPECT_EQ(SipHash(kKey, Counting(15)), 0xa129ca6149be45e5u);
  EXPECT_EQ(SipHash(kKey, Counting(0)), 0x726fdb47dd0e0e31u);
  EXPECT_EQ(SipHash(kKey, Counting(1)), 0x74f839c593dc67fdu);
  EXPECT_EQ(SipHash(kKey, Counting(7)), 0xab0200f58b01d137u);
  EXPECT_EQ(SipHash(kKey, Counting(8)), 0x93f5f5799a932462u);
  EXPECT_EQ(SipHash(kKey, Counting(63)), 0x958a324ceb064572u);
}

TEST(SipHash, DependsOnEveryBitOfKeyAndText) {
  const uint64_t plain = SipHash(kKey, "BU01020304");
  EXPECT_NE(SipHash(kKey, "BU01020305"), plain);
  EXPECT_NE(SipHash({kKey.low ^ 1, kKey.high}, "BU01020304"), plain);
  EXPECT_NE(SipHash({kKey.low, kKey.high ^ 1}, "BU01020304"), plain);
}

}  // namespace
}  // namespace kluis
