#include "server/release/draft_replay.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace kluis {
namespace {

using Json = nlohmann::json;

bool IsStatistic(const Json& value) { return value.is_object() && value.contains("status"); }

// Codes of the dimensions of a row, and coefficients' terms.
std::string PlaceOf(const Json& row) {
  std::vector<std::string> codes;
  for (const auto& [name, value] : row.items()) {
    if (!IsStatistic(value))
      codes.push_back(value.is_string() ? value.get<std::string>() : value.dump());
  }
  return absl::StrJoin(codes, " ");
}

// "GM0917 1, n" -> whether it is shown.
std::map<std::string, bool> SignsOf(const Json& answer) {
  std::map<std::string, bool> signs;
  const auto rows = answer.find("rows");
  if (rows == answer.end() || !rows->is_array()) return signs;
  for (const Json& row : *rows) {
    const std::string place = PlaceOf(row);
    for (const auto& [name, value] : row.items()) {
      if (IsStatistic(value))
        signs[absl::StrCat(place, ", ", name)] = value["status"] != "suppressed";
    }
  }
  return signs;
}

std::string RefusalCodeOf(const Json& answer) {
  if (answer.value("status", "") != "refused") return "";
  const Json reasons = answer.value("reasons", Json::array());
  return reasons.empty() ? "REFUSED" : reasons[0].value("code", "REFUSED");
}

}  // namespace

DraftEffect CompareAnswers(absl::string_view then, absl::string_view under_draft) {
  const Json before = Json::parse(then.begin(), then.end(), nullptr, false);
  const Json after = Json::parse(under_draft.begin(), under_draft.end(), nullptr, false);
  DraftEffect effect;
  if (!before.is_object() || !after.is_object()) return effect;
  effect.refusal = RefusalCodeOf(after);
  const std::map<std::string, bool> old_signs = SignsOf(before), new_signs = SignsOf(after);
  const auto example = [&effect](const std::string& place, const char* what) {
    if (effect.examples.size() < kEffectExamples)
      effect.examples.push_back(absl::StrCat(place, ": ", what));
  };
  effect.cells = static_cast<int64_t>(old_signs.size());
  for (const auto& [place, shown] : old_signs) {
    const auto found = new_signs.find(place);
    const bool now = found != new_signs.end() && found->second;
    if (shown && !now) ++effect.hidden, example(place, "hidden");
    if (!shown && now) ++effect.shown, example(place, "shown");
  }
  for (const auto& [place, shown] : new_signs) {
    if (shown && old_signs.count(place) == 0) ++effect.shown, example(place, "shown");
  }
  return effect;
}

std::shared_ptr<const std::string> KnownAnswers::Find(const std::string& question) const {
  const auto found = answers_.find(question);
  return found == answers_.end() ? nullptr : found->second;
}

void KnownAnswers::Add(const std::string& question, std::shared_ptr<const std::string> answer) {
  ++computed_;
  const size_t bytes = question.size() + answer->size();
  if (bytes_ + bytes > kBytesMost) return;
  bytes_ += bytes;
  answers_.emplace(question, std::move(answer));
}

}  // namespace kluis
