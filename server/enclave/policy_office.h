// What officers propose, sign and put in force, while the server runs. Proposals stand in files of
// DIR/policy-proposals; none of them has any effect until it is activated, which verifies all of it
// again against what is in force then.
#ifndef KLUIS_SERVER_ENCLAVE_POLICY_OFFICE_H_
#define KLUIS_SERVER_ENCLAVE_POLICY_OFFICE_H_

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/policy_sign/signature.h"
#include "server/enclave/enclave.h"

namespace kluis {

struct PolicyProposal {
  std::string id;        // the first 16 hex digits of the SHA-256 of the manifest
  int64_t version = 0;   // of its manifest
  int64_t restores = 0;  // the version whose files it has; 0: files of its own
  std::string proposed_by, time, comment;
  bool activated = false;
  PolicyFiles files;
  PolicySignatures signatures;  // with the manifest
};

// Thread safe. The enclave must outlive it. Callers have the role of a privacy officer; whether a
// signature is one of an officer is looked up in the policy in force.
class PolicyOffice {
 public:
  explicit PolicyOffice(Enclave& enclave) : enclave_(enclave) {}

  // As the next version; `restores`: the version that has these files, 0: none. INVALID_ARGUMENT:
  // it does not check, or a test beside it fails; FAILED_PRECONDITION: no officers are in force, or
  // too few would be after it, so nobody can sign;
  // RESOURCE_EXHAUSTED: too many are open.
  absl::StatusOr<PolicyProposal> Propose(const std::string& by, const PolicyFiles& files,
                                         const std::string& not_before, const std::string& comment,
                                         int64_t restores = 0);
  // The files of an earlier version, as the next one. Errors as Propose() and Enclave::VersionOf().
  absl::StatusOr<PolicyProposal> ProposeRollback(const std::string& by, int64_t version,
                                                 const std::string& not_before,
                                                 const std::string& comment);
  // By version and time.
  absl::StatusOr<std::vector<PolicyProposal>> List() const;
  absl::StatusOr<PolicyProposal> Find(const std::string& id) const;  // NOT_FOUND
  // Keeps the signature of `by`. PERMISSION_DENIED: it does not count, or is another's;
  // FAILED_PRECONDITION: the proposal is no next version any more.
  absl::StatusOr<PolicyProposal> Approve(const std::string& by, const std::string& id,
                                         const PolicySignature& signature);
  // Enclave::ActivatePolicy() with its signatures.
  absl::StatusOr<PolicyProposal> Activate(const std::string& by, const std::string& id);

 private:
  absl::Status Save(const PolicyProposal& proposal) const;
  std::string PathOf(const std::string& id) const;

  Enclave& enclave_;
  mutable std::mutex mutex_;  // one change of a proposal at a time
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_POLICY_OFFICE_H_
