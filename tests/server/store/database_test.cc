#include "server/store/database.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "gmock/gmock.h"
#include "tests/fakes/fault_vfs.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

constexpr char kSchema[] = "CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, v TEXT NOT NULL)";

class DatabaseTest : public ::testing::Test {
 protected:
  DatabaseTest() {
    char name[] = "/tmp/kluis-store-XXXXXX";
    folder_ = mkdtemp(name);
    path_ = folder_ + "/t.db";
  }
  ~DatabaseTest() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  void Open() {
    database_.reset();
    auto opened = Database::Open(path_, kSchema);
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
  }
  absl::Status Insert(int64_t id) {
    return database_->Write([id](Connection& connection) -> absl::Status {
      KLUIS_ASSIGN_OR_RETURN(Statement insert,
                             connection.Prepare("INSERT INTO t (id, v) VALUES (?, ?)"));
      return insert.BindInt(1, id).BindText(2, absl::StrCat("v", id)).Run();
    });
  }
  // More pages than the WAL keeps.
  absl::Status InsertLarge(int64_t id) {
    return database_->Write([id](Connection& connection) -> absl::Status {
      const std::string large(kLarge, static_cast<char>('a' + id));
      KLUIS_ASSIGN_OR_RETURN(Statement insert,
                             connection.Prepare("INSERT INTO t (id, v) VALUES (?, ?)"));
      return insert.BindInt(1, id).BindBorrowedBlob(2, large).Run();
    });
  }
  int64_t Count() {
    int64_t count = -1;
    const absl::Status status = database_->Read([&count](Connection& connection) -> absl::Status {
      KLUIS_ASSIGN_OR_RETURN(Statement select, connection.Prepare("SELECT count(*) FROM t"));
      KLUIS_RETURN_IF_ERROR(select.Step().status());
      count = select.Int(0);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return count;
  }

  static constexpr size_t kLarge = 5'000'000;

  std::string folder_, path_;
  std::unique_ptr<Database> database_;
};

TEST_F(DatabaseTest, WhatIsWrittenIsThereAfterReopening) {
  Open();
  ASSERT_TRUE(Insert(1).ok());
  ASSERT_TRUE(Insert(2).ok());
  Open();
  EXPECT_EQ(Count(), 2);
}

TEST_F(DatabaseTest, FilesAreForTheirOwnerOnly) {
  Open();
  ASSERT_TRUE(Insert(1).ok());
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    struct stat info;
    ASSERT_EQ(stat((path_ + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << suffix;
  }
}

TEST_F(DatabaseTest, ValuesOfEachTypeReadBack) {
  Open();
  const std::string bytes("\0a\xFF", 3);
  ASSERT_TRUE(database_
                  ->Read([&bytes](Connection& connection) -> absl::Status {
                    KLUIS_ASSIGN_OR_RETURN(Statement select,
                                           connection.Prepare("SELECT ?, ?, ?, ?, ?"));
                    select.BindInt(1, INT64_MIN)
                        .BindText(2, "é")
                        .BindBlob(3, bytes)
                        .BindNull(4)
                        .BindText(5, {});
                    KLUIS_RETURN_IF_ERROR(select.Step().status());
                    EXPECT_EQ(select.Int(0), INT64_MIN);
                    EXPECT_EQ(select.Text(1), "é");
                    EXPECT_EQ(select.Text(2), bytes);
                    EXPECT_TRUE(select.IsNull(3));
                    EXPECT_FALSE(select.IsNull(4));
                    EXPECT_EQ(select.Text(4), "");
                    return absl::OkStatus();
                  })
                  .ok());
}

TEST_F(DatabaseTest, AWriteThatFailsIsRolledBackAloneWithItsOwnError) {
  Open();
  const absl::Status refused = database_->Write([](Connection& connection) -> absl::Status {
    KLUIS_RETURN_IF_ERROR(connection.Execute("INSERT INTO t VALUES (7, 'x')"));
    return absl::OutOfRangeError("no");
  });
  EXPECT_EQ(refused, absl::OutOfRangeError("no"));
  EXPECT_EQ(Count(), 0);
  ASSERT_TRUE(Insert(1).ok());
  EXPECT_EQ(Insert(1).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(database_->healthy());
  EXPECT_TRUE(Insert(2).ok());
}

TEST_F(DatabaseTest, ThousandsOfWritesOfManyThreadsAllArriveInFewGroups) {
  Open();
  int groups = 0, durable = 0;
  database_->SetBeforeCommit([&groups](Connection&) { return ++groups, absl::OkStatus(); });
  database_->SetAfterCommit([&durable] { ++durable; });
  std::vector<std::thread> threads;
  for (int t = 0; t < 64; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 20; ++i) EXPECT_TRUE(Insert(t * 1000 + i).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Count(), 64 * 20);
  EXPECT_EQ(groups, durable);
  EXPECT_LT(groups, 64 * 20 / 4);
}

TEST_F(DatabaseTest, AReaderCannotWrite) {
  Open();
  EXPECT_FALSE(database_
                   ->Read([](Connection& connection) {
                     return connection.Execute("INSERT INTO t VALUES (1, 'x')");
                   })
                   .ok());
  EXPECT_TRUE(Insert(1).ok());
}

TEST_F(DatabaseTest, AHookThatFailsClosesTheWriter) {
  Open();
  database_->SetBeforeCommit([](Connection&) { return absl::DataLossError("forked"); });
  EXPECT_EQ(Insert(1).code(), absl::StatusCode::kDataLoss);
  database_->SetBeforeCommit(nullptr);
  EXPECT_EQ(Insert(2).code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(database_->healthy());
  EXPECT_EQ(Count(), 0);
}

TEST_F(DatabaseTest, ASecondOwnerIsRefusedInThisProcessAndInAnother) {
  Open();
  const auto second = Database::Open(path_, kSchema);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("another process"));
  const pid_t child = fork();
  if (child == 0) {
    const auto other = Database::Open(path_, kSchema);
    _exit(other.status().code() == absl::StatusCode::kFailedPrecondition ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  database_.reset();
  EXPECT_TRUE(Database::Open(path_, kSchema).ok());
}

TEST_F(DatabaseTest, AFileThatIsNoDatabaseIsAnError) {
  FILE* file = fopen(path_.c_str(), "w");
  fputs("this is not a database, whatever its name says, and it is longer than a header is, too",
        file);
  fclose(file);
  EXPECT_FALSE(Database::Open(path_, kSchema).ok());
  EXPECT_FALSE(Database::Open(folder_ + "/no/such/folder.db", kSchema).ok());
}

TEST_F(DatabaseTest, TheWalOfLargeWritesIsUsedAgain) {
  Open();
  for (int64_t id = 0; id < 8; ++id) ASSERT_TRUE(InsertLarge(id).ok());
  EXPECT_LT(std::filesystem::file_size(path_ + "-wal"), 4 * kLarge);
  Open();
  EXPECT_EQ(Count(), 8);
}

// A write is told before its pages are moved out of the WAL, and a fault on that way is told to
// nobody.
TEST_F(DatabaseTest, AFaultBehindALargeWriteLosesNothingThatWasTold) {
  FaultVfs vfs;
  int unseen = 0;
  for (const auto fault : {FaultVfs::Fault::kWrite, FaultVfs::Fault::kSync}) {
    bool fired = true;
    for (int n = 1; fired; n += fault == FaultVfs::Fault::kSync ? 1 : 1499) {
      SCOPED_TRACE(absl::StrCat("fault ", static_cast<int>(fault), " at ", n));
      for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
      Open();
      vfs.FailAt(fault, n, true);
      int64_t told = 0;
      for (int64_t id = 0; id < 2; ++id) told += InsertLarge(id).ok();
      database_.reset();
      fired = vfs.fired();
      unseen += fired && told == 2;
      vfs.Heal();
      vfs.ForgetUnsynced();
      Open();
      EXPECT_GE(Count(), told);
      database_.reset();
    }
  }
  EXPECT_GT(unseen, 0);
}

// A second sync of the same pages may claim a success that it has not had.
TEST_F(DatabaseTest, AfterOneFailedSyncNothingMoreIsWritten) {
  FaultVfs vfs;
  int behind = 0;  // after its write was told
  for (int n = 1; n <= 8; ++n) {
    SCOPED_TRACE(absl::StrCat("sync ", n));
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
    Open();
    vfs.FailAt(FaultVfs::Fault::kSync, n, false);
    for (int64_t id = 0; !vfs.fired(); ++id) {
      const bool told = InsertLarge(id).ok();
      if (!vfs.fired()) continue;
      behind += told ? 1 : 0;
      EXPECT_FALSE(InsertLarge(id + 1).ok());
    }
    database_.reset();
    vfs.Heal();
  }
  EXPECT_GT(behind, 0);
}

// Fails the n-th write or sync for n = 1, 2, ... until none is left to fail.
TEST_F(DatabaseTest, AfterTheNthFaultNothingMoreIsWrittenAndWhatWasToldStays) {
  FaultVfs vfs;
  for (const auto fault :
       {FaultVfs::Fault::kWrite, FaultVfs::Fault::kSync, FaultVfs::Fault::kFull}) {
    for (const bool for_ever : {false, true}) {
      bool fired = true;
      for (int n = 1; fired; ++n) {
        SCOPED_TRACE(absl::StrCat("fault ", static_cast<int>(fault), " at ", n));
        for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
        Open();
        vfs.FailAt(fault, n, for_ever);
        int64_t told = 0;
        bool failed = false;
        for (int64_t id = 1; id <= 4; ++id) {
          const absl::Status status = Insert(id);
          EXPECT_FALSE(failed && status.ok()) << "a write after a failed one";
          failed |= !status.ok();
          told += status.ok();
        }
        fired = vfs.fired();
        EXPECT_EQ(failed, fired);
        EXPECT_EQ(database_->healthy(), !fired);
        database_.reset();
        vfs.Heal();
        vfs.ForgetUnsynced();
        Open();
        EXPECT_GE(Count(), told);
        database_.reset();
      }
    }
  }
}

}  // namespace
}  // namespace kluis
