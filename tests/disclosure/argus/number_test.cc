#include "disclosure/argus/number.h"

#include <gtest/gtest.h>

#include <vector>

namespace kluis {
namespace {

struct Case {
  const char* text;
  bool comma;
  const char* shown;  // null: no number
};

TEST(ArgusNumberTest, IsReadExactly) {
  for (const Case& c : std::vector<Case>{
           {"0", false, "0"},
           {"-12.50", false, "-12.50"},
           {"+3", false, "3"},
           {".5", false, "0.5"},
           {"5.", false, "5"},
           {"12,50", true, "12.50"},
           {"12,50", false, nullptr},
           {"1e+05", false, "100000"},
           {"1.25E-3", false, "0.00125"},
           {"2.5e1", false, "25"},
           {"999999999999999999999999999999", false, "999999999999999999999999999999"},
           {"1000000000000000000000000000000", false, nullptr},
           {"0.123456789012345", false, "0.123456789012345"},
           {"0.1234567890123456", false, nullptr},
           {"1e41", false, nullptr},
           {"1e30", false, nullptr},
           {"1e", false, nullptr},
           {"1e--1", false, nullptr},
           {"", false, nullptr},
           {"-", false, nullptr},
           {".", false, nullptr},
           {"1.2.3", false, nullptr},
           {"1 2", false, nullptr},
           {"0x10", false, nullptr},
           {"nan", false, nullptr},
           {"inf", false, nullptr},
       }) {
    ArgusNumber number;
    EXPECT_EQ(ParseArgusNumber(c.text, c.comma, &number), c.shown != nullptr) << c.text;
    if (c.shown != nullptr) {
      EXPECT_EQ(FormatArgusNumber(number), c.shown) << c.text;
    }
  }
}

TEST(ArgusNumberTest, ScalingNeverLosesADigit) {
  absl::int128 scaled = 0;
  EXPECT_TRUE(ScaleArgusNumber({1250, 2}, 1, &scaled));
  EXPECT_EQ(static_cast<int>(scaled), 125);
  EXPECT_TRUE(ScaleArgusNumber({-125, 1}, 3, &scaled));
  EXPECT_EQ(static_cast<int>(scaled), -12500);
  EXPECT_FALSE(ScaleArgusNumber({1251, 2}, 1, &scaled));
  EXPECT_FALSE(ScaleArgusNumber({absl::int128{1} << 96, 0}, 2, &scaled));
}

}  // namespace
}  // namespace kluis
