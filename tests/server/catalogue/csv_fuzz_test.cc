// Damaged CSV, plain and gzipped: never a crash, lines never go back, and what is well formed reads
// the same after it is written. KLUIS_FUZZ_RUNS=1000000 is the long loop of script/fuzz.
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/catalogue/csv_reader.h"
#include "tests/fakes/mutator.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr char kCsv[] =
    "id,name,\"n \"\"x\"\"\"\r\n1,\"a, b\",3\n2,\"two\nlines\",\n\n3,,\"\"\n4,x,-1.5";

struct Contents {
  std::vector<std::vector<std::string>> records;
  bool well_formed = true;
};

class CsvFuzzTest : public testing::Test {
 protected:
  // In memory where there is such a folder: a million small files.
  CsvFuzzTest()
      : path_((fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) /
              absl::StrCat("kluis_csv_fuzz_", getpid())) {}
  ~CsvFuzzTest() override { fs::remove(path_); }

  Contents Read(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    Contents contents;
    auto source = ByteSource::Open(path_.string());
    EXPECT_TRUE(source.ok()) << source.status();
    CsvReader reader(**source);
    int64_t line = 0;
    while (true) {
      const auto found = reader.Next();
      contents.well_formed &= found.ok();
      if (!found.ok() || !*found) break;
      EXPECT_GT(reader.line(), line) << text;
      line = reader.line();
      contents.well_formed &= !reader.malformed();
      if (reader.malformed()) continue;
      contents.records.emplace_back(reader.fields().begin(), reader.fields().end());
    }
    return contents;
  }

  static std::string Written(const Contents& contents) {
    std::string out;
    for (const auto& record : contents.records) {
      for (size_t i = 0; i < record.size(); ++i) {
        absl::StrAppend(&out, i == 0 ? "\"" : ",\"",
                        absl::StrReplaceAll(record[i], {{"\"", "\"\""}}), "\"");
      }
      out += "\n";
    }
    return out;
  }

  const fs::path path_;
};

TEST_F(CsvFuzzTest, DamagedTextIsMalformedOrReadsBack) {
  Mutator mutator(FuzzSeed(), {",", "\"\"", "\",\"", "\r", "\n\n"});
  const int runs = FuzzRuns(2000);
  int accepted = 0;
  for (int run = 0; run < runs && !HasFailure(); ++run) {
    const std::string text = mutator.Damage(kCsv);
    const Contents contents = Read(text);
    if (!contents.well_formed) continue;
    ++accepted;
    EXPECT_EQ(Read(Written(contents)).records, contents.records) << text;
  }
  std::cout << runs << " damaged texts, " << accepted << " accepted\n";
}

TEST_F(CsvFuzzTest, DamagedGzipIsAnErrorOrText) {
  gzFile file = gzopen(path_.c_str(), "wb");
  ASSERT_EQ(gzwrite(file, kCsv, sizeof kCsv - 1), static_cast<int>(sizeof kCsv - 1));
  gzclose(file);
  std::ifstream in(path_, std::ios::binary);
  const std::string zipped((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  Mutator mutator(FuzzSeed(), {"\x1f\x8b"});
  const int runs = FuzzRuns(2000);
  for (int run = 0; run < runs && !HasFailure(); ++run) Read(mutator.Damage(zipped));
}

}  // namespace
}  // namespace kluis
