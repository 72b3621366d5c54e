#include "server/rpc/operator_client.h"

#include <fcntl.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "kluis/v1/operator.grpc.pb.h"
#include "server/enclave/enclave.h"

namespace kluis {
namespace {

absl::Status FromGrpc(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

class OperatorClient : public Operations {
 public:
  explicit OperatorClient(std::shared_ptr<grpc::Channel> channel)
      : stub_(v1::OperatorService::NewStub(std::move(channel))) {}

  absl::StatusOr<std::string> Import(const std::string& entry_path,
                                     const Progress& progress) override {
    grpc::ClientContext context;
    v1::ImportDatasetRequest request;
    request.set_entry_path(entry_path);
    const auto reader = stub_->ImportDataset(&context, request);
    v1::ImportDatasetResponse part;
    absl::StatusOr<std::string> result =
        absl::InternalError("the server ended the import without a report");
    while (reader->Read(&part)) {
      if (part.has_progress()) progress(part.progress());
      if (part.has_report()) result = part.report();
      if (part.has_problems()) result = absl::InvalidArgumentError(part.problems());
    }
    const grpc::Status status = reader->Finish();
    if (!status.ok()) return FromGrpc(status);
    return result;
  }

  absl::StatusOr<std::string> AddUser(const NewUser& user) override {
    grpc::ClientContext context;
    v1::AddUserRequest request;
    request.set_id(user.id);
    request.set_role(user.role);
    request.set_organisation(user.organisation);
    request.set_person(user.person);
    v1::AddUserResponse response;
    const grpc::Status status = stub_->AddUser(&context, request, &response);
    if (!status.ok()) return FromGrpc(status);
    return response.bundle();
  }

  absl::Status RevokeUser(const std::string& id) override {
    grpc::ClientContext context;
    v1::RevokeUserRequest request;
    request.set_id(id);
    v1::RevokeUserResponse response;
    const grpc::Status status = stub_->RevokeUser(&context, request, &response);
    return status.ok() ? absl::OkStatus() : FromGrpc(status);
  }

  absl::StatusOr<int64_t> RemoveSealed(const std::string& day) override {
    grpc::ClientContext context;
    v1::RemoveSealedRequest request;
    request.set_before_day(day);
    v1::RemoveSealedResponse response;
    const grpc::Status status = stub_->RemoveSealed(&context, request, &response);
    if (!status.ok()) return FromGrpc(status);
    return response.removed();
  }

 private:
  std::unique_ptr<v1::OperatorService::Stub> stub_;
};

}  // namespace

std::string SocketAddress(const std::string& path) {
  if (path.size() <= 100) return absl::StrCat("unix:", path);
  const std::filesystem::path whole(path);
  // Kept open: the address names it as long as the process lives.
  const int folder = ::open(whole.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  return absl::StrCat("unix:/proc/self/fd/", folder, "/", whole.filename().string());
}

absl::StatusOr<std::unique_ptr<Operations>> ConnectOperations(const std::string& socket_path) {
  if (!std::filesystem::exists(socket_path))
    return absl::UnavailableError("no server serves this directory");
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(16 * 1024 * 1024);
  auto channel = grpc::CreateCustomChannel(SocketAddress(socket_path),
                                           grpc::InsecureChannelCredentials(), arguments);
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(1))) {
    return absl::UnavailableError("the server of this directory does not answer");
  }
  return std::make_unique<OperatorClient>(std::move(channel));
}

absl::StatusOr<std::unique_ptr<Operations>> OpenOperations(const std::string& dir) {
  const EnclavePaths paths = {std::filesystem::absolute(dir).lexically_normal().string()};
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  for (;;) {
    absl::StatusOr<std::unique_ptr<Enclave>> enclave = Enclave::Open(dir);
    if (enclave.ok()) return std::unique_ptr<Operations>(std::move(*enclave));
    if (enclave.status().code() != absl::StatusCode::kUnavailable) return enclave.status();
    auto remote = ConnectOperations(paths.socket());
    if (remote.ok() || std::chrono::steady_clock::now() > end) return remote;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace kluis
