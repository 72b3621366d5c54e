// What this program was built from: every entry of the log says it, so that a replay can tell.
#ifndef KLUIS_SERVER_RPC_BUILD_IDENTITY_H_
#define KLUIS_SERVER_RPC_BUILD_IDENTITY_H_

#include <string>

namespace kluis {

// "kluisd 0.1.0, commit 0123456789ab, gcc 12.2.0, DuckDB v1.4.4, Clp 1.17.6, SQLite 3.40.1";
// `engine`: as EngineVersion() says it. The commit is "unknown" where it was built outside git.
std::string BuildIdentity(const std::string& engine);

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_BUILD_IDENTITY_H_
