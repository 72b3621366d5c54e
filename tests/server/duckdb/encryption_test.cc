// What DuckDB leaves on a disk: nothing that can be read without the key, and nothing that can be
// changed without notice.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/duckdb/duckdb.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

// In every row, in front of what makes rows differ.
constexpr char kCanary[] = "CANARY-4711-";

std::string Bytes(const fs::path& file) {
  std::ostringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  return bytes.str();
}

class EncryptionTest : public testing::Test {
 protected:
  EncryptionTest()
      : folder_(fs::temp_directory_path() / absl::StrCat("kluis_encryption_", getpid())) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~EncryptionTest() override { fs::remove_all(folder_); }

  std::string File() const { return (folder_ / "data.duckdb").string(); }

  // The files below the folder in which the canary stands, and how many files there are.
  std::vector<std::string> FilesWithCanary(int* files = nullptr) const {
    std::vector<std::string> found;
    for (const auto& item : fs::recursive_directory_iterator(folder_)) {
      if (!item.is_regular_file()) continue;
      if (files != nullptr) ++*files;
      if (Bytes(item.path()).find(kCanary) != std::string::npos) found.push_back(item.path());
    }
    return found;
  }

  struct Opened {
    std::unique_ptr<DuckDatabase> database;
    std::unique_ptr<DuckConnection> connection;
    absl::Status attached;
  };
  Opened Open(const std::string& key, DuckConnection::Access access,
              const DuckConfig& config = {}) const {
    Opened opened;
    opened.database = std::move(*DuckDatabase::Open("", config));
    opened.connection = std::move(*opened.database->Connect());
    opened.attached = opened.connection->Attach(File(), "d", key, access);
    return opened;
  }

  void Write(const std::string& key) const {
    const Opened opened = Open(key, DuckConnection::Access::kWrite);
    ASSERT_TRUE(opened.attached.ok()) << opened.attached;
    ASSERT_TRUE(opened.connection->Execute("SET force_compression = 'uncompressed'").ok());
    ASSERT_TRUE(opened.connection->Execute(Rows("CREATE TABLE d.data AS", 20'000)).ok());
  }

  static std::string Rows(const std::string& into, int count) {
    return absl::StrCat(into, " SELECT i, '", kCanary, "' || i AS text FROM range(", count,
                        ") t(i)");
  }

  // The sum of what stands in the file, or -1 when it cannot be read.
  int64_t Sum(const std::string& key) const {
    const Opened opened = Open(key, DuckConnection::Access::kRead);
    if (!opened.attached.ok()) return -1;
    const auto result =
        opened.connection->Query("SELECT sum(i + length(text))::BIGINT FROM d.data");
    if (!result.ok() || !(*result)->Next()) return -1;
    return (*result)->Int64(0, 0);
  }

  const fs::path folder_;
  const std::string key_ = std::string(32, 'k');
};

TEST_F(EncryptionTest, AnEncryptedFileReadsBackUnderItsKeyOnly) {
  Write(key_);
  EXPECT_GT(Sum(key_), 0);
  EXPECT_TRUE(FilesWithCanary().empty());
  std::string last_bit = key_;
  last_bit.back() ^= 1;
  for (const std::string& other : {last_bit, std::string(31, 'k'), std::string()})
    EXPECT_EQ(Sum(other), -1);
}

TEST_F(EncryptionTest, AFileThatIsNotEncryptedShowsItsRowsAndIsRefusedWithAKey) {
  Write("");
  EXPECT_EQ(FilesWithCanary(), std::vector<std::string>{File()})
      << "the search finds what is there";
  EXPECT_GT(Sum(""), 0);
  EXPECT_EQ(Sum(key_), -1) << "a file put in place of an encrypted one";
}

TEST_F(EncryptionTest, TheSameRowsAreNeverTheSameBytes) {
  Write(key_);
  const std::string first = Bytes(File());
  fs::remove(File());
  Write(key_);
  const std::string second = Bytes(File());
  ASSERT_EQ(first.size(), second.size());
  constexpr size_t kBlock = 262'144;  // behind the three headers of 4 KiB each
  for (size_t at = 3 * 4096; at + kBlock <= first.size(); at += kBlock)
    EXPECT_NE(first.substr(at, 4096), second.substr(at, 4096));
}

TEST_F(EncryptionTest, AChangedByteIsAnErrorOrChangesNothing) {
  Write(key_);
  const std::string bytes = Bytes(File());
  const int64_t sum = Sum(key_);
  int refused = 0, tried = 0;
  for (size_t at = 0; at < bytes.size(); at += bytes.size() / 150) {
    std::string changed = bytes;
    changed[at] ^= 0x20;
    std::ofstream(File(), std::ios::binary) << changed;
    const int64_t got = Sum(key_);
    EXPECT_TRUE(got == sum || got == -1) << "byte " << at;
    refused += got == -1;
    ++tried;
  }
  std::printf("%d of %d changed bytes were refused; the others are not read\n", refused, tried);
  EXPECT_GT(refused, tried / 4);
}

TEST_F(EncryptionTest, TheJournalOfAnOpenFileIsEncrypted) {
  for (const std::string& key : {key_, std::string()}) {
    const Opened opened =
        Open(key, DuckConnection::Access::kWrite, {{"checkpoint_threshold", "1TB"}});
    ASSERT_TRUE(opened.connection->Execute("CREATE TABLE d.data (i BIGINT, text VARCHAR)").ok());
    ASSERT_TRUE(opened.connection->Execute(Rows("INSERT INTO d.data", 1'000)).ok());
    ASSERT_TRUE(fs::exists(File() + ".wal"));
    EXPECT_GT(fs::file_size(File() + ".wal"), 10'000u);
    EXPECT_EQ(FilesWithCanary().empty(), !key.empty());
    ASSERT_TRUE(opened.connection->Execute("DETACH d").ok());
    fs::remove(File());
  }
}

TEST_F(EncryptionTest, WhatIsSpilledIsEncryptedAndReadsBack) {
  for (const char* encrypted : {"true", "false"}) {
    const fs::path spill = folder_ / "spill";
    const auto database = *DuckDatabase::Open("", {{"memory_limit", "32MB"},
                                                   {"threads", "1"},
                                                   {"temp_directory", spill.string()},
                                                   {"temp_file_encryption", encrypted}});
    const auto connection = *database->Connect();
    // Four times the memory. The text is of random letters, so that compression leaves it as it is.
    const absl::Status made = connection->Execute(absl::StrCat(
        "CREATE TEMP TABLE big AS SELECT i, '", kCanary,
        "' || md5(i::VARCHAR) || md5((i + 1)::VARCHAR) AS text FROM range(1500000) t(i)"));
    ASSERT_TRUE(made.ok()) << made;
    int files = 0;
    const bool shown = !FilesWithCanary(&files).empty();
    EXPECT_GT(files, 0) << "nothing was spilled";
    EXPECT_EQ(shown, std::string(encrypted) == "false");
    const auto result = connection->Query("SELECT sum(i + length(text))::BIGINT FROM big");
    ASSERT_TRUE(result.ok()) << result.status();
    (*result)->Next();
    EXPECT_EQ((*result)->Int64(0, 0), int64_t{1'500'000} * 1'499'999 / 2 + 1'500'000 * 76);
  }
}

TEST_F(EncryptionTest, NothingIsSpilledWhereNoFolderIsNamed) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  {
    const auto database = *DuckDatabase::Open("", {{"memory_limit", "16MB"}, {"threads", "1"}});
    const auto connection = *database->Connect();
    EXPECT_FALSE(
        connection
            ->Execute("CREATE TEMP TABLE big AS SELECT md5(i::VARCHAR) FROM range(2000000) t(i)")
            .ok());
    EXPECT_TRUE(fs::is_empty(folder_));
  }
  fs::current_path(before);
}

TEST_F(EncryptionTest, NoErrorHoldsTheKeyOrTheFile) {
  for (const std::string& key : {std::string(32, 'x'), std::string(5, 'x')}) {
    Write(key_);
    const absl::Status refused = Open(key, DuckConnection::Access::kRead).attached;
    EXPECT_FALSE(refused.ok());
    EXPECT_EQ(std::string(refused.message()).find_first_of("/x="), std::string::npos) << refused;
    fs::remove(File());
  }
}

}  // namespace
}  // namespace kluis
