// Our own accept loop: gRPC 1.51's listener goes deaf for good once descriptors have run out
// (CVE-2023-4785). This one keeps a descriptor in reserve, caps the connections, and hands a
// connection on only when it has said its first byte, so silent peers cost a descriptor each, for
// at most `silence_ms`, and the oldest of them makes room when the cap is reached.
#ifndef KLUIS_SERVER_RPC_ACCEPTOR_H_
#define KLUIS_SERVER_RPC_ACCEPTOR_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace kluis {

class Acceptor {
 public:
  struct Options {
    std::string address;       // HOST:PORT; port 0 picks a free one
    int silence_ms = 5000;     // for the first byte
    int descriptor_limit = 0;  // a connection whose descriptor is not below it is not kept; 0:
                               // three quarters of RLIMIT_NOFILE, which leaves the rest for files
  };
  // Owns the descriptor that it is handed. Called on the acceptor's thread.
  using Handler = std::function<void(int fd)>;

  // Binds and listens; INVALID_ARGUMENT for a bad address, UNAVAILABLE when it is taken.
  static absl::StatusOr<std::unique_ptr<Acceptor>> Listen(const Options& options);
  // Stops; connections that were not handed on are closed.
  ~Acceptor();

  // Accepts on a thread of its own until Stop().
  void Start(Handler handler);
  void Stop();
  // HOST:PORT with the port that is in use.
  const std::string& address() const;

 private:
  struct Impl;
  explicit Acceptor(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_ACCEPTOR_H_
