// What the desk says and writes beside its decisions: whom a recall concerns, how far a precedent
// reaches, what a researcher is asked, and looks at single cells.
#include <gmock/gmock.h>

#include "absl/strings/str_replace.h"
#include "server/enclave/files.h"
#include "tests/server/rpc/review_workshop.h"

namespace kluis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Channel = std::shared_ptr<grpc::Channel>;

std::string TestName() {
  return std::string("details-") + ::testing::UnitTest::GetInstance()->current_test_info()->name();
}

// Questions of counts are held no more.
void HoldSumsOnly(ReviewWorkshop* desk) {
  const std::string path = desk->served.enclave().paths().policies() + "/rules/held.yaml";
  const std::string rules = *ReadFile(path);
  std::ofstream(path) << absl::StrReplaceAll(rules, {{"statistic: count", "statistic: sum"}});
  const absl::Status loaded = desk->served.enclave().ReloadPolicies();
  ASSERT_TRUE(loaded.ok()) << loaded;
}

grpc::Status Recall(const Channel& who, const std::string& name, v1::Case* after) {
  v1::RecallRequest request;
  request.set_name(name);
  request.set_reason("the register was wrong");
  grpc::ClientContext context;
  return v1::ReviewService::NewStub(who)->Recall(&context, request, after);
}

grpc::Status Comment(const Channel& who, const std::string& id, const std::string& text,
                     bool to_researcher) {
  v1::CommentRequest request;
  request.set_name("cases/" + id);
  request.set_text(text);
  request.set_to_researcher(to_researcher);
  grpc::ClientContext context;
  v1::Case after;
  return v1::ReviewService::NewStub(who)->Comment(&context, request, &after);
}

// It has no case until then, and who is close to it is known from the log alone.
TEST(ReviewDetailsTest, ARecallOfWhatWasNeverHeldIsOfItsProjectAndOfNobodyCloseToIt) {
  ReviewWorkshop desk(TestName());
  HoldSumsOnly(&desk);
  const auto bea = desk.User("bea@cbs.nl", "reviewer"), jan = desk.User("jan@cbs.nl", "reviewer"),
             own = desk.User("anna@cbs.nl", "reviewer", "anna@heerlen.nl");
  const auto answer = desk.Ask();
  ASSERT_EQ(answer["status"], "released");
  const std::string name = "releases/" + answer["release"].get<std::string>();
  v1::Case after;
  EXPECT_EQ(ReasonOf(Recall(jan, name, &after)), "OWN_REQUEST") << "a member of the project";
  EXPECT_EQ(ReasonOf(Recall(own, name, &after)), "OWN_REQUEST") << "who asked";
  const grpc::Status status = Recall(bea, name, &after);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(after.state(), "recalled");
  EXPECT_EQ(after.project(), "projects/toy");
  EXPECT_EQ(after.caller(), "anna@heerlen.nl");
  EXPECT_EQ(after.release(), name);
  EXPECT_GT(after.index(), 0u);
  // Its figures, plan and query are shown as of any other case, under the rules that it left under.
  grpc::Status shown;
  std::vector<v1::Figure> figures;
  const v1::CaseDetail detail =
      desk.Get(bea, answer["release"].get<std::string>(), true, &shown, &figures);
  ASSERT_TRUE(shown.ok()) << shown.error_message();
  EXPECT_THAT(detail.case_().query(), HasSubstr("FROM toy"));
  EXPECT_THAT(detail.words(), HasSubstr("toy"));
  EXPECT_FALSE(figures.empty());
  EXPECT_EQ(detail.earlier_size(), 0) << "itself is none of the others";
  grpc::ClientContext context;
  v1::ListRecallsResponse told;
  ASSERT_TRUE(v1::ReviewService::NewStub(desk.anna)->ListRecalls(&context, {}, &told).ok());
  ASSERT_EQ(told.recalls_size(), 1);
  EXPECT_EQ(told.recalls(0).name(), name);
}

// Who decides about the next one has to know that what it is compared with counts no more.
TEST(ReviewDetailsTest, AnEarlierReleaseThatWasRecalledIsMarked) {
  ReviewWorkshop desk(TestName());
  desk.SetRules(1);
  const auto bea = desk.User("bea@cbs.nl", "reviewer");
  const v1::Case first = desk.LookAndApprove(bea, desk.Ask()["release"]);
  ASSERT_EQ(first.state(), "released");
  const std::string second = desk.Ask()["release"];
  grpc::Status status;
  v1::CaseDetail detail = desk.Get(bea, second, false, &status);
  ASSERT_EQ(detail.earlier_size(), 1) << status.error_message();
  EXPECT_FALSE(detail.earlier(0).recalled());
  v1::Case after;
  status = Recall(bea, first.release(), &after);
  ASSERT_TRUE(status.ok()) << status.error_message();
  detail = desk.Get(bea, second, false, &status);
  ASSERT_EQ(detail.earlier_size(), 1) << status.error_message();
  EXPECT_TRUE(detail.earlier(0).recalled());
}

TEST(ReviewDetailsTest, APrecedentReachesAsFarAsTablesOfItsShapeAndSize) {
  ReviewWorkshop desk(TestName());
  desk.SetRules(1);
  const auto bea = desk.User("bea@cbs.nl", "reviewer");
  const std::string id = desk.Ask()["release"];
  ASSERT_EQ(desk.LookAndApprove(bea, id).state(), "released");
  v1::MakePrecedentRequest request;
  request.set_name("cases/" + id);
  request.set_until("2999-12-31");
  request.set_reason("counts of toys are harmless");
  grpc::ClientContext context;
  v1::Case after;
  const grpc::Status made =
      v1::ReviewService::NewStub(bea)->MakePrecedent(&context, request, &after);
  ASSERT_TRUE(made.ok()) << made.error_message();
  EXPECT_EQ(desk.Ask()["status"], "released");
  EXPECT_EQ(desk.Ask("SELECT COUNT(*) AS n FROM toy")["status"], "held") << "one cell, no axis";
  EXPECT_EQ(
      desk.Ask("SELECT geslacht, COUNT(*) AS n FROM toy GROUP BY ROLLUP (geslacht)")["status"],
      "held")
      << "a cell more";
  grpc::ClientContext listing;
  v1::ListPrecedentsResponse precedents;
  ASSERT_TRUE(v1::ReviewService::NewStub(bea)->ListPrecedents(&listing, {}, &precedents).ok());
  ASSERT_EQ(precedents.precedents_size(), 1);
  EXPECT_EQ(precedents.precedents(0).cells(), 2);
  EXPECT_EQ(precedents.precedents(0).project(), "projects/toy");
  EXPECT_TRUE(precedents.precedents(0).in_force());
}

TEST(ReviewDetailsTest, AResearcherIsAskedWhatReviewersSayToHer) {
  ReviewWorkshop desk(TestName());
  const auto bea = desk.User("bea@cbs.nl", "reviewer");
  const std::string id = desk.Ask()["release"];
  ASSERT_TRUE(Comment(bea, id, "between us", false).ok());
  ASSERT_TRUE(Comment(bea, id, "what is it for?", true).ok());
  grpc::Status status;
  const v1::CaseDetail hers = desk.Get(desk.anna, id, false, &status);
  EXPECT_THAT(hers.case_().asked(), ElementsAre("what is it for?"));
  EXPECT_EQ(hers.notes_size(), 0);
  EXPECT_EQ(desk.Get(bea, id, false, &status).notes_size(), 2) << "reviewers see all that was said";
}

TEST(ReviewDetailsTest, ALookAtOneCellIsAnEntryThatNamesIt) {
  ReviewWorkshop desk(TestName());
  HoldSumsOnly(&desk);
  const auto bea = desk.User("bea@cbs.nl", "reviewer"),
             own = desk.User("anna@cbs.nl", "reviewer", "anna@heerlen.nl");
  std::vector<FakeRow> rows = FortyMenAndThirtyWomen();
  rows.resize(45);
  desk.engine.SetRows(rows);
  ASSERT_EQ(desk.Ask()["status"], "released");
  Ledger& ledger = desk.served.enclave().ledger();
  const uint64_t release = ledger.size() - 1;
  const auto prove = [release](const Channel& who, uint64_t cell) {
    v1::GetCellProofRequest request;
    request.set_index(release);
    request.set_cell(cell);
    grpc::ClientContext context;
    v1::CellProof proof;
    return v1::SealedLogService::NewStub(who)->GetCellProof(&context, request, &proof);
  };
  EXPECT_EQ(prove(bea, 1000).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(prove(own, 0)), "OWN_REQUEST");
  EXPECT_EQ(ledger.size(), release + 1) << "nothing was seen";
  ASSERT_TRUE(prove(bea, 0).ok());
  const auto reviews = ledger.Reviews(release);
  ASSERT_TRUE(reviews.ok());
  ASSERT_EQ(reviews->size(), 1u);
  const auto view = nlohmann::json::parse(reviews->front().sealed);
  EXPECT_EQ(view["event"], "view");
  EXPECT_EQ(view["reviewer"], "bea@cbs.nl");
  EXPECT_EQ(view["what"], "cell 0");
}

TEST(ReviewDetailsTest, ASearchSinceNoDayIsRefused) {
  ReviewWorkshop desk(TestName());
  const auto bea = desk.User("bea@cbs.nl", "reviewer");
  for (const char* day : {"yesterday", "2026-02-30", "2026-1-1", "26-01-01"}) {
    v1::SearchRequestsRequest request;
    request.set_since(day);
    grpc::ClientContext context;
    v1::SearchRequestsResponse found;
    const auto stub = v1::SealedLogService::NewStub(bea);
    const grpc::Status status = stub->SearchRequests(&context, request, &found);
    EXPECT_EQ(ReasonOf(status), "BAD_DAY") << day;
    EXPECT_THAT(status.error_message(), HasSubstr("since is a day")) << day;
  }
}

}  // namespace
}  // namespace kluis
