// `kluis-sdc policy test` and `policy explain`: what `kluis policy` hands over.
#ifndef KLUIS_SERVER_LOCAL_POLICY_COMMAND_H_
#define KLUIS_SERVER_LOCAL_POLICY_COMMAND_H_

#include <string>

#include "server/local/console.h"

namespace kluis {

struct PolicyCommand {
  std::string folder, format = "text";  // text or json
  std::string language = "en";          // nl or en, of the text
  std::string query, project;           // of explain

  bool dutch() const { return language == "nl"; }
};

// Exit 2 when a test fails or cannot be run, with file and line; and when there is none.
int RunPolicyTests(const LocalConsole& console, const PolicyCommand& command);

// In the order in which they are asked: the project and its term, the grants and their scope, every
// key of the rule set with the line that it comes from, the scoped rules that hold, and the checks
// of each family of statistics. Exit 3 when the query is refused, with the reason (in English, as a
// server gives it).
int ExplainPolicy(const LocalConsole& console, const PolicyCommand& command);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_POLICY_COMMAND_H_
