// Key files of officers on disk, and signing with them.
#ifndef KLUIS_CLIENT_OFFICER_KEYS_H_
#define KLUIS_CLIENT_OFFICER_KEYS_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/console.h"
#include "client/officer_cli.h"
#include "disclosure/policy_sign/signature.h"

namespace kluis {

// INVALID_ARGUMENT: it is not there, others than its owner may read it, or it is no key file.
absl::StatusOr<OfficerKey> ReadOfficerKey(const std::string& path);

// YYYY-MM-DDTHH:MM:SSZ.
std::string TimeNow();

absl::StatusOr<int> MakeOfficerKey(const Console& console, const OfficerOptions& options);
absl::StatusOr<int> SignFolder(const Console& console, const OfficerOptions& options);

}  // namespace kluis

#endif  // KLUIS_CLIENT_OFFICER_KEYS_H_
