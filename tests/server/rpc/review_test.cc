// The desk through a running server: from a question that is held to an answer that leaves.
#include <gmock/gmock.h>

#include "tests/server/rpc/review_workshop.h"

namespace kluis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string TestName() { return ::testing::UnitTest::GetInstance()->current_test_info()->name(); }

TEST(ReviewTest, AHeldQuestionIsDecidedByTwoAndAnswered) {
  ReviewWorkshop desk(TestName());
  const auto bea = desk.User("bea@cbs.nl", "reviewer"), cas = desk.User("cas@cbs.nl", "reviewer");
  const auto held = desk.Ask();
  EXPECT_EQ(held["status"], "held");
  const std::string id = held["release"];
  EXPECT_EQ(desk.Fetch(id)["status"], "held");

  grpc::Status status;
  std::vector<v1::Figure> figures;
  const v1::CaseDetail detail = desk.Get(bea, id, true, &status, &figures);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(detail.case_().state(), "held");
  EXPECT_EQ(detail.case_().votes_needed(), 2);
  EXPECT_THAT(detail.case_().conditions(), ElementsAre("statistic count"));
  EXPECT_THAT(detail.words(), HasSubstr("population: Toy (toy) of 2016"));
  EXPECT_THAT(detail.plan(), HasSubstr("axis geslacht"));
  EXPECT_THAT(detail.dimensions(), ElementsAre("geslacht"));
  ASSERT_EQ(figures.size(), 2u);
  EXPECT_EQ(figures[0].before(), "40");
  EXPECT_EQ(figures[0].after(), "40");

  v1::Case after;
  ASSERT_TRUE(desk.Vote(bea, id, "approve", &after).ok());
  EXPECT_EQ(after.state(), "in review");
  EXPECT_EQ(desk.Fetch(id)["status"], "held");
  after = desk.LookAndApprove(cas, id);
  EXPECT_EQ(after.state(), "released");
  const auto answer = desk.Fetch(id);
  EXPECT_EQ(answer["status"], "released");
  EXPECT_EQ(answer["rows"][0]["n"]["value"], 40);
  EXPECT_EQ("releases/" + answer["release"].get<std::string>(), after.release());
}

TEST(ReviewTest, EveryLookAtFiguresIsAnEntryAndComesFirst) {
  ReviewWorkshop desk(TestName());
  const auto bea = desk.User("bea@cbs.nl", "reviewer");
  const std::string id = desk.Ask()["release"];
  const uint64_t before = desk.served.enclave().ledger().size();
  grpc::Status status;
  desk.Get(bea, id, false, &status);
  EXPECT_EQ(desk.served.enclave().ledger().size(), before) << "the request alone has no figures";
  desk.Get(bea, id, true, &status);
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(desk.served.enclave().ledger().size(), before + 1);
  desk.engine.next_error = absl::InternalError("engine failed");
  std::vector<v1::Figure> figures;
  desk.Get(bea, id, true, &status, &figures);
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(figures, IsEmpty());
}

TEST(ReviewTest, AVoteIsSeenByWhoCastItUntilAllAreIn) {
  ReviewWorkshop desk(TestName());
  const auto bea = desk.User("bea@cbs.nl", "reviewer"), cas = desk.User("cas@cbs.nl", "reviewer");
  const std::string id = desk.Ask()["release"];
  ASSERT_TRUE(desk.Vote(bea, id, "deny").ok());
  grpc::Status status;
  EXPECT_EQ(desk.Get(bea, id, false, &status).votes_size(), 1);
  const v1::CaseDetail blind = desk.Get(cas, id, false, &status);
  EXPECT_EQ(blind.votes_size(), 0);
  EXPECT_EQ(blind.case_().votes(), 1) << "that somebody voted is no secret";
  EXPECT_THAT(blind.DebugString(), Not(HasSubstr("QUALITY")));
  ASSERT_TRUE(desk.LookAndApprove(cas, id).state() == "conflict");
  EXPECT_EQ(desk.Get(cas, id, false, &status).votes_size(), 2);
  EXPECT_EQ(desk.Get(desk.anna, id, false, &status).case_().state(), "in review")
      << "that they differ is not the researcher's";
}

// F31 of the test plan: one's own, the same person twice, two certificates of one person, a stale
// page.
TEST(ReviewTest, FourEyesAreOfTwoPersonsWhateverTheirCertificates) {
  ReviewWorkshop desk(TestName());
  const auto bea = desk.User("bea@cbs.nl", "reviewer");
  const auto bea2 = desk.User("bea2@cbs.nl", "reviewer", "bea@cbs.nl");
  const auto own = desk.User("anna@cbs.nl", "reviewer", "anna@heerlen.nl");
  const auto member = desk.User("jan@cbs.nl", "reviewer", "j.smit@cbs.nl");
  const auto same = desk.User("j.smit@cbs.nl", "reviewer");
  const std::string id = desk.Ask()["release"];
  grpc::Status status;
  const int runs = desk.engine.runs;
  for (const auto& close : {own, member, same}) {
    std::vector<v1::Figure> figures;
    const v1::CaseDetail detail = desk.Get(close, id, true, &status, &figures);
    EXPECT_EQ(ReasonOf(status), "OWN_REQUEST");
    EXPECT_THAT(figures, IsEmpty());
    const v1::CaseDetail state = desk.Get(close, id, false, &status);
    EXPECT_TRUE(status.ok());
    EXPECT_EQ(state.plan(), "");
    EXPECT_EQ(state.case_().caller(), "");
    EXPECT_EQ(ReasonOf(desk.Vote(close, id, "deny")), "OWN_REQUEST");
  }
  EXPECT_EQ(desk.engine.runs, runs) << "what they may not see is not computed";
  EXPECT_EQ(ReasonOf(desk.Vote(bea, id, "approve")), "NOT_SEEN");
  desk.LookAndApprove(bea, id);
  EXPECT_EQ(ReasonOf(desk.Vote(bea, id, "approve")), "HAS_VOTED");
  desk.Get(bea2, id, true, &status);
  EXPECT_EQ(ReasonOf(desk.Vote(bea2, id, "approve")), "HAS_VOTED");
  // Registered again under a new certificate, and still the same person.
  ASSERT_TRUE(desk.served.enclave().RevokeUser("bea@cbs.nl").ok());
  const auto again = desk.User("bea@cbs.nl", "reviewer");
  EXPECT_EQ(ReasonOf(desk.Vote(again, id, "approve")), "HAS_VOTED");
}

// The log is no way round the desk.
TEST(ReviewTest, TheSealedLogShowsNoBlindVoteAndNoRequestOfOnesOwn) {
  ReviewWorkshop desk(TestName());
  const auto bea = desk.User("bea@cbs.nl", "reviewer"), cas = desk.User("cas@cbs.nl", "reviewer");
  const auto own = desk.User("anna@cbs.nl", "reviewer", "anna@heerlen.nl");
  const std::string id = desk.Ask()["release"];
  ASSERT_TRUE(desk.Vote(bea, id, "deny").ok());
  const uint64_t vote = desk.served.enclave().ledger().size() - 1;
  const auto read = [](const std::shared_ptr<grpc::Channel>& who, uint64_t index) {
    v1::GetSealedEntryRequest request;
    request.set_index(index);
    grpc::ClientContext context;
    const auto stub = v1::SealedLogService::NewStub(who);
    const auto reader = stub->GetSealedEntry(&context, request);
    v1::SealedEntryPart part;
    std::string bytes;
    while (reader->Read(&part)) bytes += part.chunk();
    const grpc::Status status = reader->Finish();
    return status.ok() ? bytes : ReasonOf(status);
  };
  grpc::Status status;
  const uint64_t request = desk.Get(bea, id, false, &status).case_().index();
  EXPECT_EQ(read(cas, vote), "VOTE_IS_BLIND");
  EXPECT_EQ(read(own, request), "OWN_REQUEST");
  EXPECT_THAT(read(cas, request), HasSubstr("SELECT geslacht"));
  ASSERT_TRUE(desk.Vote(cas, id, "deny").ok());
  EXPECT_THAT(read(cas, vote), HasSubstr("QUALITY"));
}

TEST(ReviewTest, AStalePageApprovesNothing) {
  ReviewWorkshop desk(TestName());
  const auto bea = desk.User("bea@cbs.nl", "reviewer"), cas = desk.User("cas@cbs.nl", "reviewer");
  const std::string id = desk.Ask()["release"];
  desk.LookAndApprove(bea, id);
  grpc::Status status;
  desk.Get(cas, id, true, &status);
  std::vector<FakeRow> rows = FortyMenAndThirtyWomen();
  rows.push_back(rows.back());
  desk.engine.SetRows(rows);
  v1::Case after;
  ASSERT_TRUE(desk.Vote(cas, id, "approve", &after).ok());
  EXPECT_EQ(after.state(), "held") << "what they saw is not what would leave";
  EXPECT_EQ(after.round(), 2);
  EXPECT_EQ(desk.Fetch(id)["status"], "held");
  EXPECT_EQ(ReasonOf(desk.Vote(bea, id, "approve")), "NOT_SEEN");
}

TEST(ReviewTest, AnApprovedAnswerThatCouldNotBeMadeIsMadeWhenItIsAskedFor) {
  ReviewWorkshop desk(TestName());
  const auto bea = desk.User("bea@cbs.nl", "reviewer"), cas = desk.User("cas@cbs.nl", "reviewer");
  const std::string id = desk.Ask()["release"];
  desk.LookAndApprove(bea, id);
  grpc::Status status;
  desk.Get(cas, id, true, &status);
  desk.engine.next_error = absl::InternalError("engine failed");
  v1::Case after;
  ASSERT_TRUE(desk.Vote(cas, id, "approve", &after).ok());
  EXPECT_EQ(after.state(), "approved");
  EXPECT_EQ(desk.Fetch(id)["status"], "released");
}

TEST(ReviewTest, TheResearcherSeesTheStateAndWhatIsAskedAndNothingElse) {
  ReviewWorkshop desk(TestName());
  desk.SetRules(1);
  const auto bea = desk.User("bea@cbs.nl", "reviewer");
  const std::string id = desk.Ask()["release"];
  ASSERT_TRUE(desk.Vote(bea, id, "request changes").ok());
  grpc::Status status;
  const v1::CaseDetail detail = desk.Get(desk.anna, id, false, &status);
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(detail.case_().state(), "changes requested");
  EXPECT_THAT(detail.case_().asked(), ElementsAre("looked at it with care"));
  v1::CaseDetail rest = detail;
  for (const char* told : {"name", "state", "held_at", "project", "query", "asked"}) {
    rest.mutable_case_()->GetReflection()->ClearField(
        rest.mutable_case_(), v1::Case::descriptor()->FindFieldByName(told));
  }
  EXPECT_EQ(rest.DebugString(), "case {\n}\n");

  v1::ReplyRequest reply;
  reply.set_name("cases/" + id);
  reply.set_text("for the yearly report");
  grpc::ClientContext context;
  v1::Case after;
  ASSERT_TRUE(v1::ReviewService::NewStub(desk.anna)->Reply(&context, reply, &after).ok());
  EXPECT_EQ(after.state(), "held");
}

TEST(ReviewTest, ARecallIsToldToWhomItConcerns) {
  ReviewWorkshop desk(TestName());
  desk.SetRules(1);
  const auto bea = desk.User("bea@cbs.nl", "reviewer");
  const auto release = [&] {
    const std::string id = desk.Ask()["release"];
    return desk.LookAndApprove(bea, id).release();
  };
  const std::string first = release(), second = release();
  v1::RecallRequest request;
  request.set_name(first);
  request.set_reason("the register was wrong");
  grpc::ClientContext context;
  v1::Case after;
  const grpc::Status status = v1::ReviewService::NewStub(bea)->Recall(&context, request, &after);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(after.state(), "recalled");
  EXPECT_THAT(after.dependants(), ElementsAre(second)) << "the same plan";

  grpc::ClientContext own;
  v1::ListRecallsResponse recalls;
  ASSERT_TRUE(v1::ReviewService::NewStub(desk.anna)->ListRecalls(&own, {}, &recalls).ok());
  ASSERT_EQ(recalls.recalls_size(), 2);
  EXPECT_EQ(recalls.recalls(0).name(), first);
  EXPECT_EQ(recalls.recalls(1).name(), second);
  EXPECT_EQ(recalls.recalls(1).rests_on(), first);
  grpc::ClientContext others;
  v1::ListRecallsResponse none;
  ASSERT_TRUE(v1::ReviewService::NewStub(bea)->ListRecalls(&others, {}, &none).ok());
  EXPECT_EQ(none.recalls_size(), 0);
  EXPECT_EQ(desk.Fetch(first.substr(9))["status"], "released") << "a recall removes nothing";

  v1::ListReleasesResponse list;
  grpc::ClientContext listing;
  ASSERT_TRUE(v1::EnclaveService::NewStub(desk.anna)->ListReleases(&listing, {}, &list).ok());
  std::vector<std::string> states;
  for (const auto& summary : list.releases()) states.push_back(summary.status());
  EXPECT_THAT(states, ElementsAre("rests on a recalled one", "released", "recalled", "recalled"));
}

TEST(ReviewTest, AListIsOfWhatIsAskedForAndNoOtherStateThanThereAre) {
  ReviewWorkshop desk(TestName());
  const auto bea = desk.User("bea@cbs.nl", "reviewer"), cas = desk.User("cas@cbs.nl", "reviewer");
  const std::string open = desk.Ask()["release"], closed = desk.Ask()["release"];
  for (const auto& who : {bea, cas}) ASSERT_TRUE(desk.Vote(who, closed, "deny").ok());
  const auto list = [&bea](const v1::ListCasesRequest& request) {
    grpc::ClientContext context;
    v1::ListCasesResponse cases;
    const auto status = v1::ReviewService::NewStub(bea)->ListCases(&context, request, &cases);
    return status.ok() ? std::to_string(cases.cases_size()) : ReasonOf(status);
  };
  v1::ListCasesRequest request;
  EXPECT_EQ(list(request), "1") << "those that are open";
  request.set_all(true);
  EXPECT_EQ(list(request), "2");
  request.set_project("projects/toy");
  EXPECT_EQ(list(request), "2");
  request.set_project("projects/yot");
  EXPECT_EQ(list(request), "0");
  request.clear_project();
  request.add_states("denied");
  EXPECT_EQ(list(request), "1");
  request.add_states("forgotten");
  EXPECT_EQ(list(request), "BAD_STATE");
  for (const char* day : {"yesterday", "2026-02-30"}) {
    grpc::ClientContext context;
    v1::GetReportRequest report;
    report.set_until(day);
    v1::Report none;
    const auto status = v1::ReviewService::NewStub(bea)->GetReport(&context, report, &none);
    EXPECT_EQ(ReasonOf(status), "BAD_DAY") << day;
  }
  grpc::ClientContext context;
  v1::GetReportRequest nothing_between;
  nothing_between.set_from("2027-01-01"), nothing_between.set_until("2026-01-01");
  v1::Report none;
  const auto status = v1::ReviewService::NewStub(bea)->GetReport(&context, nothing_between, &none);
  EXPECT_EQ(ReasonOf(status), "BAD_DAY");
}

TEST(ReviewTest, TheReportCounts) {
  ReviewWorkshop desk(TestName());
  const auto bea = desk.User("bea@cbs.nl", "reviewer"), cas = desk.User("cas@cbs.nl", "reviewer");
  const std::string id = desk.Ask()["release"];
  desk.LookAndApprove(bea, id);
  desk.LookAndApprove(cas, id);
  desk.Ask();
  grpc::ClientContext context;
  v1::Report report;
  ASSERT_TRUE(v1::ReviewService::NewStub(bea)->GetReport(&context, {}, &report).ok());
  EXPECT_EQ(report.cases(), 2);
  EXPECT_EQ(report.overrides(), 1);
  EXPECT_EQ(report.rounds_agreed(), 1);
  EXPECT_EQ(report.by_hold_condition().at("statistic count"), 2);
}

// Reviewers see it, its owner does not; what rests on a precedent that ended is told at the next
// call.
TEST(ReviewTest, AfterChecksAreOfReviewersAndOwnersHearOfEndedPrecedents) {
  ReviewWorkshop desk(TestName());
  const auto bea = desk.User("bea@cbs.nl", "reviewer"), cas = desk.User("cas@cbs.nl", "reviewer");
  const std::string id = desk.Ask()["release"];
  desk.LookAndApprove(bea, id);
  desk.LookAndApprove(cas, id);
  for (const auto& who : {bea, cas}) {
    grpc::ClientContext context;
    v1::MakePrecedentRequest request;
    request.set_name("cases/" + id);
    request.set_until("2999-12-31");
    request.set_reason("counts of toys are harmless");
    v1::Case after;
    const grpc::Status status =
        v1::ReviewService::NewStub(who)->MakePrecedent(&context, request, &after);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  desk.SetRules(2, "2036-11-28", 100);
  const auto answer = desk.Ask();
  ASSERT_EQ(answer["status"], "released");
  const std::string drawn = answer["release"];
  const auto list = [](const std::shared_ptr<grpc::Channel>& who) {
    grpc::ClientContext context;
    v1::ListCasesResponse cases;
    EXPECT_TRUE(v1::ReviewService::NewStub(who)->ListCases(&context, {}, &cases).ok());
    return cases;
  };
  EXPECT_EQ(list(desk.anna).cases_size(), 0);
  ASSERT_EQ(list(bea).cases_size(), 1);
  EXPECT_EQ(list(bea).cases(0).name(), "cases/" + drawn);
  EXPECT_EQ(list(bea).cases(0).state(), "after-check");

  desk.SetRules(3);  // another policy: what left is seen as it left
  grpc::Status status;
  std::vector<v1::Figure> figures;
  const v1::CaseDetail detail = desk.Get(bea, drawn, true, &status, &figures);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(detail.population(), 70);
  EXPECT_EQ(detail.earlier_count(), 1);
  EXPECT_EQ(detail.queries_per_day(), 500);
  EXPECT_EQ(nlohmann::json::parse(detail.answer())["rows"], answer["rows"]);
  EXPECT_EQ(figures.size(), 2u);
  desk.Get(desk.anna, drawn, false, &status);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);

  grpc::ClientContext confirming, ending, recalls;
  v1::ConfirmRequest confirm;
  confirm.set_name("cases/" + drawn);
  confirm.set_reason("nothing stands out here");
  v1::Case after;
  status = v1::ReviewService::NewStub(bea)->Confirm(&confirming, confirm, &after);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(after.state(), "released");
  v1::EndPrecedentRequest end;
  end.set_name("cases/" + id);
  end.set_reason("the register has changed");
  status = v1::ReviewService::NewStub(cas)->EndPrecedent(&ending, end, &after);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(after.dependants(), ElementsAre("releases/" + drawn));
  v1::ListRecallsResponse told;
  ASSERT_TRUE(v1::ReviewService::NewStub(desk.anna)->ListRecalls(&recalls, {}, &told).ok());
  ASSERT_EQ(told.recalls_size(), 1);
  EXPECT_EQ(told.recalls(0).name(), "releases/" + drawn);
  EXPECT_EQ(told.recalls(0).precedent(), "cases/" + id);
}

}  // namespace
}  // namespace kluis
