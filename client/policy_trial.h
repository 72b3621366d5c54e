// `policy test` and `policy explain` ask the pipeline itself, which is in kluis-sdc.
#ifndef KLUIS_CLIENT_POLICY_TRIAL_H_
#define KLUIS_CLIENT_POLICY_TRIAL_H_

#include "absl/status/statusor.h"
#include "client/commands.h"

namespace kluis {

// Runs `kluis-sdc policy ...`, the one beside this program or else of PATH, with this program's
// streams, and gives its exit code. INVALID_ARGUMENT says where it was looked for.
absl::StatusOr<int> RunTrial(const Console& console, const PolicyOptions& options);

}  // namespace kluis

#endif  // KLUIS_CLIENT_POLICY_TRIAL_H_
