#include "server/witness/cosigning.h"

#include <chrono>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "server/witness/http.h"
#include "server/witness/witness.h"

namespace kluis {
namespace {

constexpr char kSizeType[] = "text/x.tlog.size";

}  // namespace

Cosigning::Cosigning(Ledger& ledger, TrustPolicy trust, Options options)
    : ledger_(ledger), trust_(std::move(trust)), options_(std::move(options)) {
  if (options_.every_ms > 0) thread_ = std::thread([this] { Run(); });
}

Cosigning::~Cosigning() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Cosigning::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    AskAll();
    lock.lock();
    wake_.wait_for(lock, std::chrono::milliseconds(options_.every_ms),
                   [this] { return stopping_; });
  }
}

bool Cosigning::AskAll() {
  std::lock_guard<std::mutex> lock(round_);
  const std::string note = ledger_.checkpoint();
  const auto checkpoint = trust_.OpenSigned(note);
  if (!checkpoint.ok()) return false;
  if (checkpoint->size == cosigned_) return true;
  std::string all;
  bool whole = true;
  for (const TrustPolicy::Witness& witness : trust_.witnesses()) {
    if (witness.url.empty()) continue;
    std::string lines;
    const absl::Status asked = Ask(witness, note, &lines);
    if (options_.on_change && told_[witness.name].code() != asked.code())
      options_.on_change({witness.name, asked});
    told_[witness.name] = asked;
    if (asked.ok()) seen_[witness.name] = checkpoint->size;
    whole = whole && asked.ok();
    all += lines;
  }
  if (!all.empty()) whole = ledger_.AddCosignatures(checkpoint->size, all).ok() && whole;
  if (whole) cosigned_ = checkpoint->size;
  return whole;
}

absl::Status Cosigning::Ask(const TrustPolicy::Witness& witness, const std::string& note,
                            std::string* lines) {
  KLUIS_ASSIGN_OR_RETURN(const Checkpoint checkpoint, trust_.OpenSigned(note));
  uint64_t old_size = seen_[witness.name];
  for (int attempt = 0; attempt < 2; ++attempt) {
    AddCheckpoint request;
    request.old_size = old_size;
    request.note = note;
    if (old_size > 0) {
      KLUIS_ASSIGN_OR_RETURN(request.proof, ledger_.ConsistencyProof(old_size, checkpoint.size));
    }
    KLUIS_ASSIGN_OR_RETURN(const HttpResponse response,
                           HttpPost(witness.url, "/add-checkpoint", FormatAddCheckpoint(request),
                                    options_.timeout_ms));
    if (response.status == 200) {
      // SPEC tlog-witness: "The client MUST ignore any cosignatures from unknown keys."
      const auto time = witness.key.Check(note + response.body);
      if (!time.ok() || !time->has_value())
        return absl::UnavailableError("its answer is no cosignature of this checkpoint");
      *lines = response.body;
      return absl::OkStatus();
    }
    const bool conflict = response.status == 409 && response.content_type == kSizeType;
    uint64_t size = 0;
    if (!conflict || !absl::SimpleAtoi(absl::StripSuffix(response.body, "\n"), &size)) {
      return response.status == 422
                 ? absl::DataLossError("the log does not continue what it has seen")
                 : absl::UnavailableError(absl::StrCat("it answered ", response.status));
    }
    if (size > checkpoint.size || size == old_size) {
      return absl::DataLossError(absl::StrCat("it has seen ", size, " entries of this log, and ",
                                              checkpoint.size, " are here"));
    }
    old_size = size;
  }
  return absl::UnavailableError("its size changes while it is asked");
}

}  // namespace kluis
