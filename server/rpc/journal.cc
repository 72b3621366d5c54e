#include "server/rpc/journal.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "server/enclave/enclave.h"

namespace kluis {

std::string JournalLine(const std::string& time, const std::string& event,
                        const std::vector<JournalFact>& facts) {
  nlohmann::ordered_json line = {{"time", time}, {"event", event}};
  for (const auto& [key, fact] : facts)
    std::visit([&line, name = key](const auto& value) { line[name] = value; }, fact);
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void Journal(const std::string& event, const std::vector<JournalFact>& facts) {
  const std::string text = JournalLine(NowUtc(), event, facts);
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace kluis
