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

absl::StatusOr<KnownAnswers::Answer> KnownAnswers::Get(
    const std::string& question, absl::FunctionRef<absl::StatusOr<Answer>()> compute) {
  std::unique_lock<std::mutex> lock(mutex_);
  std::shared_ptr<Slot>& known = slots_[question];
  if (known != nullptr) {
    const std::shared_ptr<const Slot> slot = known;
    done_.wait(lock, [&slot] { return slot->done; });
    return slot->answer;
  }
  known = std::make_shared<Slot>();
  const std::shared_ptr<Slot> slot = known;
  lock.unlock();
  absl::StatusOr<Answer> answer = compute();
  lock.lock();
  slot->answer = answer;
  slot->done = true;
  const size_t bytes = answer.ok() ? question.size() + (*answer)->size() : 0;
  if (!answer.ok() || bytes_ + bytes > kBytesMost)
    slots_.erase(question);
  else
    bytes_ += bytes;
  if (answer.ok()) ++computed_;
  lock.unlock();
  done_.notify_all();
  return answer;
}

int64_t KnownAnswers::computed() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return computed_;
}

}  // namespace kluis
