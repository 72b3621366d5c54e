// What reviewers read of the log, that each view is an entry, and that nobody else reads it.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

#include "disclosure/evidence/sealed_part.h"
#include "kluis/v1/release.pb.h"
#include "kluis/v1/sealed_log.grpc.pb.h"
#include "tests/server/rpc/served_enclave.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

class SealedLogTest : public ::testing::Test {
 protected:
  SealedLogTest()
      : served_("SealedLog"),
        reviewer_(served_.Add("c@cbs.nl", "reviewer")),
        ledger_(served_.enclave().ledger()) {
    grpc::ClientContext context;
    v1::RunQueryRequest request;
    request.set_sql("SELECT inkomen FROM toy");
    const auto stub = v1::EnclaveService::NewStub(served_.Connect(served_.anna));
    const auto stream = stub->RunQuery(&context, request);
    for (v1::RunQueryResponse part; stream->Read(&part);) continue;
    EXPECT_TRUE(stream->Finish().ok());
    request_ = ledger_.size() - 1;
  }
  std::unique_ptr<v1::SealedLogService::Stub> As(const KeyAndCertificate& user) {
    return v1::SealedLogService::NewStub(served_.Connect(user));
  }
  grpc::Status Get(const KeyAndCertificate& user, uint64_t index, v1::SealedEntryHead* head,
                   std::string* bytes) {
    grpc::ClientContext context;
    v1::GetSealedEntryRequest request;
    request.set_index(index);
    const auto stub = As(user);
    const auto stream = stub->GetSealedEntry(&context, request);
    for (v1::SealedEntryPart part; stream->Read(&part);) {
      if (part.has_head()) *head = part.head();
      if (part.part_case() == v1::SealedEntryPart::kChunk) *bytes += part.chunk();
    }
    return stream->Finish();
  }

  ServedEnclave served_;
  KeyAndCertificate reviewer_;
  Ledger& ledger_;
  uint64_t request_ = 0;
};

TEST_F(SealedLogTest, AReviewerReadsTheSealedPartAndTheViewIsAnEntry) {
  v1::SealedEntryHead head;
  std::string bytes;
  ASSERT_TRUE(Get(reviewer_, request_, &head, &bytes).ok());
  v1::SealedRequest sealed;
  ASSERT_TRUE(sealed.ParseFromString(bytes));
  EXPECT_EQ(sealed.caller(), "anna@heerlen.nl");
  EXPECT_EQ(sealed.query_text(), "SELECT inkomen FROM toy");
  EXPECT_EQ(sealed.format(), 1u);
  const auto grant = ledger_.ReadSealed(sealed.grant_entry());
  ASSERT_TRUE(grant.ok());
  EXPECT_THAT(grant->bytes, HasSubstr("anna@heerlen.nl")) << "the grant of her certificate";
  const auto reviews = ledger_.Reviews(request_);
  ASSERT_TRUE(reviews.ok());
  ASSERT_EQ(reviews->size(), 1u);
  const auto view = nlohmann::json::parse(reviews->front().sealed);
  EXPECT_EQ(view["event"], "view");
  EXPECT_EQ(view["reviewer"], "c@cbs.nl");
  head.Clear();
  ASSERT_TRUE(Get(reviewer_, request_, &head, &bytes).ok());
  ASSERT_EQ(head.reviews_size(), 1);
  EXPECT_EQ(head.reviews(0), reviews->front().index);
}

TEST_F(SealedLogTest, AReviewerSearches) {
  const auto stub = As(reviewer_);
  const auto count = [&stub](const v1::SearchRequestsRequest& request) {
    grpc::ClientContext context;
    v1::SearchRequestsResponse response;
    EXPECT_TRUE(stub->SearchRequests(&context, request, &response).ok());
    return response.requests_size();
  };
  v1::SearchRequestsRequest request;
  EXPECT_EQ(count(request), 1);
  request.set_caller("anna@heerlen.nl");
  request.set_since("2016-01-01");
  EXPECT_EQ(count(request), 1);
  request.set_since("2999-01-01");
  EXPECT_EQ(count(request), 0);
  request.clear_since();
  request.set_dataset("persoon");
  EXPECT_EQ(count(request), 0);
  request.clear_dataset();
  request.set_caller("' OR 1=1 --");
  EXPECT_EQ(count(request), 0);
}

TEST_F(SealedLogTest, ARequestIsRunAgain) {
  grpc::ClientContext context;
  v1::ReplayRequestRequest request;
  v1::ReplayRequestResponse response;
  request.set_index(request_);
  ASSERT_TRUE(As(reviewer_)->ReplayRequest(&context, request, &response).ok());
  EXPECT_TRUE(response.ran() && response.same()) << response.DebugString();
  EXPECT_EQ(ledger_.Reviews(request_)->size(), 1u);
}

TEST_F(SealedLogTest, NobodyElseReadsItAndNoViewIsLogged) {
  const uint64_t size = ledger_.size();
  for (const char* role : {"researcher", "privacy-officer", "operator"}) {
    const KeyAndCertificate other = served_.Add(std::string(role) + "@cbs.nl", role);
    const uint64_t before = ledger_.size();
    v1::SealedEntryHead head;
    std::string bytes;
    EXPECT_EQ(Get(other, request_, &head, &bytes).error_code(), grpc::StatusCode::PERMISSION_DENIED)
        << role;
    EXPECT_EQ(bytes, "");
    grpc::ClientContext search, prove, replay;
    v1::SearchRequestsResponse found;
    v1::CellProof proof;
    v1::ReplayRequestResponse replayed;
    const auto stub = As(other);
    EXPECT_EQ(stub->SearchRequests(&search, {}, &found).error_code(),
              grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(stub->GetCellProof(&prove, {}, &proof).error_code(),
              grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(stub->ReplayRequest(&replay, {}, &replayed).error_code(),
              grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(ledger_.size(), before);
  }
  EXPECT_EQ(ledger_.size(), size + 3) << "three users were added";
}

TEST_F(SealedLogTest, WhatIsNotInTheLogIsNotFound) {
  v1::SealedEntryHead head;
  std::string bytes;
  const uint64_t size = ledger_.size();
  EXPECT_EQ(Get(reviewer_, size, &head, &bytes).error_code(), grpc::StatusCode::NOT_FOUND);
  grpc::ClientContext prove, replay;
  v1::GetCellProofRequest cell;
  v1::CellProof proof;
  cell.set_index(request_);
  EXPECT_EQ(As(reviewer_)->GetCellProof(&prove, cell, &proof).error_code(),
            grpc::StatusCode::NOT_FOUND)
      << "a refusal has no cells";
  v1::ReplayRequestRequest request;
  v1::ReplayRequestResponse response;
  EXPECT_EQ(As(reviewer_)->ReplayRequest(&replay, request, &response).error_code(),
            grpc::StatusCode::NOT_FOUND)
      << "entry 0 is no request";
  EXPECT_EQ(ledger_.size(), size);
}

TEST_F(SealedLogTest, AnOperatorRemovesOnlyWhatHasHadItsTerm) {
  EXPECT_EQ(served_.enclave().RemoveSealed("2016-01-01").value_or(-1), 0);
  for (const char* day : {"2999-01-01", "2016-13-01", "2016-1-1", "yesterday", ""}) {
    EXPECT_EQ(served_.enclave().RemoveSealed(day).status().code(),
              absl::StatusCode::kInvalidArgument)
        << day;
  }
}

}  // namespace
}  // namespace kluis
