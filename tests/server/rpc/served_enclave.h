// An enclave with a real server on loopback and a fake engine: what the tests of this folder talk
// to.
#ifndef KLUIS_TESTS_SERVER_RPC_SERVED_ENCLAVE_H_
#define KLUIS_TESTS_SERVER_RPC_SERVED_ENCLAVE_H_

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "kluis/v1/enclave.grpc.pb.h"
#include "server/enclave/enclave.h"
#include "server/enclave/init.h"
#include "server/engine/engine.h"
#include "server/release/pipeline.h"
#include "server/rpc/server.h"
#include "server/rpc/service_core.h"
#include "server/rpc/worker_pool.h"

namespace kluis {

// Works until it is cancelled or released; never gives a table.
class SlowEngine : public Engine {
 public:
  absl::StatusOr<AggregateTable> Run(const AggregationPlan&,
                                     const std::atomic<bool>* cancelled) override {
    ++running;
    while (cancelled == nullptr || !*cancelled)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    --running;
    return absl::CancelledError("cancelled");
  }
  std::atomic<int> running{0};
};

// The demo's rules with one dataset of three rows and one project of anna's.
class ServedEnclave {
 public:
  explicit ServedEnclave(const std::string& name, Engine* engine = nullptr) {
    setenv("KLUIS_SHARE_DIR", KLUIS_SOURCE_DIR "/policies", 1);
    dir_ = ::testing::TempDir() + "/rpc-" + name;
    std::filesystem::remove_all(dir_);
    Check(InitEnclave({.dir = dir_ + "/enclave"}, [](const std::string&) {}));
    enclave_ = std::move(*Enclave::Open(dir_ + "/enclave"));
    ImportToy("toy");
    AddProject();
    Check(enclave_->PutInForce("test"));
    anna = Add("anna@heerlen.nl", "researcher");
    PipelineOptions options;
    options.build = "test";
    options.cost_key = std::string(32, 'k');
    options.today = [] { return std::string("2026-11-22"); };
    options.desk = &enclave_->desk();
    pipeline_ = std::make_unique<ReleasePipeline>(engine == nullptr ? own_engine_ : *engine,
                                                  enclave_->ledger(), options);
    auto server = RpcServer::Start({.listen = "127.0.0.1:0", .admin = "127.0.0.1:0"}, *enclave_,
                                   *pipeline_, workers_);
    Check(server.status());
    server_ = std::move(*server);
  }
  ~ServedEnclave() {
    server_.reset();
    std::filesystem::remove_all(dir_);
  }

  Enclave& enclave() { return *enclave_; }
  RpcServer& server() { return *server_; }
  ServiceCore core() { return {*enclave_, *pipeline_, workers_}; }

  KeyAndCertificate Add(const std::string& id, const std::string& role,
                        const std::string& person = "") {
    const auto bundle = enclave_->AddUser({id, role, "test", person});
    Check(bundle.status());
    const auto parsed = nlohmann::json::parse(*bundle);
    return {parsed["key"], parsed["certificate"]};
  }

  // A dataset of three rows under this name.
  void ImportToy(const std::string& name) {
    const std::string folder = dir_ + "/policies";
    std::filesystem::create_directories(folder);
    std::ofstream(folder + "/" + name + ".yaml")
        << "dataset: " << name
        << "\ntitle: {nl: Speelgoed, en: Toy}\nperiod: \"2016\"\nlineage: " << name
        << "\nunit: persoon\nsource: {file: toy.csv, empty: \"\"}\nbad_rows: refuse\n"
           "contributor: [id]\nweight: null\nvariables:\n"
           "  id: {role: identifier}\n  geslacht: {role: dimension, values: [m, v]}\n"
           "  inkomen: {role: measure, unit: EUR, decimals: 0}\n";
    std::ofstream(folder + "/toy.csv") << "id,geslacht,inkomen\n1,m,10\n2,v,20\n3,v,30\n";
    Check(enclave_->Import(folder + "/" + name + ".yaml", [](const std::string&) {}).status());
  }

  // A new connection with this certificate, or with none.
  std::shared_ptr<grpc::Channel> Connect(const KeyAndCertificate& user,
                                         grpc::ChannelArguments arguments = {}) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = enclave_->authority().certificate_pem;
    options.pem_private_key = user.key_pem;
    options.pem_cert_chain = user.certificate_pem;
    arguments.SetInt("grpc.use_local_subchannel_pool", 1);
    return grpc::CreateCustomChannel(server_->address(), grpc::SslCredentials(options), arguments);
  }

  KeyAndCertificate anna;

 private:
  static void Check(const absl::Status& status) {
    if (!status.ok()) ADD_FAILURE() << status;
  }

  void AddProject() {
    std::ofstream(dir_ + "/enclave/policies/projects/toy.yaml")
        << "project: toy\npurpose: {nl: Proef, en: Test}\norganisation: test\nmembers: "
           "[anna@heerlen.nl]\n"
           "valid: {from: 2016-11-28, until: 2036-11-28}\nrules: standard\ngrants:\n"
           "  - {dataset: toy, variables: [geslacht]}\n";
  }

  std::string dir_;
  std::unique_ptr<Enclave> enclave_;
  SlowEngine own_engine_;
  WorkerPool workers_{2, 4};
  std::unique_ptr<ReleasePipeline> pipeline_;
  std::unique_ptr<RpcServer> server_;
};

// Who the server says that the caller is.
inline grpc::Status AskWho(const std::shared_ptr<grpc::Channel>& channel, std::string* id = nullptr,
                           int seconds = 5) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(seconds));
  v1::Caller caller;
  const grpc::Status status =
      v1::EnclaveService::NewStub(channel)->GetCaller(&context, v1::GetCallerRequest(), &caller);
  if (id != nullptr) *id = caller.id();
  return status;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_RPC_SERVED_ENCLAVE_H_
