// After their term sealed parts are gone, and the log still verifies.
#include <string>

#include "absl/strings/str_cat.h"
#include "disclosure/evidence/log_check.h"
#include "gmock/gmock.h"
#include "tests/server/ledger/ledger_fixture.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

class RemovalTest : public LedgerFixture {
 protected:
  void SetUp() override {
    now_ = "2010-05-01T10:00:00Z";
    ASSERT_TRUE(Open().ok());
    Fill(6);
    ASSERT_TRUE(ledger_->AppendReview(3, R"({"reviewer": "c@cbs.nl"})").ok());
    ASSERT_TRUE(ledger_->AppendEvent("grant", "", "", R"({"id": "anna"})").ok());
    now_ = "2026-11-22T22:20:00Z";
    ASSERT_TRUE(Refuse(Context()).ok());
  }
};

TEST_F(RemovalTest, OldSealedPartsGoAndTheTreeStays) {
  const std::string before = ledger_->checkpoint();
  const auto leaves = *ledger_->Leaves(0, 9);
  const auto removal = ledger_->RemoveSealed("2016-01-01T00:00:00Z");
  ASSERT_TRUE(removal.ok()) << removal.status();
  EXPECT_EQ(removal->index, 9u);
  EXPECT_EQ(removal->removed, 5u) << "three requests, a review and a grant";
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(ledger_->removed(), 5u);
  EXPECT_TRUE(ledger_->CheckExtends(before).ok());
  EXPECT_EQ(*ledger_->Leaves(0, 9), leaves);
  EXPECT_TRUE(ledger_->ReadSealed(3)->removed);
  EXPECT_EQ(ledger_->ReadSealed(3)->bytes, "");
  EXPECT_EQ(ledger_->ReadSealed(1)->bytes, "{}") << "a policy names nobody";
  EXPECT_EQ(ledger_->ReadSealed(9)->bytes,
            R"({"before":"2016-01-01T00:00:00Z","below":8,"removed":5})");
  EXPECT_EQ(ledger_->ListReleases({}, 0, 100)->size(), 1u);
  EXPECT_TRUE(ledger_->Reviews(3)->empty());
  EXPECT_EQ(ledger_->RemoveSealed("2016-01-01T00:00:00Z")->index, 0u) << "nothing is left";
  EXPECT_EQ(ledger_->size(), 10u);
}

TEST_F(RemovalTest, WhatNoRemovalCoversMayNotBeMissing) {
  ASSERT_TRUE(ledger_->RemoveSealed("2016-01-01T00:00:00Z").ok());
  Tamper(
      "UPDATE entries SET sealed = NULL, release = NULL, caller = NULL, request_id = NULL, "
      "status = NULL, project = NULL, query = NULL, datasets = NULL, lineages = NULL, "
      "cells = NULL, suppressed = NULL WHERE idx = 8");
  const absl::Status opened = Open();
  EXPECT_EQ(opened.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(opened.message(), HasSubstr("log entry 8: its sealed part is gone"));
}

TEST_F(RemovalTest, AnotherKeyOpensNoLog) {
  Close();
  database_ = *Database::Open(Path(), "");
  const auto ledger = Ledger::Open(
      *database_, key_, {kOrigin, [] { return "2026-11-22T22:20:00Z"; }, std::string(32, 't')});
  EXPECT_EQ(ledger.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Ledger::Open(*database_, key_, {kOrigin, [] { return ""; }, "short"}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace kluis
