// A served enclave whose rule set holds every count, and the people of a desk.
#ifndef KLUIS_TESTS_SERVER_RPC_REVIEW_WORKSHOP_H_
#define KLUIS_TESTS_SERVER_RPC_REVIEW_WORKSHOP_H_

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "kluis/v1/review.grpc.pb.h"
#include "kluis/v1/sealed_log.grpc.pb.h"
#include "server/rpc/grpc_error.h"
#include "tests/fakes/fake_engine.h"
#include "tests/server/rpc/served_enclave.h"

namespace kluis {

inline std::vector<FakeRow> FortyMenAndThirtyWomen() {
  std::vector<FakeRow> rows;
  for (int i = 0; i < 70; ++i) rows.push_back({{"geslacht", i < 40 ? 0 : 1}});
  return rows;
}

struct ReviewWorkshop {
  explicit ReviewWorkshop(const std::string& name)
      : engine(FortyMenAndThirtyWomen()), served("review-" + name, &engine) {
    SetRules(2);
    anna = served.Connect(served.anna);
  }

  // `until`: the last day of the project. `after_check`: per cent of questions.
  void SetRules(int reviewers, const std::string& until = "2036-11-28", int after_check = 0) {
    const std::string policies = served.enclave().paths().policies();
    std::ofstream(policies + "/rules/held.yaml")
        << "rules: held\nfrequency: {minimum: 10}\nreview: {reviewers: " << reviewers
        << ", hold: [{statistic: count}], after_check: " << after_check << "}\n";
    std::ofstream(policies + "/projects/toy.yaml")
        << "project: toy\npurpose: {nl: Proef, en: Test}\norganisation: test\n"
           "members: [anna@heerlen.nl, jan@cbs.nl]\nvalid: {from: 2016-11-28, until: "
        << until << "}\nrules: held\ngrants:\n  - {dataset: toy, variables: [geslacht]}\n";
    const absl::Status loaded = served.enclave().ReloadPolicies();
    EXPECT_TRUE(loaded.ok()) << loaded;
  }

  // A new user of this role, connected.
  std::shared_ptr<grpc::Channel> User(const std::string& id, const std::string& role,
                                      const std::string& person = "") {
    return served.Connect(served.Add(id, role, person));
  }

  // The answer of a question of anna's.
  nlohmann::json Ask(
      const std::string& sql = "SELECT geslacht, COUNT(*) AS n FROM toy GROUP BY geslacht") {
    v1::RunQueryRequest request;
    request.set_sql(sql);
    request.set_project("projects/toy");
    grpc::ClientContext context;
    const auto stub = v1::EnclaveService::NewStub(anna);
    const auto reader = stub->RunQuery(&context, request);
    return AnswerOf(*reader);
  }
  // An answer of the log, as anna fetches it.
  nlohmann::json Fetch(const std::string& release) {
    v1::GetReleaseRequest request;
    request.set_name("releases/" + release);
    grpc::ClientContext context;
    const auto stub = v1::EnclaveService::NewStub(anna);
    const auto reader = stub->GetRelease(&context, request);
    return AnswerOf(*reader);
  }
  static nlohmann::json AnswerOf(grpc::ClientReader<v1::RunQueryResponse>& reader) {
    std::string answer;
    v1::RunQueryResponse part;
    bool receipt = false;
    while (reader.Read(&part)) {
      answer += part.answer_chunk();
      receipt |= part.has_receipt();
    }
    const grpc::Status status = reader.Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(receipt || !status.ok());
    return nlohmann::json::parse(answer, nullptr, false);
  }

  static v1::CaseDetail Get(const std::shared_ptr<grpc::Channel>& who, const std::string& id,
                            bool figures, grpc::Status* status,
                            std::vector<v1::Figure>* values = nullptr) {
    v1::GetCaseRequest request;
    request.set_name("cases/" + id);
    request.set_figures(figures);
    grpc::ClientContext context;
    const auto stub = v1::ReviewService::NewStub(who);
    const auto reader = stub->GetCase(&context, request);
    v1::CaseDetail detail;
    v1::CasePart part;
    while (reader->Read(&part)) {
      if (part.has_detail()) detail = part.detail();
      if (values == nullptr) continue;
      values->insert(values->end(), part.figures().figures().begin(),
                     part.figures().figures().end());
    }
    *status = reader->Finish();
    return detail;
  }
  // Without a look at the figures.
  static grpc::Status Vote(const std::shared_ptr<grpc::Channel>& who, const std::string& id,
                           const std::string& vote, v1::Case* after = nullptr) {
    v1::VoteRequest request;
    request.set_name("cases/" + id);
    request.set_vote(vote);
    request.set_reason("looked at it with care");
    if (vote == "deny") request.set_code("QUALITY");
    grpc::ClientContext context;
    v1::Case held;
    const grpc::Status status = v1::ReviewService::NewStub(who)->Vote(&context, request, &held);
    if (after != nullptr) *after = held;
    return status;
  }
  static v1::Case LookAndApprove(const std::shared_ptr<grpc::Channel>& who, const std::string& id) {
    grpc::Status status;
    Get(who, id, true, &status);
    EXPECT_TRUE(status.ok()) << status.error_message();
    v1::Case after;
    status = Vote(who, id, "approve", &after);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return after;
  }

  FakeEngine engine;
  ServedEnclave served;
  std::shared_ptr<grpc::Channel> anna;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_RPC_REVIEW_WORKSHOP_H_
