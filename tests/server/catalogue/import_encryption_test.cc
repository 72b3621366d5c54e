// What an import writes is encrypted with the data key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>

#include "server/catalogue/catalogue_store.h"
#include "tests/server/catalogue/import_workshop.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

TEST_F(ImportTest, NoFileOfAnImportHoldsAValue) {
  // 4711471147 hundredths fill the column: with nothing to compress, they would stand there as they
  // are.
  std::string rows;
  for (int i = 0; i < 3000; ++i)
    absl::StrAppend(&rows, "1,CANARY-", i, ",h,N1,small,30,47114711.47,\n");
  WriteRows(rows);
  ASSERT_TRUE(Import().ok());
  const int64_t stored = 4711471147;
  const std::string scaled(reinterpret_cast<const char*>(&stored), sizeof stored);
  for (const std::string& file : Files()) {
    if (!fs::is_regular_file(file)) continue;
    std::ifstream in(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    EXPECT_THAT(bytes, Not(HasSubstr("CANARY"))) << file;
    EXPECT_THAT(bytes, Not(HasSubstr("4711471"))) << file;
    EXPECT_THAT(bytes, Not(HasSubstr(scaled))) << file;
  }
  EXPECT_EQ(Dump("max(turnover)"), "4711471147 ");
}

TEST_F(ImportTest, ASnapshotOfAnotherDataKeyIsReplacedAndHasTheSameHash) {
  WriteRows("1,a,h,N1,small,30,1,\n");
  const auto first = Import();
  ASSERT_TRUE(first.ok());
  const std::shared_ptr<const DataKey> before = data_key_;
  data_key_ = DataKey::Random();
  EXPECT_FALSE(OpensWith(fs::path(first->manifest).parent_path() / "snapshot.duckdb", *data_key_));
  const auto second = Import();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(first->sha256, second->sha256);
  EXPECT_EQ(Dump("turnover"), "100 ");
  const Snapshot snapshot = (*Catalogue::Open(Data()))->view()->datasets.at("firm");
  EXPECT_TRUE(CheckDataKey(snapshot, *data_key_).ok());
  EXPECT_THAT(std::string(CheckDataKey(snapshot, *before).message()),
              HasSubstr("another data key"));
  EXPECT_EQ(std::distance(fs::directory_iterator(root_ / "data"), {}), 2)
      << "the lock and the dataset";
}

// Its head is whole, so nobody sees at a start that a query will fail.
TEST_F(ImportTest, ADamagedBlockIsMendedByImportingAgain) {
  std::string rows;
  for (int i = 0; i < 20'000; ++i) absl::StrAppend(&rows, i, ",f", i, ",h,N1,small,30,", i, ",\n");
  WriteRows(rows);
  const auto first = Import();
  ASSERT_TRUE(first.ok());
  const fs::path file = fs::path(first->manifest).parent_path() / "snapshot.duckdb";
  const std::string sum = Dump("sum(turnover)::BIGINT");
  const auto change = [&](std::streamoff at) {
    std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
    bytes.seekg(at);
    const char before = static_cast<char>(bytes.get());
    bytes.seekp(at);
    bytes.put(static_cast<char>(before ^ 0x20));
  };
  const auto reads = [&] {
    const auto connection = (*DuckDatabase::Open("", {}))->Connect();
    return (*connection)
               ->Attach(file, "s", data_key_->bytes(), DuckConnection::Access::kRead)
               .ok() &&
           (*connection)->Execute("SELECT sum(turnover) FROM s.data").ok();
  };
  bool found = false;
  for (uintmax_t at = 3 * 4096 + 5000; at < fs::file_size(file) && !found; at += 262'144) {
    change(static_cast<std::streamoff>(at));
    found = OpensWith(file, *data_key_) && !reads();
    if (!found) change(static_cast<std::streamoff>(at));
  }
  ASSERT_TRUE(found);
  const auto again = Import();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->sha256, first->sha256);
  EXPECT_EQ(Dump("sum(turnover)::BIGINT"), sum);
}

TEST_F(ImportTest, ALinkToASnapshotThatIsNotEncryptedNamesTheDatasetToImportFirst) {
  Write("policies/datasets/holding.yaml",
        "dataset: holding\ntitle: {nl: H, en: H}\nperiod: \"2016\"\nunit: holding\n"
        "source: {file: holding.csv}\nbad_rows: refuse\ncontributor: [holding_id]\n"
        "variables:\n  holding_id: {role: identifier}\n  kind: {role: dimension, values: [a]}\n");
  Write("policies/datasets/holding.csv", "holding_id,kind\nh,a\n");
  Write("policies/datasets/firm.yaml",
        absl::StrCat(kEntry, "links:\n  holding: {key: [holding_id], to: holding, one: true}\n"));
  WriteRows("1,a,h,N1,small,30,1,\n");
  const auto holding = Import("holding");
  ASSERT_TRUE(holding.ok()) << holding.status();
  std::string manifest;
  {
    std::ifstream in(holding->manifest);
    manifest.assign(std::istreambuf_iterator<char>(in), {});
  }
  const size_t key = manifest.find(data_key_->Fingerprint());
  ASSERT_NE(key, std::string::npos);
  std::ofstream(holding->manifest) << manifest.erase(key, data_key_->Fingerprint().size());
  const auto refused = Import();
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("hint: import holding again"));
  EXPECT_TRUE(Import("holding").ok());
  EXPECT_TRUE(Import().ok());
}

TEST_F(ImportTest, ASnapshotFromBeforeEncryptionIsToldFromOthers) {
  Snapshot snapshot;
  snapshot.entry.name = "firm";
  const absl::Status old = CheckDataKey(snapshot, *data_key_);
  EXPECT_EQ(old.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(old.message()), HasSubstr("hint: import firm again"));
}

TEST_F(ImportTest, ThereIsNoImportWithoutADataKey) {
  WriteRows("1,a,h,N1,small,30,1,\n");
  data_key_ = nullptr;
  EXPECT_EQ(Import().status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(fs::exists(Data()));
  for (const char* bytes : {"", "short", "0123456789abcdef0123456789abcdef+"})
    EXPECT_EQ(DataKey::FromBytes(bytes).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace kluis
