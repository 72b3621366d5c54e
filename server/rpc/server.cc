#include "server/rpc/server.h"

#include <grpcpp/ext/channelz_service_plugin.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/stat.h>

#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/rpc/acceptor.h"
#include "server/rpc/enclave_service.h"
#include "server/rpc/grpc_error.h"
#include "server/rpc/log_service.h"
#include "server/rpc/sealed_log_service.h"
#include "server/rpc/operator_client.h"
#include "server/rpc/operator_service.h"
#include "server/rpc/policy_service.h"
#include "server/rpc/review_service.h"

namespace kluis {
namespace {

using grpc::experimental::ExternalConnectionAcceptor;
using ExternalConnection = grpc::ServerBuilder::experimental_type::ExternalConnectionType;

// The libraries of reflection and channelz put themselves into every server; they are for the
// admin port only.
class NoPlugins : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->clear();
  }
};

std::shared_ptr<grpc::ServerCredentials> MutualTls(const Enclave& enclave) {
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = enclave.authority().certificate_pem;
  options.pem_key_cert_pairs.push_back(
      {enclave.server_certificate().key_pem, enclave.server_certificate().certificate_pem});
  return grpc::SslServerCredentials(options);
}

void SetLimits(grpc::ServerBuilder* builder) {
  // Inflating comes before the size check in 1.51, so a bomb is refused unopened.
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder->SetMaxReceiveMessageSize(static_cast<int>(kMaxSqlBytes) + 16 * 1024);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 32);
  builder->AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 8 * 1024);
  builder->AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 5000);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 30'000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 3'600'000);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 600'000);
  grpc::ResourceQuota quota("kluis");
  quota.SetMaxThreads(256).Resize(size_t{512} << 20);
  builder->SetResourceQuota(quota);
}

// Clients know the host by its name, not by the address that it listens on.
std::string AddressForClients(const std::string& address, const std::string& host) {
  std::string ignored;
  int port = 0;
  SplitAddress(address, &ignored, &port);
  return absl::StrCat(host, ":", port);
}

bool IsLoopback(const std::string& host) {
  return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

}  // namespace

struct RpcServer::Impl {
  Impl(const ServiceCore& core, Operations& operations)
      : enclave_service(core),
        log_service(core),
        policy_service(core),
        review_service(core),
        sealed_log_service(core),
        operator_service(operations) {}

  absl::Status StartPublic(const std::string& listen, const Enclave& enclave);
  absl::Status StartOperator(const std::string& socket);
  absl::Status StartAdmin(const std::string& listen);

  EnclaveService enclave_service;
  LogService log_service;
  PolicyService policy_service;
  ReviewService review_service;
  SealedLogService sealed_log_service;
  OperatorService operator_service;
  std::unique_ptr<Acceptor> acceptor;
  std::unique_ptr<ExternalConnectionAcceptor> connections;
  std::unique_ptr<grpc::Server> public_server, operator_server, admin_server;
  std::string admin_address, socket_path;
  Enclave* enclave = nullptr;  // told that it has a listener
};

absl::Status RpcServer::Impl::StartPublic(const std::string& listen, const Enclave& enclave) {
  auto listening = Acceptor::Listen({.address = listen});
  if (!listening.ok()) return listening.status();
  acceptor = std::move(*listening);
  grpc::ServerBuilder builder;
  builder.SetOption(std::make_unique<NoPlugins>());
  SetLimits(&builder);
  builder.RegisterService(&enclave_service);
  builder.RegisterService(&log_service);
  builder.RegisterService(&policy_service);
  builder.RegisterService(&review_service);
  builder.RegisterService(&sealed_log_service);
  connections = builder.experimental().AddExternalConnectionAcceptor(ExternalConnection::FROM_FD,
                                                                     MutualTls(enclave));
  public_server = builder.BuildAndStart();
  if (public_server == nullptr) return absl::InternalError("the public server did not start");
  acceptor->Start([this](int fd) {
    ExternalConnectionAcceptor::NewConnectionParameters connection;
    connection.fd = fd;
    connections->HandleNewConnection(&connection);
  });
  return absl::OkStatus();
}

absl::Status RpcServer::Impl::StartOperator(const std::string& socket) {
  grpc::ServerBuilder builder;
  builder.SetOption(std::make_unique<NoPlugins>());
  builder.AddListeningPort(SocketAddress(socket), grpc::InsecureServerCredentials());
  builder.RegisterService(&operator_service);
  operator_server = builder.BuildAndStart();
  if (operator_server == nullptr || ::chmod(socket.c_str(), 0600) != 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", socket));
  }
  socket_path = socket;
  return absl::OkStatus();
}

absl::Status RpcServer::Impl::StartAdmin(const std::string& listen) {
  std::string host;
  int port = 0;
  if (!SplitAddress(listen, &host, &port) || !IsLoopback(host)) {
    return absl::InvalidArgumentError(
        "--admin is HOST:PORT with a loopback address: it has no passwords");
  }
  grpc::channelz::experimental::InitChannelzService();  // a builder takes the plugins it finds
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 1);
  builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &port);
  admin_server = builder.BuildAndStart();
  if (admin_server == nullptr || port == 0)
    return absl::UnavailableError(absl::StrCat("cannot listen on ", listen));
  admin_address = absl::StrCat(host == "::1" ? "[::1]" : host, ":", port);
  return absl::OkStatus();
}

RpcServer::RpcServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

RpcServer::~RpcServer() { Drain(0); }

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(const Options& options,
                                                            Enclave& enclave,
                                                            ReleasePipeline& pipeline,
                                                            WorkerPool& workers) {
  grpc::EnableDefaultHealthCheckService(true);
  std::unique_ptr<RpcServer> server(
      new RpcServer(std::make_unique<Impl>(ServiceCore{enclave, pipeline, workers}, enclave)));
  Impl& impl = *server->impl_;
  if (absl::Status status = impl.StartPublic(options.listen, enclave); !status.ok()) return status;
  enclave.SetAddress(AddressForClients(impl.acceptor->address(), enclave.config().host));
  if (absl::Status status = impl.StartOperator(enclave.paths().socket()); !status.ok())
    return status;
  if (!options.admin.empty()) {
    if (absl::Status status = impl.StartAdmin(options.admin); !status.ok()) return status;
  }
  impl.enclave = &enclave;
  enclave.OnPolicyProblem([&impl](const std::string& problem) {
    for (const auto* one : {&impl.public_server, &impl.admin_server}) {
      if (*one != nullptr)
        (*one)->GetHealthCheckService()->SetServingStatus(kPolicyHealth, problem.empty());
    }
  });
  return server;
}

const std::string& RpcServer::address() const { return impl_->acceptor->address(); }
const std::string& RpcServer::admin_address() const { return impl_->admin_address; }

void RpcServer::Drain(int grace_ms) {
  if (impl_->acceptor != nullptr) impl_->acceptor->Stop();
  if (impl_->enclave != nullptr) impl_->enclave->OnPolicyProblem(nullptr);
  impl_->review_service.EndWatching();
  const auto deadline = std::chrono::system_clock::now() + std::chrono::milliseconds(grace_ms);
  for (auto* server : {&impl_->public_server, &impl_->operator_server, &impl_->admin_server}) {
    if (*server == nullptr) continue;
    (*server)->Shutdown(deadline);
    (*server)->Wait();
    server->reset();
  }
  if (!impl_->socket_path.empty()) ::remove(impl_->socket_path.c_str());
  impl_->socket_path.clear();
}

}  // namespace kluis
