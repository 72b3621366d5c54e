#include "server/plan/code_tree.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"

namespace kluis {
namespace {

void AddMissing(bool missing, CodeTree* tree) {
  if (!missing) return;
  tree->node_of_stored[0] = static_cast<int>(tree->nodes.size());
  tree->nodes.push_back({.code = kMissingCode});
}

}  // namespace

int CodeTree::CutNode(int node, int level) const {
  int cut = node;
  for (int at = node; at >= 0; at = nodes[at].parent) {
    if (nodes[at].last_level >= level) cut = at;
  }
  return cut;
}

CodeTree TreeOfCodes(const Variable& base, bool missing) {
  CodeTree tree;
  const std::vector<Code>& codes = base.codes.codes;
  tree.levels =
      base.levels.empty() ? std::max(base.codes.levels, 1) : static_cast<int>(base.levels.size());
  tree.node_of_stored.assign(codes.size() + 1, -1);
  for (size_t i = 0; i < codes.size(); ++i) {
    const int parent = codes[i].parent < 0 ? -1 : tree.node_of_stored[codes[i].parent + 1];
    if (codes[i].level > tree.levels && parent >= 0) {
      tree.node_of_stored[i + 1] = parent;
      continue;
    }
    tree.node_of_stored[i + 1] = static_cast<int>(tree.nodes.size());
    tree.nodes.push_back({.code = codes[i].code,
                          .parent = parent,
                          .level = codes[i].level,
                          .last_level = std::max(codes[i].level, codes[i].last_level)});
    if (parent >= 0) tree.nodes[parent].leaf = false;
  }
  AddMissing(missing, &tree);
  return tree;
}

std::string BandCode(int value, const Variable& base, int width) {
  if (width == 1) return absl::StrCat(value);
  KLUIS_CHECK(base.bands.has_value());
  const int from = base.bands->from, to = base.bands->to;
  if (value < from) return absl::StrCat("<", from);
  if (value >= to) return absl::StrCat(">=", to);
  const int low = from + (value - from) / width * width;
  return absl::StrCat(low, "-", std::min(low + width, to));
}

bool TreeOfBands(const Variable& base, const std::vector<int>& widths, bool missing,
                 CodeTree* tree) {
  KLUIS_CHECK(base.range.has_value());
  const auto [low, high] = *base.range;
  tree->levels = static_cast<int>(widths.size());
  tree->node_of_stored.assign(high + 2, -1);
  for (size_t w = 0; w < widths.size(); ++w) {
    int current = -1, current_parent = -1;
    std::string current_code;
    for (int value = low; value <= high; ++value) {
      const int parent = tree->node_of_stored[value + 1];
      const std::string code = BandCode(value, base, widths[w]);
      if (parent >= 0 && tree->nodes[parent].code == code) {  // "<20" has no narrower part
        tree->nodes[parent].last_level = static_cast<int>(w) + 1;
        continue;
      }
      if (current < 0 || code != current_code) {
        current = static_cast<int>(tree->nodes.size());
        const int level = static_cast<int>(w) + 1;
        tree->nodes.push_back(
            {.code = code, .parent = parent, .level = level, .last_level = level});
        if (parent >= 0) tree->nodes[parent].leaf = false;
        current_code = code;
        current_parent = parent;
      } else if (parent != current_parent) {
        return false;
      }
      tree->node_of_stored[value + 1] = current;
    }
  }
  AddMissing(missing, tree);
  return true;
}

CodeTree ValueTree(const Variable& base, int width, bool missing) {
  if (!base.range.has_value()) return TreeOfCodes(base, missing);
  CodeTree tree;
  KLUIS_CHECK(TreeOfBands(base, {std::max(width, 1)}, missing, &tree));
  return tree;
}

std::vector<bool> HeldByData(const CodeTree& tree) {
  std::vector<bool> held;
  for (const int node : tree.node_of_stored) held.push_back(node >= 0 && tree.nodes[node].leaf);
  return held;
}

}  // namespace kluis
