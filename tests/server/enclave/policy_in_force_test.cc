// From the operator's policy to signed ones: what takes the place of what is in force, and what
// never does, over restarts, crashes and changed files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "server/enclave/bundle.h"
#include "server/enclave/enclave.h"
#include "server/enclave/files.h"
#include "server/enclave/init.h"
#include "server/enclave/policy_office.h"
#include "tests/disclosure/policy_sign/signed_policy.h"
#include "tests/fakes/mutator.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

void Quiet(const std::string&) {}

class PolicyInForceTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("KLUIS_SHARE_DIR", KLUIS_SOURCE_DIR "/policies", 1);
    dir_ = testing::TempDir() + "/in-force-" +
           testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(dir_);
    ASSERT_TRUE(InitEnclave({.dir = dir_, .host = "kluis.example"}, Quiet).ok());
    ImportToy();
    Write("officers.yaml", Officers());
    Restart();
    ASSERT_TRUE(started_.ok()) << started_;
    first_ = *ReadBundleFiles(Policies());
  }
  // A dataset and a project that uses the rules: what concerns nobody is no change.
  void ImportToy() {
    const std::string source = dir_ + "/tmp/policies";
    fs::create_directories(source);
    std::ofstream(source + "/toy.yaml") << Toy("identifying");
    std::ofstream(source + "/toy.csv") << "id,geslacht\n1,m\n2,v\n3,v\n";
    const auto imported = (*Enclave::Open(dir_))->Import(source + "/toy.yaml", Quiet);
    ASSERT_TRUE(imported.ok()) << imported.status();
    Write("projects/toy.yaml",
          "project: toy\npurpose: {nl: Proef, en: Test}\norganisation: test\nmembers: [anna]\n"
          "valid: {from: 2016-11-28, until: 2036-11-28}\nrules: standard\ngrants:\n"
          "  - {dataset: toy, variables: [geslacht]}\n");
  }
  static std::string Toy(const std::string& kind) {
    return "dataset: toy\ntitle: {nl: Speelgoed, en: Toy}\nperiod: \"2016\"\nlineage: toy\nunit: "
           "persoon\nsource: {file: toy.csv, empty: \"\"}\nbad_rows: refuse\ncontributor: [id]\n"
           "weight: null\nvariables:\n  id: {role: identifier}\n"
           "  geslacht: {role: dimension, kind: " +
           kind + ", values: [m, v]}\n";
  }
  void TearDown() override {
    enclave_.reset();
    fs::remove_all(dir_);
  }

  static std::string Officers() {
    return "officers:\n" + OfficerLine(Petra(), "Petra de Vries") + OfficerLine(Jan(), "Jan Smit");
  }
  void Restart() {
    enclave_.reset();
    enclave_ = std::move(*Enclave::Open(dir_));
    started_ = enclave_->PutInForce("test");
  }
  std::string Policies() const { return dir_ + "/policies"; }
  void Write(const std::string& path, const std::string& text) {
    ASSERT_TRUE(WritePrivateFile(Policies() + "/" + path, text).ok());
  }
  // The files of the first policy with another minimum.
  PolicyFiles With(int minimum) const {
    PolicyFiles files = first_;
    std::string& text = files.at("rules/standard.yaml");
    const std::string from = "minimum: 10 ";
    EXPECT_NE(text.find(from), std::string::npos);
    text.replace(text.find(from), from.size(), absl::StrCat("minimum: ", minimum, " "));
    return files;
  }
  void WriteFolder(const PolicyFiles& files, const PolicySignatures& signatures) {
    for (const auto& [path, text] : files) Write(path, text);
    Write(kSignaturesFile, FormatSignatures(signatures));
  }
  // The folder of the next version, signed by one; its minimum is one more than that in force.
  PolicyFiles WriteNext() {
    const PolicyFiles next = With(Minimum() + 1);
    WriteFolder(next, SignedBy({Petra()}, next, Status().version + 1));
    return next;
  }
  // In force is what was, or what was signed, and nothing else of it has changed.
  void ExpectOldOr(const PolicyFiles& next, int old_minimum) {
    const auto report = enclave_->JudgeDraft(next);
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_NE(report->judgement(), Judgement::kWeaker) << "what is in force would be stronger";
    EXPECT_EQ(report->changes.size(), Minimum() == old_minimum ? 1u : 0u);
    EXPECT_THAT(Minimum(), testing::AnyOf(old_minimum, old_minimum + 1));
  }
  int Minimum() const { return enclave_->policy()->rules.at("standard").frequency.minimum; }
  PolicyStatus Status() const { return enclave_->policy_status(); }

  std::string dir_;
  std::unique_ptr<Enclave> enclave_;
  absl::Status started_;
  PolicyFiles first_;
};

TEST_F(PolicyInForceTest, OfficersOfTheOperatorsPolicyEndTheOperatorsSay) {
  EXPECT_EQ(Status().version, 1);
  EXPECT_TRUE(Status().is_signed);
  Write("rules/standard.yaml", With(5).at("rules/standard.yaml"));
  const absl::Status refused = enclave_->ReloadPolicies();
  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("not signed"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("version 1 stays"));
  EXPECT_EQ(Minimum(), 10);
  EXPECT_EQ(Status().problem, refused.message());
  Restart();
  EXPECT_TRUE(started_.ok()) << started_;
  EXPECT_EQ(Minimum(), 10) << "a restart is no way around a signature";
  EXPECT_THAT(Status().problem, HasSubstr("not signed"));
  fs::remove(Policies() + "/officers.yaml");
  EXPECT_FALSE(enclave_->ReloadPolicies().ok());
  Restart();
  EXPECT_TRUE(Status().is_signed) << "and neither is to take the officers away";
}

TEST_F(PolicyInForceTest, OneOfficerAloneIsNotPutInForce) {
  const std::string dir = dir_ + "-one";
  fs::remove_all(dir);
  ASSERT_TRUE(InitEnclave({.dir = dir, .host = "kluis.example"}, Quiet).ok());
  std::ofstream(dir + "/policies/officers.yaml") << "officers:\n" << OfficerLine(Jan(), "Jan");
  const absl::Status refused = (*Enclave::Open(dir))->PutInForce("test");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("1 can sign"));
  fs::remove_all(dir);
}

TEST_F(PolicyInForceTest, ASignedFolderIsPutInForceAndLogged) {
  WriteFolder(With(12), SignedBy({Petra()}, With(12), 2));
  const absl::Status loaded = enclave_->ReloadPolicies();
  ASSERT_TRUE(loaded.ok()) << loaded;
  EXPECT_EQ(Minimum(), 12);
  EXPECT_EQ(Status().problem, "");
  const auto history = PolicyHistory(enclave_->ledger());
  ASSERT_EQ(history->size(), 2u);
  EXPECT_EQ(history->at(1).version, 2);
  EXPECT_EQ(history->at(1).judgement, "stronger");
  EXPECT_EQ(history->at(1).policy_sha256, enclave_->policy()->sha256);
  EXPECT_THAT(history->at(1).signers, ElementsAre(Petra().officer));
  ASSERT_TRUE(enclave_->ReloadPolicies().ok()) << "what is in force is no new version";
  Restart();
  EXPECT_EQ(Minimum(), 12);
  EXPECT_EQ(PolicyHistory(enclave_->ledger())->size(), 2u);

  WriteFolder(first_, SignedBy({Petra(), Jan()}, first_, 1));  // an older bundle, put back
  EXPECT_THAT(std::string(enclave_->ReloadPolicies().message()),
              HasSubstr("versions never go back"));
  Restart();
  EXPECT_EQ(Minimum(), 12);
}

TEST_F(PolicyInForceTest, WeakerWantsTwo) {
  WriteFolder(With(9), SignedBy({Petra()}, With(9), 2));
  EXPECT_EQ(enclave_->ReloadPolicies().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Minimum(), 10);
  WriteFolder(With(9), SignedBy({Petra(), Jan()}, With(9), 2));
  EXPECT_TRUE(enclave_->ReloadPolicies().ok());
  EXPECT_EQ(Minimum(), 9);
}

TEST_F(PolicyInForceTest, UsersOfOnePersonAreOneOfficer) {
  ASSERT_TRUE(enclave_->AddUser({Petra().officer, "privacy-officer", "cbs", "petra"}).ok());
  ASSERT_TRUE(enclave_->AddUser({Jan().officer, "privacy-officer", "cbs", "petra"}).ok());
  WriteFolder(With(9), SignedBy({Petra(), Jan()}, With(9), 2));
  EXPECT_THAT(std::string(enclave_->ReloadPolicies().message()), HasSubstr("signed already"));
  EXPECT_EQ(Minimum(), 10);
}

TEST_F(PolicyInForceTest, AKeptVersionThatWasChangedIsNotServed) {
  const std::string file = dir_ + "/policy-versions/1.json";
  std::string text = *ReadFile(file);
  text.replace(text.find("minimum: 10 "), 12, "minimum: 3  ");
  ASSERT_TRUE(WritePrivateFile(file, text).ok());
  Restart();
  EXPECT_EQ(started_.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(started_.message()), HasSubstr("was changed"));
  EXPECT_TRUE(enclave_->policy()->rules.empty()) << "no answers rather than an open default";
}

TEST_F(PolicyInForceTest, AProposalIsSignedActivatedAndRolledBack) {
  PolicyOffice office(*enclave_);
  const auto proposal = office.Propose("p.devries@cbs.nl", With(9), "", "lower");
  ASSERT_TRUE(proposal.ok()) << proposal.status();
  EXPECT_EQ(
      office.Propose("x", With(9), ParseManifest(proposal->signatures.manifest)->not_before, "")
          .status()
          .code(),
      absl::StatusCode::kAlreadyExists);
  const std::string& manifest = proposal->signatures.manifest;
  EXPECT_EQ(office.Activate("x", proposal->id).status().code(),
            absl::StatusCode::kPermissionDenied);
  const auto approve = [&](const OfficerKey& key, const std::string& as) {
    return office.Approve(as, proposal->id, Signed(key, manifest)).status();
  };
  EXPECT_EQ(approve(Petra(), "j.smit@cbs.nl").code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(approve(Mallory(), Mallory().officer).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(office.Approve(Petra().officer, proposal->id, Signed(Petra(), manifest, "so"))
                .status()
                .code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(approve(Petra(), Petra().officer).ok());
  EXPECT_EQ(approve(Petra(), Petra().officer).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(office.Activate("x", proposal->id).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(approve(Jan(), Jan().officer).ok());
  EXPECT_EQ(Minimum(), 10);
  const auto activated = office.Activate("x", proposal->id);
  ASSERT_TRUE(activated.ok()) << activated.status();
  EXPECT_EQ(Minimum(), 9);
  EXPECT_TRUE(enclave_->ReloadPolicies().ok()) << "the folder was written, too";

  const auto back = office.ProposeRollback("x", 1, "", "");
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->version, 3);
  ASSERT_TRUE(
      office.Approve(Jan().officer, back->id, Signed(Jan(), back->signatures.manifest)).ok());
  ASSERT_TRUE(office.Activate("x", back->id).ok());
  EXPECT_EQ(Minimum(), 10);
  EXPECT_EQ(PolicyHistory(enclave_->ledger())->back().restores, 1);
  EXPECT_EQ(office.Activate("x", proposal->id).status().code(), absl::StatusCode::kInvalidArgument)
      << "an activated one is no next version";
  Restart();
  EXPECT_EQ(Minimum(), 10);
  EXPECT_EQ(Status().version, 3);
  EXPECT_EQ(PolicyOffice(*enclave_).List()->size(), 2u);
}

// What could never be put in force is told before anybody signs.
TEST_F(PolicyInForceTest, WhatMustFailIsNotProposed) {
  PolicyOffice office(*enclave_);
  PolicyFiles files = With(12);
  files["officers.yaml"] = "officers:\n" + OfficerLine(Petra(), "Petra de Vries");
  const absl::Status alone = office.Propose("x", files, "", "").status();
  EXPECT_EQ(alone.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(alone.message()), HasSubstr("1 can sign"));
  files["officers.yaml"] = "officers:\n" + OfficerLine(Petra(), "Petra de Vries") +
                           OfficerLine(Jan(), "Jan Smit", "2030-01-01");
  EXPECT_FALSE(office.Propose("x", files, "2031-01-01T00:00:00Z", "").ok()) << "Jan's term ended";
  files = With(12);
  files["rules/standard_test.yaml"] =
      "test: never\nproject: toy\ndata: {toy: [{times: 20, geslacht: m}]}\nqueries:\n"
      "  - {sql: SELECT COUNT(*) AS n FROM toy, cells: [{row: [], n: 7}]}\n";
  EXPECT_THAT(std::string(office.Propose("x", files, "", "").status().message()),
              HasSubstr("the tests"));
  EXPECT_TRUE(office.List()->empty());
}

// Without a signature a test is neither added nor taken away, and no test is a rule set.
TEST_F(PolicyInForceTest, TestsArePartOfWhatIsSigned) {
  PolicyFiles files = With(12);
  const PolicySignatures untested = SignedBy({Petra()}, files, 2);
  files["rules/more_test.yaml"] = "rules: more\nfrequency: {minimum: 3}\n";
  const absl::Status status = enclave_->ActivatePolicy({2, files, FormatSignatures(untested)}, "x");
  EXPECT_THAT(std::string(status.message()), HasSubstr("rules/more_test.yaml was not signed"));
  EXPECT_EQ(Minimum(), 10);
  EXPECT_EQ(PolicyPart(files).count("rules/more_test.yaml"), 0u);
}

TEST_F(PolicyInForceTest, ADamagedFolderNeverWeakensWhatIsInForce) {
  Mutator mutator(FuzzSeed(), {"minimum: 3", "officers:", "#", ":", "}", "  ", "until"});
  int accepted = 0;
  const int runs = FuzzRuns(150);
  for (int run = 0; run < runs && !HasFailure(); ++run) {
    const int before = Minimum();
    PolicyFiles next = WriteNext();
    PolicyFiles files = next;
    files[kSignaturesFile] = *ReadFile(Policies() + "/" + kSignaturesFile);
    auto damaged = files.begin();
    std::advance(damaged, mutator.Below(files.size()));
    Write(damaged->first, mutator.Damage(damaged->second));
    (void)enclave_->ReloadPolicies();
    ExpectOldOr(next, before);
    accepted += Minimum() != before ? 1 : 0;
  }
  std::cout << runs << " damaged folders, " << accepted << " of no consequence\n";
  WriteNext();
  EXPECT_TRUE(enclave_->ReloadPolicies().ok()) << "and a whole one is put in force";
}

TEST_F(PolicyInForceTest, AFolderThatIsWrittenMeanwhileNeverWeakensWhatIsInForce) {
  const unsigned seed = FuzzSeed();
  for (unsigned run = 0; run < 20 && !HasFailure(); ++run) {
    const int before = Minimum();
    const PolicyFiles next = WriteNext();
    std::atomic<bool> stop = false;
    std::thread writer([&] {
      Mutator mutator(seed + run, {"minimum: 3", "#", "}"});
      while (!stop) {
        for (const char* path : {"rules/standard.yaml", "officers.yaml", "projects/toy.yaml"}) {
          const bool whole = mutator.Below(2) == 0;
          Write(path, whole ? next.at(path) : mutator.Damage(next.at(path)));
        }
      }
    });
    (void)enclave_->ReloadPolicies();
    stop = true;
    writer.join();
    ExpectOldOr(next, before);
  }
}

TEST_F(PolicyInForceTest, AWeakerEntryIsImportedOnlyAsItWasSigned) {
  const std::string entry = dir_ + "/tmp/policies/toy.yaml";
  const auto import = [&](const std::string& kind) {
    std::ofstream(entry) << Toy(kind);
    return enclave_->Import(entry, Quiet).status();
  };
  EXPECT_TRUE(import("identifying").ok());
  const absl::Status refused = import("confidential");
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("not the one in the signed policy"));
  PolicyFiles files = first_;
  files["datasets/toy.yaml"] = Toy("confidential");
  const auto activate = [&](const std::vector<OfficerKey>& keys) {
    return enclave_->ActivatePolicy({2, files, FormatSignatures(SignedBy(keys, files, 2))}, "x");
  };
  EXPECT_EQ(activate({Petra()}).code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(activate({Petra(), Jan()}).ok());
  const absl::Status imported = import("confidential");
  EXPECT_TRUE(imported.ok()) << imported;
}

TEST_F(PolicyInForceTest, AFolderThatWasNotWrittenIsWrittenAtTheStart) {
  const PolicyFiles files = With(12);
  ASSERT_TRUE(
      enclave_->ActivatePolicy({2, files, FormatSignatures(SignedBy({Petra()}, files, 2))}, "x")
          .ok());
  ASSERT_TRUE(enclave_->registry().SetState("policies_written", "1").ok());  // as after a crash
  Write("rules/standard.yaml", first_.at("rules/standard.yaml"));
  Write("rules/gone.yaml", "rules: gone\nextends: standard\n");
  Restart();
  EXPECT_EQ(Status().problem, "");
  EXPECT_FALSE(fs::exists(Policies() + "/rules/gone.yaml"));
  EXPECT_EQ(*ReadFile(Policies() + "/rules/standard.yaml"), files.at("rules/standard.yaml"));
}

}  // namespace
}  // namespace kluis
