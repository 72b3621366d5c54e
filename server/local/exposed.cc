#include "server/local/exposed.h"

#include <algorithm>
#include <cmath>

namespace kluis {
namespace {
constexpr size_t kNamedMax = 10;
}  // namespace

void NameExposed(const LocalConsole& console, const AuditResult& result, int decimals,
                 const std::function<std::string(int cell)>& place) {
  const double unit = std::pow(10.0, decimals);
  for (size_t i = 0; i < std::min(result.exposed.size(), kNamedMax); ++i) {
    const int cell = result.exposed[i];
    const double low = result.intervals[cell].low / unit;
    const double high = result.intervals[cell].high / unit;
    console.err << place(cell) << ": not protected: ";
    if (high - low < 1e-9 * (1 + std::abs(low))) {
      console.err << "it is " << low << "\n";
    } else {
      console.err << "it lies between " << low << " and " << high << "\n";
    }
  }
  if (result.exposed.size() > kNamedMax)
    console.err << "and " << result.exposed.size() - kNamedMax << " more\n";
}

}  // namespace kluis
