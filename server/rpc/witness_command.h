// `kluisd witness`: what a municipality runs to see that a log stays what it was.
#ifndef KLUIS_SERVER_RPC_WITNESS_COMMAND_H_
#define KLUIS_SERVER_RPC_WITNESS_COMMAND_H_

#include <string>

namespace kluis {

struct WitnessOptions {
  std::string dir;     // with `key`, `logs` and `state.db`
  std::string name;    // of the key, for example heerlen.nl/getuige
  std::string logs;    // a trust file, or one public key of a log
  std::string listen;  // HOST:PORT
};

// Makes DIR and prints the witness's public key. Both give the exit code of docs/operations.md.
int RunWitnessInit(const WitnessOptions& options);
// Serves until SIGTERM, and journals each fork that it is shown.
int RunWitnessServe(const WitnessOptions& options);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_WITNESS_COMMAND_H_
