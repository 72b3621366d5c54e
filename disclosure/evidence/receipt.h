// A receipt: proof that an answer stands in the release log, for whoever holds the log's public
// key and nothing else (docs/receipt.md). Pure, so that server and client judge alike.
#ifndef KLUIS_DISCLOSURE_EVIDENCE_RECEIPT_H_
#define KLUIS_DISCLOSURE_EVIDENCE_RECEIPT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/evidence/checkpoint.h"
#include "disclosure/evidence/entry.h"
#include "disclosure/evidence/trust.h"

namespace kluis {

struct Receipt {
  std::string entry;  // the public part, kEntrySize bytes
  std::string salt;   // of the answer, 32 bytes
  std::string proof;  // tlog-proof text
};

struct VerifiedReceipt {
  Entry entry;
  Checkpoint checkpoint;
};

// `answer`: the canonical JSON without `receipt`. Fails with INVALID_ARGUMENT (not a receipt) or
// PERMISSION_DENIED, and names the first of these that does not hold: the entry's form, the
// commitment to the answer, the place of the entry, the signature of the checkpoint.
absl::StatusOr<VerifiedReceipt> VerifyReceipt(absl::string_view answer, const Receipt& receipt,
                                              const TrustPolicy& trust);

// {"entry": base64, "proof": text, "salt": base64} and a newline: the content of FILE.receipt.
std::string FormatReceipt(const Receipt& receipt);
// INVALID_ARGUMENT names what is missing, unknown or not strict base64.
absl::StatusOr<Receipt> ParseReceipt(absl::string_view json);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_RECEIPT_H_
