#include "client/ask.h"

#include <openssl/rand.h>

#include <chrono>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/explain.h"
#include "client/notices.h"
#include "client/progress.h"
#include "client/received.h"
#include "disclosure/base/check.h"
#include "disclosure/evidence/digest.h"

namespace kluis {
namespace {

constexpr std::chrono::milliseconds kBeforeRetry(300);
constexpr char kClientVersion[] = "kluis/0.1.0";

// RFC 9562, version 4.
std::string RandomUuid() {
  unsigned char bytes[16];
  KLUIS_CHECK(RAND_bytes(bytes, sizeof bytes) == 1);
  bytes[6] = (bytes[6] & 0x0F) | 0x40;
  bytes[8] = (bytes[8] & 0x3F) | 0x80;
  std::string hex = ToHex(absl::string_view(reinterpret_cast<const char*>(bytes), sizeof bytes));
  for (const int at : {20, 16, 12, 8}) hex.insert(at, "-");
  return hex;
}

v1::RunQueryRequest Completed(v1::RunQueryRequest request, const AskOptions& options,
                              bool validate_only) {
  if (!options.project.empty()) {
    request.set_project(absl::StartsWith(options.project, "projects/")
                            ? options.project
                            : absl::StrCat("projects/", options.project));
  }
  if (!validate_only) request.set_request_id(RandomUuid());
  request.set_validate_only(validate_only);
  request.set_client_version(kClientVersion);
  return request;
}

// Once more with the same request_id when the server or the line was away: the same id gives the
// same release.
absl::StatusOr<Received> Run(const Console& console, Session& session,
                             const v1::RunQueryRequest& request, double timeout_s) {
  ProgressLine line(console);
  const auto show = [&line](const v1::Progress& progress) {
    line.Show(progress.stage(), progress.done());
  };
  for (int attempt = 0;; ++attempt) {
    const auto context = Session::Context(timeout_s);
    const auto stream = session.enclave().RunQuery(context.get(), request);
    auto received = Receive(session, *stream, request.validate_only(), show);
    if (!absl::IsUnavailable(received.status()) || attempt == 1) return received;
    std::this_thread::sleep_for(kBeforeRetry);
  }
}

}  // namespace

int Ask(const Console& console, Session& session, const AskOptions& options,
        const v1::RunQueryRequest& request, const std::string& text,
        const std::optional<AnswerFiles>& files) {
  if (options.explain) {
    const auto judged = Run(console, session, Completed(request, options, true), options.timeout_s);
    if (!judged.ok()) return Fail(console, judged.status());
    Explain(console, judged->view);
    if (options.dry_run) return PrintReceived(console, *judged, options.format, files, text);
  }
  const auto received =
      Run(console, session, Completed(request, options, options.dry_run), options.timeout_s);
  if (!received.ok()) return Fail(console, received.status());
  if (!options.dry_run) ShowRecalls(console, session.profile(), ListRecalls(session));
  return PrintReceived(console, *received, options.format, files, text);
}

}  // namespace kluis
