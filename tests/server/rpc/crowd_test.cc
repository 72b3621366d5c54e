// Sixteen clients at once on a real server: every question is answered, in fair order, within the
// memory that the engine is given.
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/substitute.h"
#include "kluis/v1/enclave.grpc.pb.h"
#include "server/enclave/enclave.h"
#include "server/enclave/files.h"
#include "server/enclave/init.h"
#include "tests/server/rpc/kluisd_process.h"

namespace kluis {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kClients = 16, kPersons = 50'000;
constexpr auto kLoad = std::chrono::seconds(5);
constexpr int64_t kEngineMemory_mb = 4096;  // EngineOptions

// Of everyone from an age on, which each question has anew: a repeated one costs next to nothing.
const char* const kQueries[] = {
    "SELECT wijk, geslacht, COUNT(*) AS n, SUM(inkomen) AS s FROM persoon WHERE leeftijd >= $0 "
    "GROUP BY CUBE (wijk, geslacht)",
    "SELECT wijk, COUNT(*) AS n, AVG(inkomen) AS a FROM persoon WHERE leeftijd >= $0 GROUP BY "
    "wijk",
    "SELECT geslacht, COUNT(*) AS n FROM persoon WHERE leeftijd BETWEEN $0 AND 64 GROUP BY "
    "geslacht",
    "SELECT BAND(leeftijd, 20) AS l, geslacht, COUNT(*) AS n FROM persoon WHERE leeftijd >= $0 "
    "GROUP BY 1, 2",
};

// What one client saw.
struct Seen {
  std::vector<double> seconds;  // of each answer
  std::string failure;          // the first
};

class CrowdTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("KLUIS_SHARE_DIR", KLUIS_SOURCE_DIR "/policies", 1);
    home_ = testing::TempDir() + "/crowd";
    std::filesystem::remove_all(home_);
    std::filesystem::create_directories(home_ + "/policies");
    ASSERT_TRUE(InitEnclave({.dir = home_ + "/enclave"}, [](const std::string&) {}).ok());
    WriteSource();
    const auto enclave = std::move(*Enclave::Open(home_ + "/enclave"));
    const auto report =
        enclave->Import(home_ + "/policies/persoon.yaml", [](const std::string&) {});
    ASSERT_TRUE(report.ok()) << report.status();
    std::string members;
    for (int i = 0; i < kClients; ++i) {
      const std::string id = absl::StrCat("client-", i);
      bundles_.push_back(nlohmann::json::parse(*enclave->AddUser({id, "researcher", "test"})));
      absl::StrAppend(&members, i == 0 ? "" : ", ", id);
    }
    WritePolicies(members);
  }
  void TearDown() override { std::filesystem::remove_all(home_); }

  void WriteSource() const {
    std::ofstream(home_ + "/policies/persoon.yaml")
        << "dataset: persoon\ntitle: {nl: P, en: P}\nperiod: \"2016\"\nlineage: persoon\nunit: "
           "persoon\n"
           "source: {file: persoon.csv}\nbad_rows: refuse\ncontributor: [rin]\nweight: "
           "null\nvariables:\n"
           "  rin: {role: identifier}\n  wijk: {role: dimension, kind: identifying, values: [A, B, "
           "C, D, E, F]}\n"
           "  geslacht: {role: dimension, kind: identifying, values: [V, M]}\n"
           "  leeftijd: {role: dimension, range: [0, 120], bands: {from: 0, to: 120, widths: "
           "[20]}}\n"
           "  inkomen: {role: measure, unit: EUR, decimals: 0}\n";
    std::mt19937 random(1);
    std::ofstream rows(home_ + "/policies/persoon.csv");
    rows << "rin,wijk,geslacht,leeftijd,inkomen\n";
    for (int i = 0; i < kPersons; ++i)
      rows << i << ","
           << "ABCDEF"[random() % 6] << ","
           << "VM"[random() % 2] << "," << random() % 100 << "," << random() % 90'000 << "\n";
  }
  void WritePolicies(const std::string& members) const {
    const std::string policies = home_ + "/enclave/policies";
    const std::string standard = *ReadFile(policies + "/rules/standard.yaml");
    ASSERT_TRUE(WritePrivateFile(policies + "/rules/many.yaml",
                                 absl::StrReplaceAll(standard, {{"rules: standard", "rules: many"},
                                                                {"queries_per_day: 500",
                                                                 "queries_per_day: 100000"}}))
                    .ok());
    ASSERT_TRUE(WritePrivateFile(
                    policies + "/projects/p.yaml",
                    "project: p\npurpose: {nl: Proef, en: Test}\norganisation: test\nmembers: [" +
                        members +
                        "]\nvalid: {from: 2016-11-28, until: 2036-11-28}\nrules: many\ngrants:\n"
                        "  - {dataset: persoon, variables: [wijk, geslacht, leeftijd, inkomen]}\n")
                    .ok());
  }

  std::shared_ptr<grpc::Channel> Connect(int client, const KluisdProcess& server) const {
    const nlohmann::json& bundle = bundles_[static_cast<size_t>(client)];
    grpc::ChannelArguments arguments;
    arguments.SetInt("grpc.use_local_subchannel_pool", 1);
    return grpc::CreateCustomChannel(
        server.address(),
        grpc::SslCredentials({bundle["ca"], bundle["key"], bundle["certificate"]}), arguments);
  }

  // Asks one question after the other until `stop`.
  static void Load(const std::shared_ptr<grpc::Channel>& channel, const std::atomic<bool>& stop,
                   Seen* seen) {
    const auto stub = v1::EnclaveService::NewStub(channel);
    while (!stop && seen->failure.empty()) {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
      // gRPC 1.51 reads errno after other calls have set it: a connection that is under way can be
      // taken for one that failed, and is dialled again.
      context.set_wait_for_ready(true);
      v1::RunQueryRequest request;
      static std::atomic<size_t> asked = 0;
      const size_t number = ++asked;
      request.set_sql(absl::Substitute(kQueries[number % std::size(kQueries)],
                                       number / std::size(kQueries) % 60));
      request.set_project("projects/p");
      const auto begin = Clock::now();
      const auto reader = stub->RunQuery(&context, request);
      std::string answer;
      for (v1::RunQueryResponse part; reader->Read(&part);) answer.append(part.answer_chunk());
      const grpc::Status status = reader->Finish();
      seen->seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
      if (!status.ok()) seen->failure = absl::StrCat("error ", status.error_message());
      if (status.ok() && answer.find("\"status\":\"released\"") == std::string::npos)
        seen->failure = answer;
    }
  }

  std::string home_;
  std::vector<nlohmann::json> bundles_;
};

int64_t HighWater_mb(pid_t process) {
  std::ifstream status(absl::StrCat("/proc/", process, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::stoll(line.substr(6)) / 1024;
  }
  return -1;
}

// One of them is greedy: it asks eight questions at a time.
TEST_F(CrowdTest, SixteenClientsAtOnceAreAllServedAndAlike) {
  KluisdProcess server(home_ + "/enclave", 0, home_ + "/journal");
  constexpr int kGreedy = 8;
  std::vector<Seen> seen(kClients - 1 + kGreedy);
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (size_t i = 0; i < seen.size(); ++i) {
    const int client = std::min(static_cast<int>(i), kClients - 1);
    threads.emplace_back(&CrowdTest::Load, Connect(client, server), std::cref(stop), &seen[i]);
  }
  std::this_thread::sleep_for(kLoad);
  stop = true;
  for (std::thread& thread : threads) thread.join();

  std::vector<double> seconds;  // of all but the greedy one
  size_t fewest = SIZE_MAX, most = 0, greedy = 0;
  for (size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].failure, "");
    if (i >= kClients - 1) {
      greedy += seen[i].seconds.size();
    } else {
      seconds.insert(seconds.end(), seen[i].seconds.begin(), seen[i].seconds.end());
      fewest = std::min(fewest, seen[i].seconds.size());
      most = std::max(most, seen[i].seconds.size());
    }
  }
  ASSERT_FALSE(seconds.empty());
  std::sort(seconds.begin(), seconds.end());
  const int64_t memory_mb = HighWater_mb(server.id());
  std::printf(
      "%d clients, %lld s: %zu answers; p50 %.0f ms, p99 %.0f ms, %zu to %zu for each but who asks "
      "%d at a time, who "
      "had %zu; %lld MB\n",
      kClients, static_cast<long long>(kLoad.count()), seconds.size() + greedy,
      seconds[seconds.size() / 2] * 1e3, seconds[seconds.size() * 99 / 100] * 1e3, fewest, most,
      kGreedy, greedy, static_cast<long long>(memory_mb));
  EXPECT_GT(fewest, 0u);
  EXPECT_LE(most, 2 * fewest + 2) << "turns";
  EXPECT_LE(greedy, 2 * most + kGreedy) << "who asks more is not served more";
  EXPECT_LT(memory_mb, kEngineMemory_mb);
  EXPECT_EQ(server.Terminate(), 0);
}

}  // namespace
}  // namespace kluis
