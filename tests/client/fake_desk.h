// The reviewers' services: they note what they are asked and give what the test has put into them.
// Leaves out: cases, states, roles.
#ifndef KLUIS_TESTS_CLIENT_FAKE_DESK_H_
#define KLUIS_TESTS_CLIENT_FAKE_DESK_H_

#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "kluis/v1/review.grpc.pb.h"
#include "kluis/v1/sealed_log.grpc.pb.h"

namespace kluis {

class FakeDesk final : public v1::ReviewService::Service, public v1::SealedLogService::Service {
 public:
  std::vector<std::string> asked;         // "Vote name: \"cases/k3\" vote: \"deny\" ..."
  grpc::Status error = grpc::Status::OK;  // of every call
  v1::Case held;
  std::vector<v1::CasePart> parts;  // of GetCase
  v1::ListPrecedentsResponse precedents;
  v1::Report report;
  v1::ListRecallsResponse recalls;
  std::vector<v1::CaseChange> changes;  // of WatchCases, which ends after them
  std::vector<v1::SearchRequestsResponse> pages;
  std::vector<v1::SealedEntryPart> entry;
  v1::CellProof cell;
  v1::ReplayRequestResponse replay;

  std::vector<grpc::Service*> services() {
    return {static_cast<v1::ReviewService::Service*>(this),
            static_cast<v1::SealedLogService::Service*>(this)};
  }

  using Context = grpc::ServerContext;
  template <typename Response>
  using Writer = grpc::ServerWriter<Response>;

  grpc::Status ListCases(Context*, const v1::ListCasesRequest* request,
                         v1::ListCasesResponse* out) override {
    *out->add_cases() = held;
    return Note("ListCases", *request);
  }
  grpc::Status GetCase(Context*, const v1::GetCaseRequest* request,
                       Writer<v1::CasePart>* writer) override {
    return Stream("GetCase", *request, parts, writer);
  }
  grpc::Status Claim(Context*, const v1::ClaimRequest* request, v1::Case* out) override {
    return Held("Claim", *request, out);
  }
  grpc::Status Vote(Context*, const v1::VoteRequest* request, v1::Case* out) override {
    return Held("Vote", *request, out);
  }
  grpc::Status Comment(Context*, const v1::CommentRequest* request, v1::Case* out) override {
    return Held("Comment", *request, out);
  }
  grpc::Status Reopen(Context*, const v1::ReopenRequest* request, v1::Case* out) override {
    return Held("Reopen", *request, out);
  }
  grpc::Status Reply(Context*, const v1::ReplyRequest* request, v1::Case* out) override {
    return Held("Reply", *request, out);
  }
  grpc::Status Withdraw(Context*, const v1::WithdrawRequest* request, v1::Case* out) override {
    return Held("Withdraw", *request, out);
  }
  grpc::Status Recall(Context*, const v1::RecallRequest* request, v1::Case* out) override {
    return Held("Recall", *request, out);
  }
  grpc::Status MakePrecedent(Context*, const v1::MakePrecedentRequest* request,
                             v1::Case* out) override {
    return Held("MakePrecedent", *request, out);
  }
  grpc::Status EndPrecedent(Context*, const v1::EndPrecedentRequest* request,
                            v1::Case* out) override {
    return Held("EndPrecedent", *request, out);
  }
  grpc::Status Confirm(Context*, const v1::ConfirmRequest* request, v1::Case* out) override {
    return Held("Confirm", *request, out);
  }
  grpc::Status ListPrecedents(Context*, const v1::ListPrecedentsRequest* request,
                              v1::ListPrecedentsResponse* out) override {
    *out = precedents;
    return Note("ListPrecedents", *request);
  }
  grpc::Status GetReport(Context*, const v1::GetReportRequest* request, v1::Report* out) override {
    *out = report;
    return Note("GetReport", *request);
  }
  grpc::Status ListRecalls(Context*, const v1::ListRecallsRequest*,
                           v1::ListRecallsResponse* out) override {
    *out = recalls;  // not noted: every command of a researcher asks it
    return error;
  }
  grpc::Status WatchCases(Context*, const v1::WatchCasesRequest* request,
                          Writer<v1::CaseChange>* writer) override {
    return Stream("WatchCases", *request, changes, writer);
  }
  grpc::Status SearchRequests(Context*, const v1::SearchRequestsRequest* request,
                              v1::SearchRequestsResponse* out) override {
    const size_t page = request->page_token().empty() ? 0 : std::stoul(request->page_token());
    if (page < pages.size()) *out = pages[page];
    if (page + 1 < pages.size()) out->set_next_page_token(absl::StrCat(page + 1));
    return Note("SearchRequests", *request);
  }
  grpc::Status GetSealedEntry(Context*, const v1::GetSealedEntryRequest* request,
                              Writer<v1::SealedEntryPart>* writer) override {
    return Stream("GetSealedEntry", *request, entry, writer);
  }
  grpc::Status GetCellProof(Context*, const v1::GetCellProofRequest* request,
                            v1::CellProof* out) override {
    *out = cell;
    return Note("GetCellProof", *request);
  }
  grpc::Status ReplayRequest(Context*, const v1::ReplayRequestRequest* request,
                             v1::ReplayRequestResponse* out) override {
    *out = replay;
    return Note("ReplayRequest", *request);
  }

 private:
  grpc::Status Note(const char* method, const google::protobuf::Message& request) {
    const std::string fields = request.ShortDebugString();
    asked.push_back(fields.empty() ? method : absl::StrCat(method, " ", fields));
    return error;
  }
  grpc::Status Held(const char* method, const google::protobuf::Message& request, v1::Case* out) {
    *out = held;
    return Note(method, request);
  }
  template <typename Response>
  grpc::Status Stream(const char* method, const google::protobuf::Message& request,
                      const std::vector<Response>& responses, Writer<Response>* writer) {
    const grpc::Status status = Note(method, request);
    if (!status.ok()) return status;
    for (const Response& response : responses) writer->Write(response);
    return status;
  }
};

}  // namespace kluis

#endif  // KLUIS_TESTS_CLIENT_FAKE_DESK_H_
