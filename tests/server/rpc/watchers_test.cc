// Whoever watches the desk waits without a thread of the server, and not without bound.
#include "server/rpc/watchers.h"

#include <gmock/gmock.h>

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/server/rpc/review_workshop.h"

namespace kluis {
namespace {

using ::testing::ElementsAre;

// A stream of one watcher. Ends it when it goes.
class Watch {
 public:
  explicit Watch(const std::shared_ptr<grpc::Channel>& channel, bool from_now = false)
      : stub_(v1::ReviewService::NewStub(channel)) {
    v1::WatchCasesRequest request;
    request.set_from_now(from_now);
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    reader_ = stub_->WatchCases(&context_, request);
  }
  ~Watch() {
    if (!ended_) End();
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  bool Read(v1::CaseChange* change) { return reader_->Read(change); }
  // What it ends with; after a cancellation, or when the server ends it.
  grpc::Status Wait() {
    ended_ = true;
    v1::CaseChange change;
    while (reader_->Read(&change)) continue;
    return reader_->Finish();
  }
  grpc::Status End() {
    context_.TryCancel();
    return Wait();
  }

 private:
  std::unique_ptr<v1::ReviewService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::CaseChange>> reader_;
  bool ended_ = false;
};

int Threads() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("Threads:", 0) == 0) return std::atoi(line.c_str() + 8);
  }
  return -1;
}

std::string ReasonOfWatch(Watch& watch) { return ReasonOf(watch.Wait()); }

TEST(WatchersTest, EightyWatchersLeaveTheServerAnswering) {
  ReviewWorkshop desk("watchers-many");
  const std::string first = desk.Ask()["release"];
  std::vector<std::shared_ptr<grpc::Channel>> reviewers;
  for (int i = 0; i < 4; ++i)
    reviewers.push_back(desk.User(absl::StrCat("r", i, "@cbs.nl"), "reviewer"));
  for (const auto& reviewer : reviewers) EXPECT_TRUE(AskWho(reviewer).ok());
  const int before = Threads();
  std::vector<std::unique_ptr<Watch>> watches;
  v1::CaseChange change;
  for (const auto& reviewer : reviewers) {
    for (int i = 0; i < kWatchersOfOneUser; ++i) {
      watches.push_back(std::make_unique<Watch>(reviewer));
      ASSERT_TRUE(watches.back()->Read(&change)) << "it is watched, from the first change on";
      EXPECT_EQ(change.case_(), "cases/" + first);
    }
  }
  EXPECT_LT(Threads() - before, 20) << "eighty wait";
  for (const auto& reviewer : reviewers) EXPECT_TRUE(AskWho(reviewer).ok());
  const std::string second = desk.Ask()["release"];
  for (const auto& watch : watches) {
    ASSERT_TRUE(watch->Read(&change));
    EXPECT_EQ(change.case_(), "cases/" + second);
    EXPECT_EQ(change.action(), "hold");
  }
}

TEST(WatchersTest, OneUserHasSoManyAndAnEndMakesRoom) {
  ReviewWorkshop desk("watchers-one");
  desk.Ask();
  const auto bea = desk.User("bea@cbs.nl", "reviewer"), cas = desk.User("cas@cbs.nl", "reviewer");
  std::vector<std::unique_ptr<Watch>> watches;
  v1::CaseChange change;
  for (int i = 0; i < kWatchersOfOneUser; ++i) {
    watches.push_back(std::make_unique<Watch>(bea));
    ASSERT_TRUE(watches.back()->Read(&change));
  }
  Watch refused(bea);
  EXPECT_EQ(ReasonOfWatch(refused), "TOO_MANY_WATCHERS");
  Watch of_another(cas);
  EXPECT_TRUE(of_another.Read(&change));
  EXPECT_EQ(watches.back()->End().error_code(), grpc::StatusCode::CANCELLED);
  bool room = false;  // as soon as the server has heard of it
  for (int i = 0; i < 200 && !room; ++i) {
    Watch again(bea);
    room = again.Read(&change);
    if (!room) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE(room);
}

TEST(WatchersTest, ARevokedWatcherHearsNoMoreAndAStopEndsAll) {
  ReviewWorkshop desk("watchers-end");
  desk.Ask();
  const auto bea = desk.User("bea@cbs.nl", "reviewer"), cas = desk.User("cas@cbs.nl", "reviewer");
  Watch revoked(bea), stays(cas), of_operator(desk.User("op@cbs.nl", "operator"));
  v1::CaseChange change;
  ASSERT_TRUE(revoked.Read(&change) && stays.Read(&change));
  EXPECT_EQ(ReasonOfWatch(of_operator), "ROLE_MAY_NOT");
  ASSERT_TRUE(desk.served.enclave().RevokeUser("bea@cbs.nl").ok());
  EXPECT_EQ(ReasonOfWatch(revoked), "REVOKED");
  desk.served.server().Drain(5000);
  EXPECT_EQ(ReasonOfWatch(stays), "STOPPING") << "it is told, and not cut off after five seconds";
}

TEST(WatchersTest, FromNowOnMeansNothingOfBefore) {
  ReviewWorkshop desk("watchers-now");
  const std::string first = desk.Ask()["release"];
  const auto bea = desk.User("bea@cbs.nl", "reviewer");
  Watch fresh(bea, /*from_now=*/true);
  std::atomic<bool> heard = false;
  std::thread asking([&] {  // the stream begins some time after the call was made
    for (int i = 0; i < 100 && !heard; ++i) {
      desk.Ask();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  });
  v1::CaseChange change;
  EXPECT_TRUE(fresh.Read(&change));
  heard = true;
  asking.join();
  EXPECT_NE(change.case_(), "cases/" + first);
}

TEST(WatchersTest, AWatcherHearsWhatHappensButNoBlindVote) {
  ReviewWorkshop desk("hears");
  const auto bea = desk.User("bea@cbs.nl", "reviewer"), cas = desk.User("cas@cbs.nl", "reviewer");
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const auto stub = v1::ReviewService::NewStub(cas);
  const auto watch = stub->WatchCases(&context, {});
  const std::string id = desk.Ask()["release"];
  ASSERT_TRUE(desk.Vote(bea, id, "deny").ok());
  ASSERT_TRUE(desk.Vote(cas, id, "deny").ok());
  std::vector<std::string> heard;
  v1::CaseChange change;
  while (heard.size() < 3 && watch->Read(&change))
    heard.push_back(absl::StrCat(change.action(), ": ", change.state()));
  EXPECT_THAT(heard, ElementsAre("hold: held", "vote: in review", "deny: denied"));
  context.TryCancel();
  watch->Finish();
}

// Neither that reviewers look or vote, nor that they differ.
TEST(WatchersTest, AResearcherWatchesTheStateAndWhatIsAskedAndNothingElse) {
  ReviewWorkshop desk("watches");
  const auto bea = desk.User("bea@cbs.nl", "reviewer"), cas = desk.User("cas@cbs.nl", "reviewer");
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const auto stub = v1::ReviewService::NewStub(desk.anna);
  const auto watch = stub->WatchCases(&context, {});
  const std::string id = desk.Ask()["release"];
  desk.LookAndApprove(bea, id);
  ASSERT_TRUE(desk.Vote(cas, id, "deny").ok());
  const auto comment = [&](bool to_researcher) {
    v1::CommentRequest request;
    request.set_name("cases/" + id);
    request.set_text("what is it for?");
    request.set_to_researcher(to_researcher);
    grpc::ClientContext commenting;
    v1::Case held;
    EXPECT_TRUE(v1::ReviewService::NewStub(bea)->Comment(&commenting, request, &held).ok());
  };
  comment(false), comment(true);
  ASSERT_TRUE(desk.Vote(bea, id, "deny").ok());
  std::vector<std::string> heard;
  v1::CaseChange change;
  while (heard.size() < 4 && watch->Read(&change))
    heard.push_back(absl::StrCat(change.action(), ": ", change.state()));
  EXPECT_THAT(heard, ElementsAre(": held", ": in review", ": in review", ": denied"));
  ASSERT_TRUE(desk.served.enclave().RevokeUser("anna@heerlen.nl").ok());
  EXPECT_FALSE(watch->Read(&change));
  EXPECT_EQ(ReasonOf(watch->Finish()), "REVOKED");
}

}  // namespace
}  // namespace kluis
