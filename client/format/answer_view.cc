#include "client/format/answer_view.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

using nlohmann::json;

absl::Status NotAnAnswer(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("this is not an answer of an enclave: ", what));
}

std::string Text(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

int64_t Integer(const json& object, const char* key, int64_t otherwise) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<int64_t>() : otherwise;
}

bool IsValue(const json& value) {
  if (!value.is_object() || !value.contains("value")) return false;
  const std::string status = Text(value, "status");
  return status == "ok" ? value["value"].is_number()
                        : (status == "suppressed" || status == "empty") && value["value"].is_null();
}

absl::Status CheckRows(const AnswerView& view) {
  if (!view.rows.is_array()) return NotAnAnswer("rows is not a list");
  for (const json& row : view.rows) {
    for (const AnswerColumn& column : view.columns) {
      const auto found = row.find(column.name);
      if (found == row.end() || !(column.measure ? IsValue(*found) : found->is_string())) {
        return NotAnAnswer(absl::StrCat("a row has no good value for column ", column.name));
      }
    }
  }
  return absl::OkStatus();
}

AnswerReason ReadReason(const json& reason) {
  return {.code = Text(reason, "code"),
          .message = Text(reason, "message"),
          .hint = Text(reason, "hint"),
          .policy = Text(reason, "kind") == "policy",
          .line = static_cast<int>(Integer(reason, "line", 0)),
          .column = static_cast<int>(Integer(reason, "column", 0))};
}

}  // namespace

absl::StatusOr<json> ParseStrictJson(absl::string_view text) {
  std::vector<std::set<std::string>> keys;
  bool twice = false;
  const auto watch = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key)
      twice |= !keys.back().insert(parsed.get<std::string>()).second;
    return true;
  };
  json value = json::parse(text.begin(), text.end(), watch, /*allow_exceptions=*/false);
  if (value.is_discarded()) return absl::InvalidArgumentError("this is not JSON");
  if (twice) return absl::InvalidArgumentError("a key stands twice in one JSON object");
  return value;
}

absl::StatusOr<AnswerView> ReadAnswer(absl::string_view text) {
  KLUIS_ASSIGN_OR_RETURN(json answer, ParseStrictJson(text));
  if (!answer.is_object()) return NotAnAnswer("it is no object");
  AnswerView view;
  view.status = Text(answer, "status");
  if (view.status.empty()) return NotAnAnswer("it has no status");
  view.release = Text(answer, "release");
  view.plan = Text(answer, "plan");
  view.scope = answer.value("scope", json::object());
  const json protection = answer.value("protection", json::object());
  if (!protection.is_object()) return NotAnAnswer("protection is no object");
  view.rules = Text(protection, "rules");
  view.policy = Text(protection, "policy");
  view.cells = Integer(protection, "cells", 0);
  view.suppressed = Integer(protection, "suppressed", -1);
  view.round_to = Integer(protection, "round_to", 0);
  for (const json& column : answer.value("columns", json::array())) {
    view.columns.push_back({Text(column, "name"), Text(column, "role") == "measure"});
  }
  for (const json& reason : answer.value("reasons", json::array())) {
    view.reasons.push_back(ReadReason(reason));
  }
  view.model = answer.value("model", json());
  if (!view.model.is_null() && !view.model.is_object()) return NotAnAnswer("model is no object");
  view.rows = std::move(answer["rows"]);
  if (view.rows.is_null()) view.rows = json::array();
  KLUIS_RETURN_IF_ERROR(CheckRows(view));
  return view;
}

}  // namespace kluis
