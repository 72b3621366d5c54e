// The command line of `kluis`: options in, exit code out.
#ifndef KLUIS_CLIENT_CLI_H_
#define KLUIS_CLIENT_CLI_H_

#include <string>
#include <vector>

#include "client/console.h"

namespace kluis {

// `arguments` without the program's name. What is not built is refused with exit 2, as is every
// mistake in the options. Never throws.
int RunCli(const std::vector<std::string>& arguments, const Console& console);

}  // namespace kluis

#endif  // KLUIS_CLIENT_CLI_H_
