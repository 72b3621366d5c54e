#include "server/rpc/query_stream.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "absl/strings/strip.h"
#include "server/rpc/grpc_error.h"
#include "server/rpc/query_run.h"
#include "server/rpc/review_core.h"

namespace kluis {
namespace {

using Clock = std::chrono::system_clock;
constexpr std::chrono::milliseconds kTick(250);

grpc::Status CheckRequest(const v1::RunQueryRequest& request) {
  const v1::Model& model = request.model();
  const size_t bytes = request.sql().size() + model.formula().size() + model.dataset().size() +
                       model.where().size() + model.family().size();
  if (bytes > kMaxSqlBytes) {
    return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "QUERY_TOO_LONG",
                     "a query has at most 1 MiB of text");
  }
  if (request.has_model() && !request.sql().empty()) {
    return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "QUERY_AND_MODEL",
                     "a request is a query or a model");
  }
  if (request.request_id().size() > 128 || request.client_version().size() > 128 ||
      request.project().size() > 256) {
    return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "FIELD_TOO_LONG",
                     "request_id and client_version have at most 128 bytes, project at most 256");
  }
  return grpc::Status::OK;
}

QueryRequestText TextOf(const v1::RunQueryRequest& request) {
  absl::string_view project = request.project();
  absl::ConsumePrefix(&project, "projects/");
  QueryRequestText text = {.sql = request.sql(),
                           .project = std::string(project),
                           .request_id = request.request_id(),
                           .client_version = request.client_version()};
  if (request.has_model()) {
    const v1::Model& model = request.model();
    text.model = ModelText{.formula = model.formula(),
                           .dataset = model.dataset(),
                           .where = model.where(),
                           .family = model.family()};
  }
  return text;
}

bool WriteProgress(const ProgressMark& mark, QueryWriter* writer) {
  v1::RunQueryResponse part;
  part.mutable_progress()->set_stage(mark.stage);
  part.mutable_progress()->set_done(mark.done);
  return writer->Write(part);
}

bool Submit(const ServiceCore& core, const Caller& caller, const QueryRequestText& text,
            const std::shared_ptr<QueryRun>& run) {
  ReleasePipeline& pipeline = core.pipeline;
  return core.workers.Submit(
      caller.id, [&pipeline, caller, text, in_force = InForceOf(core.enclave), run] {
        if (*run->cancelled()) return run->Finish(absl::CancelledError("cancelled in the queue"));
        run->Finish(pipeline.Run(caller, text, in_force, run->cancelled(),
                                 [&run](absl::string_view stage, double done) {
                                   run->Report(std::string(stage), done);
                                 }));
      });
}

// Why the talk must end now; OK when it goes on.
grpc::Status Interruption(const ServiceCore& core, const Caller& caller, Clock::time_point deadline,
                          const grpc::ServerContext& context) {
  if (!core.enclave.registry().IsCurrent(caller.id, caller.certificate_sha256)) {
    return MakeError(grpc::StatusCode::UNAUTHENTICATED, "REVOKED",
                     "the caller was revoked; no result is sent");
  }
  if (context.IsCancelled()) return ToClientError(absl::CancelledError("client"));
  if (Clock::now() >= deadline) return ToClientError(absl::DeadlineExceededError("deadline"));
  return grpc::Status::OK;
}

Clock::time_point DeadlineOf(const ServiceCore& core, const grpc::ServerContext& context) {
  return std::min(context.deadline(),
                  Clock::now() + std::chrono::seconds(core.enclave.config().max_query_seconds));
}

grpc::Status Talk(const ServiceCore& core, const Caller& caller, QueryRun* run,
                  grpc::ServerContext* context, QueryWriter* writer, CallFacts* facts) {
  const Clock::time_point deadline = DeadlineOf(core, *context);
  for (;;) {
    const std::optional<ProgressMark> mark = run->Wait(kTick);
    const grpc::Status interrupted = Interruption(core, caller, deadline, *context);
    if (!interrupted.ok()) return interrupted;
    if (mark && !WriteProgress(*mark, writer)) return ToClientError(absl::CancelledError("client"));
    if (auto result = run->TakeResult(); result.has_value()) {
      if (!result->ok()) return ToClientError(result->status());
      Record(**result, facts);
      return WriteRelease(**result, writer);
    }
  }
}

}  // namespace

bool WriteAnswer(const std::string& answer, QueryWriter* writer) {
  for (size_t begin = 0; begin < answer.size(); begin += kChunkBytes) {
    v1::RunQueryResponse part;
    part.set_answer_chunk(answer.substr(begin, kChunkBytes));
    if (!writer->Write(part)) return false;
  }
  return true;
}

grpc::Status WriteRelease(const CommittedRelease& release, QueryWriter* writer) {
  v1::RunQueryResponse last;
  last.mutable_receipt()->set_entry(release.receipt().entry);
  last.mutable_receipt()->set_answer_salt(release.receipt().answer_salt);
  last.mutable_receipt()->set_proof(release.receipt().proof);
  if (WriteAnswer(release.answer(), writer) && writer->Write(last)) return grpc::Status::OK;
  return ToClientError(absl::CancelledError("client"));
}

grpc::Status StreamQuery(const ServiceCore& core, const Caller& caller,
                         const v1::RunQueryRequest& request, grpc::ServerContext* context,
                         QueryWriter* writer, CallFacts* facts) {
  const QueryRequestText text = TextOf(request);
  facts->project = text.project;
  if (const grpc::Status status = CheckRequest(request); !status.ok()) return status;
  if (request.validate_only()) {
    const std::string answer = core.pipeline.Check(caller, text, InForceOf(core.enclave));
    facts->outcome = OutcomeOfJson(answer);
    WriteAnswer(answer, writer);
    return grpc::Status::OK;
  }
  const auto run = std::make_shared<QueryRun>();
  run->Report("queued", 0);
  if (!Submit(core, caller, text, run)) {
    return MakeError(grpc::StatusCode::RESOURCE_EXHAUSTED, "BUSY",
                     "too many queries are waiting; try again later");
  }
  const grpc::Status status = Talk(core, caller, run.get(), context, writer, facts);
  run->Cancel();
  return status;
}

}  // namespace kluis
