// Every call of the public port: who calls, what came of it, how long it took.
#ifndef KLUIS_SERVER_RPC_RECORDED_CALL_H_
#define KLUIS_SERVER_RPC_RECORDED_CALL_H_

#include <chrono>
#include <functional>
#include <string>

#include "server/ledger/ledger.h"
#include "server/rpc/service_core.h"

namespace kluis {

// What a call tells the journal besides its status.
struct CallFacts {
  std::string project;  // as asked or as found; written only when the policy in force has it
  std::string release;
  std::string outcome;  // empty: the reason of the status, or OK
};

using CallBody = std::function<grpc::Status(const Caller& caller, CallFacts* facts)>;

// Identifies the caller, runs `body` for a user of this enclave, and writes one line:
//   {"event":"request","id":17,"method":"RunQuery","caller":"anna@heerlen.nl","project":"heerlen",
//    "release":"k3v7…","outcome":"released","ms":312}
// `id` counts the calls since the start. For a caller who is not identified the line is
//   {"event":"authentication","method":"GetCaller","reason":"revoked","user":"anna@heerlen.nl",…}
// Texts of the request are not written: a project's name only when it is one.
grpc::Status Recorded(const grpc::ServerContext& context, const ServiceCore& core,
                      const char* method, const CallBody& body);

// The line of a call that ends in another thread than it began in.
void JournalCall(const ServiceCore& core, const char* method, const Caller& caller,
                 const CallFacts& facts, const grpc::Status& status,
                 std::chrono::steady_clock::time_point begin);

// The status in a short answer (a refusal, a dry run): "allowed"; of a refusal its code:
// NOT_GRANTED.
std::string OutcomeOfJson(const std::string& answer);

// The facts of an answer that is sent.
void Record(const CommittedRelease& release, CallFacts* facts);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_RECORDED_CALL_H_
