// Who the user is towards one enclave: what `kluis login` keeps, one folder per profile below
// $XDG_CONFIG_HOME/kluis (else ~/.config/kluis), files with mode 0600.
#ifndef KLUIS_CLIENT_PROFILE_H_
#define KLUIS_CLIENT_PROFILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/console.h"
#include "disclosure/evidence/signed_note.h"
#include "disclosure/evidence/trust.h"

namespace kluis {

struct Profile {
  std::string folder;       // where it is kept; empty: not kept
  std::string server;       // HOST:PORT
  std::string ca;           // PEM
  std::string key;          // PEM
  std::string certificate;  // PEM
  std::string log_key;      // the log's public key as text
};

// The JSON that `kluisd user add` writes. INVALID_ARGUMENT names the member that is missing or
// wrong; the key must belong to the certificate.
absl::StatusOr<Profile> ReadBundle(absl::string_view json);

// The folder of a profile. INVALID_ARGUMENT for a name with other characters than letters, digits,
// `-`, `_` and `.`, or when neither XDG_CONFIG_HOME nor HOME is set.
absl::StatusOr<std::string> ProfileFolder(const Console& console, const std::string& name);

// UNAUTHENTICATED when there is none, with what to do.
absl::StatusOr<Profile> LoadProfile(const Console& console, const std::string& name);

// Writes profile.folder. The remembered checkpoint is dropped when the log's key is another one.
absl::Status SaveProfile(const Profile& profile);

absl::StatusOr<NoteVerifier> LogVerifier(const Profile& profile);

// TrustPolicy::Parse() of a file.
absl::StatusOr<TrustPolicy> ReadTrustFile(const std::string& path);

}  // namespace kluis

#endif  // KLUIS_CLIENT_PROFILE_H_
