// A draft of the policy beside the one in force: for some days every release is made again under
// it, in the background, and what would differ is counted. Counts only, in DIR/policy-shadow.json;
// over restarts, too. Nothing that is answered depends on it.
#ifndef KLUIS_SERVER_RPC_POLICY_SHADOW_H_
#define KLUIS_SERVER_RPC_POLICY_SHADOW_H_

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "kluis/v1/policy.pb.h"
#include "server/enclave/policies.h"
#include "server/rpc/service_core.h"

namespace kluis {

// Thread safe; one shadow at a time. The core must outlive it.
class PolicyShadow {
 public:
  static constexpr int kDaysMost = 366;

  // Goes on with the shadow of the directory, if there is one. `tick_ms`: between two looks at the
  // log.
  explicit PolicyShadow(const ServiceCore& core, int tick_ms = 30'000);
  ~PolicyShadow();

  // From the next release on. FAILED_PRECONDITION: one runs; INVALID_ARGUMENT: the days, or the
  // files do not check.
  absl::StatusOr<v1::PolicyShadow> Start(const std::string& by, const PolicyFiles& files, int days);
  // What was counted up to now, of the one that runs or ran last. NOT_FOUND: there was none.
  absl::StatusOr<v1::PolicyShadow> Get();
  // Ends it; the counts stay until the next one starts. FAILED_PRECONDITION: none runs.
  absl::StatusOr<v1::PolicyShadow> Stop();

 private:
  struct State;
  void Loop();
  absl::Status CountNew();  // with mutex_
  absl::Status Save() const;
  void Load();

  const ServiceCore core_;
  const int tick_ms_;
  std::atomic<bool> ending_{false};
  std::mutex mutex_;  // guards what follows; held while releases are made again
  std::condition_variable wake_;
  std::unique_ptr<State> state_;  // null: there was none
  std::thread thread_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_POLICY_SHADOW_H_
