#include "disclosure/policy/nearest.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace kluis {
namespace {

constexpr size_t kWordBytesMax = 100;
constexpr size_t kListedMax = 12;

}  // namespace

int EditDistance(absl::string_view a, absl::string_view b, int limit) {
  const size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > static_cast<size_t>(limit)) return limit + 1;
  std::vector<std::vector<int>> d(a.size() + 1, std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = static_cast<int>(i);
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const int substitution = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, substitution});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return std::min(d[a.size()][b.size()], limit + 1);
}

std::string NearestWord(absl::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > kWordBytesMax) return "";
  const int limit = word.size() <= 3 ? 1 : 2;
  int best_distance = limit + 1;
  std::string best;
  for (const std::string& candidate : candidates) {
    const int distance =
        EditDistance(absl::AsciiStrToLower(word), absl::AsciiStrToLower(candidate), limit);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string NearestHint(absl::string_view word, const std::vector<std::string>& candidates) {
  const std::string nearest = NearestWord(word, candidates);
  return nearest.empty() || nearest == word ? "" : absl::StrCat("did you mean '", nearest, "'?");
}

std::string NearestOrListHint(absl::string_view word, const std::vector<std::string>& candidates) {
  const std::string hint = NearestHint(word, candidates);
  if (!hint.empty() || candidates.empty()) return hint;
  const size_t shown = std::min(candidates.size(), kListedMax);
  return absl::StrCat(candidates.size() == 1 ? "the only one is " : "known are ",
                      absl::StrJoin(candidates.begin(), candidates.begin() + shown, ", "),
                      shown < candidates.size() ? ", ..." : "");
}

}  // namespace kluis
