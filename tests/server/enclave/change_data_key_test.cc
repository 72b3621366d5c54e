// Another data key: everything opens under it, nothing under the old one, whenever it was cut off.
#include "server/enclave/change_data_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "server/catalogue/reencrypt.h"
#include "server/enclave/enclave.h"
#include "server/enclave/files.h"
#include "server/enclave/init.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

void Quiet(const std::string&) {}

class ChangeDataKeyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("KLUIS_SHARE_DIR", KLUIS_SOURCE_DIR "/policies", 1);
    root_ =
        fs::path(::testing::TempDir()) /
        ("rekey-" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(root_);
    fs::create_directories(root_);
    const absl::Status made = InitEnclave({.dir = Base(), .host = "kluis.example"}, Quiet);
    ASSERT_TRUE(made.ok()) << made;
    auto enclave = Enclave::Open(Base());
    ASSERT_TRUE(enclave.ok()) << enclave.status();
    Import(**enclave, 3);
    Import(**enclave, 500);  // of the first one a snapshot is left that is not current
    for (int i = 0; i < 20; ++i)
      ASSERT_TRUE((*enclave)->AddUser({"u" + std::to_string(i), "reviewer", "cbs"}).ok());
    ASSERT_TRUE((*enclave)->PutInForce("test").ok());
    old_ = (*enclave)->data_key();
    entries_ = (*enclave)->ledger().size();
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string Base() const { return (root_ / "base").string(); }
  std::string Copy() {
    const fs::path copy = root_ / "copy";
    fs::remove_all(copy);
    fs::copy(Base(), copy, fs::copy_options::recursive);
    return copy.string();
  }

  void Import(Enclave& enclave, int rows) {
    const fs::path folder = root_ / "policies";
    fs::create_directories(folder);
    std::ofstream(folder / "toy.yaml")
        << "dataset: toy\ntitle: {nl: Speelgoed, en: Toy}\nperiod: \"2016\"\nlineage: toy\nunit: "
           "persoon\nsource: {file: toy.csv, empty: \"\"}\ncontributor: [id]\nvariables:\n"
           "  id: {role: identifier}\n  geslacht: {role: dimension, values: [m, v]}\n";
    std::ofstream csv(folder / "toy.csv");
    csv << "id,geslacht\n";
    for (int i = 0; i < rows; ++i) csv << i << (i % 2 == 0 ? ",m\n" : ",v\n");
    csv.close();
    const auto imported = enclave.Import((folder / "toy.yaml").string(), Quiet);
    ASSERT_TRUE(imported.ok()) << imported.status();
  }

  // In a process that is killed at the n-th step, or after so long. True: it ended before.
  bool ChangeAndDie(const std::string& dir, int step, int microseconds) {
    const pid_t child = fork();
    if (child == 0) {
      int steps = 0;
      const auto done = ChangeDataKey({.dir = dir, .progress = [&](const std::string&) {
                                         if (++steps == step) _exit(9);
                                       }});
      _exit(done.ok() ? 0 : 1);
    }
    if (microseconds > 0) {
      usleep(static_cast<useconds_t>(microseconds));
      kill(child, SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 1) << "it failed";
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  // Under a key that is not the old one, and without the file of that.
  void ExpectChanged(const std::string& dir) {
    fs::remove(dir + "/keys/data.key");
    auto enclave = Enclave::Open(dir);
    ASSERT_TRUE(enclave.ok()) << enclave.status();
    const DataKey& key = *(*enclave)->data_key();
    EXPECT_NE(key.Fingerprint(), old_->Fingerprint());
    const absl::Status served = (*enclave)->PutInForce("test");
    EXPECT_TRUE(served.ok()) << served;
    const auto folders = SnapshotFolders(dir + "/data");
    ASSERT_TRUE(folders.ok());
    EXPECT_EQ(folders->size(), 2u);
    for (const std::string& folder : *folders) {
      EXPECT_TRUE(OpensWith(folder + "/snapshot.duckdb", key)) << folder;
      EXPECT_FALSE(OpensWith(folder + "/snapshot.duckdb", *old_)) << folder;
      EXPECT_TRUE(ReadSnapshot(folder).ok());
    }
    EXPECT_EQ((*enclave)->ledger().size(), entries_ + 2) << "the change, and a start";
    const auto event = (*enclave)->ledger().ReadSealed(entries_);
    ASSERT_TRUE(event.ok()) << event.status();
    EXPECT_EQ(event->type, "key");
    EXPECT_THAT(event->bytes, HasSubstr(key.Fingerprint()));
    enclave->reset();
    for (const auto& item : fs::recursive_directory_iterator(dir)) {
      EXPECT_THAT(item.path().string(), ::testing::Not(HasSubstr(".import-data-key")));
      if (item.path().extension() != ".db") continue;
      const auto bytes = ReadFile(item.path().string());
      EXPECT_THAT(*bytes, ::testing::Not(HasSubstr(std::string(old_->bytes()))));
    }
  }

  // Whatever is there after a death: either as it was, or nothing is served until it is finished.
  void FinishAfterDeath(const std::string& dir, bool ended) {
    auto enclave = Enclave::Open(dir);
    const bool as_before =
        enclave.ok() && (*enclave)->data_key()->Fingerprint() == old_->Fingerprint();
    if (!enclave.ok()) {
      EXPECT_FALSE(ended);
      EXPECT_THAT(std::string(enclave.status().message()), HasSubstr("kluisd rekey"));
    }
    const bool finished = enclave.ok() && !as_before;
    if (enclave.ok()) enclave->reset();
    if (!finished) {
      const auto again = ChangeDataKey({.dir = dir});
      ASSERT_TRUE(again.ok()) << again.status();
    }
    ExpectChanged(dir);
  }

  fs::path root_;
  std::shared_ptr<const DataKey> old_;
  uint64_t entries_ = 0;
};

TEST_F(ChangeDataKeyTest, EverythingIsUnderTheNewKeyAndTheOldOneIsNeededNoMore) {
  const auto key = ChangeDataKey({.dir = Base()});
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_TRUE(ReadSecretFile(*key, 32).ok()) << "closed to others";
  ExpectChanged(Base());
}

TEST_F(ChangeDataKeyTest, TheKeyMayBeGivenOrMadeElsewhere) {
  const std::string place = (root_ / "device.key").string();
  ASSERT_TRUE(WritePrivateFile(place, std::string(32, 'n')).ok());
  const auto key = ChangeDataKey({.dir = Base(), .key_file = place});
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(*key, place);
  auto enclave = Enclave::Open(Base());
  ASSERT_TRUE(enclave.ok()) << enclave.status();
  EXPECT_EQ((*enclave)->data_key()->bytes(), std::string(32, 'n'));
  enclave->reset();
  const auto same = ChangeDataKey({.dir = Base(), .key_file = place});
  EXPECT_THAT(std::string(same.status().message()), HasSubstr("the key that it has"));
  EXPECT_TRUE(Enclave::Open(Base()).ok()) << "nothing was begun";
  fs::permissions(place, fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(ChangeDataKey({.dir = Base()}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ChangeDataKeyTest, WhileItIsServedNothingChanges) {
  const auto enclave = Enclave::Open(Base());
  const auto refused = ChangeDataKey({.dir = Base()});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("stop it first"));
}

TEST_F(ChangeDataKeyTest, WhatDoesNotVerifyIsNotChanged) {
  {
    auto database = Database::Open(Base() + "/ledger.db", "");
    ASSERT_TRUE(database.ok()) << database.status();
    const absl::Status done = (*database)->Write([](Connection& connection) {
      return connection.Execute(
          "DROP TRIGGER entries_stay_equal; UPDATE entries SET sealed = zeroblob(200) WHERE idx = "
          "1");
    });
    ASSERT_TRUE(done.ok()) << done;
  }
  const std::string before = *ReadFile(Base() + "/config.yaml");
  EXPECT_EQ(ChangeDataKey({.dir = Base()}).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(*ReadFile(Base() + "/config.yaml"), before);
  EXPECT_FALSE(fs::exists(Base() + "/data-key-change"));
}

TEST_F(ChangeDataKeyTest, KilledAfterAnyStepItIsFinishedByTheSameCommand) {
  int step = 1;
  for (bool ended = false; !ended; ++step) {
    SCOPED_TRACE(step);
    const std::string dir = Copy();
    ended = ChangeAndDie(dir, step, 0);
    FinishAfterDeath(dir, ended);
    ASSERT_LT(step, 30);
  }
  EXPECT_GT(step, 7) << "begun, two snapshots, the log before and after, registry, config";
}

// KLUIS_REKEY_KILLS: how many moments.
TEST_F(ChangeDataKeyTest, KilledAtRandomMomentsItIsFinishedByTheSameCommand) {
  const char* asked = std::getenv("KLUIS_REKEY_KILLS");
  const int kills = asked == nullptr ? 6 : std::atoi(asked);
  const unsigned seed = std::random_device()();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  for (int i = 0; i < kills; ++i) {
    SCOPED_TRACE(i);
    const std::string dir = Copy();
    const bool ended = ChangeAndDie(dir, -1, static_cast<int>(random() % 400'000) + 1);
    FinishAfterDeath(dir, ended);
  }
}

TEST_F(ChangeDataKeyTest, ItIsFinishedWithTheKeyThatItWasBegunWith) {
  const std::string dir = Copy();
  ASSERT_FALSE(ChangeAndDie(dir, 2, 0));
  const auto other = ChangeDataKey({.dir = dir, .key_file = (root_ / "other.key").string()});
  EXPECT_THAT(std::string(other.status().message()), HasSubstr("was begun"));
  const std::string old_key = *ReadFile(dir + "/keys/data.key");
  ASSERT_TRUE(WritePrivateFile(dir + "/keys/data.key", std::string(32, 'x')).ok());
  EXPECT_FALSE(ChangeDataKey({.dir = dir}).ok());
  ASSERT_TRUE(WritePrivateFile(dir + "/keys/data.key", old_key).ok());
  // As one that died after the exchange has left it: the old snapshot, under the old key.
  fs::create_directories(dir + "/data/.import-data-key");
  std::ofstream(dir + "/data/.import-data-key/snapshot.duckdb") << "under the old key";
  EXPECT_TRUE(ChangeDataKey({.dir = dir}).ok());
  ExpectChanged(dir);
}

}  // namespace
}  // namespace kluis
