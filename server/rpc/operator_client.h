// Operations at the server that runs, through the socket of its directory.
#ifndef KLUIS_SERVER_RPC_OPERATOR_CLIENT_H_
#define KLUIS_SERVER_RPC_OPERATOR_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/enclave/operations.h"

namespace kluis {

// gRPC's name of a socket file, however long its path (the kernel takes 107 bytes).
std::string SocketAddress(const std::string& path);

// UNAVAILABLE when no server answers within a second.
absl::StatusOr<std::unique_ptr<Operations>> ConnectOperations(const std::string& socket_path);

// The operations of the directory, in this process when no other holds it, else at the server.
// Waits up to 10 s while another command holds it. UNAVAILABLE after that.
absl::StatusOr<std::unique_ptr<Operations>> OpenOperations(const std::string& dir);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_OPERATOR_CLIENT_H_
