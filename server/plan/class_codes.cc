#include "server/plan/class_codes.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/plan/plan_text.h"

namespace kluis {
namespace {

constexpr size_t kCodeBytesMax = 64;

// Per class: the largest nodes that lie within it, in code-list order.
std::vector<std::string> CodesOfNodes(const CodeTree& tree, const Partition& partition) {
  constexpr int kNone = -2, kDivided = -1;
  std::vector<int> class_of_node(tree.nodes.size(), kNone);
  for (size_t i = 0; i < partition.class_of.size(); ++i) {
    const int node = tree.node_of_stored[i];
    if (node < 0 || !tree.nodes[node].leaf) continue;
    for (int at = node; at >= 0; at = tree.nodes[at].parent) {
      const int own = partition.class_of[i];
      class_of_node[at] = class_of_node[at] == kNone || class_of_node[at] == own ? own : kDivided;
    }
  }
  std::vector<std::string> codes(partition.codes.size());
  for (size_t n = 0; n < tree.nodes.size(); ++n) {
    const int own = class_of_node[n], parent = tree.nodes[n].parent;
    if (own < 0 || (parent >= 0 && class_of_node[parent] == own)) continue;
    absl::StrAppend(&codes[own], codes[own].empty() ? "" : "+", tree.nodes[n].code);
  }
  return codes;
}

// The band of the catalogue that has exactly these values; empty: there is none.
std::string BandOf(const Variable& base, const std::vector<size_t>& values) {
  if (!base.bands.has_value()) return "";
  const auto code = [&](int value, int width) { return BandCode(value, base, width); };
  for (const int width : base.bands->widths) {
    const int first = static_cast<int>(values.front()) - 1;
    if (first < 0) continue;
    std::vector<size_t> band;
    for (int value = base.range->first; value <= base.range->second; ++value) {
      if (code(value, width) == code(first, width)) band.push_back(value + 1);
    }
    if (band == values) return code(first, width);
  }
  return "";
}

// "0..17+_U"
std::string CodeOfRuns(const std::vector<size_t>& values) {
  std::vector<std::string> runs;
  for (size_t i = 0; i < values.size();) {
    size_t last = i;
    while (last + 1 < values.size() && values[last] > 0 && values[last + 1] == values[last] + 1)
      ++last;
    if (values[i] == 0) {
      runs.push_back(kMissingCode);
    } else if (last == i) {
      runs.push_back(absl::StrCat(values[i] - 1));
    } else {
      runs.push_back(absl::StrCat(values[i] - 1, "..", values[last] - 1));
    }
    i = last + 1;
  }
  return absl::StrJoin(runs, "+");
}

}  // namespace

std::map<int, std::vector<size_t>> ValuesByClass(const Partition& partition) {
  std::map<int, std::vector<size_t>> values;
  for (size_t i = 0; i < partition.class_of.size(); ++i) {
    if (partition.class_of[i] >= 0) values[partition.class_of[i]].push_back(i);
  }
  return values;
}

void AddCodes(const Variable& base, const CodeTree& tree, Partition* partition) {
  if (!base.range.has_value()) partition->codes = CodesOfNodes(tree, *partition);
  for (const auto& [wanted, values] : ValuesByClass(*partition)) {
    std::string& code = partition->codes[wanted];
    if (base.range.has_value()) {
      code = BandOf(base, values);
      if (code.empty()) code = CodeOfRuns(values);
    }
    if (code.size() > kCodeBytesMax) code = Sha256Text(code);
  }
}

}  // namespace kluis
