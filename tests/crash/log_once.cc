// One life of a ledger, for a script to disturb.
//   log_once commit DIR   a release of a protected table, a refusal, and a release again
//   log_once flood DIR    requests of 16 writers until one fails, which is exit 3
//   log_once check DIR    exit 0 when the log verifies and holds all releases of standard input
// Of each release that has its receipt there is a line "release size" on standard output, which
// `check` reads. In the midst of a fault every call may fail, so nothing is asserted here: it ends
// with an exit code, 6 when a receipt came after a failure.
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "disclosure/protect/protect.h"
#include "server/ledger/ledger.h"
#include "tests/server/ledger/three_municipalities.h"

namespace kluis {
namespace {

constexpr char kOrigin[] = "kluis.example/test";

constexpr int kWriters = 16;

// With cells that are hidden, and why in the sealed part.
absl::StatusOr<ProtectedTable> Municipalities() {
  RuleSet rules;
  rules.frequency.minimum = 10;
  return Protect(ThreeMunicipalities(), rules, {});
}

// 0 when the receipt of a request came and was told, 3 when none came, 4 when it could not be told.
int CommitOne(Ledger& ledger, bool refused) {
  ReleaseContext context;
  context.release = NewReleaseId();
  context.caller = "anna@heerlen.nl";
  context.policy_sha256 = std::string(64, 'a');
  const auto table = Municipalities();
  if (!table.ok()) return 9;
  const Refusal refusal = {
      .kind = RefusalKind::kPolicy, .code = "NOT_GRANTED", .message = "no", .hint = ""};
  const auto release =
      refused ? ledger.CommitRefusal(refusal, context) : ledger.Commit(*table, context);
  if (!release.ok()) return 3;
  const std::string line = absl::StrCat(release->release(), " ", release->index() + 1, "\n");
  const auto told = write(STDOUT_FILENO, line.data(), line.size());
  return told == static_cast<ssize_t>(line.size()) ? 0 : 4;
}

int Commit(Ledger& ledger) {
  for (int i = 0; i < 3; ++i) {
    if (const int exit = CommitOne(ledger, i == 1); exit != 0) return exit;
  }
  return 0;
}

int Flood(Ledger& ledger) {
  std::atomic<int> exit{3};
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&] {
      int ended = 0;
      for (int request = 0; ended == 0; ++request) ended = CommitOne(ledger, request % 2 == 1);
      if (ended != 3) exit = ended;
    });
  }
  for (std::thread& writer : writers) writer.join();
  return CommitOne(ledger, false) == 0 ? 6 : exit.load();
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
  if (what == "flood") return Flood(**ledger);
  return what == "commit" ? Commit(**ledger) : Check(**ledger);
}

}  // namespace
}  // namespace kluis

int main(int count, char** arguments) {
  return count == 3 ? kluis::Run(arguments[1], arguments[2]) : 9;
}
