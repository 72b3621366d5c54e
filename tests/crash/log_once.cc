// One short life of a ledger, for system_calls.py to disturb.
//   log_once commit DIR   three requests; for each, when it has its receipt, "release size" on a
//   line log_once check DIR    reads such lines; exit 0 when the log verifies and holds all of them
// In the text of a fault every call may fail, so nothing is asserted here: it ends with an exit
// code.
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/ledger/ledger.h"

namespace kluis {
namespace {

constexpr char kOrigin[] = "kluis.example/test";

int Commit(Ledger& ledger) {
  for (int i = 0; i < 3; ++i) {
    ReleaseContext context;
    context.release = NewReleaseId();
    context.caller = "anna@heerlen.nl";
    context.policy_sha256 = std::string(64, 'a');
    const auto release = ledger.CommitRefusal(
        {.kind = RefusalKind::kPolicy, .code = "NOT_GRANTED", .message = "no", .hint = ""},
        context);
    if (!release.ok()) return 3;
    const std::string line = absl::StrCat(release->release(), " ", release->index() + 1, "\n");
    if (write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
      return 4;
  }
  return 0;
}

int Check(Ledger& ledger) {
  std::string release;
  uint64_t size = 0;
  while (std::cin >> release >> size) {
    const auto found = ledger.FindRelease(release, "");
    if (ledger.size() < size || !found.ok()) {
      std::cerr << "lost: " << release << "\n";
      return 5;
    }
  }
  return 0;
}

int Run(const std::string& what, const std::string& dir) {
  const auto key = NoteSigner::FromSeed(kOrigin, std::string(32, 'k'));
  auto database = Database::Open(dir + "/ledger.db", "");
  if (!key.ok() || !database.ok()) return 1;
  auto ledger = Ledger::Open(**database, *key,
                             {.origin = kOrigin,
                              .now_utc = [] { return std::string("2026-11-26T12:00:00Z"); },
                              .sealed_key = std::string(32, 's')});
  if (!ledger.ok()) {
    std::cerr << ledger.status() << "\n";
    return 2;
  }
  return what == "commit" ? Commit(**ledger) : Check(**ledger);
}

}  // namespace
}  // namespace kluis

int main(int count, char** arguments) {
  return count == 3 ? kluis::Run(arguments[1], arguments[2]) : 9;
}
