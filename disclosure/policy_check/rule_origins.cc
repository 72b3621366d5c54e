#include "disclosure/policy_check/rule_origins.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "disclosure/policy/strictness.h"

namespace kluis {
namespace {

// The value of "frequency.minimum", or of the longest part of the key that is a list or a value.
const YamlNode* Written(const YamlNode& root, const std::string& key) {
  const YamlNode* node = &root;
  for (const absl::string_view part : absl::StrSplit(key, '.')) {
    const YamlNode* next = node->kind == YamlNode::Kind::kMap ? node->Find(part) : nullptr;
    if (next == nullptr)
      return node == &root || node->kind == YamlNode::Kind::kMap ? nullptr : node;
    node = next;
  }
  return node;
}

}  // namespace

std::vector<RuleOrigin> RuleOrigins(const PolicyFolder& folder, const std::string& rules) {
  const RuleSet& own = folder.bundle.rules.at(rules);
  std::vector<std::pair<std::string, const YamlNode*>> chain;  // the rule set first
  for (std::string name = rules; !name.empty();) {
    const std::string& file = folder.rule_files.at(name);
    const YamlNode& root = folder.trees.at(file);
    const YamlNode* extends = root.Find("extends");
    name = extends == nullptr ? "" : extends->text;
    chain.emplace_back(file, &root);
  }
  std::vector<RuleOrigin> origins;
  for (const RuleFact& fact : RuleFacts(own)) {
    RuleOrigin origin{fact.key, fact.value, "", 0};
    for (const auto& [file, root] : chain) {
      const YamlNode* node = Written(*root, fact.key);
      if (node == nullptr) continue;
      origin.file = file;
      origin.line = node->line;
      break;
    }
    origins.push_back(std::move(origin));
  }
  return origins;
}

}  // namespace kluis
