// The line that says how far a query is.
#include "client/progress.h"

#include <chrono>
#include <sstream>

#include "gtest/gtest.h"

namespace kluis {
namespace {

TEST(ProgressLineTest, IsALineEveryTenSecondsUnlessStandardErrorIsATerminal) {
  std::istringstream in;
  std::ostringstream out, err;
  Console console = {in, out, err, false, false, {}};
  std::chrono::steady_clock::time_point now{};
  {
    ProgressLine line(console, [&] { return now; });
    for (int i = 0; i <= 25; ++i, now += std::chrono::seconds(1)) line.Show("engine", i / 25.0);
  }
  EXPECT_EQ(err.str(), "engine 40 %\nengine 80 %\n");
  err.str("");
  console.err_terminal = true;
  {
    ProgressLine line(console, [&] { return now; });
    now += std::chrono::seconds(1);
    line.Show("engine\x1b", 2);
  }
  EXPECT_EQ(err.str(), "engine\uFFFD 100 %\r             \r");
}

}  // namespace
}  // namespace kluis
