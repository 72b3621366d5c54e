// What gRPC itself logs, as lines of our journal: connections that never became a call.
#ifndef KLUIS_SERVER_RPC_GRPC_LOG_H_
#define KLUIS_SERVER_RPC_GRPC_LOG_H_

#include <string>

#include "absl/strings/string_view.h"

namespace kluis {

// From now on errors of gRPC are lines of the journal: a failed TLS handshake with its reason, any
// other by its place in gRPC's source alone, because its text could quote a request. For the whole
// process.
void SendGrpcLogToJournal();

// "certificate verify failed" out of gRPC's text of a failed handshake; empty for any other text.
std::string HandshakeReason(absl::string_view message);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_GRPC_LOG_H_
