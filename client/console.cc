#include "client/console.h"

#include "absl/strings/match.h"
#include "client/format/text.h"

namespace kluis {

std::string LanguageOf(const Console& console, const std::string& chosen) {
  if (!chosen.empty()) return chosen;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const std::string value = console.environment(name).value_or("");
    if (!value.empty()) return absl::StartsWith(value, "nl") ? "nl" : "en";
  }
  return "en";
}

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
