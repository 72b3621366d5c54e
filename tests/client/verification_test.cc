// Answers, receipts and logs that do not verify, and those that do without a server.
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "disclosure/base/canonical_json.h"
#include "disclosure/evidence/cosignature.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/cli_workshop.h"

namespace kluis {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST_F(CliTest, NothingIsShownOfAnAnswerThatDoesNotVerify) {
  ASSERT_EQ(Login().exit, 0);
  const int digit = static_cast<int>(enclave_.answer.find("1234"));
  enclave_.flip_answer_byte = digit;
  Result result = Run({"query", "-e", "x", "-o", folder_ + "/t.csv", "--format", "csv"});
  EXPECT_EQ(result.exit, 2);
  EXPECT_THAT(result.err, HasSubstr("does not verify"));
  EXPECT_NE(access((folder_ + "/t.csv").c_str(), F_OK), 0);
  enclave_.flip_answer_byte = -1;
  enclave_.with_receipt = false;
  result = Run({"query", "-e", "x"});
  EXPECT_EQ(result.exit, 2);
  EXPECT_THAT(result.out, IsEmpty());
}

TEST_F(CliTest, ALogThatWasRewrittenIsNoticedAndKeptAsEvidence) {
  ASSERT_EQ(Login().exit, 0);
  ASSERT_EQ(Run({"query", "-e", "x"}).exit, 0);
  enclave_.Rewrite();
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"query", "-e", "x"},
                                             {"datasets"},
                                             {"describe", "personen"},
                                             {"releases"},
                                             {"review", "list"},
                                             {"log", "search"},
                                             {"log", "show", "1"},
                                             {"policy", "history"},
                                             {"log", "checkpoint"},
                                             {"log", "verify"},
                                             {"login", "--bundle", folder_ + "/bundle"}}) {
    const Result result = Run(command);
    EXPECT_EQ(result.exit, 2) << command[0];
    EXPECT_THAT(result.err, HasSubstr("REWRITTEN"));
    EXPECT_THAT(result.out, IsEmpty());
  }
  const std::string evidence = Slurp(folder_ + "/config/kluis/default/fork-evidence.txt");
  EXPECT_THAT(evidence, HasSubstr("seen before:\nkluis.test\n2\n"));
  enclave_.Append(kNoHash);
  ASSERT_EQ(Run({"log", "checkpoint"}).exit, 2);
  const std::string both = Slurp(folder_ + "/config/kluis/default/fork-evidence.txt");
  EXPECT_THAT(both, StartsWith(evidence));
  EXPECT_THAT(both.substr(evidence.size()), HasSubstr("shown now:\nkluis.test\n3\n"));
}

TEST_F(CliTest, AWrittenFileVerifiesWithoutServerAndProfile) {
  ASSERT_EQ(Login().exit, 0);
  for (const std::string format : {"table", "csv", "json"}) {
    const std::string file = folder_ + "/t." + format;
    ASSERT_EQ(Run({"query", "-e", "x", "--format", format, "-o", file}).exit, 0);
  }
  enclave_.Stop();
  for (const std::string format : {"table", "csv", "json"}) {
    const Result result = Run({"receipt", "verify", folder_ + "/t." + format, "--trust",
                               folder_ + "/trust", "--profile", "none"});
    EXPECT_EQ(result.exit, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("release:  r1, released 2026-11-22T22:20:00Z"));
  }
}

// Everything in an answer that a person could want to be different.
std::vector<nlohmann::json> Tampered(const nlohmann::json& answer) {
  std::vector<nlohmann::json> all;
  const auto change = [&](const nlohmann::json::json_pointer& where, const nlohmann::json& to) {
    nlohmann::json copy = answer;
    copy[where] = to;
    all.push_back(copy);
  };
  const nlohmann::json leaves = answer.flatten();
  for (const auto& [path, value] : leaves.items()) {
    if (path.rfind("/receipt", 0) == 0) continue;
    const nlohmann::json::json_pointer where(path);
    if (value.is_number())
      change(where, value.get<double>() + 1), change(where, value.get<double>());
    if (value.is_string())
      change(where, value.get<std::string>() + "x"), change(where, "ok "), change(where, "ok");
    change(where, 7), change(where, nullptr);
  }
  nlohmann::json shorter = answer;
  shorter["rows"].erase(1);
  all.push_back(shorter);
  return all;
}

TEST_F(CliTest, AnyChangedValueOrStatusFails) {
  ASSERT_EQ(Login().exit, 0);
  const std::string file = folder_ + "/t.json";
  ASSERT_EQ(Run({"query", "-e", "x", "--format", "json", "-o", file}).exit, 0);
  const nlohmann::json good = nlohmann::json::parse(Slurp(file));
  int changed = 0;
  for (const nlohmann::json& bad : Tampered(good)) {
    if (CanonicalJson(bad) == CanonicalJson(good)) continue;
    std::ofstream(file) << bad.dump(2);
    EXPECT_EQ(Run({"receipt", "verify", file}).exit, 2) << bad.dump();
    ++changed;
  }
  EXPECT_GT(changed, 50);
  std::ofstream(file) << good.dump(4);
  EXPECT_EQ(Run({"receipt", "verify", file}).exit, 0) << "white space is no change";
  std::string twice = good.dump();
  twice.replace(twice.find(R"("value":1234)"), 12, R"("value":9999,"value":1234)");
  std::ofstream(file) << twice;
  EXPECT_EQ(Run({"receipt", "verify", file}).exit, 2) << "a key that stands twice";
}

TEST_F(CliTest, AnyChangedByteOfACsvFails) {
  ASSERT_EQ(Login().exit, 0);
  const std::string file = folder_ + "/t.csv";
  ASSERT_EQ(Run({"query", "-e", "x", "--format", "csv", "-o", file}).exit, 0);
  const std::string good = Slurp(file), receipt = Slurp(file + ".receipt");
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] ^= 1;
    std::ofstream(file, std::ios::binary) << bad;
    EXPECT_EQ(Run({"receipt", "verify", file}).exit, 2) << i;
  }
  std::ofstream(file, std::ios::binary) << good;
  EXPECT_EQ(Run({"receipt", "verify", file}).exit, 0);
  for (size_t i = 0; i < receipt.size(); ++i) {
    std::string bad = receipt;
    bad[i] ^= 1;
    std::ofstream(file + ".receipt", std::ios::binary) << bad;
    if (bad[i] == '\n' || receipt[i] == '\n') continue;
    EXPECT_EQ(Run({"receipt", "verify", file}).exit, 2) << i << receipt.substr(i, 10);
  }
  std::remove((file + ".receipt").c_str());
  EXPECT_THAT(Run({"receipt", "verify", file}).err, HasSubstr("there is no receipt"));
}

TEST_F(CliTest, AnExportedLogVerifiesAndADamagedOneDoesNot) {
  ASSERT_EQ(Login().exit, 0);
  for (int i = 0; i < 5; ++i) ASSERT_EQ(Run({"query", "-e", "x"}).exit, 0);
  const std::string folder = folder_ + "/export";
  const Result exported = Run({"log", "export", folder});
  ASSERT_EQ(exported.exit, 0) << exported.err;
  EXPECT_THAT(exported.out, StartsWith("exported and verified: kluis.test, 6 entries"));
  enclave_.Stop();
  const std::vector<std::string> verify = {"log",  "verify",  "--from",
                                           folder, "--trust", folder_ + "/trust"};
  EXPECT_EQ(Run(verify).exit, 0);
  const std::string good = Slurp(folder + "/entries");
  ASSERT_EQ(good.size(), 6 * kEntrySize);
  const std::map<std::string, std::string> bad = {
      {"one entry less", good.substr(0, 5 * kEntrySize)},
      {"one entry more", good + good.substr(5 * kEntrySize)},
      {"a torn entry", good.substr(0, good.size() - 1)},
      {"two swapped", good.substr(kEntrySize, kEntrySize) + good.substr(0, kEntrySize) +
                          good.substr(2 * kEntrySize)},
      {"a bit",
       [&] {
         std::string b = good;
         b[3 * kEntrySize + 300] ^= 1;
         return b;
       }()},
      {"nothing", ""}};
  for (const auto& [name, entries] : bad) {
    std::ofstream(folder + "/entries", std::ios::binary) << entries;
    EXPECT_EQ(Run(verify).exit, 2) << name;
  }
}

TEST_F(CliTest, ALogIsExportedInEachFormAndEveryByteOfItCounts) {
  ASSERT_EQ(Login().exit, 0);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(Run({"query", "-e", "x"}).exit, 0);
  const std::string kept = Run({"log", "checkpoint"}).out;
  ASSERT_EQ(Run({"query", "-e", "x"}).exit, 0);
  const std::pair<const char*, std::vector<const char*>> forms[] = {
      {"plain", {"entries"}},
      {"csv", {"entries.csv"}},
      {"json", {"entries.json"}},
      {"tiles", {"tile/entries/000.p/5", "tile/0/000.p/5"}}};
  for (const auto& [form, files] : forms) {
    const std::string folder = absl::StrCat(folder_, "/as-", form);
    const Result exported = Run({"log", "export", folder, "--as", form});
    ASSERT_EQ(exported.exit, 0) << exported.err;
    const std::vector<std::string> verify = {"log", "verify", "--from", folder};
    EXPECT_EQ(Run(verify).exit, 0) << form;
    for (const char* file : files) {
      const std::string path = absl::StrCat(folder, "/", file), good = Slurp(path);
      ASSERT_FALSE(good.empty()) << path;
      for (size_t i = 0; i < good.size(); i += 7) {
        std::string bad = good;
        bad[i] ^= 1;
        std::ofstream(path, std::ios::binary) << bad;
        ASSERT_EQ(Run(verify).exit, 2) << path << " byte " << i;
      }
      std::ofstream(path, std::ios::binary) << good.substr(0, good.size() - 1);
      EXPECT_EQ(Run(verify).exit, 2) << path << " cut";
      std::ofstream(path, std::ios::binary) << good;
    }
    EXPECT_EQ(
        Run({"log", "export", folder, "--as", form == std::string("csv") ? "json" : "csv"}).exit, 2)
        << "one folder, one form";
    std::ofstream(folder_ + "/kept") << kept;
    EXPECT_EQ(Run({"log", "verify", "--from", folder, "--since", folder_ + "/kept"}).exit, 0);
    std::ofstream(folder_ + "/kept") << "x" << kept;
    EXPECT_EQ(Run({"log", "verify", "--from", folder, "--since", folder_ + "/kept"}).exit, 2);
  }
}

TEST_F(CliTest, AQuorumOfATrustFileIsAskedForAndItsCosignaturesCount) {
  ASSERT_EQ(Login().exit, 0);
  ASSERT_EQ(Run({"query", "-e", "x"}).exit, 0);
  const std::string folder = folder_ + "/export";
  ASSERT_EQ(Run({"log", "export", folder}).exit, 0);
  const CosignatureSigner witness =
      *CosignatureSigner::FromSeed("heerlen.nl/getuige", std::string(32, 'w'));
  std::ofstream(folder_ + "/trust") << "log " << enclave_.log_key() << "\nwitness w "
                                    << witness.verifier().ToString() << "\nquorum w\n";
  const std::vector<std::string> verify = {"log",  "verify",  "--from",
                                           folder, "--trust", folder_ + "/trust"};
  const Result without = Run(verify);
  EXPECT_EQ(without.exit, 2);
  EXPECT_THAT(without.err, HasSubstr("the quorum w is not reached"));
  const std::string note = Slurp(folder + "/checkpoint");
  std::ofstream(folder + "/checkpoint")
      << note << witness.Cosign(note.substr(0, note.find("\n\n") + 1), 1'795'000'000);
  EXPECT_EQ(Run(verify).exit, 0);
}

}  // namespace
}  // namespace kluis
