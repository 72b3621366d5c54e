#include "server/rpc/witness_command.h"

#include <signal.h>

#include <cstdio>
#include <ctime>
#include <filesystem>

#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/cosignature.h"
#include "server/enclave/certificate.h"
#include "server/enclave/files.h"
#include "server/rpc/commands.h"
#include "server/rpc/journal.h"
#include "server/witness/http.h"
#include "server/witness/witness.h"

namespace kluis {
namespace {

absl::Status Init(const WitnessOptions& options) {
  std::error_code error;
  if (std::filesystem::exists(options.dir, error))
    return absl::AlreadyExistsError(options.dir + " exists; give a new directory");
  KLUIS_ASSIGN_OR_RETURN(const std::string logs, ReadFile(options.logs));
  KLUIS_RETURN_IF_ERROR(TrustPolicy::Parse(logs, options.logs).status());
  KLUIS_ASSIGN_OR_RETURN(const CosignatureSigner key,
                         CosignatureSigner::FromSeed(options.name, RandomKey(32)));
  KLUIS_RETURN_IF_ERROR(MakePrivateDirectory(options.dir));
  KLUIS_RETURN_IF_ERROR(WritePrivateFile(options.dir + "/logs", logs));
  KLUIS_RETURN_IF_ERROR(WritePrivateFile(options.dir + "/key", key.ToPrivateText() + "\n"));
  std::printf("%s\n", key.verifier().ToString().c_str());
  return absl::OkStatus();
}

void JournalFork(const ForkEvidence& fork) {
  Journal("fork", {{"message", "a log signed two histories; both checkpoints are kept"},
                   {"seen", fork.seen},
                   {"shown", fork.shown}});
}

absl::Status Serve(const WitnessOptions& options) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  KLUIS_ASSIGN_OR_RETURN(const std::string private_key, ReadFile(options.dir + "/key"));
  KLUIS_ASSIGN_OR_RETURN(const CosignatureSigner key,
                         CosignatureSigner::ParsePrivateText(absl::StripSuffix(private_key, "\n")));
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadFile(options.dir + "/logs"));
  KLUIS_ASSIGN_OR_RETURN(const TrustPolicy logs, TrustPolicy::Parse(text, options.dir + "/logs"));
  KLUIS_ASSIGN_OR_RETURN(const auto database, Database::Open(options.dir + "/state.db", ""));
  const auto now = [] { return static_cast<uint64_t>(std::time(nullptr)); };
  KLUIS_ASSIGN_OR_RETURN(const auto witness,
                         Witness::Open(*database, {key, logs, now, JournalFork}));
  KLUIS_ASSIGN_OR_RETURN(const auto server,
                         HttpServer::Start(options.listen, [&](const HttpRequest& request) {
                           return witness->Answer(request);
                         }));
  std::printf("listening on %s\n", server->address().c_str());
  std::fflush(stdout);
  Journal("start", {{"address", server->address()}, {"witness", key.verifier().name()}});
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) continue;
  return absl::OkStatus();
}

}  // namespace

int RunWitnessInit(const WitnessOptions& options) { return ReportStatus(Init(options)); }

int RunWitnessServe(const WitnessOptions& options) { return ReportStatus(Serve(options)); }

}  // namespace kluis
