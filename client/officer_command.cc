#include "client/officer_keys.h"
#include "client/policy_office_command.h"

namespace kluis {
namespace {

absl::StatusOr<int> Run(const Console& console, const OfficerOptions& options) {
  if (options.action == "keygen") return MakeOfficerKey(console, options);
  if (options.action == "sign") return SignFolder(console, options);
  return RunPolicyOffice(console, options);
}

}  // namespace

int OfficerCommand(const Console& console, const OfficerOptions& options) {
  const absl::StatusOr<int> exit = Run(console, options);
  return exit.ok() ? *exit : Fail(console, exit.status());
}

}  // namespace kluis
