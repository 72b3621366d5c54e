// F30 of the test plan: every call of the desk, by everyone, on one's own and on another's case,
// with certificates that hold and that do not.
#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <set>

#include "tests/server/rpc/review_workshop.h"

namespace kluis {
namespace {

using Code = grpc::StatusCode;
using Call = std::function<grpc::Status(v1::ReviewService::Stub&, grpc::ClientContext*,
                                        const std::string& name)>;

template <typename Request, typename Response>
Call Named(grpc::Status (v1::ReviewService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*)) {
  return [method](v1::ReviewService::Stub& stub, grpc::ClientContext* context,
                  const std::string& name) {
    Request request;
    request.set_name(name);
    Response response;
    return (stub.*method)(context, request, &response);
  };
}

template <typename Request, typename Response>
Call Plain(grpc::Status (v1::ReviewService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*)) {
  return [method](v1::ReviewService::Stub& stub, grpc::ClientContext* context, const std::string&) {
    Response response;
    return (stub.*method)(context, Request(), &response);
  };
}

Call Get(bool figures) {
  return [figures](v1::ReviewService::Stub& stub, grpc::ClientContext* context,
                   const std::string& name) {
    v1::GetCaseRequest request;
    request.set_name(name);
    request.set_figures(figures);
    const auto reader = stub.GetCase(context, request);
    v1::CasePart part;
    while (reader->Read(&part)) continue;
    return reader->Finish();
  };
}

// OK when something was heard before it ended.
grpc::Status Watch(v1::ReviewService::Stub& stub, grpc::ClientContext* context,
                   const std::string&) {
  const auto reader = stub.WatchCases(context, {});
  v1::CaseChange change;
  const bool heard = reader->Read(&change);
  if (heard) context->TryCancel();
  const grpc::Status status = reader->Finish();
  return heard ? grpc::Status::OK : status;
}

Call Vote(const std::string& vote) {
  return
      [vote](v1::ReviewService::Stub& stub, grpc::ClientContext* context, const std::string& name) {
        v1::VoteRequest request;
        request.set_name(name);
        request.set_vote(vote);
        v1::Case response;
        return stub.Vote(context, request, &response);
      };
}

struct Row {
  const char* name;
  Call call;
  std::set<std::string> may;  // who passes the gate
  bool of_a_case;
};

using Stub = v1::ReviewService::Stub;

std::vector<Row> Rows() {
  const std::set<std::string> reviewers = {"reviewer"};
  const std::set<std::string> readers = {"reviewer", "privacy-officer"};
  const std::set<std::string> state = {"researcher", "reviewer", "close reviewer",
                                       "privacy-officer"};
  const std::set<std::string> own = {"researcher"};
  const std::set<std::string> desk = {"reviewer", "close reviewer", "privacy-officer"};
  return {
      {"ListCases",
       Plain(&Stub::ListCases),
       {"researcher", "other researcher", "reviewer", "close reviewer", "privacy-officer"},
       false},
      {"GetCase", Get(false), state, true},
      {"GetCase with figures", Get(true), reviewers, true},
      {"Claim", Named(&Stub::Claim), reviewers, true},
      {"Vote approve", Vote("approve"), reviewers, true},
      {"Vote request changes", Vote("request changes"), reviewers, true},
      {"Vote deny", Vote("deny"), reviewers, true},
      {"Comment", Named(&Stub::Comment), reviewers, true},
      {"Reopen", Named(&Stub::Reopen), reviewers, true},
      {"Reply", Named(&Stub::Reply), own, true},
      {"Withdraw", Named(&Stub::Withdraw), own, true},
      {"Recall", Named(&Stub::Recall), reviewers, true},
      {"MakePrecedent", Named(&Stub::MakePrecedent), reviewers, true},
      {"EndPrecedent", Named(&Stub::EndPrecedent), reviewers, true},
      {"Confirm", Named(&Stub::Confirm), reviewers, true},
      {"ListPrecedents", Plain(&Stub::ListPrecedents), desk, false},
      {"GetReport", Plain(&Stub::GetReport), desk, false},
      {"WatchCases", Watch, {"researcher", "reviewer", "privacy-officer"}, false},
      {"ListRecalls",
       Plain(&Stub::ListRecalls),
       {"researcher", "other researcher", "reviewer", "close reviewer", "privacy-officer",
        "operator"},
       false},
  };
}

// What the case does not take now, or what lacks a reason, has passed the gate.
bool Passed(const grpc::Status& status) {
  return status.ok() || status.error_code() == Code::FAILED_PRECONDITION ||
         status.error_code() == Code::INVALID_ARGUMENT;
}

TEST(ReviewMatrixTest, EveryCallOfEveryRoleWithEveryCertificate) {
  ReviewWorkshop desk("matrix");
  Enclave& enclave = desk.served.enclave();
  std::map<std::string, std::shared_ptr<grpc::Channel>> users = {
      {"researcher", desk.anna},
      {"other researcher", desk.User("eve@kerkrade.nl", "researcher")},
      {"reviewer", desk.User("bea@cbs.nl", "reviewer")},
      {"close reviewer", desk.User("jan@cbs.nl", "reviewer")},
      {"privacy-officer", desk.User("po@cbs.nl", "privacy-officer")},
      {"operator", desk.User("op@cbs.nl", "operator")},
  };
  // Of each role one who is revoked, one whose certificate has run out, one with an older
  // certificate, and one with a certificate that nobody registered.
  std::map<std::string, std::shared_ptr<grpc::Channel>> strangers;
  for (const char* role : {"researcher", "reviewer", "privacy-officer", "operator"}) {
    const auto id = [&](const char* what) { return absl::StrCat(what, ".", role, "@x.nl"); };
    strangers[id("revoked")] = desk.User(id("revoked"), role);
    EXPECT_TRUE(enclave.RevokeUser(id("revoked")).ok());
    strangers[id("older")] = desk.User(id("older"), role);
    EXPECT_TRUE(enclave.RevokeUser(id("older")).ok());
    desk.User(id("older"), role);
    desk.served.Add(id("expired"), role);
    const auto issue = [&](const char* what, Validity validity) {
      return desk.served.Connect(
          *IssueClientCertificate(enclave.authority(), {UserUri("localhost", id(what))}, validity));
    };
    strangers[id("expired")] = issue("expired", {-7200, -3600});
    strangers[id("unknown")] = issue("unknown", {});
  }
  int cells = 0, passed = 0;
  std::set<std::string> denials;
  for (const bool expired_project : {false, true}) {
    const std::string name = "cases/" + desk.Ask()["release"].get<std::string>();
    if (expired_project) desk.SetRules(2, "2026-11-21");
    const auto call = [&](const Row& row, const std::shared_ptr<grpc::Channel>& channel) {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
      return row.call(*v1::ReviewService::NewStub(channel), &context, name);
    };
    for (const Row& row : Rows()) {
      for (const auto& [who, channel] : users) {
        if (who == "other researcher" && std::string(row.name) == "WatchCases") continue;
        if (who == "close reviewer" && std::string(row.name) == "WatchCases") continue;
        const grpc::Status status = call(row, channel);
        ++cells;
        passed += Passed(status);
        const std::string where = absl::StrCat(row.name, ", ", who, ": ", status.error_code(), " ",
                                               status.error_message());
        EXPECT_EQ(Passed(status), row.may.count(who) > 0) << where;
        if (Passed(status)) continue;
        const bool others = who == "other researcher" && row.of_a_case;
        if (!(others && status.error_code() == Code::NOT_FOUND)) {
          EXPECT_EQ(status.error_code(), Code::PERMISSION_DENIED) << where;
          if (who != "close reviewer") denials.insert(status.error_details());
        }
      }
      for (const auto& [who, channel] : strangers) {
        const grpc::Status status = call(row, channel);
        ++cells;
        EXPECT_TRUE(status.error_code() == Code::UNAUTHENTICATED ||
                    status.error_code() == Code::UNAVAILABLE)
            << row.name << ", " << who << ": " << status.error_code();
      }
    }
  }
  EXPECT_EQ(denials.size(), 1u) << "what a role may not is said in one way";
  EXPECT_EQ(passed, 74);
  EXPECT_GT(cells, 700);
}

}  // namespace
}  // namespace kluis
