// Dimensions of one code tree as partitions of its stored values, and a tree of partitions of which
// each refines the one before: what a CASE needs, whose classes are nodes of no code list.
// Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_PARTITION_H_
#define KLUIS_SERVER_PLAN_PARTITION_H_

#include <string>
#include <vector>

#include "disclosure/base/refusal.h"
#include "server/plan/code_tree.h"
#include "server/plan/selection.h"

namespace kluis {

// Of the stored values of one variable.
struct Partition {
  std::vector<int> class_of;       // per entry of CodeTree::node_of_stored; -1: no such value
  std::vector<std::string> codes;  // per class, by what is in it: the name of its cell
  std::vector<std::string> names;  // per class, as the query shows it
  bool recode = false;             // classes are unions of codes
  bool listed = false;             // classes are codes of one level of the list, or bands
  int depth = 0;                   // of those: the finer, the larger
};

// The classes of one level of a code list or of one band width.
Partition PartitionOf(const CatalogueDimension& dimension, bool missing);

// The classes of a CASE. Refuses unknown codes, thresholds on what is confidential, and codes that
// no WHEN covers when there is no ELSE.
Decision<Partition> PartitionOfCase(const DimensionRef& ref, const CatalogueDimension& dimension,
                                    bool missing);

// Values are of one class when they meet the same conditions of statistics. `meets`: per condition,
// per entry of CodeTree::node_of_stored.
Partition PartitionOfConditions(const std::vector<std::vector<bool>>& meets, const Variable& base,
                                bool missing);

// The coarsest partition that refines both.
Partition Meet(const Partition& one, const Partition& other, const Variable& base, bool missing);

// Number of classes that have a value.
int ClassCount(const Partition& partition);

// Where the first value of a class stands, from 1: the missing value is the last.
int FirstValue(const Partition& partition, int wanted);

// Whether each class of `fine` lies within one of `coarse`.
bool Refines(const Partition& fine, const Partition& coarse);

// From coarse to fine. Equal ones are one, under the codes of the list where one has them; but two
// levels of the list on which the classes have other codes, each the only child of another, are
// two. REQUIRES: of any two one refines the other.
std::vector<Partition> ChainOf(const std::vector<Partition>& partitions);

// The level of partitions[place] in the tree of their chain.
int LevelIn(const std::vector<Partition>& partitions, size_t place);

// Level p + 1 is partitions[p]. A class that has the values of its parent is its parent, under the
// code of the list where one has it: a cell that has two names is one cell. Two codes of the list
// are apart, as without classes. REQUIRES: each refines the one before.
CodeTree TreeOfPartitions(const std::vector<Partition>& partitions);

// Per entry of CodeTree::node_of_stored: whether it is or lies within a sensitive code, of whatever
// level or band.
std::vector<bool> TouchesSensitive(const Variable& base, bool missing);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_PARTITION_H_
