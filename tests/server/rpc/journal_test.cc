// What an operator reads on standard error, and what never stands there.
#include "server/rpc/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "server/rpc/grpc_log.h"
#include "server/rpc/operator_client.h"
#include "tests/server/rpc/served_enclave.h"

namespace kluis {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(JournalLineTest, IsOneJsonObjectWhateverTheFactsHold) {
  EXPECT_EQ(
      JournalLine("2026-11-22T22:20:00Z", "stop", {{"signal", "SIGTERM"}, {"ms", 12}}),
      "{\"time\":\"2026-11-22T22:20:00Z\",\"event\":\"stop\",\"signal\":\"SIGTERM\",\"ms\":12}\n");
  EXPECT_EQ(
      JournalLine("t", "e", {{"a", "x\n{\"event\":\"stop\"}\x1b\xFF"}}),
      "{\"time\":\"t\",\"event\":\"e\",\"a\":\"x\\n{\\\"event\\\":\\\"stop\\\"}\\u001b\uFFFD\"}\n");
}

TEST(GrpcLogTest, AFailedHandshakeIsToldByItsReasonAlone) {
  EXPECT_EQ(HandshakeReason("Handshake failed with fatal error SSL_ERROR_SSL: error:0A0000C7:SSL "
                            "routines::peer did not return a certificate."),
            "peer did not return a certificate");
  EXPECT_EQ(HandshakeReason("the request SELECT failed: 17"), "");
}

// Fails as an engine does whose database failed.
class BrokenEngine : public Engine {
 public:
  absl::StatusOr<AggregateTable> Run(const AggregationPlan&, const std::atomic<bool>*) override {
    return absl::InternalError("engine failed (reference 1)");
  }
};

class JournalTest : public ::testing::Test {
 protected:
  JournalTest() : served_("journal", &engine_), channel_(served_.Connect(served_.anna)) {
    ::testing::internal::CaptureStderr();
  }
  ~JournalTest() override {
    if (!read_) Lines();
  }

  // The lines of one event since the last call.
  std::vector<json> Lines(const std::string& event = "") {
    text_ = ::testing::internal::GetCapturedStderr();
    read_ = true;
    std::vector<json> lines;
    std::istringstream in(text_);
    for (std::string line; std::getline(in, line);) {
      const json parsed = json::parse(line, nullptr, false);
      EXPECT_TRUE(parsed.is_object()) << line;
      if (parsed.is_object() && parsed.value("event", "") == event) lines.push_back(parsed);
    }
    return lines;
  }

  grpc::Status Ask(const std::string& sql, const std::string& project, bool dry_run = false) {
    grpc::ClientContext context;
    v1::RunQueryRequest request;
    request.set_sql(sql);
    request.set_project("projects/" + project);
    request.set_request_id("SECRETREQUEST" + std::to_string(++asked_));
    request.set_validate_only(dry_run);
    const auto stub = v1::EnclaveService::NewStub(channel_);
    const auto reader = stub->RunQuery(&context, request);
    for (v1::RunQueryResponse part; reader->Read(&part);) continue;
    return reader->Finish();
  }

  BrokenEngine engine_;
  ServedEnclave served_;
  std::shared_ptr<grpc::Channel> channel_;
  std::string text_;
  bool read_ = false;
  int asked_ = 0;
};

TEST_F(JournalTest, ARequestIsOneLineWithCallerProjectOutcomeAndTime) {
  EXPECT_TRUE(AskWho(channel_).ok());
  EXPECT_TRUE(Ask("SELECT inkomen, COUNT(*) FROM toy GROUP BY inkomen", "toy").ok());
  EXPECT_TRUE(Ask("SELECT geslacht, COUNT(*) FROM toy GROUP BY geslacht", "toy", true).ok());
  EXPECT_TRUE(Ask("SELECT 'SECRETVALUE'", "SECRETPROJECT").ok());
  const std::vector<json> lines = Lines("request");
  const struct {
    const char* method;
    const char* project;
    const char* outcome;
    bool has_release;
  } expected[] = {{"GetCaller", "", "OK", false},
                  {"RunQuery", "toy", "NOT_GRANTED", true},
                  {"RunQuery", "toy", "allowed", false},
                  {"RunQuery", "", "CONSTANT", true}};
  ASSERT_EQ(lines.size(), std::size(expected)) << text_;
  for (size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i]["method"], expected[i].method);
    EXPECT_EQ(lines[i]["caller"], "anna@heerlen.nl");
    EXPECT_EQ(lines[i]["project"], expected[i].project) << i;
    EXPECT_EQ(lines[i]["outcome"], expected[i].outcome) << i;
    EXPECT_EQ(lines[i]["release"] != "", expected[i].has_release) << i;
    EXPECT_TRUE(lines[i]["ms"].is_number_integer());
    if (i > 0) {
      EXPECT_EQ(lines[i]["id"].get<int>(), lines[i - 1]["id"].get<int>() + 1);
    }
  }
  for (const char* secret : {"SECRET", "SELECT", "inkomen", "geslacht"})
    EXPECT_THAT(text_, Not(HasSubstr(secret)));
}

TEST_F(JournalTest, AnEngineThatFailsIsNamedByItsCodeAndReference) {
  const grpc::Status status = Ask("SELECT geslacht, COUNT(*) FROM toy GROUP BY geslacht", "toy");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  const std::vector<json> faults = Lines("fault");
  ASSERT_EQ(faults.size(), 1u) << text_;
  EXPECT_EQ(faults[0]["code"], "INTERNAL");
  EXPECT_THAT(status.error_message(),
              HasSubstr("under reference " + faults[0]["reference"].get<std::string>()));
  EXPECT_THAT(text_, HasSubstr("\"outcome\":\"INTERNAL\""));
  EXPECT_THAT(text_, Not(HasSubstr("geslacht")));
}

TEST_F(JournalTest, ACallThatIsNotAuthenticatedIsNamedWithTheReason) {
  ASSERT_TRUE(served_.enclave().RevokeUser("anna@heerlen.nl").ok());
  EXPECT_EQ(AskWho(channel_).error_code(), grpc::StatusCode::UNAUTHENTICATED);
  const std::vector<json> lines = Lines("authentication");
  ASSERT_EQ(lines.size(), 1u) << text_;
  EXPECT_EQ(lines[0]["reason"], "revoked");
  EXPECT_EQ(lines[0]["user"], "anna@heerlen.nl");
  EXPECT_EQ(lines[0]["method"], "GetCaller");
  EXPECT_THAT(text_, Not(HasSubstr("\"event\":\"request\"")));
}

TEST_F(JournalTest, AnOperatorsCommandIsALine) {
  const auto operations = OpenOperations(served_.enclave().paths().dir);
  ASSERT_TRUE(operations.ok());
  EXPECT_TRUE((*operations)->AddUser({"carla", "researcher", "heerlen"}).ok());
  EXPECT_FALSE((*operations)->RevokeUser("nobody").ok());
  const std::vector<json> lines = Lines("operator");
  ASSERT_EQ(lines.size(), 2u) << text_;
  EXPECT_EQ(lines[0]["command"], "user add");
  EXPECT_EQ(lines[0]["outcome"], "OK");
  EXPECT_EQ(lines[1]["outcome"], "NOT_FOUND");
}

}  // namespace
}  // namespace kluis
