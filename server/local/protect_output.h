// What `protect` leaves behind: the table, the report, a JJ problem, and a line for whoever waits.
#ifndef KLUIS_SERVER_LOCAL_PROTECT_OUTPUT_H_
#define KLUIS_SERVER_LOCAL_PROTECT_OUTPUT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/argus/jj.h"
#include "disclosure/audit/audit.h"
#include "server/local/commands.h"
#include "server/local/findings.h"
#include "server/local/report.h"

namespace kluis {

// Of all outputs of the command, before hours of work are lost over one: CheckOutput(), and
// INVALID_ARGUMENT when two of them are the same file.
absl::Status CheckOutputs(const ProtectCommand& command);

// `jj`, where there is one, goes to --jj-out. It and the report hold what the table hides, so only
// their owner can read them.
absl::Status WriteResults(const LocalConsole& console, const ProtectCommand& command,
                          const std::string& csv, const Report& report,
                          const std::optional<JjTable>& jj);

// How many cells of each kind; and what is worth knowing about the way.
void SayTotals(const LocalConsole& console, const ProtectCommand& command, const Report& report);

// What an attacker with the bounds of a JJ problem knows of its cells: in units of its values.
absl::StatusOr<AuditResult> AuditJj(const JjTable& problem, const AuditOptions& options);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_PROTECT_OUTPUT_H_
