#include "disclosure/protect/answer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/canonical_json.h"
#include "disclosure/base/check.h"
#include "disclosure/protect/answer_frame.h"

namespace kluis {
namespace {

using nlohmann::json;

json Columns(const ReleaseShape& shape) {
  json columns = json::array();
  for (const int column : shape.column_order) {
    const int statistic = column - static_cast<int>(shape.dimensions.size());
    if (statistic < 0) {
      columns.push_back({{"name", shape.dimensions[column].name}, {"role", "dimension"}});
    } else {
      const StatisticColumn& s = shape.statistics[statistic];
      columns.push_back(
          {{"name", s.name}, {"role", "measure"}, {"statistic", StatisticName(s.kind)}});
    }
  }
  return columns;
}

std::string Value(const ReleasedValue& value, int decimals) {
  switch (value.status) {
    case ValueStatus::kOk:
      return absl::StrCat(R"({"status":"ok","value":)", CanonicalNumber(value.scaled, decimals),
                          "}");
    case ValueStatus::kSuppressed:
      return R"({"status":"suppressed","value":null})";
    case ValueStatus::kEmpty:
      return R"({"status":"empty","value":null})";
  }
  KLUIS_CHECK(false);
  return "";
}

// Written as text: a table may have a million cells, and only its keys need sorting.
std::string Rows(const ProtectedTable& table) {
  const ReleaseShape& shape = table.shape();
  const size_t dimensions = shape.dimensions.size();
  std::vector<std::pair<std::string, size_t>> columns;  // name, place in column_order's numbering
  for (const int column : shape.column_order) {
    const size_t c = column;
    columns.emplace_back(
        c < dimensions ? shape.dimensions[c].name : shape.statistics[c - dimensions].name, c);
  }
  std::sort(columns.begin(), columns.end());
  std::vector<std::string> starts;  // what stands before each value
  for (const auto& [name, c] : columns)
    starts.push_back(absl::StrCat(starts.empty() ? "" : ",", CanonicalString(name), ":"));

  std::string out = "[";
  KLUIS_CHECK(table.values().size() == shape.rows.size());
  for (size_t r = 0; r < shape.rows.size(); ++r) {
    out += r == 0 ? "{" : ",{";
    for (size_t i = 0; i < columns.size(); ++i) {
      const size_t c = columns[i].second;
      out += starts[i];
      out += c < dimensions ? CanonicalString(shape.rows[r].codes[c])
                            : Value(table.values()[r][c - dimensions],
                                    shape.statistics[c - dimensions].decimals);
    }
    out += "}";
  }
  return out + "]";
}

json Reason(const Refusal& refusal) {
  json reason = {
      {"code", refusal.code},       {"hint", refusal.hint}, {"kind", RefusalKindName(refusal.kind)},
      {"message", refusal.message}, {"line", nullptr},      {"column", nullptr}};
  if (refusal.line > 0) reason["line"] = refusal.line;
  if (refusal.column > 0) reason["column"] = refusal.column;
  return reason;
}

}  // namespace

json AnswerFrame(const AnswerContext& context, const char* status) {
  return {{"columns", json::array()},
          {"protection",
           {{"cells", 0},
            {"policy", context.policy_sha256.empty() ? "" : "sha256:" + context.policy_sha256},
            {"rules", context.rules},
            {"suppressed", 0}}},
          {"reasons", json::array()},
          {"release", context.release},
          {"rows", json::array()},
          {"scope", context.scope},
          {"status", status}};
}

std::string CanonicalAnswer(const ProtectedTable& table, const AnswerContext& context) {
  json frame = AnswerFrame(context, "released");
  frame["columns"] = Columns(table.shape());
  frame["protection"]["cells"] = table.summary().cells;
  frame["protection"]["suppressed"] = table.summary().suppressed;
  if (table.summary().round_to > 0) frame["protection"]["round_to"] = table.summary().round_to;
  frame.erase("rows");
  const json tail = {{"scope", std::move(frame["scope"])}, {"status", std::move(frame["status"])}};
  frame.erase("scope");
  frame.erase("status");
  std::string out = CanonicalJson(frame);
  out.back() = ',';
  absl::StrAppend(&out, R"("rows":)", Rows(table), ",", CanonicalJson(tail).substr(1));
  return out;
}

std::string CanonicalRefusal(const Refusal& refusal, const AnswerContext& context) {
  json frame = AnswerFrame(context, refusal.kind == RefusalKind::kHeld ? "held" : "refused");
  frame["reasons"].push_back(Reason(refusal));
  return CanonicalJson(frame);
}

std::string CanonicalAllowed(const ReleaseShape& shape, int64_t cells, const std::string& plan,
                             const AnswerContext& context) {
  json frame = AnswerFrame(context, "allowed");
  frame["columns"] = Columns(shape);
  frame["cells"] = cells;
  frame["plan"] = plan;
  frame["protection"]["cells"] = cells;
  frame["protection"]["suppressed"] = nullptr;  // not known before the data are touched
  return CanonicalJson(frame);
}

}  // namespace kluis
