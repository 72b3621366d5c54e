// The operator's journal: one JSON line on standard error for each event. Never a data value, a
// query or a row.
#ifndef KLUIS_SERVER_RPC_JOURNAL_H_
#define KLUIS_SERVER_RPC_JOURNAL_H_

#include <string>
#include <utility>
#include <vector>

namespace kluis {

// Thread safe; one write for each line.
void Journal(const std::string& event,
             const std::vector<std::pair<std::string, std::string>>& facts);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_JOURNAL_H_
