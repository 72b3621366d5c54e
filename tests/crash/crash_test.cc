// SIGKILL at random moments: whatever was acknowledged is in the log, and the log verifies.
// A killed process keeps its page cache; the power cut is in fault_test.cc.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "disclosure/evidence/tlog_proof.h"
#include "tests/server/ledger/ledger_fixture.h"

namespace kluis {
namespace {

constexpr int kWriters = 16;

int Kills() {  // KLUIS_KILLS=1000 tries as many
  const char* asked = std::getenv("KLUIS_KILLS");
  return asked == nullptr ? 25 : std::atoi(asked);
}

class CrashTest : public LedgerFixture {
 protected:
  // In the child: commits for ever, and tells each release and its checkpoint when it has a
  // receipt.
  [[noreturn]] void CommitForEver(int pipe) {
    if (!Open().ok()) _exit(2);
    std::vector<std::thread> writers;
    for (int i = 0; i < kWriters; ++i) {
      writers.emplace_back([this, pipe] {
        while (true) {
          const auto release = Refuse(Context());
          if (!release.ok()) _exit(3);
          const auto proof = ParseTlogProof(release->receipt().proof);
          const std::vector<std::string> lines = absl::StrSplit(proof->checkpoint, '\n');
          const std::string line = absl::StrCat(release->release(), " ", lines[1], "\n");
          if (write(pipe, line.data(), line.size()) < 0) _exit(4);
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
    _exit(5);
  }

  // Kills a child after `wait_us` and returns the lines that it told.
  std::vector<std::string> RunAndKill(int wait_us) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      CommitForEver(ends[1]);
    }
    close(ends[1]);
    usleep(wait_us);
    kill(child, SIGKILL);
    std::string told;
    char buffer[4096];
    for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;) told.append(buffer, n);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);
    return absl::StrSplit(told, '\n', absl::SkipEmpty());
  }
};

TEST_F(CrashTest, NoAcknowledgedReleaseIsLostByAKill) {
  const unsigned seed = std::random_device()();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  std::vector<std::string> releases;
  for (int kill = 0; kill < Kills(); ++kill) {
    SCOPED_TRACE(absl::StrCat("kill ", kill));
    uint64_t signed_size = 0;
    for (const std::string& line : RunAndKill(2'000 + static_cast<int>(random() % 120'000))) {
      const std::vector<std::string> words = absl::StrSplit(line, ' ');
      releases.push_back(words[0]);
      signed_size = std::max<uint64_t>(signed_size, std::stoull(words[1]));
    }
    const absl::Status opened = Open();
    ASSERT_TRUE(opened.ok()) << opened;
    EXPECT_GE(ledger_->size(), signed_size) << "a checkpoint that was handed out is gone";
    EXPECT_GE(ledger_->size(), releases.size());
    for (const std::string& id : releases) {
      const auto release = ledger_->FindRelease(id, "");
      ASSERT_TRUE(release.ok()) << release.status();
    }
    if (!releases.empty()) {
      EXPECT_TRUE(Verify(*ledger_->FindRelease(releases.back(), ""), key_.verifier()).ok());
    }
    Close();
  }
  std::printf("%zu acknowledged releases over %d kills\n", releases.size(), Kills());
  EXPECT_GT(releases.size(), 0u);
}

}  // namespace
}  // namespace kluis
