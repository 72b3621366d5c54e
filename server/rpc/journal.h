// The operator's journal: one JSON line on standard error for each event. Its facts are names,
// codes and numbers of the enclave: never a query, a value, a code of a cell or the text of a
// database.
#ifndef KLUIS_SERVER_RPC_JOURNAL_H_
#define KLUIS_SERVER_RPC_JOURNAL_H_

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace kluis {

using JournalFact = std::pair<std::string, std::variant<std::string, int64_t>>;

// {"time":"2026-11-22T22:20:00Z","event":"stop","ms":12} and a newline, the facts in their order.
// What is not UTF-8 is replaced: a line is always one JSON object.
std::string JournalLine(const std::string& time, const std::string& event,
                        const std::vector<JournalFact>& facts);

// Thread safe; one write for each line.
void Journal(const std::string& event, const std::vector<JournalFact>& facts);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_JOURNAL_H_
