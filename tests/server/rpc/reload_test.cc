// A policy comes into force while questions are asked, and what health says of one that does not.
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "disclosure/evidence/entry.h"
#include "server/enclave/files.h"
#include "tests/server/rpc/generic_call.h"
#include "tests/server/rpc/review_workshop.h"

namespace kluis {
namespace {

constexpr char kBySex[] = "SELECT geslacht, COUNT(*) AS n FROM toy GROUP BY geslacht";

class ReloadTest : public testing::Test {
 protected:
  ReloadTest()
      : engine_(FortyMenAndThirtyWomen()),
        served_(
            std::string("reload-") + testing::UnitTest::GetInstance()->current_test_info()->name(),
            &engine_),
        policies_(served_.enclave().paths().policies()),
        standard_(*ReadFile(policies_ + "/rules/standard.yaml")) {}

  // Of the standard rules, also something that is no number.
  void SetMinimum(const std::string& minimum) const {
    std::string rules = standard_;
    rules.replace(rules.find("minimum: 10 "), 12, absl::StrCat("minimum: ", minimum, " "));
    const size_t limit = rules.find("queries_per_day: 500");
    rules.replace(limit, 20, "queries_per_day: 1000000");
    std::ofstream(policies_ + "/rules/standard.yaml") << rules;
  }

  // The policy of each answer; a message about the first that is none.
  static void AskUntil(const std::shared_ptr<grpc::Channel>& channel, const std::atomic<bool>& stop,
                       std::set<std::string>* policies, std::string* failure, int* answers) {
    const auto stub = v1::EnclaveService::NewStub(channel);
    while (!stop && failure->empty()) {
      v1::RunQueryRequest request;
      request.set_sql(kBySex);
      request.set_project("projects/toy");
      grpc::ClientContext context;
      context.set_wait_for_ready(true);
      const auto reader = stub->RunQuery(&context, request);
      std::string text;
      for (v1::RunQueryResponse part; reader->Read(&part);) text += part.answer_chunk();
      const grpc::Status status = reader->Finish();
      const auto answer = nlohmann::json::parse(text, nullptr, false);
      if (!status.ok()) {
        *failure = status.error_message();
      } else if (!answer.is_object() || answer["status"] != "released") {
        *failure = text;
      } else {
        policies->insert(answer["protection"]["policy"].get<std::string>());
        ++*answers;
      }
    }
  }

  FakeEngine engine_;
  ServedEnclave served_;
  const std::string policies_, standard_;
};

// KLUIS_LONG=1: five hundred projects instead of fifty.
TEST_F(ReloadTest, DropsNoRequest) {
  const int projects = std::getenv("KLUIS_LONG") == nullptr ? 50 : 500;
  const std::string toy = *ReadFile(policies_ + "/projects/toy.yaml");
  for (int i = 0; i < projects; ++i) {
    std::string text = toy;
    text.replace(0, 12, absl::StrCat("project: toy", i));
    std::ofstream(absl::StrCat(policies_, "/projects/toy", i, ".yaml")) << text;
  }
  SetMinimum("10");
  ASSERT_TRUE(served_.enclave().ReloadPolicies().ok());
  constexpr int kClients = 2, kReloads = 8;
  std::atomic<bool> stop = false;
  std::vector<std::set<std::string>> policies(kClients);
  std::vector<std::string> failures(kClients);
  std::vector<int> answers(kClients, 0);
  std::vector<std::thread> threads;
  for (int i = 0; i < kClients; ++i)
    threads.emplace_back(AskUntil, served_.Connect(served_.anna), std::cref(stop), &policies[i],
                         &failures[i], &answers[i]);
  double longest = 0;
  for (int i = 0; i < kReloads; ++i) {
    SetMinimum(absl::StrCat(11 + i));
    const auto begin = std::chrono::steady_clock::now();
    const absl::Status loaded = served_.enclave().ReloadPolicies();
    longest = std::max(
        longest, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    EXPECT_TRUE(loaded.ok()) << loaded;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  int total = 0;
  for (int i = 0; i < kClients; ++i) {
    EXPECT_EQ(failures[i], "");
    all.insert(policies[i].begin(), policies[i].end());
    total += answers[i];
  }
  std::printf("%d reloads of %d projects under %d answers of %zu policies, the longest %.3f s\n",
              kReloads, projects, total, all.size(), longest);
  EXPECT_GT(all.size(), 1u) << "answers name the policy that they were given under";
  EXPECT_LE(all.size(), kReloads + 1u);
}

// The new policy would hide both cells; the question was asked before it came.
TEST_F(ReloadTest, ARunningQueryEndsUnderThePolicyItBeganWith) {
  SetMinimum("10");
  ASSERT_TRUE(served_.enclave().ReloadPolicies().ok());
  const std::string before = served_.enclave().policy()->sha256;
  std::atomic<bool> reloaded = false;
  engine_.on_run = [&] {
    if (reloaded.exchange(true)) return;
    SetMinimum("1000");
    const absl::Status loaded = served_.enclave().ReloadPolicies();
    EXPECT_TRUE(loaded.ok()) << loaded;
  };
  const auto ask = [&] {
    const auto stub = v1::EnclaveService::NewStub(served_.Connect(served_.anna));
    v1::RunQueryRequest request;
    request.set_sql(kBySex);
    request.set_project("projects/toy");
    grpc::ClientContext context;
    const auto reader = stub->RunQuery(&context, request);
    std::string text;
    for (v1::RunQueryResponse part; reader->Read(&part);) text += part.answer_chunk();
    const grpc::Status status = reader->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return nlohmann::json::parse(text, nullptr, false);
  };
  const auto policy_of_last_entry = [&] {
    const auto sealed =
        served_.enclave().ledger().ReadSealed(served_.enclave().ledger().size() - 1);
    return sealed.ok() ? ParseEntry(sealed->leaf)->policy : "";
  };
  const nlohmann::json answer = ask();
  ASSERT_TRUE(reloaded);
  const std::string after = served_.enclave().policy()->sha256;
  ASSERT_NE(before, after);
  ASSERT_EQ(answer["status"], "released") << answer;
  EXPECT_THAT(answer["protection"]["policy"].get<std::string>(), testing::HasSubstr(before));
  EXPECT_EQ(policy_of_last_entry(), before);
  EXPECT_THAT(answer.dump(), testing::HasSubstr("40")) << "shown under the old minimum";
  const nlohmann::json next = ask();
  EXPECT_THAT(next.dump(), testing::HasSubstr(after));
  EXPECT_EQ(policy_of_last_entry(), after);
}

TEST_F(ReloadTest, HealthSaysThatAPolicyDoesNotLoad) {
  const auto admin =
      grpc::CreateChannel(served_.server().admin_address(), grpc::InsecureChannelCredentials());
  const auto health = [](const std::shared_ptr<grpc::Channel>& channel, const std::string& name) {
    const std::string request = "\x0a" + std::string(1, static_cast<char>(name.size())) + name;
    const Reply reply =
        CallByName(channel, "/grpc.health.v1.Health/Check", name.empty() ? "" : request);
    if (!reply.status.ok()) return reply.status.error_message();
    const std::string said = reply.bytes();
    return std::string(said == "\x08\x01" ? "SERVING" : said == "\x08\x02" ? "NOT_SERVING" : said);
  };
  const auto open = served_.Connect(served_.anna);
  const std::string before = served_.enclave().policy()->sha256;
  for (const auto& channel : {open, admin}) EXPECT_EQ(health(channel, "kluis.policy"), "SERVING");
  SetMinimum("ten");
  EXPECT_FALSE(served_.enclave().ReloadPolicies().ok());
  EXPECT_EQ(served_.enclave().policy()->sha256, before) << "the one in force stays";
  for (const auto& channel : {open, admin}) {
    EXPECT_EQ(health(channel, "kluis.policy"), "NOT_SERVING");
    EXPECT_EQ(health(channel, ""), "SERVING") << "questions are answered";
  }
  SetMinimum("12");
  EXPECT_TRUE(served_.enclave().ReloadPolicies().ok());
  for (const auto& channel : {open, admin}) EXPECT_EQ(health(channel, "kluis.policy"), "SERVING");
}

}  // namespace
}  // namespace kluis
