#include <set>

#include "absl/strings/match.h"
#include "disclosure/policy_change/change.h"
#include "disclosure/policy_change/manifest.h"
#include "disclosure/policy_change/parts.h"

namespace kluis {
namespace {

using Files = std::map<std::string, std::string>;

// Empty: there is none.
std::string TestAt(const Files& files, const std::string& path) {
  const auto found = files.find(path);
  if (found == files.end()) return "";
  // Layout and comments never matter. One that does not load is compared as it is.
  return CanonicalYaml(path, found->second).value_or(found->second);
}

}  // namespace

void AddTestChanges(const Files& before, const Files& after, ChangeReport* report) {
  std::set<std::string> paths;
  for (const Files* files : {&before, &after}) {
    for (const auto& [path, text] : *files) {
      if (absl::EndsWith(path, "_test.yaml")) paths.insert(path);
    }
  }
  for (const std::string& path : paths) {
    const std::string was = TestAt(before, path), is = TestAt(after, path);
    if (was == is) continue;
    ChangeList list("test", path);
    list.Add("", was.empty() ? "" : path, is.empty() ? "" : path, Judgement::kNeither,
             is.empty() ? "what it looks after is looked after no more" : "",
             is.empty() ? "waar die op let, daar let niets meer op" : "");
    for (PolicyChange& change : list.Take({})) report->changes.push_back(std::move(change));
  }
}

}  // namespace kluis
