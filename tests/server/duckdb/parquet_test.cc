// The pipe between a Parquet file and its reader, however either of them ends.
#include "server/duckdb/parquet.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "server/duckdb/duckdb.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

class ParquetTest : public testing::Test {
 protected:
  ParquetTest() : file_(fs::temp_directory_path() / absl::StrCat("kluis_parquet_", getpid())) {}
  ~ParquetTest() override { fs::remove(file_); }

  void Write(int rows) {
    const auto database = *DuckDatabase::Open("", {});
    ASSERT_TRUE(
        (*database->Connect())
            ->Execute(absl::StrCat("COPY (SELECT i, 'text ' || i AS text FROM range(", rows,
                                   ") t(i)) TO ", QuoteText(file_.string()), " (FORMAT parquet)"))
            .ok());
  }
  // Reads up to `size` bytes of the text, and gives how many there were.
  static size_t Read(const ParquetAsCsv& text, size_t size) {
    const int end = open(text.path().c_str(), O_RDONLY | O_CLOEXEC);
    char bytes[1 << 16];
    size_t all = 0;
    for (ssize_t got = 1; got > 0 && all < size; all += static_cast<size_t>(got))
      got = read(end, bytes, std::min(sizeof bytes, size - all));
    close(end);
    return all;
  }
  static int64_t Descriptors() {
    return std::distance(fs::directory_iterator("/proc/self/fd"), {});
  }

  const fs::path file_;
};

TEST_F(ParquetTest, RowsAreLinesInTheirOrder) {
  Write(3);
  const auto text = ParquetAsCsv::Open(file_.string());
  ASSERT_TRUE(text.ok()) << text.status();
  std::ifstream in((*text)->path());
  const std::string all((std::istreambuf_iterator<char>(in)), {});
  EXPECT_EQ(all, "i,text\n0,text 0\n1,text 1\n2,text 2\n");
  EXPECT_TRUE((*text)->Finish().ok());
}

TEST_F(ParquetTest, AReaderWhoLeavesStopsTheWriter) {
  Write(10'000'000);
  const int64_t before = Descriptors();
  const auto seconds = [&](size_t size) {
    const auto start = std::chrono::steady_clock::now();
    {
      const auto text = ParquetAsCsv::Open(file_.string());
      EXPECT_TRUE(text.ok()) << text.status();
      Read(**text, size);
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const double whole = seconds(size_t{1} << 40), some = seconds(100), none = seconds(0);
  EXPECT_LT(some, whole / 2);
  EXPECT_LT(none, whole / 2);
  EXPECT_EQ(Descriptors(), before);
}

TEST_F(ParquetTest, AFileThatIsNoneEndsTheTextAndIsNamed) {
  std::ofstream(file_) << "PAR1 and no more";
  EXPECT_TRUE(IsParquet(file_.string()));
  const int64_t before = Descriptors();
  {
    const auto text = ParquetAsCsv::Open(file_.string());
    ASSERT_TRUE(text.ok());
    EXPECT_EQ(Read(**text, 1), 0u);
    const absl::Status finished = (*text)->Finish();
    EXPECT_EQ(finished.code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(Descriptors(), before);
  EXPECT_FALSE(IsParquet("/nowhere"));
}

}  // namespace
}  // namespace kluis
