// The subcommands of kluis-sdc. Each gives an exit code.
#ifndef KLUIS_SERVER_LOCAL_COMMANDS_H_
#define KLUIS_SERVER_LOCAL_COMMANDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/local/console.h"

namespace kluis {

// One of three sources: microdata (with an entry, or with the metadata of tau-ARGUS), a table that
// somebody has made, or a JJ problem.
struct ProtectCommand {
  std::string microdata, entry, metadata, rules;
  std::string table_file;  // with `metadata`
  std::string jj;
  std::vector<std::string> tables;     // SQL, of microdata
  std::vector<std::string> shadows;    // one per table, as --specify says; empty: none
  std::string apriori;                 // .hst
  std::string cells;                   // wishes, CSV
  std::string primaries;               // of a table file: "", rules or file
  bool unweighted = false;             // whatever the metadata say of a weight
  std::optional<int64_t> deadline_ms;  // else the rule set's
  int threads = 0;                     // 0: as many as there are
  std::optional<uint64_t> seed;        // keys the costs
  std::string audit = "auto";          // all, primaries, judgement, certificates, none
  std::string output, report, jj_output;
};

struct AuditCommand {
  std::string table, description;
  std::string jj;  // instead of both
  std::string output;
};

struct ReportCommand {
  std::string report;  // JSON
  std::string table;   // CSV, for the cells that the JSON leaves out; may be empty
  std::string title = "Protected table";
  std::string output;
};

// Which options do not go together, or are missing; empty: none.
std::string CheckProtect(const ProtectCommand& command);
std::string CheckAudit(const AuditCommand& command);

// REQUIRES: CheckProtect() or CheckAudit() has no fault to find.
int RunProtect(const LocalConsole& console, const ProtectCommand& command);
int RunAudit(const LocalConsole& console, const AuditCommand& command);
// The same of a JJ problem, without microdata, rules or axes.
int RunProtectJj(const LocalConsole& console, const ProtectCommand& command);
int RunAuditJj(const LocalConsole& console, const AuditCommand& command);
int RunReport(const LocalConsole& console, const ReportCommand& command);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_COMMANDS_H_
