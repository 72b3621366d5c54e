// The versions of the policy, each kept whole in a file of DIR/policy-versions, so that one can
// come back and one can be shown. The log says which hash the file of a version has.
#ifndef KLUIS_SERVER_ENCLAVE_POLICY_VERSIONS_H_
#define KLUIS_SERVER_ENCLAVE_POLICY_VERSIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/enclave/policies.h"
#include "server/ledger/ledger.h"

namespace kluis {

struct KeptVersion {
  int64_t version = 0;
  PolicyFiles files;
  std::string signatures;  // the text of signatures.json; empty: the operator alone
};

// Writes it, durably, and gives the SHA-256 of the file, hex. A version that is there is replaced:
// one that the log names is never written again.
absl::StatusOr<std::string> KeepVersion(const std::string& folder, const KeptVersion& version);
// DATA_LOSS: it is not there, or has another hash.
absl::StatusOr<KeptVersion> ReadVersion(const std::string& folder, int64_t version,
                                        const std::string& sha256);

// What one `policy` entry of the log says.
struct PolicyRecord {
  int64_t version = 0;  // of entries that do not say it: their number among the policy entries
  uint64_t index = 0;   // of the entry
  std::string time;
  std::string policy_sha256;      // PolicyBundle::sha256
  std::string bundle_sha256;      // of the version's file; empty: none was kept
  bool signed_from_here = false;  // it names officers: only what they sign replaces it
  std::string by;                 // who put it in force: "operator", or a user
  std::vector<std::string> signers;
  std::string judgement;  // of the change: weaker, stronger, neither; empty: none was made
  int64_t restores = 0;   // the version whose files came back; 0: none
};

// In order. Of an entry whose sealed part was removed after its term only version, place, time and
// policy_sha256 are known.
absl::StatusOr<std::vector<PolicyRecord>> PolicyHistory(const Ledger& ledger);

// Fills what stands in a sealed part of a `policy` entry; leaves all as it is for another text.
void ReadSealedRecord(const std::string& bytes, PolicyRecord* record);

// The sealed part of a `policy` entry: JSON, with the hashes of its rule sets and projects.
std::string SealedRecord(const PolicyRecord& record, const PolicyBundle& policy);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_POLICY_VERSIONS_H_
