// A ledger in a folder of its own, with a clock that stands still.
#ifndef KLUIS_TESTS_SERVER_LEDGER_LEDGER_FIXTURE_H_
#define KLUIS_TESTS_SERVER_LEDGER_LEDGER_FIXTURE_H_

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "disclosure/evidence/receipt.h"
#include "gtest/gtest.h"
#include "server/ledger/ledger.h"

namespace kluis {

inline constexpr char kOrigin[] = "kluis.example/test";
inline const std::string kSealedKey(32, 's');

class LedgerFixture : public ::testing::Test {
 protected:
  LedgerFixture() : key_(*NoteSigner::FromSeed(kOrigin, std::string(32, 'k'))) {
    // In memory where the system has it: what is tested here is not the disk.
    const bool memory = access("/dev/shm", W_OK) == 0;
    std::string name = std::string(memory ? "/dev/shm" : "/tmp") + "/kluis-ledger-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~LedgerFixture() override {
    Close();
    std::filesystem::remove_all(folder_);
  }

  std::string Path() const { return folder_ + "/enclave.db"; }

  absl::Status Open() {
    Close();
    auto database = Database::Open(Path(), "");
    if (!database.ok()) return database.status();
    database_ = *std::move(database);
    auto ledger = Ledger::Open(*database_, key_, {kOrigin, [this] { return now_; }, kSealedKey});
    if (!ledger.ok()) return ledger.status();
    ledger_ = *std::move(ledger);
    return absl::OkStatus();
  }
  void Close() {
    ledger_.reset();
    database_.reset();
  }

  static ReleaseContext Context(const std::string& request_id = "") {
    ReleaseContext context;
    context.release = NewReleaseId();
    context.request_id = request_id;
    context.caller = "kluis:researcher/anna";
    context.project = "heerlen-2026-014";
    context.query_text = "SELECT gemeente, COUNT(*) FROM bedrijf GROUP BY gemeente";
    context.policy_sha256 = std::string(64, 'a');
    context.rules = "standard";
    return context;
  }
  absl::StatusOr<CommittedRelease> Refuse(const ReleaseContext& context) {
    return ledger_->CommitRefusal(
        {RefusalKind::kPolicy, "UNKNOWN_VARIABLE", "no variable x", 1, 8, ""}, context);
  }
  // `events` and refusals in turn.
  void Fill(int entries) {
    ASSERT_TRUE(ledger_->AppendEvent("open", "", "", "{}").ok());
    ASSERT_TRUE(ledger_->AppendEvent("policy", std::string(64, 'a'), "", "{}").ok());
    ASSERT_TRUE(ledger_->AppendEvent("snapshot", "", std::string(64, 'b'), "{}").ok());
    for (int i = 3; i < entries; ++i) ASSERT_TRUE(Refuse(Context()).ok());
  }
  // As an intruder with the file would: the append-only triggers are no obstacle.
  void Tamper(const std::string& sql) {
    Close();
    auto database = Database::Open(Path(), "");
    ASSERT_TRUE(database.ok());
    const absl::Status done = (*database)->Write([&sql](Connection& connection) {
      return connection.Execute(
          "DROP TRIGGER IF EXISTS entries_stay;"
          "DROP TRIGGER IF EXISTS entries_stay_equal;" +
          sql);
    });
    ASSERT_TRUE(done.ok()) << done;
  }

  static absl::StatusOr<VerifiedReceipt> Verify(const CommittedRelease& release,
                                                const NoteVerifier& verifier) {
    const ReceiptParts& parts = release.receipt();
    return VerifyReceipt(release.answer(), {parts.entry, parts.answer_salt, parts.proof}, verifier);
  }

  std::string now_ = "2026-11-22T22:20:00Z";
  NoteSigner key_;
  std::string folder_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_LEDGER_LEDGER_FIXTURE_H_
