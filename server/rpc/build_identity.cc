#include "server/rpc/build_identity.h"

#include "absl/strings/str_join.h"
#include "disclosure/suppression/solver_version.h"
#include "server/store/database.h"

namespace kluis {

std::string BuildIdentity(const std::string& engine) {
#ifdef __clang__
  const std::string compiler = "clang " __clang_version__;
#else
  const std::string compiler = "gcc " __VERSION__;
#endif
  const std::string parts[] = {"kluisd " KLUIS_VERSION, "commit " KLUIS_COMMIT, compiler, engine,
                               SolverVersion(),         StoreVersion()};
  return absl::StrJoin(parts, ", ");
}

}  // namespace kluis
