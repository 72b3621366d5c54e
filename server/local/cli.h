// The command line of kluis-sdc.
#ifndef KLUIS_SERVER_LOCAL_CLI_H_
#define KLUIS_SERVER_LOCAL_CLI_H_

#include <string>
#include <vector>

#include "server/local/console.h"

namespace kluis {

// `arguments` without the program's name. Gives an exit code.
int RunLocal(const std::vector<std::string>& arguments, const LocalConsole& console);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_CLI_H_
