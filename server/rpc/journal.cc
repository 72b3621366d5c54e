#include "server/rpc/journal.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "server/enclave/enclave.h"

namespace kluis {

void Journal(const std::string& event,
             const std::vector<std::pair<std::string, std::string>>& facts) {
  nlohmann::ordered_json line = {{"time", NowUtc()}, {"event", event}};
  for (const auto& [key, value] : facts) line[key] = value;
  const std::string text =
      line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace kluis
