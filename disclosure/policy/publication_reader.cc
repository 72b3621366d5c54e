#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "disclosure/policy/primary_rules_reader.h"

namespace kluis {
namespace {

constexpr int64_t kValueMax = 1'000'000'000;
constexpr int kYearLeast = 1900, kYearMost = 2200;

void ReadClasses(const YamlNode& node, DiagnosticSink* sink, NoiseParameters* out) {
  if (node.kind != YamlNode::Kind::kSequence || node.items.empty()) {
    AddError(node, "noise.classes must be a list of {below, base}",
             "write [{below: 100, base: 10}, {base: 50}]", sink);
    return;
  }
  int64_t last = 0;
  for (size_t i = 0; i < node.items.size(); ++i) {
    MapReader map(node.items[i], absl::StrCat("noise.classes[", i, "]"), sink);
    RoundingClass one;
    map.Integer("below", 1, kValueMax, &one.below);
    if (map.Require("base") != nullptr) map.Integer("base", 0, kValueMax, &one.base);
    if (one.below == 0 && i + 1 < node.items.size()) {
      AddError(node.items[i], absl::StrCat(map.Path("below"), " is missing"),
               "only the last class has no end", sink);
    } else if (one.below != 0 && one.below <= last) {
      map.Error("below",
                absl::StrCat(map.Path("below"), " must be above that of the class before, ", last));
    }
    last = one.below;
    map.Finish();
    out->classes.push_back(one);
  }
}

void ReadRounding(MapReader* map, DiagnosticSink* sink, NoiseParameters* out) {
  map->Integer("base", 2, kValueMax, &out->base);
  if (const YamlNode* classes = map->Find("classes")) ReadClasses(*classes, sink, out);
  map->Integer("significant_digits", 1, 9, &out->significant_digits);
  if (out->base == 0 && out->classes.empty() && out->significant_digits == 0) {
    map->Error("method", "noise.method round says not to what",
               "add base: 5, classes: [...] or significant_digits: 4");
  } else if (out->base != 0 && !out->classes.empty()) {
    map->Error("classes", "noise.classes contradicts noise.base", "keep one");
  }
}

PublicationRule ReadRule(const YamlNode& node, const std::string& path, DiagnosticSink* sink) {
  PublicationRule rule;
  MapReader map(node, path, sink);
  if (map.Require("figure") != nullptr)
    map.Choice("figure", {"counts", "shares", "means", "densities", "per_thousand"}, &rule.figure);
  if (map.Require("of") != nullptr) map.TextList("of", &rule.of);
  map.Text("units", &rule.units);
  map.Integer("units_at_least", 1, kValueMax, &rule.units_at_least);
  map.Integer("group_at_least", 1, kValueMax, &rule.group_at_least);
  map.Fraction("unknown_at_most", &rule.unknown_most_ppm);
  map.Integer("round", 2, kValueMax, &rule.round);
  if (const YamlNode* small = map.Find("round_small")) {
    MapReader values(*small, map.Path("round_small"), sink);
    if (values.Require("below") != nullptr)
      values.Integer("below", 1, kValueMax, &rule.round_small_below);
    if (values.Require("to") != nullptr) values.Integer("to", 1, kValueMax, &rule.round_small_to);
    values.Finish();
  }
  if (const YamlNode* cap = map.Find("cap")) {
    MapReader values(*cap, map.Path("cap"), sink);
    if (values.Require("low") != nullptr) values.Integer("low", 0, 100, &rule.cap_low);
    if (values.Require("high") != nullptr) values.Integer("high", 0, 100, &rule.cap_high);
    if (rule.cap_low >= rule.cap_high && values.Find("high") != nullptr)
      values.Error("high", absl::StrCat(values.Path("high"), " must be above ", values.Path("low"),
                                        ", ", rule.cap_low));
    values.Finish();
  }
  map.Integer("from", kYearLeast, kYearMost, &rule.from_year);
  map.Integer("until", kYearLeast, kYearMost, &rule.until_year);
  if (rule.units_at_least > 0 && rule.units.empty())
    map.Error("units_at_least", absl::StrCat(map.Path("units"), " is missing"),
              "say what stands behind the figure, for example inhabitants");
  map.Finish();
  return rule;
}

}  // namespace

void ReadNoise(MapReader* map, RuleSetUse use, DiagnosticSink* sink, NoiseParameters* out) {
  const YamlNode* node = map->Find("noise");
  if (node == nullptr) return;
  *out = NoiseParameters{};
  MapReader noise(*node, "noise", sink);
  if (noise.Require("method") != nullptr)
    noise.Choice("method", {"none", "round", "cell_key", "discrete_gaussian"}, &out->method);
  if (out->method != "none" && (use != RuleSetUse::kPreset || out->method != "round")) {
    noise.Error("method",
                absl::StrCat("noise.method ", out->method, " is not available in this version"),
                "write method: none");
    return;
  }
  if (out->method == "round") ReadRounding(&noise, sink, out);
  noise.Finish();
}

void ReadPublication(MapReader* map, DiagnosticSink* sink, std::vector<PublicationRule>* out) {
  const YamlNode* node = map->Find("publication");
  if (node == nullptr) return;
  out->clear();
  if (node->kind != YamlNode::Kind::kSequence) {
    AddError(*node, "publication must be a list of rules", "write - {figure: counts, of: [...]}",
             sink);
    return;
  }
  for (size_t i = 0; i < node->items.size(); ++i)
    out->push_back(ReadRule(node->items[i], absl::StrCat("publication[", i, "]"), sink));
}

}  // namespace kluis
