#include "server/rpc/recorded_call.h"

#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>

#include "server/rpc/grpc_error.h"
#include "server/rpc/journal.h"

namespace kluis {
namespace {

using Clock = std::chrono::steady_clock;

int64_t NextId() {
  static std::atomic<int64_t> last{0};
  return ++last;
}

int64_t MillisecondsSince(Clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count();
}

std::string OutcomeOfCall(const grpc::Status& status, const CallFacts& facts) {
  if (!status.ok()) return ReasonOf(status);
  return facts.outcome.empty() ? "OK" : facts.outcome;
}

std::string KnownProject(const ServiceCore& core, const std::string& name) {
  return core.enclave.policy()->projects.count(name) > 0 ? name : "";
}

}  // namespace

grpc::Status Recorded(const grpc::ServerContext& context, const ServiceCore& core,
                      const char* method, const CallBody& body) {
  const Clock::time_point begin = Clock::now();
  Caller caller;
  if (const grpc::Status status = Identify(context, core, method, &caller); !status.ok())
    return status;
  CallFacts facts;
  const grpc::Status status = body(caller, &facts);
  JournalCall(core, method, caller, facts, status, begin);
  return status;
}

void JournalCall(const ServiceCore& core, const char* method, const Caller& caller,
                 const CallFacts& facts, const grpc::Status& status,
                 std::chrono::steady_clock::time_point begin) {
  Journal("request", {{"id", NextId()},
                      {"method", method},
                      {"caller", caller.id},
                      {"project", KnownProject(core, facts.project)},
                      {"release", facts.release},
                      {"outcome", OutcomeOfCall(status, facts)},
                      {"ms", MillisecondsSince(begin)}});
}

std::string OutcomeOfJson(const std::string& answer) {
  const auto object = nlohmann::json::parse(answer, nullptr, /*allow_exceptions=*/false);
  for (const char* place : {"/reasons/0/code", "/status"}) {
    const nlohmann::json::json_pointer pointer(place);
    if (object.contains(pointer) && object[pointer].is_string()) return object[pointer];
  }
  return "UNREADABLE";
}

void Record(const CommittedRelease& release, CallFacts* facts) {
  const bool released = release.status() == "released";  // its answer may be long
  facts->release = release.release();
  facts->project = release.project();
  facts->outcome = released ? release.status() : OutcomeOfJson(release.answer());
}

}  // namespace kluis
