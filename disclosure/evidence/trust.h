// c2sp.org/tlog-policy: whom the holder of the file trusts to have seen a log.
//   # held by gemeente Heerlen
//   log kluis.cbs.nl/kluis+7f3e2a10+AZ...
//   witness heerlen heerlen.nl/getuige+0a1b2c3d+BM...
//   witness auditor audit.cbs.nl/getuige+4e5f6a7b+BP... https://audit.cbs.nl:7450
//   group both all heerlen auditor
//   quorum both
#ifndef KLUIS_DISCLOSURE_EVIDENCE_TRUST_H_
#define KLUIS_DISCLOSURE_EVIDENCE_TRUST_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/evidence/checkpoint.h"
#include "disclosure/evidence/cosignature.h"
#include "disclosure/evidence/signed_note.h"

namespace kluis {

class TrustPolicy {
 public:
  struct Witness {
    std::string name;  // in the file only
    CosignatureVerifier key;
    std::string url;  // perhaps empty
  };
  struct Log {
    NoteVerifier key;
    std::string url;
  };

  // A file as above: at most 64 KiB, 256 logs, witnesses and groups. INVALID_ARGUMENT names file
  // and line. A file of one line, KEY or `log KEY`, means that log and no witnesses.
  static absl::StatusOr<TrustPolicy> Parse(absl::string_view text, absl::string_view file_name);
  // This log, and no witnesses: so that whoever holds a log's key alone can check with it.
  TrustPolicy(const NoteVerifier& log);  // NOLINT(google-explicit-constructor)

  const std::vector<Log>& logs() const { return logs_; }
  const std::vector<Witness>& witnesses() const { return witnesses_; }

  // The checkpoint of a note that one of the logs signed and that enough witnesses cosigned. Lines
  // of unknown keys are ignored. PERMISSION_DENIED: a signature or cosignature does not hold, no
  // log of the file signed it, or the quorum is not reached (then it says who did and who did not).
  absl::StatusOr<Checkpoint> Open(absl::string_view note) const;
  // As Open(), whatever the quorum: what the log says of itself.
  absl::StatusOr<Checkpoint> OpenSigned(absl::string_view note) const;

 private:
  friend class TrustReader;
  TrustPolicy() = default;
  // A witness, or a group of what stands before it.
  struct Node {
    std::string name;
    int witness = -1;          // index in witnesses_
    std::vector<int> members;  // of a group: indices in nodes_
    size_t threshold = 0;
  };

  std::vector<Log> logs_;
  std::vector<Witness> witnesses_;
  std::vector<Node> nodes_;
  int quorum_ = -1;  // index in nodes_; -1: none
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_TRUST_H_
