// A disk that fails at the n-th write or sync, and a power cut after it: no receipt without a
// durable entry, no log that does not verify. KLUIS_POWER_CUTS=1000 cuts as often under load; 25
// times without.
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/fakes/fault_vfs.h"
#include "tests/server/ledger/ledger_fixture.h"

namespace kluis {
namespace {

constexpr int kMost = 2000;  // requests of a writer on a disk that does not fail as it was told to

class FaultTest : public LedgerFixture {
 protected:
  // Four requests; the receipts that came. Nothing may come after the first failure.
  std::vector<CommittedRelease> TryFour() {
    std::vector<CommittedRelease> told;
    bool failed = false;
    for (int i = 0; i < 4; ++i) {
      auto release = Refuse(Context());
      EXPECT_FALSE(failed && release.ok()) << "a receipt after a failure";
      failed |= !release.ok();
      if (release.ok()) told.push_back(*std::move(release));
    }
    return told;
  }
  // What 16 writers were told until the log stopped.
  std::vector<CommittedRelease> WriteUntilItStops() {
    std::mutex mutex;
    std::vector<CommittedRelease> told;
    std::vector<std::thread> writers;
    for (int i = 0; i < 16; ++i) {
      writers.emplace_back([&] {
        for (int n = 0; n < kMost; ++n) {
          auto release = Refuse(Context());
          if (!release.ok()) return;
          std::lock_guard<std::mutex> lock(mutex);
          told.push_back(*std::move(release));
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
    EXPECT_FALSE(Refuse(Context()).ok()) << "a receipt after a failure";
    return told;
  }
  void RemoveAll() {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(Path() + suffix);
  }
  void ExpectAllThere(const std::vector<CommittedRelease>& told) {
    const absl::Status opened = Open();
    ASSERT_TRUE(opened.ok()) << opened;
    for (const CommittedRelease& release : told) {
      const auto found = ledger_->FindRelease(release.release(), "");
      ASSERT_TRUE(found.ok()) << found.status();
      EXPECT_EQ(found->answer(), release.answer());
    }
    EXPECT_GE(ledger_->size(), told.size());
  }

  FaultVfs vfs_;
};

TEST_F(FaultTest, NoFaultOfTheDiskGivesAReceiptWithoutADurableEntry) {
  using Fault = FaultVfs::Fault;
  int faults = 0;
  for (const Fault fault : {Fault::kWrite, Fault::kSync, Fault::kFull}) {
    for (const bool for_ever : {false, true}) {
      bool fired = true;
      for (int n = 1; fired; ++n) {
        SCOPED_TRACE(absl::StrCat("fault ", static_cast<int>(fault), " at ", n));
        RemoveAll();
        ASSERT_TRUE(Open().ok());
        vfs_.FailAt(fault, n, for_ever);
        const auto told = TryFour();
        fired = vfs_.fired();
        faults += fired;
        EXPECT_EQ(told.size() < 4, fired);
        EXPECT_EQ(database_->healthy(), !fired);
        Close();
        vfs_.Heal();
        vfs_.ForgetUnsynced();
        ExpectAllThere(told);
        Close();
      }
    }
  }
  std::printf("%d faults\n", faults);
  EXPECT_GT(faults, 20);
}

TEST_F(FaultTest, APowerCutLosesNothingThatWasAcknowledged) {
  for (int cut = 0; cut < 20; ++cut) {
    ASSERT_TRUE(Open().ok());
    const auto told = TryFour();
    ASSERT_EQ(told.size(), 4u);
    // The files as they stand on the disk, taken while the database is open.
    vfs_.FailAt(FaultVfs::Fault::kWrite, 1, true);
    Close();
    vfs_.Heal();
    vfs_.ForgetUnsynced();
    ExpectAllThere(told);
    Close();
  }
}

// A disk keeps what it likes of that which was not synced: any of the sectors.
TEST_F(FaultTest, APowerCutAtAnyMomentUnder16WritersLosesNothingThatWasAcknowledged) {
  const char* asked = std::getenv("KLUIS_POWER_CUTS");
  const int cuts = asked == nullptr ? 25 : std::atoi(asked);
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  std::vector<CommittedRelease> told;
  size_t acknowledged = 0;
  for (int cut = 0; cut < cuts; ++cut) {
    SCOPED_TRACE(absl::StrCat("cut ", cut, ", seed ", seed));
    if (cut % 10 == 0) RemoveAll(), told.clear();
    ASSERT_TRUE(Open().ok());
    const bool sync = random() % 2 == 0;
    vfs_.FailAt(sync ? FaultVfs::Fault::kSync : FaultVfs::Fault::kWrite,
                1 + static_cast<int>(random() % (sync ? 20 : 400)), true);
    for (CommittedRelease& release : WriteUntilItStops()) {
      told.push_back(std::move(release));
      ++acknowledged;
    }
    Close();
    vfs_.Heal();
    const unsigned often = random() % 4;  // of four sectors
    vfs_.LoseUnsynced([&] { return random() % 4 <= often; });
    ExpectAllThere(told);
    Close();
  }
  std::printf("seed %u: %zu acknowledged releases over %d cuts\n", seed, acknowledged, cuts);
  EXPECT_GT(acknowledged, 100u);
}

}  // namespace
}  // namespace kluis
