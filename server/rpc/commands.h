// What each `kluisd` command does with its arguments. All give the exit code of docs/operations.md.
#ifndef KLUIS_SERVER_RPC_COMMANDS_H_
#define KLUIS_SERVER_RPC_COMMANDS_H_

#include <string>

#include "server/enclave/init.h"
#include "server/enclave/operations.h"
#include "server/rpc/serve.h"

namespace kluis {

int RunInit(const InitOptions& options);
int RunImport(const std::string& dir, const std::string& entry);
// The bundle goes to `output`, or to ./ID.bundle.
int RunUserAdd(const std::string& dir, const NewUser& user, const std::string& output);
int RunUserRevoke(const std::string& dir, const std::string& id);
int RunServe(const ServeOptions& options);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_COMMANDS_H_
