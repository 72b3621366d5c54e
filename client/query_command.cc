#include <openssl/rand.h>

#include <iterator>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/commands.h"
#include "client/explain.h"
#include "client/files.h"
#include "client/format/sql_text.h"
#include "client/progress.h"
#include "client/received.h"
#include "disclosure/base/check.h"
#include "disclosure/base/status_macros.h"
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

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

absl::StatusOr<std::string> ReadSqlFile(const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(path));
  return std::string(absl::StripPrefix(text, kByteOrderMark));  // some editors write one
}

absl::StatusOr<std::string> ReadSql(const Console& console, const QueryOptions& options) {
  if (options.has_sql) return options.sql;
  if (!options.sql_file.empty() && options.sql_file != "-") return ReadSqlFile(options.sql_file);
  if (console.in_terminal && options.sql_file.empty()) {
    return absl::InvalidArgumentError(
        "no query: give it by -e SQL, by -f FILE or on standard input");
  }
  return std::string(std::istreambuf_iterator<char>(console.in), {});
}

v1::RunQueryRequest Request(const QueryOptions& options, const std::string& sql,
                            bool validate_only) {
  v1::RunQueryRequest request;
  request.set_sql(sql);
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

// Judged first where it is to be explained; released unless it is a dry run.
int Ask(const Console& console, Session& session, const QueryOptions& options,
        const std::string& sql, const std::optional<AnswerFiles>& files) {
  if (options.explain) {
    const auto judged = Run(console, session, Request(options, sql, true), options.timeout_s);
    if (!judged.ok()) return Fail(console, judged.status());
    Explain(console, judged->view);
    if (options.dry_run) return PrintReceived(console, *judged, options.format, files, sql);
  }
  const auto received =
      Run(console, session, Request(options, sql, options.dry_run), options.timeout_s);
  if (!received.ok()) return Fail(console, received.status());
  return PrintReceived(console, *received, options.format, files, sql);
}

}  // namespace

int Query(const Console& console, const QueryOptions& options) {
  const auto sql = ReadSql(console, options);
  if (!sql.ok()) return Fail(console, sql.status());
  auto profile = LoadProfile(console, options.profile);
  if (!profile.ok()) return Fail(console, profile.status());
  const auto files = OpenOutput(options.output);
  if (!files.ok()) return Fail(console, files.status());
  if (const auto reason = RefuseSqlText(*sql))
    return PrintReceived(console, RefusedHere(*reason), options.format, *files, *sql);
  auto session = Session::Open(*std::move(profile));
  if (!session.ok()) return Fail(console, session.status());
  return Ask(console, *session, options, *sql, *files);
}

}  // namespace kluis
