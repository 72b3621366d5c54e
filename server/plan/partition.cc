#include "server/plan/partition.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "disclosure/base/check.h"
#include "server/plan/class_codes.h"

namespace kluis {
namespace {

// A value that stops above the leaves has a class only when all that is below it has the same.
void DropDivided(const CodeTree& tree, Partition* partition) {
  constexpr int kNone = -2, kDivided = -1;
  std::vector<int> below(tree.nodes.size(), kNone);
  for (size_t i = 0; i < partition->class_of.size(); ++i) {
    const int node = tree.node_of_stored[i];
    if (node < 0 || !tree.nodes[node].leaf) continue;
    for (int at = node; at >= 0; at = tree.nodes[at].parent) {
      const int value = partition->class_of[i];
      below[at] = below[at] == kNone || below[at] == value ? value : kDivided;
    }
  }
  for (size_t i = 0; i < partition->class_of.size(); ++i) {
    const int node = tree.node_of_stored[i];
    if (node >= 0 && !tree.nodes[node].leaf) partition->class_of[i] = std::max(below[node], -1);
  }
}

// Per stored value: the first branch that it meets.
class CaseReader {
 public:
  CaseReader(const DimensionRef& ref, const CatalogueDimension& dimension, bool missing)
      : ref_(ref), dimension_(dimension), missing_(missing) {}

  std::optional<Refusal> Read(std::vector<int>* branch_of) {
    branch_of->assign(ValueTree(*dimension_.base, 1, missing_).node_of_stored.size(), -1);
    for (size_t b = 0; b < ref_.branches.size(); ++b) {
      std::vector<bool> meets(branch_of->size(), true);
      for (const Condition& condition : ref_.branches[b].conditions) {
        if (auto refusal = Narrow(condition, &meets)) return refusal;
      }
      for (size_t i = 0; i < meets.size(); ++i) {
        if (meets[i] && (*branch_of)[i] < 0) (*branch_of)[i] = static_cast<int>(b);
      }
    }
    return std::nullopt;
  }

 private:
  std::optional<Refusal> Narrow(const Condition& condition, std::vector<bool>* meets) const {
    CatalogueDimension named = dimension_;
    if (condition.dimension.form != DimensionRef::Form::kPlain) {
      const Decision<CatalogueDimension> resolved =
          ResolveDimension(condition.dimension, *dimension_.entry);
      if (!resolved.allowed()) return resolved.refusal();
      named = resolved.value();
    }
    const CodeTree tree = ValueTree(*named.base, named.width, missing_);
    const Decision<std::vector<bool>> selected = SelectStored(condition, named, tree);
    if (!selected.allowed()) return selected.refusal();
    for (size_t i = 0; i < meets->size(); ++i) (*meets)[i] = (*meets)[i] && selected.value()[i];
    return std::nullopt;
  }

  const DimensionRef& ref_;
  const CatalogueDimension& dimension_;
  const bool missing_;
};

struct Chain {
  std::vector<Partition> partitions;
  std::vector<int> level_of;  // per partition that it is made of, from 1
};

// Those of equal classes stand by their depth, and last those that are not of the list.
Chain MakeChain(const std::vector<Partition>& partitions) {
  std::vector<std::tuple<int, bool, int, size_t>> order;
  for (size_t p = 0; p < partitions.size(); ++p)
    order.push_back({ClassCount(partitions[p]), !partitions[p].listed, partitions[p].depth, p});
  std::sort(order.begin(), order.end());
  Chain chain{.partitions = {}, .level_of = std::vector<int>(partitions.size(), 0)};
  int before = -1;
  for (const auto& [count, unlisted, depth, p] : order) {
    const Partition& added = partitions[p];
    const bool one = count == before && (unlisted || chain.partitions.back().codes == added.codes);
    if (!one) {
      chain.partitions.push_back(added);
    } else {
      chain.partitions.back().recode |= added.recode;
    }
    chain.level_of[p] = static_cast<int>(chain.partitions.size());
    before = count;
  }
  return chain;
}

}  // namespace

Partition PartitionOf(const CatalogueDimension& dimension, bool missing) {
  const CodeTree tree = ValueTree(*dimension.base, dimension.width, missing);
  Partition partition;
  partition.class_of.assign(tree.node_of_stored.size(), -1);
  std::map<int, int> class_of_node;
  for (size_t i = 0; i < partition.class_of.size(); ++i) {
    const int node = tree.node_of_stored[i];
    if (node < 0) continue;
    const int level = dimension.width > 0 ? 1 : dimension.level;
    if (!tree.nodes[node].leaf && tree.nodes[node].level < level) continue;
    const int cut = tree.CutNode(node, level);
    const auto [found, added] =
        class_of_node.insert({cut, static_cast<int>(partition.codes.size())});
    if (added) partition.codes.push_back(tree.nodes[cut].code);
    partition.class_of[i] = found->second;
  }
  partition.names = partition.codes;
  partition.listed = true;
  partition.depth = dimension.width > 0 ? -dimension.width : dimension.level;
  return partition;
}

Decision<Partition> PartitionOfCase(const DimensionRef& ref, const CatalogueDimension& dimension,
                                    bool missing) {
  std::vector<int> branch_of;
  if (auto refusal = CaseReader(ref, dimension, missing).Read(&branch_of)) return *refusal;
  const CodeTree tree = ValueTree(*dimension.base, 1, missing);
  Partition partition;
  partition.recode = true;
  partition.class_of.assign(branch_of.size(), -1);
  std::map<std::string, int> class_of_name;  // THEN may name one class twice
  for (size_t i = 0; i < branch_of.size(); ++i) {
    const int node = tree.node_of_stored[i];
    if (node < 0 || !tree.nodes[node].leaf) continue;
    if (branch_of[i] < 0 && !ref.otherwise.has_value()) {
      return RefuseAt(RefusalKind::kUsage, "CASE_INCOMPLETE",
                      absl::StrCat("no WHEN covers the code '",
                                   tree.nodes[tree.CutNode(node, dimension.level)].code, "' of ",
                                   ref.variable.name),
                      ref.variable.at, "add ELSE 'other'");
    }
    const std::string& name = branch_of[i] < 0 ? *ref.otherwise : ref.branches[branch_of[i]].name;
    const auto [found, added] =
        class_of_name.insert({name, static_cast<int>(partition.names.size())});
    if (added) partition.names.push_back(name);
    partition.class_of[i] = found->second;
  }
  DropDivided(tree, &partition);
  partition.codes.resize(partition.names.size());
  AddCodes(*dimension.base, tree, &partition);
  return partition;
}

Partition PartitionOfConditions(const std::vector<std::vector<bool>>& meets, const Variable& base,
                                bool missing) {
  const CodeTree tree = ValueTree(base, 1, missing);
  Partition partition;
  partition.recode = true;
  partition.class_of.assign(tree.node_of_stored.size(), -1);
  std::map<std::vector<bool>, int> class_of_met;
  for (size_t i = 0; i < partition.class_of.size(); ++i) {
    const int node = tree.node_of_stored[i];
    if (node < 0 || !tree.nodes[node].leaf) continue;
    std::vector<bool> met;
    for (const std::vector<bool>& condition : meets) met.push_back(condition[i]);
    const int next = static_cast<int>(class_of_met.size());
    partition.class_of[i] = class_of_met.insert({std::move(met), next}).first->second;
  }
  DropDivided(tree, &partition);
  partition.codes.resize(class_of_met.size());
  AddCodes(base, tree, &partition);
  partition.names = partition.codes;
  return partition;
}

Partition Meet(const Partition& one, const Partition& other, const Variable& base, bool missing) {
  Partition meet;
  meet.recode = true;
  meet.class_of.assign(one.class_of.size(), -1);
  std::map<std::pair<int, int>, int> class_of_both;
  for (size_t i = 0; i < meet.class_of.size(); ++i) {
    const int a = one.class_of[i], b = other.class_of[i];
    if (a < 0 || b < 0) continue;
    const int next = static_cast<int>(class_of_both.size());
    meet.class_of[i] = class_of_both.insert({{a, b}, next}).first->second;
  }
  meet.codes.resize(class_of_both.size());
  AddCodes(base, ValueTree(base, 1, missing), &meet);
  meet.names = meet.codes;
  return meet;
}

int ClassCount(const Partition& partition) {
  return static_cast<int>(ValuesByClass(partition).size());
}

int FirstValue(const Partition& partition, int wanted) {
  const auto begin = partition.class_of.begin() + 1;
  return static_cast<int>(std::find(begin, partition.class_of.end(), wanted) - begin) + 1;
}

bool Refines(const Partition& fine, const Partition& coarse) {
  std::map<int, int> within;
  for (size_t i = 0; i < fine.class_of.size(); ++i) {
    if (fine.class_of[i] < 0 || coarse.class_of[i] < 0) continue;
    const auto [found, added] = within.insert({fine.class_of[i], coarse.class_of[i]});
    if (!added && found->second != coarse.class_of[i]) return false;
  }
  return true;
}

std::vector<Partition> ChainOf(const std::vector<Partition>& partitions) {
  return MakeChain(partitions).partitions;
}

int LevelIn(const std::vector<Partition>& partitions, size_t place) {
  return MakeChain(partitions).level_of[place];
}

CodeTree TreeOfPartitions(const std::vector<Partition>& partitions) {
  CodeTree tree;
  tree.levels = static_cast<int>(partitions.size());
  const size_t stored = partitions[0].class_of.size();
  tree.node_of_stored.assign(stored, -1);
  const auto placed = [&](size_t i) {
    return std::all_of(partitions.begin(), partitions.end(),
                       [i](const Partition& p) { return p.class_of[i] >= 0; });
  };
  std::vector<std::map<int, int>> size(partitions.size()), node(partitions.size());
  std::vector<bool> listed;  // per node
  for (size_t i = 0; i < stored; ++i) {
    for (size_t p = 0; placed(i) && p < partitions.size(); ++p)
      ++size[p][partitions[p].class_of[i]];
  }
  for (size_t step = 1; step <= stored; ++step) {
    const size_t i = step % stored;  // the missing value is the last
    int parent = -1, parent_size = -1;
    for (size_t p = 0; placed(i) && p < partitions.size(); ++p) {
      const int wanted = partitions[p].class_of[i];
      const bool apart = parent >= 0 && listed[parent] && partitions[p].listed &&
                         tree.nodes[parent].code != partitions[p].codes[wanted];
      if (size[p][wanted] == parent_size && !apart) {
        tree.nodes[parent].last_level = static_cast<int>(p) + 1;
        // Of two names; what one of them is, it is.
        tree.nodes[parent].recoded = tree.nodes[parent].recoded || partitions[p].recode;
        if (partitions[p].listed) tree.nodes[parent].code = partitions[p].codes[wanted];
        listed[parent] = listed[parent] || partitions[p].listed;
      } else {
        const auto [found, added] = node[p].insert({wanted, static_cast<int>(tree.nodes.size())});
        if (added) {
          tree.nodes.push_back({.code = partitions[p].codes[wanted],
                                .parent = parent,
                                .level = static_cast<int>(p) + 1,
                                .last_level = static_cast<int>(p) + 1,
                                .leaf = true,
                                .recoded = partitions[p].recode});
          listed.push_back(partitions[p].listed);
          if (parent >= 0) tree.nodes[parent].leaf = false;
        }
        parent = found->second;
        parent_size = size[p][wanted];
      }
    }
    tree.node_of_stored[i] = parent;
  }
  return tree;
}

std::vector<bool> TouchesSensitive(const Variable& base, bool missing) {
  const auto sensitive = [&](const std::string& code) {
    return std::find(base.sensitive.begin(), base.sensitive.end(), code) != base.sensitive.end();
  };
  const CodeTree tree = ValueTree(base, 1, missing);
  std::vector<bool> touches(tree.node_of_stored.size(), false);
  for (size_t i = 0; i < touches.size(); ++i) {
    for (int at = tree.node_of_stored[i]; at >= 0; at = tree.nodes[at].parent)
      touches[i] = touches[i] || sensitive(tree.nodes[at].code);
    if (i == 0 || tree.node_of_stored[i] < 0 || !base.bands.has_value()) continue;
    for (const int width : base.bands->widths)
      touches[i] = touches[i] || sensitive(BandCode(static_cast<int>(i) - 1, base, width));
  }
  return touches;
}

}  // namespace kluis
