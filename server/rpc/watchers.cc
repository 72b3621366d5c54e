#include "server/rpc/watchers.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/rpc/grpc_error.h"
#include "server/rpc/recorded_call.h"
#include "server/rpc/review_core.h"
#include "server/rpc/review_view.h"

namespace kluis {
namespace {

constexpr std::chrono::milliseconds kTick(250);
constexpr size_t kQueueMost = 1000;  // changes that wait for one watcher

grpc::Status Full() {
  return MakeError(grpc::StatusCode::RESOURCE_EXHAUSTED, "TOO_MANY_WATCHERS",
                   "too many watch the desk; end another watch or come again later");
}

}  // namespace

// One stream. Owns itself until gRPC is done with it.
class Watchers::Watcher : public Reactor {
 public:
  Watcher(Watchers* all, const ServiceCore& core) : all_(all), core_(core) {}

  // `self` is this one.
  void Start(std::shared_ptr<Watcher> self, const Caller& caller, size_t known,
             const grpc::Status& admitted) {
    self_ = std::move(self);
    caller_ = caller;
    known_ = known;
    if (!admitted.ok()) EndWith(admitted);
  }

  const Caller& caller() const { return caller_; }

  // Changes from `known` on that are this caller's to hear, as far as there is room.
  void Hear(const Desk& desk) {
    std::lock_guard<std::mutex> lock(mutex_);
    const std::vector<DeskChange>& changes = desk.changes();
    for (; known_ < changes.size() && queue_.size() < kQueueMost; ++known_)
      Queue(desk, changes[known_]);
    WriteNext();
  }

  void EndWith(const grpc::Status& status) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (finished_) return;
    finished_ = true;
    status_ = status;
    Finish(status);
  }

  void OnWriteDone(bool ok) override {
    const std::shared_ptr<Watcher> self = self_;  // for the length of this call
    if (!ok) return EndWith(ToClientError(absl::CancelledError("client")));
    std::lock_guard<std::mutex> lock(mutex_);
    queue_.pop_front();
    writing_ = false;
    WriteNext();
  }
  void OnCancel() override {
    const std::shared_ptr<Watcher> self = self_;
    EndWith(ToClientError(absl::CancelledError("client")));
  }
  void OnDone() override {
    if (!caller_.id.empty()) JournalCall(core_, "WatchCases", caller_, {}, status_, begin_);
    all_->Remove(this);
    const std::shared_ptr<Watcher> last = std::move(self_);
  }

 private:
  void Queue(const Desk& desk, const DeskChange& change) {  // with mutex_
    const Case& held = *desk.Find(change.case_id);
    const bool all = SeesAll(core_, caller_, held);
    const bool own = held.request.caller == caller_.id && ConcernsResearcher(held);
    if (!all && !own) return;
    const char* state = StateName(all ? change.state : StateForResearcher(change.state));
    // That somebody looks or votes is no news for who asked.
    const std::string before = std::exchange(told_[change.case_id], state);
    if (!all && before == state && !change.to_researcher) return;
    v1::CaseChange& filled = queue_.emplace_back();
    filled.set_index(change.index);
    filled.set_time(change.time);
    filled.set_case_(absl::StrCat("cases/", change.case_id));
    filled.set_state(state);
    if (all) filled.set_action(change.action);
  }
  void WriteNext() {  // with mutex_
    if (writing_ || finished_ || queue_.empty()) return;
    writing_ = true;
    StartWrite(&queue_.front());
  }

  Watchers* const all_;
  const ServiceCore core_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::shared_ptr<Watcher> self_;
  Caller caller_;
  std::mutex mutex_;                  // guards what follows
  size_t known_ = 0;                  // changes of the desk that were heard
  std::map<std::string, std::string> told_;  // case -> state
  std::deque<v1::CaseChange> queue_;         // the first is being written
  bool writing_ = false, finished_ = false;
  grpc::Status status_;
};

Watchers::Watchers(const ServiceCore& core) : core_(core), thread_([this] { Look(); }) {}

Watchers::~Watchers() {
  End();
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  thread_.join();
}

grpc::Status Watchers::Admit(const Caller& caller, const std::shared_ptr<Watcher>& watcher) {
  if (caller.role == Role::kOperator) return RoleMayNot();
  std::lock_guard<std::mutex> lock(mutex_);
  if (ended_) return MakeError(grpc::StatusCode::UNAVAILABLE, "STOPPING", "the server stops");
  const auto own = of_user_.find(caller.id);
  const int of_this_user = own == of_user_.end() ? 0 : own->second;
  if (of_this_user >= kWatchersOfOneUser || watchers_.size() >= kWatchersMost) return Full();
  ++of_user_[caller.id];
  watchers_.push_back(watcher);
  return grpc::Status::OK;
}

Watchers::Reactor* Watchers::Add(const grpc::CallbackServerContext& context, bool from_now) {
  const auto watcher = std::make_shared<Watcher>(this, core_);
  Caller caller;
  grpc::Status admitted = Identify(context, core_, "WatchCases", &caller);
  size_t known = 0;
  if (admitted.ok() && from_now) known = core_.enclave.desk().WaitForChange(0, kTick * 0);
  if (admitted.ok()) {
    // It begins before others may look at it, and is taken out by OnDone() alone.
    watcher->Start(watcher, caller, known, grpc::Status::OK);
    admitted = Admit(caller, watcher);
    if (!admitted.ok()) watcher->EndWith(admitted);
  } else {
    watcher->Start(watcher, Caller(), 0, admitted);
  }
  return watcher.get();
}

void Watchers::Remove(Watcher* watcher) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = std::find_if(watchers_.begin(), watchers_.end(),
                                  [watcher](const auto& known) { return known.get() == watcher; });
  if (found == watchers_.end()) return;  // it was not admitted
  const auto own = of_user_.find(watcher->caller().id);
  if (--own->second == 0) of_user_.erase(own);
  watchers_.erase(found);
}

void Watchers::End() {
  std::vector<std::shared_ptr<Watcher>> all;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
    all = watchers_;
  }
  for (const auto& watcher : all)
    watcher->EndWith(MakeError(grpc::StatusCode::UNAVAILABLE, "STOPPING", "the server stops"));
}

void Watchers::TellNews(const std::vector<std::shared_ptr<Watcher>>& watchers) {
  for (const auto& watcher : watchers) {
    const Caller& caller = watcher->caller();
    if (core_.enclave.registry().IsCurrent(caller.id, caller.certificate_sha256)) continue;
    watcher->EndWith(
        MakeError(grpc::StatusCode::UNAUTHENTICATED, "REVOKED", "the caller was revoked"));
  }
  const absl::Status looked = core_.enclave.desk().Look([&](const Desk& desk) {
    for (const auto& watcher : watchers) watcher->Hear(desk);
  });
  if (looked.ok()) return;
  for (const auto& watcher : watchers) watcher->EndWith(ToClientError(looked));
}

void Watchers::Look() {
  for (size_t known = 0;;) {
    known = core_.enclave.desk().WaitForChange(known, kTick);
    std::vector<std::shared_ptr<Watcher>> watchers;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (stopping_) return;
      watchers = watchers_;
    }
    if (!watchers.empty()) TellNews(watchers);
  }
}

}  // namespace kluis
