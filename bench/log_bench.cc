// The release log: durable entries against what this disk allows, verification, proofs, receipts.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "bench/bench.h"
#include "disclosure/base/check.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/merkle.h"
#include "disclosure/evidence/receipt.h"
#include "server/ledger/entry_store.h"
#include "server/ledger/ledger.h"
#include "server/ledger/sealed.h"

namespace kluis {
namespace {

constexpr char kOrigin[] = "kluis.example/bench";
constexpr int kWriters = 64, kEach = 16, kBatch = 20'000;

const NoteSigner& Key() {
  static const NoteSigner key = *NoteSigner::FromSeed(kOrigin, std::string(32, 'k'));
  return key;
}

struct OpenLog {
  explicit OpenLog(const std::string& path)
      : database(std::move(Database::Open(path, "")).value()),
        ledger(
            std::move(Ledger::Open(*database, Key(),
                                   {.origin = kOrigin,
                                    .now_utc = [] { return std::string("2026-11-26T12:00:00Z"); },
                                    .sealed_key = std::string(32, 's')}))
                .value()) {}
  std::unique_ptr<Database> database;
  std::unique_ptr<Ledger> ledger;
};

ReleaseContext Request() {
  ReleaseContext context;
  context.release = NewReleaseId();
  context.caller = "anna@heerlen.nl";
  context.query_text = "SELECT gemeente, COUNT(*) FROM persoon GROUP BY gemeente";
  context.policy_sha256 = std::string(64, 'a');
  return context;
}

absl::StatusOr<CommittedRelease> Refuse(Ledger& ledger) {
  return ledger.CommitRefusal({.kind = RefusalKind::kPolicy,
                               .code = "NOT_GRANTED",
                               .message = std::string(800, 'm'),
                               .hint = ""},
                              Request());
}

void Together(const std::function<void()>& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kWriters; ++i)
    threads.emplace_back([&work] {
      for (int j = 0; j < kEach; ++j) work();
    });
  for (std::thread& thread : threads) thread.join();
}

// As many bytes as an entry takes in the log, one append and fdatasync for each group of writers.
void AppendRaw(const std::string& path, int group) {
  const std::string bytes(1500 * static_cast<size_t>(group), 'x');
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  KLUIS_CHECK(fd >= 0);
  for (int i = 0; i < kWriters * kEach / group; ++i) {
    KLUIS_CHECK(write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    KLUIS_CHECK(fdatasync(fd) == 0);
  }
  close(fd);
}

void InsertRow(Connection& connection) {
  auto insert = connection.Prepare("INSERT INTO rows (bytes) VALUES (?)");
  KLUIS_CHECK(insert.ok() && insert->BindBlob(1, std::string(1500, 'x')).Run().ok());
}

// The same from as many threads through the same store, without entries, tree and signature.
void CommitRows(Database& database) {
  Together([&database] {
    KLUIS_CHECK(database
                    .Write([](Connection& connection) {
                      InsertRow(connection);
                      return absl::OkStatus();
                    })
                    .ok());
  });
}

// One transaction for each row, from one thread.
void CommitRowByRow(Database& database) {
  for (int i = 0; i < kWriters * kEach; ++i) {
    KLUIS_CHECK(database
                    .Write([](Connection& connection) {
                      InsertRow(connection);
                      return absl::OkStatus();
                    })
                    .ok());
  }
}

void Append(std::vector<Comparison>* out, const std::string& folder) {
  OpenLog log(folder + "/append.db");
  const auto plain = std::move(Database::Open(folder + "/plain.db",
                                              "CREATE TABLE IF NOT EXISTS rows (bytes BLOB)"))
                         .value();
  const std::string count = absl::StrCat(kWriters * kEach, " entries of ", kWriters, " writers");
  const auto ours = [&log] { Together([&log] { KLUIS_CHECK(Refuse(*log.ledger).ok()); }); };
  out->push_back(Compare("log/append-raw-group",
                         absl::StrCat(count, "; append + fdatasync, 64 at once"), ours,
                         [&] { AppendRaw(folder + "/raw", kWriters); }));
  out->push_back(Compare("log/append-sqlite-group",
                         absl::StrCat(count, "; plain rows in grouped commits"), ours,
                         [&] { CommitRows(*plain); }));
  out->push_back(Compare("log/append-raw", absl::StrCat(count, "; append + fdatasync, one by one"),
                         ours, [&] { AppendRaw(folder + "/raw1", 1); }));
  out->push_back(Compare("log/append-sqlite",
                         absl::StrCat(count, "; plain SQLite commits, one by one"), ours,
                         [&] { CommitRowByRow(*plain); }));
}

// A log of `size` refusals, without a commit for each.
void Build(const std::string& path, uint64_t size) {
  OpenLog log(path);
  const auto box = std::move(SealedBox::FromKey(std::string(32, 's'))).value();
  for (uint64_t done = 0; done < size; done += kBatch) {
    KLUIS_CHECK(log.database
                    ->Write([&](Connection& connection) -> absl::Status {
                      for (int i = 0; i < kBatch; ++i) {
                        v1::SealedRequest sealed =
                            SealRequest(Request(), R"({"status":"refused"})");
                        sealed.set_outcome("refused");
                        PendingEntry pending;
                        pending.columns = ColumnsOf(sealed);
                        pending.sealed = Seal(sealed);
                        pending.entry = {0,
                                         "request",
                                         "",
                                         std::string(64, 'a'),
                                         "",
                                         AnswerField(pending.sealed, sealed),
                                         SealedField(pending.sealed)};
                        const auto entry =
                            AppendEntry(connection, *box, pending, "2026-11-26T12:00:00Z");
                        if (!entry.ok()) return entry.status();
                      }
                      return absl::OkStatus();
                    })
                    .ok());
  }
}

// The tree of a log of `size` entries without the entries: all that a proof reads.
std::unique_ptr<Database> BuildTree(const std::string& path, uint64_t size) {
  auto database = std::move(Database::Open(path, kLedgerSchema)).value();
  for (uint64_t done = 0; done < size;) {
    KLUIS_CHECK(database
                    ->Write([&](Connection& connection) -> absl::Status {
                      const NodeReader read = StoredNodes(connection);
                      const NodeWriter write = NodeStorage(connection);
                      const uint64_t end = std::min<uint64_t>(size, done + kBatch);
                      for (; done < end; ++done) {
                        const std::string leaf = LeafHash(absl::StrCat("entry ", done));
                        if (absl::Status status = AppendLeaf(done, leaf, read, write); !status.ok())
                          return status;
                      }
                      return absl::OkStatus();
                    })
                    .ok());
  }
  return database;
}

void ScanRows(const std::string& path) {
  const auto database = std::move(Database::Open(path, "")).value();
  KLUIS_CHECK(database
                  ->Read([](Connection& connection) -> absl::Status {
                    auto rows = connection.Prepare("SELECT leaf, sealed FROM entries ORDER BY idx");
                    while (*rows->Step()) Sha256({rows->Text(0), rows->Text(1)});
                    return absl::OkStatus();
                  })
                  .ok());
}

uint64_t EntriesWanted(uint64_t size) {
  const char* wanted = std::getenv("KLUIS_LOG_ENTRIES");
  KLUIS_CHECK(wanted == nullptr || absl::SimpleAtoi(wanted, &size));
  return size;
}

void Verify(std::vector<Comparison>* out, const std::string& path, uint64_t size) {
  out->push_back(Compare(
      "log/verify", absl::StrCat(size, " entries; reading and hashing the same rows"),
      [&path] { OpenLog log(path); }, [&path] { ScanRows(path); }));
}

void Prove(std::vector<Comparison>* out, const std::string& path, uint64_t size) {
  constexpr int kProofs = 1000;
  const std::unique_ptr<Database> log = BuildTree(path, size);
  const auto prove = [&log, size] {
    KLUIS_CHECK(log->Read([size](Connection& connection) -> absl::Status {
                     for (uint64_t i = 0; i < kProofs; ++i)
                       KLUIS_CHECK(
                           InclusionProof(i * 7919 % size, size, StoredNodes(connection)).ok());
                     return absl::OkStatus();
                   })
                    .ok());
  };
  const auto read = [&log, size] {
    KLUIS_CHECK(log->Read([size](Connection& connection) -> absl::Status {
                     for (uint64_t i = 0; i < kProofs; ++i)
                       KLUIS_CHECK(StoredNodes(connection)(0, i * 7919 % size).ok());
                     return absl::OkStatus();
                   })
                    .ok());
  };
  out->push_back(Compare(
      "log/proof", absl::StrCat(kProofs, " proofs out of ", size, "; one hash each"), prove, read));
}

void VerifyReceipts(std::vector<Comparison>* out, const OpenLog& log) {
  constexpr int kReceipts = 1000;
  const auto release = Refuse(*log.ledger);
  const ReceiptParts& parts = release->receipt();
  const Receipt receipt = {parts.entry, parts.answer_salt, parts.proof};
  const std::string note = log.ledger->checkpoint();
  out->push_back(Compare(
      "log/receipt", absl::StrCat(kReceipts, " receipts; the signature alone"),
      [&] {
        for (int i = 0; i < kReceipts; ++i)
          KLUIS_CHECK(VerifyReceipt(release->answer(), receipt, Key().verifier()).ok());
      },
      [&] {
        for (int i = 0; i < kReceipts; ++i) KLUIS_CHECK(Key().verifier().Open(note).ok());
      }));
}

}  // namespace

std::vector<Comparison> LogBench(const std::string& folder) {
  std::vector<Comparison> out;
  if (Wanted("log/append")) Append(&out, folder);
  if (Wanted("log/proof")) Prove(&out, folder + "/tree.db", EntriesWanted(10'000'000));
  if (!Wanted("log/verify") && !Wanted("log/receipt")) return out;
  const std::string path = folder + "/long.db";
  const uint64_t size = EntriesWanted(1'000'000);
  Build(path, size);
  if (Wanted("log/verify")) Verify(&out, path, size);
  if (Wanted("log/receipt")) VerifyReceipts(&out, OpenLog(path));
  return out;
}

}  // namespace kluis
