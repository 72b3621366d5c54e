// Errors as AIP-193 has them: google.rpc.Status with exactly one ErrorInfo of the domain "kluis".
// The reason may be relied on, the message may change.
#ifndef KLUIS_SERVER_RPC_GRPC_ERROR_H_
#define KLUIS_SERVER_RPC_GRPC_ERROR_H_

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"

namespace kluis {

// `reason`: UPPER_SNAKE, at most 63 characters.
grpc::Status MakeError(grpc::StatusCode code, const std::string& reason,
                       const std::string& message);

// The reason that MakeError() was given; the name of the code when it is not of MakeError().
std::string ReasonOf(const grpc::Status& status);

// What a client may know of a failure inside. Only INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS,
// CANCELLED, DEADLINE_EXCEEDED and UNAVAILABLE keep a meaning; everything else becomes INTERNAL
// with a reference number. UNAVAILABLE and what becomes INTERNAL go to the journal. REQUIRES:
// !status.ok().
grpc::Status ToClientError(const absl::Status& status);

// As ToClientError for the operator at the socket, who sees every message.
grpc::Status ToOperatorError(const absl::Status& status);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_GRPC_ERROR_H_
