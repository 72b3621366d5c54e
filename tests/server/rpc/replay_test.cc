// A replay takes the policy and the snapshots of its entry, whatever is in force by now, and says
// what of them is gone.
#include <gmock/gmock.h>

#include "server/enclave/files.h"
#include "tests/server/rpc/review_workshop.h"

namespace kluis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The engine that answers in production; it needs the key of an enclave that is open.
class LateEngine : public Engine {
 public:
  absl::StatusOr<AggregateTable> Run(const AggregationPlan& plan,
                                     const std::atomic<bool>* cancelled) override {
    return engine->Run(plan, cancelled);
  }
  std::unique_ptr<Engine> engine;
};

class ReplayTest : public ::testing::Test {
 protected:
  ReplayTest() : served_("Replay", &engine_), reviewer_(served_.Add("c@cbs.nl", "reviewer")) {
    EngineOptions options;
    options.data_key = served_.enclave().data_key();
    options.threads = 1;
    engine_.engine = *NewDuckDbEngine(options);
  }

  // So many men and thirty women; gives the folder of the snapshot.
  std::string Import(int men) {
    const std::string folder = ::testing::TempDir() + "/replay-policies";
    std::filesystem::create_directories(folder);
    std::ofstream(folder + "/toy.yaml")
        << "dataset: toy\ntitle: {nl: Speelgoed, en: Toy}\nperiod: \"2016\"\nlineage: toy\nunit: "
           "persoon\nsource: {file: toy.csv, empty: \"\"}\ncontributor: [id]\nvariables:\n"
           "  id: {role: identifier}\n  geslacht: {role: dimension, values: [m, v]}\n";
    std::ofstream csv(folder + "/toy.csv");
    csv << "id,geslacht\n";
    for (int i = 0; i < men + 30; ++i) csv << i + 1 << (i < men ? ",m\n" : ",v\n");
    csv.close();
    const auto imported = served_.enclave().Import(folder + "/toy.yaml", [](const std::string&) {});
    EXPECT_TRUE(imported.ok()) << imported.status();
    return std::filesystem::path(served_.enclave().catalogue()->datasets.at("toy").file)
        .parent_path()
        .string();
  }
  void SetMinimum(int minimum) {
    std::ofstream(served_.enclave().paths().policies() + "/rules/standard.yaml")
        << "rules: standard\nfrequency: {minimum: " << minimum << "}\n";
    const absl::Status loaded = served_.enclave().ReloadPolicies();
    ASSERT_TRUE(loaded.ok()) << loaded;
  }
  // The entry of the answer.
  uint64_t Ask(const std::string& sql) {
    grpc::ClientContext context;
    v1::RunQueryRequest request;
    request.set_sql(sql);
    const auto stub = v1::EnclaveService::NewStub(served_.Connect(served_.anna));
    const auto stream = stub->RunQuery(&context, request);
    for (v1::RunQueryResponse part; stream->Read(&part);) continue;
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return served_.enclave().ledger().size() - 1;
  }
  v1::ReplayRequestResponse Replay(uint64_t index) {
    grpc::ClientContext context;
    v1::ReplayRequestRequest request;
    v1::ReplayRequestResponse response;
    request.set_index(index);
    const auto stub = v1::SealedLogService::NewStub(served_.Connect(reviewer_));
    const grpc::Status status = stub->ReplayRequest(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  static constexpr char kSql[] = "SELECT geslacht, COUNT(*) AS n FROM toy GROUP BY geslacht";
  LateEngine engine_;
  ServedEnclave served_;
  KeyAndCertificate reviewer_;
};

TEST_F(ReplayTest, WhatHasChangedSinceIsTakenFromThen) {
  SetMinimum(10);
  const std::string first = Import(40);
  const uint64_t shown = Ask(kSql), unknown = Ask("SELECT COUNT(*) FROM nergens");
  ASSERT_EQ(served_.enclave().ledger().ListReleases({}, shown + 1, 1)->front().status, "released");
  SetMinimum(35);
  const std::string second = Import(25);
  ASSERT_NE(first, second);
  const uint64_t hidden = Ask(kSql);
  for (const uint64_t index : {shown, unknown, hidden}) {
    const v1::ReplayRequestResponse replay = Replay(index);
    EXPECT_TRUE(replay.ran() && replay.same()) << index << replay.DebugString();
    EXPECT_EQ(replay.differences_size(), 0);
  }
}

TEST_F(ReplayTest, WhatIsGoneIsNamed) {
  SetMinimum(10);
  const std::string first = Import(40);
  const uint64_t index = Ask(kSql);
  const std::string policy = served_.enclave().policy()->sha256;
  SetMinimum(35);
  Import(25);
  const std::string kept = served_.enclave().paths().policy_archive() + "/" + policy + ".json";

  std::filesystem::rename(kept, kept + ".away");
  v1::ReplayRequestResponse replay = Replay(index);
  EXPECT_FALSE(replay.ran());
  EXPECT_THAT(replay.differences(), ElementsAre(HasSubstr("policy: no policy " + policy)));
  std::filesystem::rename(kept + ".away", kept);
  EXPECT_TRUE(Replay(index).same());

  std::string text = *ReadFile(kept);
  text.replace(text.find("minimum: 10"), 11, "minimum: 11");
  std::ofstream(kept) << text;
  EXPECT_THAT(Replay(index).differences(), ElementsAre(HasSubstr("was changed")));
  std::ofstream(kept) << "[1]";
  EXPECT_THAT(Replay(index).differences(), ElementsAre(HasSubstr("was changed")));

  std::filesystem::remove_all(first);
  std::filesystem::remove_all(kept);
  replay = Replay(index);
  EXPECT_FALSE(replay.ran());
  EXPECT_THAT(
      replay.differences(),
      ElementsAre(HasSubstr("snapshot of toy: " + std::filesystem::path(first).filename().string()),
                  HasSubstr("policy: ")));
}

}  // namespace
}  // namespace kluis
