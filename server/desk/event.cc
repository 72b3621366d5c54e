#include "server/desk/event.h"

#include <nlohmann/json.hpp>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "disclosure/base/canonical_json.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

using nlohmann::json;

struct TextField {
  const char* key;
  std::string DeskEvent::*field;
};
constexpr TextField kTexts[] = {{"case", &DeskEvent::case_id},    {"reason", &DeskEvent::reason},
                                {"code", &DeskEvent::code},       {"digest", &DeskEvent::digest},
                                {"release", &DeskEvent::release}, {"until", &DeskEvent::until},
                                {"shape", &DeskEvent::shape},     {"project", &DeskEvent::project},
                                {"caller", &DeskEvent::caller}};

auto Tie(const DeskEvent& e) {
  return std::tie(e.action, e.case_id, e.by.id, e.by.person, e.by.role, e.time, e.reason, e.code,
                  e.required, e.strength, e.digest, e.to_researcher, e.release, e.until, e.shape,
                  e.cells, e.project, e.caller, e.dependants);
}

absl::Status Bad(absl::string_view key) {
  return absl::InvalidArgumentError(absl::StrCat("no event of the desk: key ", key));
}

absl::Status ReadNumber(const json& value, absl::string_view key, DeskEvent* event) {
  if (!value.is_number_integer() || value < 0) return Bad(key);
  if (key == "required") event->required = value;
  if (key == "minimum") event->strength.minimum = value;
  if (key == "round_to") event->strength.round_to = value;
  if (key == "cells") event->cells = value;
  return absl::OkStatus();
}

absl::Status ReadText(const json& value, absl::string_view key, DeskEvent* event) {
  if (!value.is_string()) return Bad(key);
  const std::string text = value;
  if (key == "action" && !ParseAction(text, &event->action)) return Bad(key);
  if (key == "role" && !ParseDeskRole(text, &event->by.role)) return Bad(key);
  if (key == "by") event->by.id = text;
  if (key == "person") event->by.person = text;
  for (const TextField& field : kTexts) {
    if (key == field.key) event->*field.field = text;
  }
  return absl::OkStatus();
}

absl::Status ReadDependants(const json& value, DeskEvent* event) {
  if (!value.is_array()) return Bad("dependants");
  for (const json& release : value) {
    if (!release.is_string()) return Bad("dependants");
    event->dependants.push_back(release);
  }
  return absl::OkStatus();
}

bool IsText(absl::string_view key) {
  for (const TextField& field : kTexts) {
    if (key == field.key) return true;
  }
  return key == "action" || key == "role" || key == "by" || key == "person";
}

absl::Status ReadKey(const std::string& key, const json& value, DeskEvent* event) {
  if (key == "entry") return absl::OkStatus();
  if (IsText(key)) return ReadText(value, key, event);
  if (key == "dependants") return ReadDependants(value, event);
  if (key == "to_researcher") {
    if (!value.is_boolean()) return Bad(key);
    event->to_researcher = value;
    return absl::OkStatus();
  }
  if (key == "required" || key == "minimum" || key == "round_to" || key == "cells")
    return ReadNumber(value, key, event);
  return Bad(key);
}

}  // namespace

bool DeskEvent::operator==(const DeskEvent& other) const { return Tie(*this) == Tie(other); }

std::string EventJson(const DeskEvent& event) {
  json object = {{"action", ActionName(event.action)},
                 {"by", event.by.id},
                 {"person", event.by.person},
                 {"role", DeskRoleName(event.by.role)}};
  for (const TextField& field : kTexts) {
    if (!(event.*field.field).empty()) object[field.key] = event.*field.field;
  }
  if (event.required > 0) object["required"] = event.required;
  if (event.strength.minimum > 0) object["minimum"] = event.strength.minimum;
  if (event.strength.round_to > 0) object["round_to"] = event.strength.round_to;
  if (event.cells > 0) object["cells"] = event.cells;
  if (event.to_researcher) object["to_researcher"] = true;
  if (!event.dependants.empty()) object["dependants"] = event.dependants;
  return CanonicalJson(object);
}

absl::StatusOr<DeskEvent> ParseEvent(absl::string_view text) {
  const json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return absl::InvalidArgumentError("no event of the desk: no object");
  DeskEvent event;
  for (const auto& [key, value] : object.items())
    KLUIS_RETURN_IF_ERROR(ReadKey(key, value, &event));
  for (const char* needed : {"action", "by", "person", "role", "case"}) {
    if (!object.contains(needed)) return Bad(needed);
  }
  return event;
}

const std::vector<std::string>& DenyCodes() {
  static const auto& codes = *new std::vector<std::string>{
      "DIFFERENCING", "DOMINANCE", "SMALL_POPULATION", "PURPOSE", "QUALITY", "OTHER"};
  return codes;
}

}  // namespace kluis
