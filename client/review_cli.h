// The options of `kluis review`.
#ifndef KLUIS_CLIENT_REVIEW_CLI_H_
#define KLUIS_CLIENT_REVIEW_CLI_H_

#include <CLI/CLI.hpp>
#include <functional>

#include "client/commands.h"

namespace kluis {

// Adds the subcommands of `review`, each with `--profile` and `--format`. Which one is chosen
// stands in options->action, and `chosen` is called then.
void AddReview(CLI::App& app, ReviewOptions* options, const std::function<void()>& chosen);

}  // namespace kluis

#endif  // KLUIS_CLIENT_REVIEW_CLI_H_
