// What Open() and a client with a newer checkpoint say about a log that someone changed.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "disclosure/evidence/entry.h"
#include "gmock/gmock.h"
#include "tests/server/ledger/ledger_fixture.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

class TamperTest : public LedgerFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Open().ok());
    Fill(9);
    Close();
    std::filesystem::copy_file(Path(), Path() + ".good");
  }
  void Restore() {
    Close();
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(Path() + suffix);
    std::filesystem::copy_file(Path() + ".good", Path());
  }
};

struct Case {
  const char* name;
  const char* sql;
  const char* says;
};

TEST_F(TamperTest, EachChangeIsNamed) {
  const Case cases[] = {
      {"entry 4 taken out", "DELETE FROM entries WHERE idx = 4", "log entry 4 is missing"},
      {"entry 4 taken out, the rest moved up",
       "DELETE FROM entries WHERE idx = 4; UPDATE entries SET idx = idx - 1 WHERE idx > 4",
       "log entry 4: the entry in its place calls itself 5"},
      {"the last entry taken out", "DELETE FROM entries WHERE idx = 8", "log entry 8 is missing"},
      {"the last entry and its leaf hash taken out",
       "DELETE FROM entries WHERE idx = 8; DELETE FROM nodes WHERE level = 0 AND idx = 8",
       "log entry 8 is missing"},
      {"entries 3 and 4 swapped",
       "UPDATE entries SET idx = -1 WHERE idx = 3; UPDATE entries SET idx = 3 WHERE idx = 4;"
       "UPDATE entries SET idx = 4 WHERE idx = -1",
       "log entry 3: the entry in its place calls itself 4"},
      {"an entry put in at the end",
       "INSERT INTO entries SELECT 9, replace(CAST(leaf AS TEXT), 'index 000000000000', "
       "'index 000000000009'), type, time, release, caller, request_id, status, project, query, "
       "datasets, lineages, cells, suppressed, sealed, subject, "
       "(SELECT catalogue FROM entries WHERE idx = 8) FROM entries WHERE idx = 0",
       "log entry 9"},
      {"the sealed part of 5 replaced", "UPDATE entries SET sealed = X'00' WHERE idx = 5",
       "log entry 5: its sealed part was changed"},
      {"one bit of the sealed part of 5",
       "UPDATE entries SET sealed = CAST(substr(sealed, 1, 40) || X'00' || substr(sealed, 42) AS "
       "BLOB) WHERE idx = 5",
       "log entry 5: its sealed part was changed"},
      {"the sealed part of 6 in 5",
       "UPDATE entries SET sealed = (SELECT sealed FROM entries WHERE idx = 6) WHERE idx = 5",
       "log entry 5: its sealed part was changed"},
      {"the sealed part of 5 gone", "UPDATE entries SET sealed = NULL WHERE idx = 5",
       "log entry 5: its sealed part is gone, and no removal says so"},
      {"the query of 6 in 5",
       "UPDATE entries SET query = (SELECT query FROM entries WHERE idx = 6) WHERE idx = 5",
       "log entry 5: a search column was changed"},
      {"another dataset in the column", "UPDATE entries SET datasets = '|x|' WHERE idx = 5",
       "log entry 5: a search column was changed"},
      {"another caller in the column", "UPDATE entries SET caller = 'x' WHERE idx = 5",
       "log entry 5: a search column was changed"},
      {"another status in the column", "UPDATE entries SET status = 'released' WHERE idx = 6",
       "log entry 6: a search column was changed"},
      {"another request id in the column", "UPDATE entries SET request_id = 'r' WHERE idx = 6",
       "log entry 6: a search column was changed"},
      {"another type in the column", "UPDATE entries SET type = 'key' WHERE idx = 0",
       "log entry 0: its type or time column was changed"},
      {"another catalogue", "UPDATE entries SET catalogue = subject WHERE idx = 2",
       "log entry 2: its catalogue or subject column was changed"},
      {"a leaf hash replaced", "UPDATE nodes SET hash = zeroblob(32) WHERE level = 0 AND idx = 7",
       "log entry 7 is not the one that the stored tree was built on"},
      {"an inner hash replaced", "UPDATE nodes SET hash = zeroblob(32) WHERE level = 2 AND idx = 1",
       "log entry 4: the stored hash of 4 entries from it was changed"},
      {"a hash put after the end", "INSERT INTO nodes VALUES (0, 9, zeroblob(32))",
       "log entry 9 is missing"},
      {"the last checkpoint taken out", "DELETE FROM checkpoints WHERE size = 9",
       "log entry 8 is not signed"},
      {"all checkpoints taken out", "DELETE FROM checkpoints", "log entry 0 is not signed"},
      {"the note of the last checkpoint changed",
       "UPDATE checkpoints SET note = replace(note, 'test', 'tost') WHERE size = 9",
       "the last checkpoint"},
      {"the root beside the note changed",
       "UPDATE checkpoints SET root = zeroblob(32) WHERE size = 9",
       "the last checkpoint is not the one in its signed note"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Restore();
    Tamper(c.sql);
    const absl::Status status = Open();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.says));
  }
  Restore();
  EXPECT_TRUE(Open().ok());
}

TEST_F(TamperTest, EachByteOfAnEntryIsNamed) {
  for (size_t byte = 1; byte <= kEntrySize; ++byte) {
    Restore();
    // The leaf with this byte's lowest bit flipped.
    Tamper(absl::StrCat("UPDATE entries SET leaf = CAST(substr(CAST(leaf AS TEXT), 1, ", byte - 1,
                        ") || char(unicode(substr(CAST(leaf AS TEXT), ", byte,
                        ", 1)) + "
                        "CASE WHEN unicode(substr(CAST(leaf AS TEXT), ",
                        byte, ", 1)) % 2 THEN -1 ELSE 1 END) || substr(CAST(leaf AS TEXT), ",
                        byte + 1, ") AS BLOB) WHERE idx = 6"));
    const absl::Status status = Open();
    ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << "byte " << byte << ": " << status;
    ASSERT_THAT(std::string(status.message()), HasSubstr("log entry 6")) << "byte " << byte;
  }
}

TEST_F(TamperTest, ARewrittenTreeIsPlacedByTheCheckpointsBeforeIt) {
  ASSERT_TRUE(Open().ok());
  // Another history of the same length, under another key, with our checkpoints put over it.
  const NoteSigner ours = key_;
  const std::string path = folder_ + "/other.db";
  auto database = *Database::Open(path, "");
  const NoteSigner other = *NoteSigner::FromSeed(kOrigin, std::string(32, 'z'));
  {
    auto forged = *Ledger::Open(*database, other,
                                {kOrigin, [] { return "2026-11-22T22:20:00Z"; }, kSealedKey});
    for (int i = 0; i < 9; ++i) ASSERT_TRUE(forged->AppendEvent("open", "", "", "{}").ok());
  }
  Close();
  ASSERT_TRUE(database
                  ->Write([](Connection& connection) {
                    return connection.Execute("DELETE FROM checkpoints");
                  })
                  .ok());
  auto mine = *Database::Open(Path(), "");
  std::vector<std::string> rows;
  ASSERT_TRUE(mine->Read([&rows](Connection& connection) -> absl::Status {
                    auto select = connection.Prepare(
                        "SELECT 'INSERT INTO checkpoints VALUES (' || size || ', ' || quote(root) "
                        "|| ', ' || "
                        "quote(note) || ')' FROM checkpoints");
                    while (*select->Step()) rows.push_back(select->Text(0));
                    return absl::OkStatus();
                  })
                  .ok());
  ASSERT_TRUE(database
                  ->Write([&rows](Connection& connection) -> absl::Status {
                    for (const std::string& row : rows) {
                      if (absl::Status s = connection.Execute(row); !s.ok()) return s;
                    }
                    return absl::OkStatus();
                  })
                  .ok());
  const auto reopened =
      Ledger::Open(*database, ours, {kOrigin, [] { return "2026-11-22T22:20:00Z"; }, kSealedKey});
  EXPECT_EQ(reopened.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(reopened.status().message()),
              HasSubstr("log entry 0 is not the one that was signed"));
}

TEST_F(TamperTest, YesterdaysDatabaseIsDetectedByWhoeverSawTheNewerCheckpoint) {
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(Refuse(Context()).ok());
  const std::string newest = ledger_->checkpoint();
  EXPECT_TRUE(ledger_->CheckExtends(newest).ok());
  Restore();
  ASSERT_TRUE(Open().ok()) << "alone it looks whole";
  absl::Status status = ledger_->CheckExtends(newest);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("log entry 9 is missing"));

  ASSERT_TRUE(Refuse(Context()).ok()) << "the log goes on differently";
  status = ledger_->CheckExtends(newest);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("forked"));
}

// A bit of SQLite's own notes: with another affinity, what is looked up as text is not found.
TEST_F(TamperTest, WhatTheTablesAreDeclaredAsIsVerified) {
  ASSERT_TRUE(Open().ok());
  Fill(5);
  Close();
  std::ifstream file(Path(), std::ios::binary);
  const std::string good{std::istreambuf_iterator<char>(file), {}};
  for (const auto& [was, is] : std::vector<std::pair<std::string, std::string>>{
           {"subject TEXT", "subject UEXT"},
           {"type = 'removal'", "type = 'remowal'"},
           {"'the log is append-only'", "'the log is append-onlx'"}}) {
    const std::string bad = absl::StrReplaceAll(good, {{was, is}});
    ASSERT_NE(bad, good) << was;
    for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(Path() + suffix);
    std::ofstream(Path(), std::ios::binary | std::ios::trunc) << bad;
    const absl::Status opened = Open();
    EXPECT_EQ(opened.code(), absl::StatusCode::kDataLoss) << is << ": " << opened;
    EXPECT_THAT(std::string(opened.message()), HasSubstr("declared"));
    Close();
  }
}

}  // namespace
}  // namespace kluis
