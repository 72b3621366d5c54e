#include "server/rpc/sealed_log_service.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "disclosure/evidence/sealed_part.h"
#include "kluis/v1/release.pb.h"
#include "server/rpc/grpc_error.h"
#include "server/rpc/on_worker.h"
#include "server/rpc/review_core.h"

namespace kluis {
namespace {

grpc::Status ToClient(const absl::Status& status) {
  if (!absl::IsNotFound(status)) return ToClientError(status);
  return MakeError(grpc::StatusCode::NOT_FOUND, "NOT_IN_THE_LOG", std::string(status.message()));
}

}  // namespace

grpc::Status SealedLogService::ForReviewers(const grpc::ServerContext& context, const char* method,
                                            const CallBody& body) {
  return Recorded(context, core_, method, [&](const Caller& caller, CallFacts* facts) {
    if (caller.role == Role::kReviewer) return body(caller, facts);
    return RoleMayNot();
  });
}

absl::Status SealedLogService::NoteView(const Caller& caller, uint64_t index,
                                        const std::string& what) {
  const nlohmann::json view = {{"event", "view"},
                               {"reviewer", caller.id},
                               {"certificate", caller.certificate_sha256},
                               {"what", what}};
  return core_.enclave.ledger().AppendReview(index, view.dump()).status();
}

grpc::Status SealedLogService::SearchRequests(grpc::ServerContext* context,
                                              const v1::SearchRequestsRequest* request,
                                              v1::SearchRequestsResponse* response) {
  return ForReviewers(*context, "SearchRequests", [&](const Caller&, CallFacts*) {
    int size = 0;
    if (const grpc::Status status = PageSize(request->page_size(), &size); !status.ok())
      return status;
    // RFC 3339 has its day first, and the ledger compares texts.
    if (const grpc::Status status = CheckDay(request->since().substr(0, 10), "since"); !status.ok())
      return status;
    uint64_t before = 0;
    if (!request->page_token().empty() && !absl::SimpleAtoi(request->page_token(), &before)) {
      return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "BAD_PAGE_TOKEN",
                       "page_token is not of this list");
    }
    const auto records = core_.enclave.ledger().ListReleases({.caller = request->caller(),
                                                              .project = request->project(),
                                                              .dataset = request->dataset(),
                                                              .since_utc = request->since()},
                                                             before, size);
    if (!records.ok()) return ToClientError(records.status());
    for (const ReleaseRecord& record : *records) {
      v1::FoundRequest* found = response->add_requests();
      found->set_index(record.index);
      found->set_release(absl::StrCat("releases/", record.release));
      found->set_time(record.time);
      found->set_status(record.status);
      found->set_project(record.project);
      found->set_caller(record.caller);
      found->set_query(record.query);
      found->set_cells(record.cells);
      found->set_suppressed(record.suppressed);
    }
    const bool more = static_cast<int>(records->size()) == size && records->back().index > 0;
    if (more) response->set_next_page_token(absl::StrCat(records->back().index));
    return grpc::Status::OK;
  });
}

grpc::Status SealedLogService::GetSealedEntry(grpc::ServerContext* context,
                                              const v1::GetSealedEntryRequest* request,
                                              grpc::ServerWriter<v1::SealedEntryPart>* writer) {
  return ForReviewers(*context, "GetSealedEntry", [&](const Caller& caller, CallFacts*) {
    Ledger& ledger = core_.enclave.ledger();
    const auto entry = ledger.ReadSealed(request->index());
    if (!entry.ok()) return ToClient(entry.status());
    if (const grpc::Status may = MayReadSealed(core_, caller, *entry); !may.ok()) return may;
    const auto reviews = ledger.Reviews(entry->index);
    if (!reviews.ok()) return ToClient(reviews.status());
    const absl::Status noted = NoteView(caller, entry->index, "the sealed part");
    if (!noted.ok()) return ToClientError(noted);
    v1::SealedEntryPart part;
    v1::SealedEntryHead* head = part.mutable_head();
    head->set_index(entry->index);
    head->set_type(entry->type);
    head->set_time(entry->time);
    head->set_leaf(entry->leaf);
    head->set_removed(entry->removed);
    for (const ReviewRecord& review : *reviews) head->add_reviews(review.index);
    bool open = writer->Write(part);
    for (size_t from = 0; open && from < entry->bytes.size(); from += kChunkBytes) {
      part.set_chunk(entry->bytes.substr(from, kChunkBytes));
      open = writer->Write(part);
    }
    return open ? grpc::Status::OK : ToClientError(absl::CancelledError("client"));
  });
}

grpc::Status SealedLogService::GetCellProof(grpc::ServerContext* context,
                                            const v1::GetCellProofRequest* request,
                                            v1::CellProof* response) {
  return ForReviewers(*context, "GetCellProof", [&](const Caller& caller, CallFacts*) {
    const auto entry = core_.enclave.ledger().ReadSealed(request->index());
    if (!entry.ok()) return ToClient(entry.status());
    if (const grpc::Status may = MayReadSealed(core_, caller, *entry); !may.ok()) return may;
    const auto proof = core_.enclave.ledger().ProveCell(request->index(), request->cell());
    if (!proof.ok()) return ToClient(proof.status());
    const absl::Status noted =
        NoteView(caller, request->index(), absl::StrCat("cell ", request->cell()));
    if (!noted.ok()) return ToClientError(noted);
    response->set_json(FormatCellProof(*proof));
    return grpc::Status::OK;
  });
}

grpc::Status SealedLogService::ReplayRequest(grpc::ServerContext* context,
                                             const v1::ReplayRequestRequest* request,
                                             v1::ReplayRequestResponse* response) {
  return ForReviewers(*context, "ReplayRequest", [&](const Caller& caller, CallFacts*) {
    const auto entry = core_.enclave.ledger().ReadSealed(request->index());
    if (!entry.ok()) return ToClient(entry.status());
    v1::SealedRequest sealed;
    if (entry->type != "request" || entry->removed || !sealed.ParseFromString(entry->bytes)) {
      return MakeError(grpc::StatusCode::NOT_FOUND, "NOT_IN_THE_LOG",
                       absl::StrCat("log entry ", entry->index,
                                    " is no request, or its sealed part was removed"));
    }
    if (const grpc::Status may = MayReadSealed(core_, caller, *entry); !may.ok()) return may;
    const absl::Status noted = NoteView(caller, entry->index, "a replay");
    if (!noted.ok()) return ToClientError(noted);
    const auto was = core_.enclave.InForceAt(entry->index, sealed);
    if (!was.ok()) return ToClient(was.status());
    if (!was->missing.empty()) {
      response->set_expected_sha256(sealed.answer_sha256());
      for (const std::string& gone : was->missing) response->add_differences(gone);
      return grpc::Status::OK;
    }
    ReleasePipeline& pipeline = core_.pipeline;
    const absl::StatusOr<Replayed> replayed = OnWorker<Replayed>(
        core_, *context, caller.id,
        [&pipeline, sealed, time = entry->time,
         in_force = InForce{was->policy, was->catalogue}](const std::atomic<bool>* cancelled) {
          return pipeline.Replay(sealed, time, in_force, cancelled);
        });
    if (!replayed.ok()) return PipelineError(replayed.status());
    response->set_ran(replayed->ran);
    response->set_same(replayed->ran && replayed->found_sha256 == replayed->expected_sha256);
    response->set_expected_sha256(replayed->expected_sha256);
    response->set_found_sha256(replayed->found_sha256);
    for (const std::string& difference : replayed->differences)
      response->add_differences(difference);
    return grpc::Status::OK;
  });
}

}  // namespace kluis
