// `kluisd serve`: opens the directory, puts its policies in force, serves until SIGTERM or SIGINT.
#ifndef KLUIS_SERVER_RPC_SERVE_H_
#define KLUIS_SERVER_RPC_SERVE_H_

#include <string>

#include "absl/status/status.h"

namespace kluis {

struct ServeOptions {
  std::string dir;
  std::string listen;  // empty: the directory's config
  std::string admin;   // empty: none
};

// Prints `admin on ...` where asked, then `listening on HOST:PORT`. SIGHUP loads the policies
// again; what does not check leaves the policy in force. Returns when all is drained, within 5 s.
absl::Status Serve(const ServeOptions& options);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_SERVE_H_
