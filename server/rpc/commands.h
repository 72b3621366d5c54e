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
// Removes the sealed parts of entries before a day, YYYY-MM-DD, and prints how many.
int RunRetain(const std::string& dir, const std::string& before);
// Another data key, in `key_file` (empty: a new file in DIR/keys); prints where it is.
int RunRekey(const std::string& dir, const std::string& key_file);
int RunServe(const ServeOptions& options);

// The error on standard error, and its exit code.
int ReportStatus(const absl::Status& status);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_COMMANDS_H_
