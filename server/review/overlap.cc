#include "server/review/overlap.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/str_split.h"

namespace kluis {
namespace {

// The word after `key`; empty when there is none.
std::string After(const std::vector<std::string>& words, absl::string_view key) {
  const auto found = std::find(words.begin(), words.end(), key);
  return found == words.end() || std::next(found) == words.end() ? "" : *std::next(found);
}

}  // namespace

PlanSubject SubjectOfPlan(absl::string_view canonical) {
  PlanSubject subject;
  for (const absl::string_view line : absl::StrSplit(canonical, '\n')) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    if (words.size() < 2) continue;
    if (words[0] == "source") subject.lineages.insert(After(words, "lineage"));
    if (words[0] == "axis" || words[0] == "measure" || words[0] == "distinct")
      subject.variables.insert(words[1]);
    if (words[0] == "filter" && words.size() > 3) subject.variables.insert(words[3]);
  }
  return subject;
}

std::set<std::string> SharedVariables(const PlanSubject& left, const PlanSubject& right) {
  std::set<std::string> lineages, variables;
  std::set_intersection(left.lineages.begin(), left.lineages.end(), right.lineages.begin(),
                        right.lineages.end(), std::inserter(lineages, lineages.end()));
  if (lineages.empty()) return {};
  std::set_intersection(left.variables.begin(), left.variables.end(), right.variables.begin(),
                        right.variables.end(), std::inserter(variables, variables.end()));
  return variables;
}

}  // namespace kluis
