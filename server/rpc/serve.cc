#include "server/rpc/serve.h"

#include <grpcpp/grpcpp.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/trust.h"
#include "server/enclave/enclave.h"
#include "server/enclave/files.h"
#include "server/engine/engine.h"
#include "server/rpc/build_identity.h"
#include "server/rpc/grpc_log.h"
#include "server/rpc/journal.h"
#include "server/rpc/server.h"
#include "server/rpc/worker_pool.h"
#include "server/witness/cosigning.h"

namespace kluis {
namespace {

constexpr int kDrain_ms = 3500;
constexpr int kWitness_ms = 1000;  // the end waits for one that is being asked

// Blocked before the first thread starts, so that every thread inherits it.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

// The signal that ends it.
int WaitForTheEnd(const sigset_t& signals, Enclave& enclave) {
  for (;;) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal != SIGHUP) return signal;
    const absl::Status status = enclave.ReloadPolicies();
    Journal("policies",
            {{"result", status.ok() ? "in force" : "refused; the policy in force stays"},
             {"policy", enclave.policy()->sha256},
             {"problems", std::string(status.message())}});
  }
}

PipelineOptions OptionsOf(Enclave& enclave, const std::string& engine, Engine* replay_engine) {
  return {.build = BuildIdentity(engine),
          .cost_key = enclave.cost_key(),
          .today = TodayUtc,
          .desk = &enclave.desk(),
          .replay_engine = replay_engine};
}

int Threads() { return static_cast<int>(std::max(2u, std::thread::hardware_concurrency())); }

EngineOptions EngineOptionsOf(const Enclave& enclave) {
  EngineOptions options;
  options.threads = Threads();
  options.temp_directory = enclave.paths().temporary();
  options.data_key = enclave.data_key();
  options.operator_log = [](const std::string& line) { Journal("engine", {{"message", line}}); };
  return options;
}

// As config.yaml names it.
absl::StatusOr<std::unique_ptr<Engine>> NewEngine(const Enclave& enclave, std::string* version) {
  const ClusterConfig clusters = enclave.clusters();
  if (clusters.dsns.empty()) {
    *version = EngineVersion();
    return NewDuckDbEngine(EngineOptionsOf(enclave));
  }
  KLUIS_ASSIGN_OR_RETURN(*version, CheckClusters(clusters));
  return NewPostgresEngine(EngineOptionsOf(enclave), clusters,
                           {.statement_ms = enclave.config().max_query_seconds * 1000});
}

// Clusters have the snapshots in force alone; what is replayed may be older, and the answers of
// both engines are the same bytes. None where the engine itself reads snapshots.
absl::StatusOr<std::unique_ptr<Engine>> NewReplayEngine(const Enclave& enclave) {
  if (enclave.clusters().dsns.empty()) return std::unique_ptr<Engine>();
  return NewDuckDbEngine(EngineOptionsOf(enclave));
}

// In the background, of the witnesses that DIR/witnesses names; none without that file.
absl::StatusOr<std::unique_ptr<Cosigning>> AskWitnesses(Enclave& enclave) {
  const std::string path = enclave.paths().witnesses();
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (absl::IsNotFound(text.status())) return std::unique_ptr<Cosigning>();
  if (!text.ok()) return text.status();
  KLUIS_ASSIGN_OR_RETURN(TrustPolicy trust, TrustPolicy::Parse(*text, path));
  if (!trust.OpenSigned(enclave.ledger().checkpoint()).ok())
    return absl::InvalidArgumentError(path + ": it does not name the log of this enclave");
  KLUIS_RETURN_IF_ERROR(enclave.LogWitnesses(trust));
  Cosigning::Options options;
  options.timeout_ms = kWitness_ms;
  options.on_change = [](const CosigningReport& report) {
    Journal(absl::IsDataLoss(report.status) ? "log_disputed" : "witness",
            {{"witness", report.witness},
             {"outcome", absl::StatusCodeToString(report.status.code())},
             {"message", std::string(report.status.message())}});
  };
  return std::make_unique<Cosigning>(enclave.ledger(), std::move(trust), std::move(options));
}

void JournalStart(Enclave& enclave, const RpcServer& server, const std::string& engine) {
  Journal("start", {{"address", server.address()},
                    {"admin", server.admin_address()},
                    {"version", absl::StrCat("kluisd ", KLUIS_VERSION)},
                    {"engine", engine},
                    {"store", StoreVersion()},
                    {"rpc", absl::StrCat("gRPC ", grpc::Version())},
                    {"policy", enclave.policy()->sha256},
                    {"log_entries", static_cast<int64_t>(enclave.ledger().size())},
                    {"log_removed", static_cast<int64_t>(enclave.ledger().removed())}});
}

}  // namespace

absl::Status Serve(const ServeOptions& options) {
  const sigset_t signals = BlockSignals();
  SendGrpcLogToJournal();
  KLUIS_ASSIGN_OR_RETURN(const std::unique_ptr<Enclave> enclave, Enclave::Open(options.dir));
  ClearSpills(enclave->paths().temporary());
  std::string version;
  KLUIS_ASSIGN_OR_RETURN(const std::unique_ptr<Engine> engine, NewEngine(*enclave, &version));
  KLUIS_RETURN_IF_ERROR(enclave->PutInForce(KLUIS_VERSION, BuildIdentity(version)));
  KLUIS_ASSIGN_OR_RETURN(const std::unique_ptr<Engine> replay_engine, NewReplayEngine(*enclave));
  ReleasePipeline pipeline(*engine, enclave->ledger(),
                           OptionsOf(*enclave, version, replay_engine.get()));
  KLUIS_ASSIGN_OR_RETURN(const std::unique_ptr<Cosigning> cosigning, AskWitnesses(*enclave));
  WorkerPool workers(Threads(), 64);
  const std::string listen = options.listen.empty() ? enclave->config().listen : options.listen;
  KLUIS_ASSIGN_OR_RETURN(
      const std::unique_ptr<RpcServer> server,
      RpcServer::Start({.listen = listen, .admin = options.admin}, *enclave, pipeline, workers));
  if (!server->admin_address().empty())
    std::printf("admin on %s\n", server->admin_address().c_str());
  std::printf("listening on %s\n", server->address().c_str());
  std::fflush(stdout);
  JournalStart(*enclave, *server, version);
  const int signal = WaitForTheEnd(signals, *enclave);
  const auto begin = std::chrono::steady_clock::now();
  server->Drain(kDrain_ms);
  const auto drained = std::chrono::steady_clock::now() - begin;
  Journal("stop", {{"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"},
                   {"ms", std::chrono::duration_cast<std::chrono::milliseconds>(drained).count()}});
  return absl::OkStatus();
}

}  // namespace kluis
