// Whether a new policy may take the place of the one in force: who signed it, and whether that is
// enough for what it changes.
//
// The rules, each with a message of its own (verify_bundle.cc, in this order):
//   1. The manifest lists exactly the files, by hash.
//   2. Its version is the next one: never an older one, never one that leaves a gap. What was in
//      force before comes back as a new version with the old files.
//   3. Its time, not_before, has come.
//   4. All signatures are those of officers of the policy IN FORCE, valid today, under the keys
//   that
//      stand there; one bad signature refuses the bundle. So a bundle cannot bring its own
//      officers.
//   5. No officer, person, name or key signs twice.
//   6. One signature, or two where JudgeChange() finds anything weaker, and then each has a reason.
//   7. Afterwards there are still two people who can sign.
#ifndef KLUIS_DISCLOSURE_POLICY_SIGN_VERIFY_BUNDLE_H_
#define KLUIS_DISCLOSURE_POLICY_SIGN_VERIFY_BUNDLE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/policy_change/change.h"
#include "disclosure/policy_change/manifest.h"
#include "disclosure/policy_sign/signature.h"

namespace kluis {

// A reason for a weaker rule has at least so many bytes without the spaces around it.
inline constexpr size_t kSignReasonLeast = 15;

// The human being behind an officer's id, where the caller knows more than the names in
// officers.yaml: two users of one person are one.
using PersonOf = std::function<std::string(const std::string& officer)>;

struct BundleToVerify {
  const PolicyState& in_force;
  int64_t version_in_force = 0;
  const PolicyState& draft;                         // parsed from `files`, without diagnostics
  const std::map<std::string, std::string>& files;  // path -> text, without signatures.json
  std::string now;                                  // YYYY-MM-DDTHH:MM:SSZ
  PersonOf person_of = nullptr;                     // none: each id is a person
};

// A bundle that may be put in force. Only VerifyBundle() makes one.
class VerifiedBundle {
 public:
  const Manifest& manifest() const { return manifest_; }
  const PolicySignatures& signatures() const { return signatures_; }
  const ChangeReport& changes() const { return changes_; }

 private:
  VerifiedBundle() = default;
  friend absl::StatusOr<VerifiedBundle> VerifyBundle(const BundleToVerify& bundle,
                                                     absl::string_view signatures);
  Manifest manifest_;
  PolicySignatures signatures_;
  ChangeReport changes_;
};

// `signatures`: the text of signatures.json; empty: there is none. FAILED_PRECONDITION: it is
// right, but not yet: too early, or a signature or a reason is missing. PERMISSION_DENIED: a
// signature that does not count. INVALID_ARGUMENT: the bundle is not what was signed, or is no next
// version. Every message says what to do.
absl::StatusOr<VerifiedBundle> VerifyBundle(const BundleToVerify& bundle,
                                            absl::string_view signatures);

// Rules 4 and 5 for signatures over a manifest, whatever they are enough for: to check one before
// it is kept. `officers`: of the policy in force. PERMISSION_DENIED as above.
absl::Status CheckSignatures(const Officers& officers, const PolicySignatures& signatures,
                             absl::string_view today, const PersonOf& person_of);

// Rule 7, OK or FAILED_PRECONDITION: two officers of different names, valid on that day.
absl::Status CheckSomebodyCanSign(const Officers& officers, absl::string_view today);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_SIGN_VERIFY_BUNDLE_H_
