// The log's side of c2sp.org/tlog-witness: asks each witness to cosign the latest checkpoint.
#ifndef KLUIS_SERVER_WITNESS_COSIGNING_H_
#define KLUIS_SERVER_WITNESS_COSIGNING_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "disclosure/evidence/trust.h"
#include "server/ledger/ledger.h"

namespace kluis {

// What became of one witness in one round.
struct CosigningReport {
  std::string witness;
  // OK: it cosigned. DATA_LOSS: it has seen more of this log, or another log than this; then an
  // older database was put back, or there are two. UNAVAILABLE: it gave no answer of use.
  absl::Status status;
};

// Asks in the background, and keeps what comes back in the ledger; nothing waits for it.
class Cosigning {
 public:
  struct Options {
    int every_ms = 2'000;     // between rounds; a round without a new checkpoint asks nobody
    int timeout_ms = 10'000;  // for one witness
    std::function<void(const CosigningReport&)> on_change = {};  // when a witness's status differs
  };
  // `ledger` must outlive it. Witnesses of `trust` without a URL are not asked.
  Cosigning(Ledger& ledger, TrustPolicy trust, Options options);
  ~Cosigning();                          // waits for the witness that is being asked
  Cosigning(const Cosigning&) = delete;  // one thread, which knows this place
  Cosigning& operator=(const Cosigning&) = delete;

  // One round, now, on this thread: whether all witnesses cosigned the latest checkpoint.
  bool AskAll();

 private:
  void Run();
  absl::Status Ask(const TrustPolicy::Witness& witness, const std::string& note,
                   std::string* lines);

  Ledger& ledger_;
  const TrustPolicy trust_;
  const Options options_;
  std::mutex round_;                      // one round at a time; guards what follows
  std::map<std::string, uint64_t> seen_;  // by witness: the size that it cosigned last
  std::map<std::string, absl::Status> told_;
  uint64_t cosigned_ = 0;  // the size for which all lines are kept
  std::mutex mutex_;       // guards stopping_
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_WITNESS_COSIGNING_H_
