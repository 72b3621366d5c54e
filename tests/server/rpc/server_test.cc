#include "server/rpc/server.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "server/rpc/operator_client.h"
#include "tests/server/rpc/served_enclave.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;
using Clock = std::chrono::steady_clock;

const std::string& TestName() {
  static std::string name;
  return name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
}

double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

KeyAndCertificate Issue(ServedEnclave& served, const std::vector<std::string>& uris,
                        Validity validity = {}) {
  return *IssueClientCertificate(served.enclave().authority(), uris, validity);
}

TEST(ServerTest, AUserIsKnownByTheCertificateAlone) {
  ServedEnclave served(TestName());
  std::string id;
  const grpc::Status status = AskWho(served.Connect(served.anna), &id);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(id, "anna@heerlen.nl");
}

TEST(ServerTest, WhoIsNotAUserGetsNothing) {
  ServedEnclave served(TestName());
  const std::string anna = UserUri("localhost", "anna@heerlen.nl");
  const auto foreign = MakeAuthority("localhost");
  struct Case {
    const char* name;
    KeyAndCertificate certificate;
    grpc::StatusCode code;
  };
  const std::vector<Case> cases = {
      {"no certificate", {}, grpc::StatusCode::UNAVAILABLE},
      {"another authority", *IssueClientCertificate(*foreign, {anna}),
       grpc::StatusCode::UNAVAILABLE},
      {"expired", Issue(served, {anna}, {-7200, -3600}), grpc::StatusCode::UNAVAILABLE},
      {"not yet valid", Issue(served, {anna}, {3600, 7200}), grpc::StatusCode::UNAVAILABLE},
      {"the server's own", served.enclave().server_certificate(), grpc::StatusCode::UNAVAILABLE},
      {"two URIs", Issue(served, {anna, anna}), grpc::StatusCode::UNAUTHENTICATED},
      {"no URI", Issue(served, {}), grpc::StatusCode::UNAUTHENTICATED},
      {"not registered", Issue(served, {anna}), grpc::StatusCode::UNAUTHENTICATED},
  };
  for (const Case& c : cases) {
    std::string id;
    const grpc::Status status = AskWho(served.Connect(c.certificate), &id);
    EXPECT_EQ(status.error_code(), c.code) << c.name << ": " << status.error_message();
    EXPECT_EQ(id, "") << c.name;
  }
  EXPECT_TRUE(AskWho(served.Connect(served.anna)).ok());
}

TEST(ServerTest, EveryErrorHasOneReasonOfOurDomain) {
  ServedEnclave served(TestName());
  const auto channel = served.Connect(Issue(served, {}));
  const grpc::Status status = AskWho(channel);
  EXPECT_THAT(status.error_details(), HasSubstr("type.googleapis.com/google.rpc.ErrorInfo"));
  EXPECT_THAT(status.error_details(), HasSubstr("\x0A\x0FUNAUTHENTICATED\x12\x05kluis"));
}

TEST(ServerTest, ARevocationHoldsOnAnOpenConnection) {
  ServedEnclave served(TestName());
  const auto channel = served.Connect(served.anna);
  ASSERT_TRUE(AskWho(channel).ok());
  ASSERT_TRUE(served.enclave().RevokeUser("anna@heerlen.nl").ok());
  EXPECT_EQ(AskWho(channel).error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

struct Stream {
  grpc::ClientContext context;
  std::unique_ptr<v1::EnclaveService::Stub> stub;
  std::unique_ptr<grpc::ClientReader<v1::RunQueryResponse>> reader;

  Stream(const std::shared_ptr<grpc::Channel>& channel, const v1::RunQueryRequest& request,
         int seconds = 20)
      : stub(v1::EnclaveService::NewStub(channel)) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(seconds));
    reader = stub->RunQuery(&context, request);
  }
  // Reads to the end; the bytes of the answer.
  grpc::Status Finish(std::string* answer = nullptr) {
    v1::RunQueryResponse part;
    while (reader->Read(&part)) {
      if (answer != nullptr) answer->append(part.answer_chunk());
    }
    return reader->Finish();
  }
};

v1::RunQueryRequest CountQuery() {
  v1::RunQueryRequest request;
  request.set_sql("SELECT geslacht, COUNT(*) AS n FROM toy GROUP BY geslacht");
  request.set_project("projects/toy");
  return request;
}

bool WaitUntilRunning(const SlowEngine& engine) {
  for (int i = 0; i < 500 && engine.running == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return engine.running > 0;
}

TEST(ServerTest, ARunningQueryOfARevokedUserEndsWithoutAResult) {
  SlowEngine engine;
  ServedEnclave served(TestName(), &engine);
  Stream stream(served.Connect(served.anna), CountQuery());
  ASSERT_TRUE(WaitUntilRunning(engine));
  const auto begin = Clock::now();
  ASSERT_TRUE(served.enclave().RevokeUser("anna@heerlen.nl").ok());
  std::string answer;
  EXPECT_EQ(stream.Finish(&answer).error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_LT(SecondsSince(begin), 5);
  EXPECT_EQ(answer, "");
}

TEST(ServerTest, ACancelledQueryStopsTheEngine) {
  SlowEngine engine;
  ServedEnclave served(TestName(), &engine);
  Stream stream(served.Connect(served.anna), CountQuery());
  ASSERT_TRUE(WaitUntilRunning(engine));
  stream.context.TryCancel();
  EXPECT_EQ(stream.Finish().error_code(), grpc::StatusCode::CANCELLED);
  const auto begin = Clock::now();
  while (engine.running > 0 && SecondsSince(begin) < 5)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_LT(SecondsSince(begin), 1);
}

TEST(ServerTest, ADrainEndsRunningQueriesInTime) {
  SlowEngine engine;
  ServedEnclave served(TestName(), &engine);
  Stream stream(served.Connect(served.anna), CountQuery());
  ASSERT_TRUE(WaitUntilRunning(engine));
  const auto begin = Clock::now();
  served.server().Drain(500);
  EXPECT_LT(SecondsSince(begin), 4);
  EXPECT_FALSE(stream.Finish().ok());
}

TEST(ServerTest, MoreQueriesThanTheQueueHoldsAreRefused) {
  SlowEngine engine;
  ServedEnclave served(TestName(), &engine);
  const auto channel = served.Connect(served.anna);
  std::vector<std::unique_ptr<Stream>> streams;
  for (int i = 0; i < 2; ++i) streams.push_back(std::make_unique<Stream>(channel, CountQuery(), 6));
  const auto begin = Clock::now();
  while (engine.running < 2 && SecondsSince(begin) < 5) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  for (int i = 0; i < 6; ++i) streams.push_back(std::make_unique<Stream>(channel, CountQuery(), 4));
  std::atomic<int> busy{0};
  std::vector<std::thread> readers;  // each reads at once: a status behind the deadline is lost
  for (const auto& stream : streams) {
    readers.emplace_back([&stream, &busy] {
      busy += stream->Finish().error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
    });
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(busy, 4) << "two run, two wait in the caller's half of the queue, four are refused";
}

TEST(ServerTest, OnlyResearchersRunQueries) {
  ServedEnclave served(TestName());
  for (const char* role : {"reviewer", "privacy-officer", "operator"}) {
    const auto user = served.Add(std::string("u-") + role, role);
    Stream stream(served.Connect(user), CountQuery());
    const grpc::Status status = stream.Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED) << role;
    EXPECT_THAT(status.error_details(), HasSubstr("ROLE_MAY_NOT"));
  }
}

TEST(ServerTest, ADryRunGivesThePlanAndNoReceipt) {
  ServedEnclave served(TestName());
  v1::RunQueryRequest request = CountQuery();
  request.set_validate_only(true);
  std::string answer;
  Stream stream(served.Connect(served.anna), request);
  EXPECT_TRUE(stream.Finish(&answer).ok());
  EXPECT_THAT(answer, HasSubstr("\"status\":\"allowed\""));
}

TEST(ServerTest, UnknownAndNotGrantedLookAlike) {
  ServedEnclave served(TestName());
  const auto bob = served.Add("bob", "researcher");
  const auto stub = v1::EnclaveService::NewStub(served.Connect(bob));
  std::vector<std::string> messages;
  for (const char* name : {"datasets/toy", "datasets/yot"}) {
    grpc::ClientContext context;
    v1::GetDatasetRequest request;
    request.set_name(name);
    v1::Dataset dataset;
    const grpc::Status status = stub->GetDataset(&context, request, &dataset);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
    messages.push_back(status.error_message().substr(std::string("toy").size()));
  }
  EXPECT_EQ(messages[0], messages[1]);
}

TEST(ServerTest, ADatasetShowsWhatIsGrantedAndNoMore) {
  ServedEnclave served(TestName());
  const auto stub = v1::EnclaveService::NewStub(served.Connect(served.anna));
  grpc::ClientContext context;
  v1::GetDatasetRequest request;
  request.set_name("datasets/toy");
  v1::Dataset dataset;
  ASSERT_TRUE(stub->GetDataset(&context, request, &dataset).ok());
  ASSERT_EQ(dataset.variables_size(), 1);
  EXPECT_EQ(dataset.variables(0).name(), "geslacht");
}

TEST(ServerTest, AQueryHasAtMostOneMebibyte) {
  ServedEnclave served(TestName());
  const auto channel = served.Connect(served.anna);
  v1::RunQueryRequest request = CountQuery();
  request.set_sql(std::string(1024 * 1024 + 1, ' '));
  const grpc::Status over = Stream(channel, request).Finish();
  EXPECT_EQ(over.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(over.error_details(), HasSubstr("QUERY_TOO_LONG"));
  request.set_sql(std::string(5 * 1024 * 1024, ' '));
  EXPECT_EQ(Stream(channel, request).Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  request.set_validate_only(true);
  request.set_sql(std::string(1024 * 1024, ' '));
  EXPECT_TRUE(Stream(channel, request).Finish().ok())
      << "at the limit it is an answer with a refusal";
}

TEST(ServerTest, TheSocketIsTheOperatorsAlone) {
  ServedEnclave served(TestName());
  struct stat facts = {};
  ASSERT_EQ(::stat(served.enclave().paths().socket().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  const auto stub = served.Connect(served.anna);
  grpc::GenericStub generic(stub);  // the operator's service is not on the public port
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto call = generic.PrepareUnaryCall(&context, "/kluis.v1.OperatorService/RevokeUser",
                                             grpc::ByteBuffer(), &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool good = false;
  queue.Next(&tag, &good);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST(ServerTest, CommandsWorkThroughTheSocketWhileItServes) {
  ServedEnclave served(TestName());
  const auto operations = OpenOperations(served.enclave().paths().dir);
  ASSERT_TRUE(operations.ok()) << operations.status();
  const auto bundle = (*operations)->AddUser({"carla", "researcher", "heerlen"});
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  const auto parsed = nlohmann::json::parse(*bundle);
  const auto channel = served.Connect({parsed["key"], parsed["certificate"]});
  EXPECT_TRUE(AskWho(channel).ok());
  EXPECT_EQ((*operations)->AddUser({"carla", "researcher", "heerlen"}).status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE((*operations)->RevokeUser("carla").ok());
  EXPECT_EQ(AskWho(channel).error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ((*operations)->Import("/nowhere/toy.yaml", [](const std::string&) {}).ok(), false);
}

}  // namespace
}  // namespace kluis
