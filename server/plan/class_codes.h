// What the classes of a partition are called. Internal to this folder.
#ifndef KLUIS_SERVER_PLAN_CLASS_CODES_H_
#define KLUIS_SERVER_PLAN_CLASS_CODES_H_

#include <map>
#include <vector>

#include "server/plan/partition.h"

namespace kluis {

// Class -> its stored values, as entries of CodeTree::node_of_stored.
std::map<int, std::vector<size_t>> ValuesByClass(const Partition& partition);

// Names by content, so that no one gets another pattern for a cell by calling it otherwise.
// `tree`: that of all values. REQUIRES: partition->codes has a place for each class.
void AddCodes(const Variable& base, const CodeTree& tree, Partition* partition);

}  // namespace kluis

#endif  // KLUIS_SERVER_PLAN_CLASS_CODES_H_
