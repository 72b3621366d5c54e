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

void AppendValue(const ReleasedValue& value, int decimals, std::string* out) {
  switch (value.status) {
    case ValueStatus::kOk:
      out->append(R"({"status":"ok","value":)");
      AppendCanonicalNumber(value.scaled, decimals, out);
      out->push_back('}');
      return;
    case ValueStatus::kSuppressed:
      out->append(R"({"status":"suppressed","value":null})");
      return;
    case ValueStatus::kEmpty:
      out->append(R"({"status":"empty","value":null})");
      return;
  }
  KLUIS_CHECK(false);
}

// Written as text: a table may have a million cells, and only its keys need sorting.
void AppendRows(const ProtectedTable& table, std::string* out) {
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

  out->push_back('[');
  KLUIS_CHECK(table.values().size() == shape.rows.size());
  const size_t begin = out->size();
  for (size_t r = 0; r < shape.rows.size(); ++r) {
    out->append(r == 0 ? "{" : ",{");
    for (size_t i = 0; i < columns.size(); ++i) {
      const size_t c = columns[i].second;
      out->append(starts[i]);
      if (c < dimensions) {
        AppendCanonicalString(shape.rows[r].codes[c], out);
      } else {
        AppendValue(table.values()[r][c - dimensions], shape.statistics[c - dimensions].decimals,
                    out);
      }
    }
    out->push_back('}');
    // Others are a little longer or shorter than the first.
    if (r == 0) out->reserve(begin + (out->size() - begin) * shape.rows.size() * 9 / 8);
  }
  out->push_back(']');
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
  out.append(R"("rows":)");
  AppendRows(table, &out);
  absl::StrAppend(&out, ",", CanonicalJson(tail).substr(1));
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
