#include "client/console.h"

#include "client/format/text.h"

namespace kluis {

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitDone;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kDataLoss:
      return kExitUsage;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kResourceExhausted:
      return kExitPolicy;
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return kExitIdentity;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return kExitUnreachable;
    default:
      return kExitFault;
  }
}

absl::Status FlushData(const Console& console) {
  console.out.flush();
  if (console.out || (console.reader_gone && console.reader_gone())) return absl::OkStatus();
  return absl::InvalidArgumentError("cannot write to standard output");
}

ExitCode Fail(const Console& console, const absl::Status& status) {
  const absl::string_view message = status.message();
  console.err << "error: " << Printable(message, /*keep_layout=*/true) << "\n";
  return ExitCodeOf(status);
}

}  // namespace kluis
