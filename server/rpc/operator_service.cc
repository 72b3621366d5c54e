#include "server/rpc/operator_service.h"

#include "server/rpc/grpc_error.h"
#include "server/rpc/journal.h"

namespace kluis {
namespace {

// What an operator did, without what it was done with.
void JournalCommand(const char* command, const absl::Status& status) {
  Journal("operator", {{"command", command}, {"outcome", absl::StatusCodeToString(status.code())}});
}

}  // namespace

grpc::Status OperatorService::ImportDataset(grpc::ServerContext*,
                                            const v1::ImportDatasetRequest* request,
                                            grpc::ServerWriter<v1::ImportDatasetResponse>* writer) {
  const auto report = operations_.Import(request->entry_path(), [writer](const std::string& line) {
    v1::ImportDatasetResponse part;
    part.set_progress(line);
    writer->Write(part);
  });
  JournalCommand("import", report.status());
  v1::ImportDatasetResponse last;
  if (report.ok()) {
    last.set_report(*report);
  } else if (report.status().code() == absl::StatusCode::kInvalidArgument) {
    last.set_problems(std::string(report.status().message()));
  } else {
    return ToOperatorError(report.status());
  }
  writer->Write(last);
  return grpc::Status::OK;
}

grpc::Status OperatorService::AddUser(grpc::ServerContext*, const v1::AddUserRequest* request,
                                      v1::AddUserResponse* response) {
  const auto bundle =
      operations_.AddUser(
          {request->id(), request->role(), request->organisation(), request->person()});
  JournalCommand("user add", bundle.status());
  if (!bundle.ok()) return ToOperatorError(bundle.status());
  response->set_bundle(*bundle);
  return grpc::Status::OK;
}

grpc::Status OperatorService::RevokeUser(grpc::ServerContext*, const v1::RevokeUserRequest* request,
                                         v1::RevokeUserResponse*) {
  const absl::Status status = operations_.RevokeUser(request->id());
  JournalCommand("user revoke", status);
  return status.ok() ? grpc::Status::OK : ToOperatorError(status);
}

grpc::Status OperatorService::RemoveSealed(grpc::ServerContext*,
                                           const v1::RemoveSealedRequest* request,
                                           v1::RemoveSealedResponse* response) {
  const absl::StatusOr<int64_t> removed = operations_.RemoveSealed(request->before_day());
  JournalCommand("retain", removed.status());
  if (!removed.ok()) return ToOperatorError(removed.status());
  response->set_removed(*removed);
  return grpc::Status::OK;
}

}  // namespace kluis
