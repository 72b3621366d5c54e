#include "disclosure/rules/missing.h"

#include <algorithm>

#include "disclosure/table/axis.h"

namespace kluis {

bool IsJudged(const std::vector<std::string>& codes, bool judge_missing) {
  return judge_missing || std::find(codes.begin(), codes.end(), kMissingCode) == codes.end();
}

}  // namespace kluis
