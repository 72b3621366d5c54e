#include "server/rpc/policy_shadow.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/canonical_json.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "server/enclave/bundle.h"
#include "server/enclave/files.h"
#include "server/rpc/journal.h"
#include "server/rpc/policy_replay.h"

namespace kluis {
namespace {

using Json = nlohmann::json;

constexpr int64_t kDay_s = 86'400;

}  // namespace

struct PolicyShadow::State {
  PolicyFiles files;
  uint64_t after = 0;  // the last entry that was looked at
  v1::PolicyShadow shown;
};

PolicyShadow::PolicyShadow(const ServiceCore& core, int tick_ms) : core_(core), tick_ms_(tick_ms) {
  Load();
  thread_ = std::thread([this] { Loop(); });
}

PolicyShadow::~PolicyShadow() {
  ending_ = true;
  wake_.notify_all();
  thread_.join();
}

void PolicyShadow::Loop() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!ending_) {
    wake_.wait_for(lock, std::chrono::milliseconds(tick_ms_), [this] { return ending_.load(); });
    if (ending_ || state_ == nullptr || !state_->shown.running()) continue;
    const absl::Status counted = CountNew();
    if (!counted.ok() && !ending_)
      Journal("policy_shadow", {{"problem", std::string(counted.message())}});
  }
}

absl::Status PolicyShadow::CountNew() {
  const uint64_t last = core_.enclave.ledger().size() - 1;
  const bool over = NowUtc() >= state_->shown.until();
  if (last > state_->after) {
    KLUIS_ASSIGN_OR_RETURN(const ParsedBundle draft,
                           ParseBundle(state_->files, *core_.enclave.catalogue()));
    KLUIS_ASSIGN_OR_RETURN(
        const v1::PolicyReplayReport report,
        ReplayUnderDraft(
            core_, draft.policy,
            {.since = state_->shown.since().substr(0, 10), .after = state_->after, .until = last},
            &ending_));
    AddCounts(report, state_->shown.mutable_counts());
    state_->after = last;
  } else if (!over) {
    return absl::OkStatus();
  }
  if (over) state_->shown.set_running(false);
  return Save();
}

absl::StatusOr<v1::PolicyShadow> PolicyShadow::Start(const std::string& by,
                                                     const PolicyFiles& files, int days) {
  if (days < 1 || days > kDaysMost)
    return absl::InvalidArgumentError(absl::StrCat("a shadow runs 1 to ", kDaysMost, " days"));
  KLUIS_RETURN_IF_ERROR(ParseBundle(files, *core_.enclave.catalogue()).status());
  std::lock_guard<std::mutex> lock(mutex_);
  if (state_ != nullptr && state_->shown.running())
    return absl::FailedPreconditionError("a shadow runs\nhint: kluis policy shadow stop");
  auto state = std::make_unique<State>();
  state->files = files;
  state->after = core_.enclave.ledger().size() - 1;
  state->shown.set_running(true);
  state->shown.set_by(by);
  state->shown.set_since(NowUtc());
  state->shown.set_until(UtcIn(days * kDay_s));
  std::swap(state, state_);
  const absl::Status saved = Save();
  if (!saved.ok()) {
    std::swap(state, state_);
    return saved;
  }
  return state_->shown;
}

absl::StatusOr<v1::PolicyShadow> PolicyShadow::Get() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (state_ == nullptr)
    return absl::NotFoundError("no shadow was started\nhint: kluis policy shadow start DIR");
  if (state_->shown.running()) KLUIS_RETURN_IF_ERROR(CountNew());
  return state_->shown;
}

absl::StatusOr<v1::PolicyShadow> PolicyShadow::Stop() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (state_ == nullptr || !state_->shown.running())
    return absl::FailedPreconditionError("no shadow runs");
  // A draft that does not check any more is stopped with what was counted before.
  const absl::Status counted = CountNew();
  state_->shown.set_running(false);
  KLUIS_RETURN_IF_ERROR(Save());
  if (!counted.ok()) Journal("policy_shadow", {{"problem", std::string(counted.message())}});
  return state_->shown;
}

absl::Status PolicyShadow::Save() const {
  return WritePrivateFile(core_.enclave.paths().policy_shadow(),
                          CanonicalJson({{"files", state_->files},
                                         {"after", state_->after},
                                         {"shown", Base64(state_->shown.SerializeAsString())}}));
}

void PolicyShadow::Load() {
  const absl::StatusOr<std::string> text = ReadFile(core_.enclave.paths().policy_shadow());
  if (!text.ok()) return;
  const Json json = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
  auto state = std::make_unique<State>();
  try {
    state->files = json.at("files").get<PolicyFiles>();
    state->after = json.at("after");
    const absl::StatusOr<std::string> shown = StrictBase64(json.at("shown").get<std::string>());
    if (!shown.ok() || !state->shown.ParseFromString(*shown)) return;
  } catch (const Json::exception&) {
    return Journal("policy_shadow", {{"problem", "policy-shadow.json is damaged; no shadow runs"}});
  }
  state_ = std::move(state);
}

}  // namespace kluis
