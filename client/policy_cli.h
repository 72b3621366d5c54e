// The options of `kluis policy`.
#ifndef KLUIS_CLIENT_POLICY_CLI_H_
#define KLUIS_CLIENT_POLICY_CLI_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "client/commands.h"

namespace kluis {

// Adds the subcommands of `policy`, which need no server and no profile. Which one is chosen stands
// in options->action, and `chosen` is called then.
// A command of `policy`: when it is chosen, its name stands in `action`.
CLI::App* AddPolicyAction(CLI::App& policy, std::string* action,
                          const std::function<void()>& chosen, const std::string& name,
                          const std::string& description, const std::string& examples);

void AddPolicy(CLI::App& app, PolicyOptions* options, const std::function<void()>& chosen);

}  // namespace kluis

#endif  // KLUIS_CLIENT_POLICY_CLI_H_
