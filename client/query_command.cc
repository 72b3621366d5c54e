#include <iterator>
#include <utility>

#include "absl/strings/strip.h"
#include "client/ask.h"
#include "client/commands.h"
#include "client/files.h"
#include "client/format/sql_text.h"
#include "client/received.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

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

}  // namespace

int Query(const Console& console, const QueryOptions& options) {
  const auto sql = ReadSql(console, options);
  if (!sql.ok()) return Fail(console, sql.status());
  auto profile = LoadProfile(console, options.ask.profile);
  if (!profile.ok()) return Fail(console, profile.status());
  const auto files = OpenOutput(options.ask.output);
  if (!files.ok()) return Fail(console, files.status());
  if (const auto reason = RefuseSqlText(*sql))
    return PrintReceived(console, RefusedHere(*reason), options.ask.format, *files, *sql);
  auto session = Session::Open(*std::move(profile));
  if (!session.ok()) return Fail(console, session.status());
  v1::RunQueryRequest request;
  request.set_sql(*sql);
  return Ask(console, *session, options.ask, request, *sql, *files);
}

}  // namespace kluis
