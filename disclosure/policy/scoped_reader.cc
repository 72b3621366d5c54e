#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/policy/nearest.h"
#include "disclosure/policy/primary_rules_reader.h"
#include "disclosure/policy/rule_keys.h"
#include "disclosure/policy/strictness.h"

namespace kluis {
namespace {

bool Has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

template <typename T>
using Words = std::vector<std::pair<std::string, T>>;

const Words<VariableKind>& Kinds() {
  static const auto& kinds = *new Words<VariableKind>{
      {"identifying", VariableKind::kIdentifying},
      {"mixed", VariableKind::kMixed},
      {"confidential", VariableKind::kConfidential},
  };
  return kinds;
}

// A list of words with a meaning each.
template <typename T>
void ReadWordList(MapReader* map, const std::string& key, const Words<T>& words,
                  DiagnosticSink* sink, std::vector<T>* out) {
  std::vector<std::string> names, known;
  for (const auto& [word, value] : words) known.push_back(word);
  if (sink->recorder() != nullptr)
    sink->recorder()->Add({map->Path(key), KeyFact::Type::kChoiceList, 0, 0, known});
  if (!map->TextList(key, &names)) return;
  for (size_t i = 0; i < names.size(); ++i) {
    const auto found = std::find(known.begin(), known.end(), names[i]);
    if (found != known.end()) {
      out->push_back(words[static_cast<size_t>(found - known.begin())].second);
      continue;
    }
    AddError(
        map->Find(key)->items[i],
        absl::StrCat(map->Path(key), ": '", names[i], "' is none of ", absl::StrJoin(known, ", ")),
        NearestHint(names[i], known), sink);
  }
}

RuleScope ReadScope(const YamlNode& node, const std::string& path, DiagnosticSink* sink) {
  static const auto& kRoles = *new Words<std::string>{{"researcher", "researcher"},
                                                      {"reviewer", "reviewer"},
                                                      {"privacy-officer", "privacy-officer"},
                                                      {"operator", "operator"}};
  RuleScope scope;
  MapReader map(node, path, sink);
  map.TextList("datasets", &scope.datasets);
  map.TextList("variables", &scope.variables);
  ReadWordList(&map, "kinds", Kinds(), sink, &scope.kinds);
  ReadWordList(&map, "statistics", StatisticFamilies(), sink, &scope.statistics);
  map.TextList("levels", &scope.levels);
  ReadWordList(&map, "roles", kRoles, sink, &scope.roles);
  for (const YamlNode& key : node.keys) {
    const YamlNode* list = node.Find(key.text);
    if (list->kind == YamlNode::Kind::kSequence && list->items.empty())
      AddError(*list, absl::StrCat(map.Path(key.text), " must not be empty"),
               "leave it out: then it does not matter", sink);
  }
  if (map.is_map() && node.keys.empty())
    AddError(node, absl::StrCat(path, " says nothing"),
             "what holds for all queries stands in the rule set itself", sink);
  map.Finish();
  return scope;
}

// What the rule set says already, or says more strictly, is written by mistake: whoever wrote it
// meant to allow something.
void CheckStricter(const YamlNode& item, const std::string& path, const RuleSet& base,
                   const RuleSet& scoped, DiagnosticSink* sink) {
  for (const RuleKey& key : RuleKeys()) {
    const size_t dot = key.path.find('.');
    if (dot == std::string::npos) continue;
    const YamlNode* map = item.Find(key.path.substr(0, dot));
    const YamlNode* value = map == nullptr ? nullptr : map->Find(key.path.substr(dot + 1));
    if (value == nullptr || key.text(base) == key.text(scoped)) continue;
    if (key.judge(base, scoped) != Judgement::kWeaker) continue;
    AddError(*value,
             absl::StrCat(path, ": ", key.path, " ", key.text(scoped), " is weaker than ",
                          key.text(base), ", which holds for all queries"),
             "a scoped rule can only be stricter: write the weaker value in the rule set, and what "
             "is stricter here",
             sink);
  }
}

void CheckKeys(const YamlNode& item, const std::string& path, DiagnosticSink* sink) {
  static const std::vector<std::string> kOfRuleSet = {
      "rules",    "extends",     "contributor", "request",  "waiver",     "zero",
      "negative", "weights",     "missing",     "shadow",   "statistics", "secondary",
      "noise",    "publication", "history",     "stricter", "source"};
  bool any = false;
  for (const YamlNode& key : item.keys) {
    any |= Has(ScopedKeys(), key.text);
    if (!Has(kOfRuleSet, key.text)) continue;
    AddError(
        key, absl::StrCat(path, " cannot have '", key.text, "'"),
        absl::StrCat("only what can be stricter or weaker: ", absl::StrJoin(ScopedKeys(), ", ")),
        sink);
  }
  if (!any && item.kind == YamlNode::Kind::kMap)
    AddError(item, absl::StrCat(path, " has no rule"),
             "add for example frequency: {minimum: 20}, or refuse: true", sink);
}

ScopedRules ReadItem(const YamlNode& item, const std::string& path, RuleSetUse use,
                     const RuleSet& base, DiagnosticSink* sink) {
  ScopedRules scoped;
  scoped.file = sink->file();
  scoped.line = item.line;
  MapReader map(item, path, sink);
  if (const YamlNode* when = map.Require("when"))
    scoped.when = ReadScope(*when, map.Path("when"), sink);
  map.Title("because", &scoped.because_nl, &scoped.because_en);
  RuleSet rules = Weakest();
  for (const char* key : {"rules", "extends", "contributor", "secondary", "noise", "publication",
                          "history", "stricter", "source"})
    map.Find(key);  // told by CheckKeys()
  ReadPrimaryRules(&map, {.use = use, .scoped = true}, sink, &rules);
  ReadProcessRules(&map, sink, &rules);
  map.Boolean("refuse", &rules.refuse);
  if (rules.refuse && scoped.because_en.empty())
    map.Error("refuse", absl::StrCat(path, ".because is missing"),
              "say in words what is not released: whoever asks for it is told");
  CheckKeys(item, path, sink);
  CheckStricter(item, path, base, rules, sink);
  map.Finish();
  scoped.rules = std::make_shared<const RuleSet>(std::move(rules));
  return scoped;
}

}  // namespace

void ReadStricter(MapReader* map, RuleSetUse use, DiagnosticSink* sink, RuleSet* rules) {
  const YamlNode* node = map->Find("stricter");
  if (node == nullptr) return;
  if (node->kind != YamlNode::Kind::kSequence) {
    AddError(*node, "stricter must be a list of scoped rules",
             "write - when: {...} and what is stricter then", sink);
    return;
  }
  for (size_t i = 0; i < node->items.size(); ++i) {
    rules->stricter.push_back(
        ReadItem(node->items[i], absl::StrCat("stricter[", i, "]"), use, *rules, sink));
  }
}

}  // namespace kluis
