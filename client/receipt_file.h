// Answers on disk: FILE with its FILE.receipt, checkable without a server (docs/answer.md).
#ifndef KLUIS_CLIENT_RECEIPT_FILE_H_
#define KLUIS_CLIENT_RECEIPT_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "disclosure/evidence/receipt.h"

namespace kluis {

// What stands beside a file of `format`: for JSON, which holds the answer itself, the receipt alone
// (docs/receipt.md); else {"answer": …, "format": …, "receipt": …}. `answer` is canonical JSON.
std::string FormatReceiptFile(const std::string& answer, const std::string& format,
                              const Receipt& receipt);

struct VerifiedFile {
  VerifiedReceipt receipt;
  std::string release;
  std::string status;
};

// `content` is the file, `receipt_file` what stands beside it (empty: nothing). A JSON answer that
// carries its receipt needs nothing beside it; one without it needs a receipt. DATA_LOSS when any
// value or status was changed, in the file or in the answer; INVALID_ARGUMENT when it is no such
// file.
absl::StatusOr<VerifiedFile> VerifyFile(const std::string& content, const std::string& receipt_file,
                                        const TrustPolicy& trust);

}  // namespace kluis

#endif  // KLUIS_CLIENT_RECEIPT_FILE_H_
