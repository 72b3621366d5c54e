#include "server/enclave/enclave.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "server/enclave/files.h"
#include "server/enclave/init.h"
#include "server/enclave/registry.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

void Quiet(const std::string&) {}

class EnclaveTest : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("KLUIS_SHARE_DIR", KLUIS_SOURCE_DIR "/policies", 1);
    dir_ = ::testing::TempDir() + "/enclave-" +
           ::testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(dir_);
    const absl::Status made = InitEnclave({.dir = dir_, .host = "kluis.example"}, Quiet);
    ASSERT_TRUE(made.ok()) << made;
  }
  void TearDown() override { fs::remove_all(dir_); }

  std::unique_ptr<Enclave> Open() {
    auto enclave = Enclave::Open(dir_);
    EXPECT_TRUE(enclave.ok()) << enclave.status();
    return enclave.ok() ? std::move(*enclave) : nullptr;
  }

  // An entry and three rows of a dataset with one dimension; the folder of both.
  std::string WriteToy(const std::string& dimension) {
    const std::string folder = dir_ + "-source/policies";
    fs::create_directories(folder);
    std::ofstream(folder + "/toy.yaml")
        << "dataset: toy\ntitle: {nl: Speelgoed, en: Toy}\nperiod: \"2016\"\nlineage: toy\nunit: "
           "persoon\nsource: {file: toy.csv, empty: \"\"}\nbad_rows: refuse\ncontributor: [id]\n"
           "weight: null\nvariables:\n  id: {role: identifier}\n  "
        << dimension << ": {role: dimension, values: [m, v]}\n";
    std::ofstream(folder + "/toy.csv") << "id," << dimension << "\n1,m\n2,v\n3,v\n";
    return folder;
  }
  static std::string ToyProject(const std::string& dimension) {
    return "project: toy\npurpose: {nl: Proef, en: Test}\norganisation: test\nmembers: [anna]\n"
           "valid: {from: 2016-11-28, until: 2036-11-28}\nrules: standard\ngrants:\n"
           "  - {dataset: toy, variables: [" +
           dimension + "]}\n";
  }

  std::string dir_;
};

TEST_F(EnclaveTest, OnlyTheOwnerMayReadIt) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(dir_)) {
    struct stat facts = {};
    ASSERT_EQ(::stat(entry.path().c_str(), &facts), 0);
    if (entry.path().extension() == ".db" ||
        entry.path().filename().string().find(".db-") != std::string::npos) {
      EXPECT_EQ(facts.st_mode & 077, 0u) << entry.path();
    } else {
      EXPECT_EQ(facts.st_mode & 0777, entry.is_directory() ? 0700u : 0600u) << entry.path();
    }
  }
  struct stat facts = {};
  ASSERT_EQ(::stat(dir_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0700u);
}

TEST_F(EnclaveTest, ADirectoryThatIsNotEmptyIsRefused) {
  EXPECT_EQ(InitEnclave({.dir = dir_}, Quiet).code(), absl::StatusCode::kAlreadyExists);
}

// Each fault is told with what to do, and not the key; and nothing of the enclave has changed.
TEST_F(EnclaveTest, AKeyFileThatIsNotAsItShouldBeIsRefusedAtTheStart) {
  const std::string file = dir_ + "/keys/data.key";
  const std::string key = *ReadFile(file);
  ASSERT_TRUE(Open()->Import(WriteToy("geslacht") + "/toy.yaml", Quiet).ok());
  const uint64_t entries = Open()->ledger().size();
  const struct {
    const char* name;
    std::function<void()> spoil;
    absl::StatusCode code;
    const char* message;
  } cases[] = {
      {"missing", [&] { fs::remove(file); }, absl::StatusCode::kNotFound,
       "hint: put the key file back"},
      {"empty", [&] { fs::resize_file(file, 0); }, absl::StatusCode::kInvalidArgument,
       "no file of 32 bytes"},
      {"one byte short", [&] { fs::resize_file(file, 31); }, absl::StatusCode::kInvalidArgument,
       "32 bytes"},
      {"one byte long", [&] { fs::resize_file(file, 33); }, absl::StatusCode::kInvalidArgument,
       "32 bytes"},
      {"a folder", [&] { fs::remove(file), MakePrivateDirectory(file).IgnoreError(); },
       absl::StatusCode::kInvalidArgument, "no file of 32 bytes"},
      {"readable by the group", [&] { ::chmod(file.c_str(), 0640); },
       absl::StatusCode::kInvalidArgument, "hint: chmod 600"},
      {"writable by all", [&] { ::chmod(file.c_str(), 0602); }, absl::StatusCode::kInvalidArgument,
       "open to others"},
      {"another key", [&] { WritePrivateFile(file, std::string(32, 'x')).IgnoreError(); },
       absl::StatusCode::kInvalidArgument, "encrypted with another data key"},
  };
  for (const auto& c : cases) {
    c.spoil();
    const absl::Status refused = Enclave::Open(dir_).status();
    EXPECT_EQ(refused.code(), c.code) << c.name;
    EXPECT_THAT(std::string(refused.message()), HasSubstr(c.message)) << c.name;
    EXPECT_EQ(std::string(refused.message()).find(key), std::string::npos) << c.name;
    fs::remove_all(file);
    ASSERT_TRUE(WritePrivateFile(file, key).ok());
    const auto enclave = Open();
    ASSERT_NE(enclave, nullptr) << c.name;
    EXPECT_EQ(enclave->ledger().size(), entries) << c.name;
  }
  EXPECT_TRUE(Open()->PutInForce("1").ok());
  fs::remove_all(dir_ + "-source");
}

TEST_F(EnclaveTest, TheKeyMayStandElsewhereAndIsMadeThereOnce) {
  const std::string file = dir_ + "-device/data.key", other = dir_ + "-2";
  fs::remove_all(dir_ + "-device");
  fs::remove_all(other);
  EXPECT_EQ(InitEnclave({.dir = other, .data_key = file}, Quiet).code(),
            absl::StatusCode::kInvalidArgument)
      << "the device is not there";
  EXPECT_FALSE(fs::exists(other));
  fs::create_directories(dir_ + "-device");
  ASSERT_TRUE(InitEnclave({.dir = other, .data_key = file}, Quiet).ok());
  EXPECT_TRUE(ReadSecretFile(file, 32).ok());
  EXPECT_FALSE(fs::exists(other + "/keys/data.key"));
  EXPECT_EQ(InitEnclave({.dir = other + "3", .data_key = file}, Quiet).code(),
            absl::StatusCode::kAlreadyExists);
  const auto enclave = Enclave::Open(other);
  ASSERT_TRUE(enclave.ok()) << enclave.status();
  fs::remove_all(dir_ + "-device");
  EXPECT_TRUE((*enclave)->Import(WriteToy("geslacht") + "/toy.yaml", Quiet).ok())
      << "it was read once, at the start";
  fs::remove_all(dir_ + "-source");
  fs::remove_all(other);
}

TEST_F(EnclaveTest, TheKeyMayStandElsewhereInTheDirectory) {
  fs::create_directories(dir_ + "/stick");
  fs::rename(dir_ + "/keys/data.key", dir_ + "/stick/kluis.key");
  EXPECT_EQ(Enclave::Open(dir_).status().code(), absl::StatusCode::kNotFound);
  std::ofstream(dir_ + "/config.yaml", std::ios::app) << "data_key: stick/kluis.key\n";
  EXPECT_TRUE(Enclave::Open(dir_).ok());
}

TEST_F(EnclaveTest, WithoutTheDeviceOfTheKeyNothingIsServed) {
  const std::string file = dir_ + "-device/data.key", other = dir_ + "-2";
  fs::remove_all(dir_ + "-device");
  fs::remove_all(other);
  fs::create_directories(dir_ + "-device");
  ASSERT_TRUE(InitEnclave({.dir = other, .data_key = file}, Quiet).ok());
  EXPECT_TRUE(Enclave::Open(other).ok());
  fs::remove_all(dir_ + "-device");
  EXPECT_EQ(Enclave::Open(other).status().code(), absl::StatusCode::kNotFound);
  fs::remove_all(other);
}

// As an enclave of an earlier version has it: the manifest knows of no key.
TEST_F(EnclaveTest, ASnapshotThatIsNotEncryptedIsNotServedUntilItIsImportedAgain) {
  const std::string entry = WriteToy("geslacht") + "/toy.yaml";
  ASSERT_TRUE(Open()->Import(entry, Quiet).ok());
  const std::string snapshot = Open()->catalogue()->datasets.at("toy").file;
  const std::string manifest = fs::path(snapshot).parent_path().string() + "/manifest.json";
  nlohmann::json parsed = nlohmann::json::parse(*ReadFile(manifest));
  parsed.erase("data_key");
  ASSERT_TRUE(WritePrivateFile(manifest, parsed.dump()).ok());
  std::ofstream(snapshot, std::ios::trunc) << "not encrypted";

  const auto enclave = Open();
  ASSERT_NE(enclave, nullptr);
  const absl::Status refused = enclave->PutInForce("1");
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("hint: import toy again"));
  ASSERT_TRUE(enclave->Import(entry, Quiet).ok());
  EXPECT_TRUE(enclave->PutInForce("1").ok());
  fs::remove_all(dir_ + "-source");
}

TEST_F(EnclaveTest, ASnapshotThatDoesNotOpenIsNotServed) {
  const std::string entry = WriteToy("geslacht") + "/toy.yaml";
  ASSERT_TRUE(Open()->Import(entry, Quiet).ok());
  const auto enclave = Open();
  fs::resize_file(enclave->catalogue()->datasets.at("toy").file, 5000);
  const absl::Status refused = enclave->PutInForce("1");
  EXPECT_EQ(refused.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("the snapshot of toy is damaged"));
  ASSERT_TRUE(enclave->Import(entry, Quiet).ok());
  EXPECT_TRUE(enclave->PutInForce("1").ok());
  fs::remove_all(dir_ + "-source");
}

TEST_F(EnclaveTest, TheFirstEntryIsTheLogKey) {
  const auto enclave = Open();
  ASSERT_NE(enclave, nullptr);
  EXPECT_EQ(enclave->ledger().size(), 1u);
  EXPECT_THAT(enclave->ledger().checkpoint(), HasSubstr("kluis.example/kluis"));
}

TEST_F(EnclaveTest, OneProcessHoldsADirectory) {
  const auto enclave = Open();
  EXPECT_EQ(Enclave::Open(dir_).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(EnclaveTest, AFolderWithoutConfigIsNoEnclave) {
  EXPECT_EQ(Enclave::Open(::testing::TempDir()).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(EnclaveTest, ABundleHoldsAllThatAClientNeeds) {
  const auto enclave = Open();
  const auto bundle = enclave->AddUser({"anna@heerlen.nl", "researcher", "gemeente-heerlen"});
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  const nlohmann::json parsed = nlohmann::json::parse(*bundle);
  EXPECT_EQ(parsed["server"], "kluis.example:7443");
  EXPECT_EQ(parsed["log_key"], enclave->log_key().verifier().ToString());
  EXPECT_EQ(parsed["ca"], enclave->authority().certificate_pem);
  const auto facts = ReadCertificate(parsed["certificate"].get<std::string>());
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->uris, std::vector<std::string>{"kluis://kluis.example/users/anna%40heerlen.nl"});
  EXPECT_TRUE(enclave->registry().IsCurrent("anna@heerlen.nl", facts->sha256));
}

TEST_F(EnclaveTest, EveryChangeOfUsersIsAnEntry) {
  const auto enclave = Open();
  const uint64_t before = enclave->ledger().size();
  ASSERT_TRUE(enclave->AddUser({"anna", "researcher", "heerlen"}).ok());
  ASSERT_TRUE(enclave->RevokeUser("anna").ok());
  EXPECT_EQ(enclave->ledger().size(), before + 2);
}

struct BadUser {
  const char* name;
  NewUser user;
  absl::StatusCode code;
};

TEST_F(EnclaveTest, UsersThatCannotBeAreRefused) {
  const auto enclave = Open();
  ASSERT_TRUE(enclave->AddUser({"anna", "researcher", "heerlen"}).ok());
  const uint64_t before = enclave->ledger().size();
  const std::vector<BadUser> cases = {
      {"known already", {"anna", "researcher", "heerlen"}, absl::StatusCode::kAlreadyExists},
      {"no such role", {"b", "king", "heerlen"}, absl::StatusCode::kInvalidArgument},
      {"no organisation", {"b", "researcher", ""}, absl::StatusCode::kInvalidArgument},
      {"no id", {"", "researcher", "heerlen"}, absl::StatusCode::kInvalidArgument},
      {"a path", {"../b", "researcher", "heerlen"}, absl::StatusCode::kInvalidArgument},
      {"a slash", {"a/b", "researcher", "heerlen"}, absl::StatusCode::kInvalidArgument},
      {"an option", {"-o", "researcher", "heerlen"}, absl::StatusCode::kInvalidArgument},
      {"a line", {"a\nb", "researcher", "heerlen"}, absl::StatusCode::kInvalidArgument},
      {"129 characters",
       {std::string(129, 'a'), "researcher", "h"},
       absl::StatusCode::kInvalidArgument},
  };
  for (const BadUser& c : cases)
    EXPECT_EQ(enclave->AddUser(c.user).status().code(), c.code) << c.name;
  EXPECT_EQ(enclave->ledger().size(), before);
  EXPECT_EQ(enclave->RevokeUser("nobody").code(), absl::StatusCode::kNotFound);
}

TEST_F(EnclaveTest, ARevocationHoldsAtOnceAndAfterARestart) {
  std::string sha256;
  {
    const auto enclave = Open();
    ASSERT_TRUE(enclave->AddUser({"anna", "researcher", "heerlen"}).ok());
    sha256 = enclave->registry().Find("anna")->certificate_sha256;
    ASSERT_TRUE(enclave->RevokeUser("anna").ok());
    EXPECT_FALSE(enclave->registry().IsCurrent("anna", sha256));
  }
  const auto enclave = Open();
  EXPECT_FALSE(enclave->registry().IsCurrent("anna", sha256));
  ASSERT_TRUE(enclave->AddUser({"anna", "reviewer", "cbs"}).ok());
  EXPECT_FALSE(enclave->registry().IsCurrent("anna", sha256))
      << "the old certificate stays refused";
  EXPECT_EQ(enclave->registry().Find("anna")->role, "reviewer");
}

TEST_F(EnclaveTest, APolicyIsAnEntryOnlyWhenItChanged) {
  uint64_t size = 0;
  {
    const auto enclave = Open();
    ASSERT_TRUE(enclave->PutInForce("1").ok());
    EXPECT_FALSE(enclave->policy()->rules.empty());
    size = enclave->ledger().size();
    EXPECT_EQ(size, 3u) << "key, policy, open";
    ASSERT_TRUE(enclave->ReloadPolicies().ok());
    EXPECT_EQ(enclave->ledger().size(), size);
  }
  const auto enclave = Open();
  ASSERT_TRUE(enclave->PutInForce("1").ok());
  EXPECT_EQ(enclave->ledger().size(), size + 1) << "open";
}

TEST_F(EnclaveTest, AStartSaysWhichBuildServes) {
  const auto enclave = Open();
  ASSERT_TRUE(enclave->PutInForce("1", "kluisd 1, commit abc").ok());
  const auto open = enclave->ledger().ReadSealed(enclave->ledger().size() - 1);
  ASSERT_TRUE(open.ok()) << open.status();
  EXPECT_THAT(open->bytes, HasSubstr(R"("build":"kluisd 1, commit abc")"));
}

TEST_F(EnclaveTest, APolicyThatDoesNotCheckLeavesTheOneInForce) {
  const auto enclave = Open();
  ASSERT_TRUE(enclave->PutInForce("1").ok());
  const std::string before = enclave->policy()->sha256;
  std::ofstream(dir_ + "/policies/rules/bad.yaml") << "rules: bad\nfrequency: {minimum: many}\n";
  const absl::Status reloaded = enclave->ReloadPolicies();
  EXPECT_EQ(reloaded.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(reloaded.message()), HasSubstr("bad.yaml:2:"));
  EXPECT_EQ(enclave->policy()->sha256, before);
}

TEST_F(EnclaveTest, APolicyThatDoesNotCheckIsNeverPutInForce) {
  std::ofstream(dir_ + "/policies/rules/bad.yaml") << "rules: bad\nunknown: 1\n";
  const auto enclave = Open();
  EXPECT_FALSE(enclave->PutInForce("1").ok());
  EXPECT_TRUE(enclave->policy()->rules.empty());
}

TEST_F(EnclaveTest, AnImportTakesEffectTogetherWithPoliciesThatCheckWithIt) {
  const auto enclave = Open();
  const auto import = [&](const std::string& dimension) {
    return enclave->Import(WriteToy(dimension) + "/toy.yaml", Quiet).status();
  };
  const auto dimension_in_force = [&] {
    const auto [policy, catalogue] = enclave->in_force();
    return catalogue->datasets.at("toy").entry.variables.back().name;
  };
  const std::string project = dir_ + "/policies/projects/toy.yaml";
  ASSERT_TRUE(import("geslacht").ok());
  std::ofstream(project) << ToyProject("geslacht");
  ASSERT_TRUE(enclave->PutInForce("1").ok());
  const std::string before = enclave->policy()->sha256;

  const absl::Status renamed = import("sekse");
  EXPECT_EQ(renamed.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(renamed.message()), HasSubstr("not in force"));
  EXPECT_THAT(std::string(renamed.message()), HasSubstr("toy.yaml:"));
  EXPECT_EQ(dimension_in_force(), "geslacht");
  EXPECT_EQ(enclave->policy()->sha256, before);

  std::ofstream(project) << ToyProject("sekse");
  ASSERT_TRUE(enclave->ReloadPolicies().ok());
  EXPECT_EQ(dimension_in_force(), "sekse");
  EXPECT_NE(enclave->policy()->sha256, before);
  fs::remove_all(dir_ + "-source");
}

TEST_F(EnclaveTest, AnImportIsAnEntryAndABadOneIsNot) {
  const std::string folder = WriteToy("geslacht");
  const auto enclave = Open();
  const uint64_t before = enclave->ledger().size();
  const auto report = enclave->Import(folder + "/toy.yaml", Quiet);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(*report, HasSubstr("3 rows, 0 dropped, snapshot sha256:"));
  EXPECT_EQ(enclave->ledger().size(), before + 1);
  EXPECT_EQ(enclave->catalogue()->datasets.at("toy").rows, 3);

  std::ofstream(folder + "/toy.csv") << "id,geslacht\n1,SECRET\n";
  const auto bad = enclave->Import(folder + "/toy.yaml", Quiet);
  EXPECT_EQ(bad.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(bad.status().message()).find("SECRET"), std::string::npos);
  EXPECT_EQ(enclave->ledger().size(), before + 1);
  EXPECT_EQ(enclave->catalogue()->datasets.at("toy").rows, 3);
  fs::remove_all(dir_ + "-source");
}

}  // namespace
}  // namespace kluis
