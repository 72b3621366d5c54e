#include "server/rpc/grpc_log.h"

#include <grpc/support/log.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/rpc/journal.h"

namespace kluis {
namespace {

void OnLog(gpr_log_func_args* log) {
  if (log->severity != GPR_LOG_SEVERITY_ERROR) return;
  if (std::string reason = HandshakeReason(log->message); !reason.empty())
    return Journal("handshake", {{"reason", std::move(reason)}});
  const absl::string_view file(log->file);
  const size_t folder = file.rfind('/');
  Journal(
      "grpc",
      {{"place", absl::StrCat(file.substr(folder == file.npos ? 0 : folder + 1), ":", log->line)}});
}

}  // namespace

void SendGrpcLogToJournal() { gpr_set_log_function(OnLog); }

std::string HandshakeReason(absl::string_view message) {
  if (!absl::StartsWith(message, "Handshake failed")) return "";
  message = absl::StripSuffix(message, ".");
  return std::string(message.substr(message.rfind(':') + 1));
}

}  // namespace kluis
