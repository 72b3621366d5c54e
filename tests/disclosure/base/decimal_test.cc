#include "disclosure/base/decimal.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

TEST(DecimalTest, DivisionRoundsHalfToEven) {
  struct Case {
    int64_t numerator, denominator, expected;
  };
  for (const Case& c : {Case{5, 2, 2}, Case{7, 2, 4}, Case{-5, 2, -2}, Case{-7, 2, -4}, Case{6, 4, 2}, Case{1, 3, 0},
                        Case{2, 3, 1}, Case{-1, 3, 0}, Case{-2, 3, -1}, Case{0, 9, 0}, Case{9, 9, 1}}) {
    EXPECT_EQ(DivideHalfEven(c.numerator, c.denominator), c.expected) << c.numerator << "/" << c.denominator;
  }
}

TEST(DecimalTest, RescalingUpIsExactAndDownRounds) {
  EXPECT_EQ(Rescale(12, 0, 2), 1200);
  EXPECT_EQ(Rescale(1250, 2, 1), 125);
  EXPECT_EQ(Rescale(1255, 2, 1), 126);
  EXPECT_EQ(Rescale(1245, 2, 1), 124);
  EXPECT_EQ(Rescale(-1245, 2, 1), -124);
}

TEST(DecimalTest, FormatsWithExactlyTheDecimals) {
  EXPECT_EQ(FormatFixed(1234567, 2), "12345.67");
  EXPECT_EQ(FormatFixed(5, 2), "0.05");
  EXPECT_EQ(FormatFixed(-5, 2), "-0.05");
  EXPECT_EQ(FormatFixed(0, 0), "0");
  EXPECT_EQ(FormatFixed(0, 3), "0.000");
  EXPECT_EQ(FormatFixed(absl::Int128Min(), 0), "-170141183460469231731687303715884105728");
  EXPECT_EQ(FormatFixed(absl::Int128Min(), 38), "-1.70141183460469231731687303715884105728");
  EXPECT_EQ(FormatFixed(absl::Uint128High64(absl::Uint128Max()), 0), "18446744073709551615");
  EXPECT_EQ(FormatFixed(absl::int128{absl::Uint128High64(absl::Uint128Max())} + 1, 4),
            "1844674407370955.1616");
  EXPECT_EQ(FormatFixed(7, 70), absl::StrCat("0.", std::string(69, '0'), "7"));
}

TEST(DecimalTest, ParsesPlainDecimalsOnly) {
  struct Case {
    const char* text;
    int decimals;
    bool good;
    int64_t scaled;
  };
  for (const Case& c : {
           Case{"12.5", 2, true, 1250}, Case{"-12.5", 1, true, -125}, Case{"007", 0, true, 7},
           Case{"9223372036854775807", 0, true, std::numeric_limits<int64_t>::max()},
           Case{"9223372036854775808", 0, false, 0}, Case{"1.234", 2, false, 0}, Case{"1.", 2, false, 0},
           Case{".5", 2, false, 0}, Case{"", 2, false, 0}, Case{"-", 2, false, 0}, Case{"1e3", 2, false, 0},
           Case{"+1", 0, false, 0}, Case{"1,5", 1, false, 0}, Case{" 1", 0, false, 0}, Case{"NaN", 0, false, 0},
           Case{"92233720368547758.08", 2, false, 0},
       }) {
    int64_t scaled = 0;
    EXPECT_EQ(ParseFixed(c.text, c.decimals, &scaled), c.good) << c.text;
    EXPECT_EQ(c.good ? scaled : 0, c.scaled) << c.text;
  }
}

TEST(DecimalTest, WhatIsFormattedParsesBack) {
  for (const int64_t value : {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{99}, int64_t{-100}, int64_t{123456789012}}) {
    for (const int decimals : {0, 1, 4}) {
      int64_t scaled = 0;
      ASSERT_TRUE(ParseFixed(FormatFixed(value, decimals), decimals, &scaled));
      EXPECT_EQ(scaled, value);
    }
  }
}

}  // namespace
}  // namespace kluis
