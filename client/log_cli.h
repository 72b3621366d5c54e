// The options of `kluis log`.
#ifndef KLUIS_CLIENT_LOG_CLI_H_
#define KLUIS_CLIENT_LOG_CLI_H_

#include <CLI/CLI.hpp>
#include <functional>

#include "client/commands.h"

namespace kluis {

// What the commands of `log` are read into, and the one that was chosen.
struct LogCommands {
  LogOptions log;
  SealedLogOptions sealed;
  int (*run)(const Console&, const LogCommands&) = nullptr;
};

// Adds `log` with its commands. `chosen` is called when one of them was given.
void AddLog(CLI::App& app, LogCommands* commands, const std::function<void()>& chosen);

}  // namespace kluis

#endif  // KLUIS_CLIENT_LOG_CLI_H_
