// Single bits of the database flip: each is noticed, or nothing that the log says has changed.
// KLUIS_BIT_FLIPS=10000 tries as many; 300 without.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/server/ledger/ledger_fixture.h"

namespace kluis {
namespace {

class FlipTest : public LedgerFixture {
 protected:
  std::string Bytes() const {
    std::ifstream file(Path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void Put(const std::string& bytes) {
    Close();
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(Path() + suffix);
    std::ofstream(Path(), std::ios::binary | std::ios::trunc) << bytes;
  }
  // All that anyone can ask of the log, or the first error.
  absl::StatusOr<std::string> All() {
    if (const absl::Status opened = Open(); !opened.ok()) return opened;
    std::string all = ledger_->checkpoint();
    const auto leaves = ledger_->Leaves(0, ledger_->size());
    if (!leaves.ok()) return leaves.status();
    const auto releases = ledger_->ListReleases({}, 0, 1000);
    if (!releases.ok()) return releases.status();
    for (const std::string& leaf : *leaves) all += leaf;
    for (const ReleaseRecord& record : *releases) {
      const auto release = ledger_->FindRelease(record.release, "");
      if (!release.ok()) return release.status();
      absl::StrAppend(&all, record.release, record.caller, record.query, record.status,
                      release->answer(), release->receipt().proof);
    }
    for (uint64_t i = 0; i < ledger_->size(); ++i) {
      const auto sealed = ledger_->ReadSealed(i);
      const auto reviews = ledger_->Reviews(i);
      if (!sealed.ok() || !reviews.ok()) return absl::DataLossError("sealed part");
      absl::StrAppend(&all, sealed->bytes, reviews->size());
    }
    return all;
  }
};

// Both texts from a little before their first difference.
std::string Differing(const std::string& is, const std::string& was) {
  const size_t at = std::mismatch(is.begin(), is.end(), was.begin(), was.end()).first - is.begin();
  const size_t from = at < 80 ? 0 : at - 80;
  return absl::StrCat("is  ", absl::CHexEscape(is.substr(from, 160)), "\nwas ",
                      absl::CHexEscape(was.substr(from, 160)));
}

TEST_F(FlipTest, EveryFlippedBitIsNoticedOrChangesNothing) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  ASSERT_TRUE(Open().ok());
  Fill(20);
  ASSERT_TRUE(ledger_->AppendReview(5, R"({"event": "vote"})").ok());
  Close();
  const std::string good = Bytes();
  Put(good);
  const auto expected = All();
  ASSERT_TRUE(expected.ok()) << expected.status();
  const char* asked = std::getenv("KLUIS_BIT_FLIPS");
  const int flips = asked == nullptr ? 300 : std::atoi(asked);
  int noticed = 0;
  for (int i = 0; i < flips; ++i) {
    const size_t bit = random() % (8 * good.size());
    std::string bad = good;
    bad[bit / 8] ^= static_cast<char>(1 << bit % 8);
    Put(bad);
    const auto all = All();
    noticed += all.ok() ? 0 : 1;
    EXPECT_TRUE(!all.ok() || *all == *expected)
        << "bit " << bit << " of the database changes what the log says; seed " << seed << "\n"
        << Differing(*all, *expected);
  }
  std::printf("seed %u: %d of %d flips noticed, the others lie in bytes that are never read\n",
              seed, noticed, flips);
  EXPECT_GT(noticed, flips / 10);
}

}  // namespace
}  // namespace kluis
