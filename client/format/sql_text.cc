#include "client/format/sql_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "client/format/text.h"
#include "disclosure/base/canonical_json.h"

namespace kluis {
namespace {

using nlohmann::json;

constexpr size_t kBytesMax = size_t{1} << 20;

AnswerReason At(absl::string_view before, AnswerReason reason) {
  const size_t newline = before.rfind('\n');
  const size_t line_start = newline == absl::string_view::npos ? 0 : newline + 1;
  reason.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  reason.column = 1 + static_cast<int>(CodePoints(before.substr(line_start)).size());
  return reason;
}

}  // namespace

std::optional<AnswerReason> RefuseSqlText(absl::string_view sql) {
  if (sql.size() > kBytesMax) {
    return At("", {.code = "QUERY_TOO_LONG",
                   .message = "a query has at most 1 MiB of text",
                   .hint = "use levels or ranges instead of long lists of codes"});
  }
  const size_t valid = ValidUtf8Prefix(sql);
  if (valid == sql.size()) return std::nullopt;
  return At(sql.substr(0, valid), {.code = "INVALID_TEXT",
                                   .message = "the text is not UTF-8",
                                   .hint = "save the query as UTF-8 text"});
}

std::string RefusalWithoutRelease(const AnswerReason& reason) {
  const json why = {{"code", reason.code}, {"column", reason.column},
                    {"hint", reason.hint}, {"kind", reason.policy ? "policy" : "usage"},
                    {"line", reason.line}, {"message", reason.message}};
  return CanonicalJson(
      {{"columns", json::array()},
       {"protection", {{"cells", 0}, {"policy", ""}, {"rules", ""}, {"suppressed", 0}}},
       {"reasons", json::array({why})},
       {"release", ""},
       {"rows", json::array()},
       {"scope", json::object()},
       {"status", "refused"}});
}

}  // namespace kluis
