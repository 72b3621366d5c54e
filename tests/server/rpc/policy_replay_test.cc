// What past releases would look like under a draft: by project, with examples, each question once.
#include <gmock/gmock.h>

#include <chrono>
#include <cstdlib>

#include "kluis/v1/policy.grpc.pb.h"
#include "server/enclave/bundle.h"
#include "server/enclave/files.h"
#include "server/release/draft_replay.h"
#include "server/rpc/policy_shadow.h"
#include "tests/server/rpc/review_workshop.h"

namespace kluis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Answer(const std::string& status, const std::string& n_status) {
  return "{\"reasons\":[{\"code\":\"REFUSED_BY_RULE\"}],\"rows\":[{\"geslacht\":\"m\",\"n\":{"
         "\"status\":\"ok\","
         "\"value\":40}},{\"geslacht\":\"v\",\"n\":{\"status\":\"" +
         n_status + "\",\"value\":null}}],\"status\":\"" + status + "\"}";
}

TEST(CompareAnswersTest, CountsWhatIsHiddenAndShown) {
  const std::string all = Answer("released", "ok"), one = Answer("released", "suppressed");
  EXPECT_FALSE(CompareAnswers(all, all).changed());
  const DraftEffect hidden = CompareAnswers(all, one), shown = CompareAnswers(one, all);
  EXPECT_EQ(hidden.cells, 2);
  EXPECT_EQ(hidden.hidden, 1);
  EXPECT_EQ(hidden.shown, 0);
  EXPECT_THAT(hidden.examples, ElementsAre("v, n: hidden"));
  EXPECT_EQ(shown.hidden, 0);
  EXPECT_EQ(shown.shown, 1);
  const DraftEffect refused = CompareAnswers(
      all, "{\"reasons\":[{\"code\":\"REFUSED_BY_RULE\"}],\"rows\":[],\"status\":\"refused\"}");
  EXPECT_EQ(refused.refusal, "REFUSED_BY_RULE");
  EXPECT_EQ(refused.hidden, 2);
  EXPECT_FALSE(CompareAnswers("no JSON", all).changed());
}

class PolicyReplayTest : public testing::Test {
 protected:
  PolicyReplayTest()
      : engine_(FortyMenAndThirtyWomen()),
        served_(
            std::string("draft-") + testing::UnitTest::GetInstance()->current_test_info()->name(),
            &engine_),
        anna_(v1::EnclaveService::NewStub(served_.Connect(served_.anna))),
        officer_(v1::PolicyService::NewStub(
            served_.Connect(served_.Add("petra@cbs.nl", "privacy-officer")))),
        files_(*ReadBundleFiles(served_.enclave().paths().policies())) {}

  void Ask(const std::string& sql) {
    v1::RunQueryRequest request;
    request.set_sql(sql);
    request.set_project("projects/toy");
    grpc::ClientContext context;
    const auto reader = anna_->RunQuery(&context, request);
    v1::RunQueryResponse part;
    while (reader->Read(&part)) continue;
    const grpc::Status status = reader->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  PolicyFiles With(const std::string& from, const std::string& to) const {
    PolicyFiles files = files_;
    std::string& text = files.at("rules/standard.yaml");
    EXPECT_NE(text.find(from), std::string::npos);
    text.replace(text.find(from), from.size(), to);
    return files;
  }
  v1::PolicyReplayReport Replay(const PolicyFiles& files, const std::string& since = "") {
    grpc::ClientContext context;
    v1::PolicyReplayReport report;
    const auto writer = officer_->ReplayPolicy(&context, &report);
    v1::ProposePolicyPart part;
    part.mutable_head()->set_since(since);
    writer->Write(part);
    for (const auto& [path, text] : files) {
      part.mutable_chunk()->set_path(path);
      part.mutable_chunk()->set_text(text);
      writer->Write(part);
    }
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return report;
  }

  FakeEngine engine_;
  ServedEnclave served_;
  std::unique_ptr<v1::EnclaveService::Stub> anna_;
  std::unique_ptr<v1::PolicyService::Stub> officer_;
  const PolicyFiles files_;
};

constexpr char kBySex[] = "SELECT geslacht, COUNT(*) AS n FROM toy GROUP BY geslacht";
constexpr char kAll[] = "SELECT COUNT(*) AS n FROM toy";

TEST_F(PolicyReplayTest, SaysWhatWouldBeHiddenByProject) {
  Ask(kBySex);
  Ask(kBySex);
  Ask(kAll);
  const uint64_t entries = served_.enclave().ledger().size();
  const v1::PolicyReplayReport same = Replay(files_);
  EXPECT_EQ(same.releases(), 3);
  EXPECT_EQ(same.computed(), 2);
  ASSERT_EQ(same.projects_size(), 1);
  EXPECT_EQ(same.projects(0).changed(), 0);
  EXPECT_EQ(same.projects(0).cells(), 5);

  const v1::PolicyReplayReport stricter = Replay(With("minimum: 10 ", "minimum: 35 "));
  EXPECT_EQ(stricter.projects(0).project(), "toy");
  EXPECT_EQ(stricter.projects(0).changed(), 2);
  EXPECT_GE(stricter.projects(0).hidden(), 2);
  EXPECT_EQ(stricter.projects(0).shown(), 0);
  ASSERT_EQ(stricter.examples_size(), 2);
  EXPECT_THAT(stricter.examples(0).cells(0), HasSubstr("n: hidden"));
  EXPECT_EQ(Replay(files_, "2036-01-01").releases(), 0);
  EXPECT_EQ(served_.enclave().ledger().size(), entries) << "nothing is committed";
}

TEST_F(PolicyReplayTest, ARefusalIsCounted) {
  Ask(kBySex);
  PolicyFiles files = files_;
  files.at("rules/standard.yaml") +=
      "\nstricter:\n  - when: {variables: [toy.geslacht]}\n    because: a test\n    refuse: true\n";
  const v1::PolicyReplayReport report = Replay(files);
  EXPECT_EQ(report.projects(0).refused(), 1);
  EXPECT_EQ(report.projects(0).hidden(), 2);
  EXPECT_NE(report.examples(0).refusal(), "");
}

TEST_F(PolicyReplayTest, AShadowCountsWhatComesAfterItsStart) {
  const ServiceCore core = served_.core();
  const PolicyFiles stricter = With("minimum: 10 ", "minimum: 35 ");
  Ask(kBySex);
  {
    PolicyShadow shadow(core, 3'600'000);
    EXPECT_EQ(shadow.Get().status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(shadow.Start("petra", stricter, 0).status().code(),
              absl::StatusCode::kInvalidArgument);
    ASSERT_TRUE(shadow.Start("petra", stricter, 3).ok());
    EXPECT_EQ(shadow.Start("petra", stricter, 3).status().code(),
              absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(shadow.Get()->counts().releases(), 0) << "the one before is not counted";
    Ask(kBySex);
    Ask(kAll);
    EXPECT_EQ(shadow.Get()->counts().releases(), 2);
  }
  PolicyShadow after_restart(core, 3'600'000);
  Ask(kBySex);
  const auto stopped = after_restart.Stop();
  ASSERT_TRUE(stopped.ok()) << stopped.status();
  EXPECT_FALSE(stopped->running());
  EXPECT_EQ(stopped->counts().releases(), 3);
  EXPECT_EQ(stopped->counts().projects(0).changed(), 2);
  EXPECT_EQ(stopped->counts().examples_size(), 0);
  Ask(kBySex);
  EXPECT_EQ(after_restart.Get()->counts().releases(), 3);
  EXPECT_EQ(after_restart.Stop().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(PolicyReplayTest, AShadowCountsInTheBackground) {
  PolicyShadow shadow(served_.core(), 20);
  ASSERT_TRUE(shadow.Start("petra", files_, 3).ok());
  Ask(kAll);
  const std::string file = served_.enclave().paths().policy_shadow();
  const std::string before = *ReadFile(file);
  for (int i = 0; i < 500 && *ReadFile(file) == before; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_NE(*ReadFile(file), before);
}

TEST(KnownAnswersTest, WhoAsksTheSameMeanwhileWaitsForTheFirst) {
  KnownAnswers known;
  std::atomic<int> computed = 0, equal = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        const std::string question = absl::StrCat("question ", i);
        const auto answer = known.Get(question, [&]() -> absl::StatusOr<KnownAnswers::Answer> {
          ++computed;
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
          return std::make_shared<const std::string>(absl::StrCat("answer to ", question));
        });
        equal += answer.ok() && **answer == absl::StrCat("answer to ", question);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(computed, 50);
  EXPECT_EQ(known.computed(), 50);
  EXPECT_EQ(equal, 200);
}

TEST(KnownAnswersTest, AnErrorIsNotKept) {
  KnownAnswers known;
  EXPECT_FALSE(known.Get("q", [] { return absl::InternalError("no"); }).ok());
  EXPECT_EQ(known.computed(), 0);
  const auto answer = known.Get("q", []() -> absl::StatusOr<KnownAnswers::Answer> {
    return std::make_shared<const std::string>("yes");
  });
  EXPECT_EQ(**answer, "yes");
}

// KLUIS_LONG=1: ten thousand, and how long they take.
TEST_F(PolicyReplayTest, EqualQuestionsOfManyReleasesAreComputedOnce) {
  std::ofstream(served_.enclave().paths().policies() + "/rules/many.yaml")
      << "rules: many\nextends: standard\nlimits: {queries_per_day: 100000}\n";
  const std::string project = served_.enclave().paths().policies() + "/projects/toy.yaml";
  std::string text = files_.at("projects/toy.yaml");
  text.replace(text.find("rules: standard"), 15, "rules: many");
  std::ofstream(project) << text;
  ASSERT_TRUE(served_.enclave().ReloadPolicies().ok());
  const PolicyFiles files = *ReadBundleFiles(served_.enclave().paths().policies());
  const int releases = std::getenv("KLUIS_LONG") == nullptr ? 60 : 10'000;
  for (int i = 0; i < releases; ++i) Ask(i % 2 == 0 ? kBySex : kAll);
  const auto begin = std::chrono::steady_clock::now();
  const v1::PolicyReplayReport report = Replay(files);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("%d releases in %.1f s\n", releases, took.count());
  EXPECT_EQ(report.releases(), releases);
  EXPECT_EQ(report.computed(), 2);
}

}  // namespace
}  // namespace kluis
