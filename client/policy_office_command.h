// The commands of officers that ask a server.
#ifndef KLUIS_CLIENT_POLICY_OFFICE_COMMAND_H_
#define KLUIS_CLIENT_POLICY_OFFICE_COMMAND_H_

#include "absl/status/statusor.h"
#include "client/console.h"
#include "client/officer_cli.h"

namespace kluis {

// propose, proposals, show, approve, activate, rollback, replay, shadow, history. The exit code, or
// the error.
absl::StatusOr<int> RunPolicyOffice(const Console& console, OfficerOptions options);

}  // namespace kluis

#endif  // KLUIS_CLIENT_POLICY_OFFICE_COMMAND_H_
