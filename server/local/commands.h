// The subcommands of kluis-sdc. Each gives an exit code.
#ifndef KLUIS_SERVER_LOCAL_COMMANDS_H_
#define KLUIS_SERVER_LOCAL_COMMANDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/local/console.h"

namespace kluis {

struct ProtectCommand {
  std::string microdata, entry, rules;
  std::vector<std::string> tables;
  std::optional<int64_t> deadline_ms;  // else the rule set's
  int threads = 0;                     // 0: as many as there are
  std::optional<uint64_t> seed;        // keys the costs
  std::string audit = "auto";          // all, primaries, judgement, none
  std::string output, report;
};

struct AuditCommand {
  std::string table, description;
  std::string output;
};

struct ReportCommand {
  std::string report;  // JSON
  std::string table;   // CSV, for the cells that the JSON leaves out; may be empty
  std::string title = "Protected table";
  std::string output;
};

int RunProtect(const LocalConsole& console, const ProtectCommand& command);
int RunAudit(const LocalConsole& console, const AuditCommand& command);
int RunReport(const LocalConsole& console, const ReportCommand& command);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_COMMANDS_H_
