// The options of `kluis log`.
#ifndef KLUIS_CLIENT_LOG_CLI_H_
#define KLUIS_CLIENT_LOG_CLI_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "client/commands.h"

namespace kluis {

// What the commands of `log` are read into, and the one that was chosen.
struct LogCommands {
  LogOptions log;
  SealedLogOptions sealed;
  int (*run)(const Console&, const LogCommands&) = nullptr;
};

// Adds `log` with its commands. `chosen` is called when one of them was given; `text` is the check
// of what is sent as text.
void AddLog(CLI::App& app, LogCommands* commands, const std::function<void()>& chosen,
            const std::function<std::string(const std::string&)>& text);

}  // namespace kluis

#endif  // KLUIS_CLIENT_LOG_CLI_H_
