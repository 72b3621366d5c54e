#include "client/progress.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/format/text.h"

namespace kluis {
namespace {

constexpr std::chrono::seconds kBetweenLines(10);
constexpr std::chrono::milliseconds kBetweenUpdates(100);
constexpr int kWidthMax = 79;

}  // namespace

ProgressLine::ProgressLine(const Console& console, Clock clock)
    : console_(console), clock_(std::move(clock)), last_(clock_()) {}

void ProgressLine::Show(const std::string& stage, double done) {
  const auto now = clock_();
  const bool due =
      console_.err_terminal ? now - last_ >= kBetweenUpdates : now - last_ >= kBetweenLines;
  if (!due) return;
  last_ = now;
  const int percent = std::isfinite(done) ? static_cast<int>(100 * std::clamp(done, 0.0, 1.0)) : 0;
  const std::string line =
      absl::StrCat(Printable(stage).substr(0, kWidthMax - 8), " ", percent, " %");
  if (!console_.err_terminal) {
    console_.err << line << "\n" << std::flush;
    return;
  }
  Clear();
  width_ = DisplayWidth(line);
  console_.err << line << std::flush;
}

void ProgressLine::Clear() {
  if (width_ == 0) return;
  console_.err << '\r' << std::string(width_, ' ') << '\r' << std::flush;
  width_ = 0;
}

}  // namespace kluis
