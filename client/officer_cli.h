// What officers do under `kluis policy`: keys and signatures, and the policy of a running enclave.
#ifndef KLUIS_CLIENT_OFFICER_CLI_H_
#define KLUIS_CLIENT_OFFICER_CLI_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "client/console.h"

namespace kluis {

// Of every command here; what a command does not take is not looked at.
struct OfficerOptions {
  std::string action, profile = "default", folder, key_file, output;
  std::string officer;  // of keygen
  std::string id;       // of a proposal
  std::string since;    // of replay: YYYY-MM-DD
  std::string not_before, reason, format = "text", language;
  int64_t version = 0;  // of sign: 0 takes that of signatures.json; of rollback: which comes back
  int days = 30;        // of shadow start
  bool yes = false;     // approve without asking
};

// Adds the subcommands to `policy`. Which one is chosen stands in options->action, and `chosen` is
// called then.
void AddOfficerCommands(CLI::App& policy, OfficerOptions* options,
                        const std::function<void()>& chosen);

// Prints, and gives the exit code.
int OfficerCommand(const Console& console, const OfficerOptions& options);

}  // namespace kluis

#endif  // KLUIS_CLIENT_OFFICER_CLI_H_
