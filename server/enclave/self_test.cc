#include "server/enclave/self_test.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/enclave/files.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr char kName[] = "kluis-sdc";
constexpr size_t kToldMost = 4000;

std::string Program(const SelfTestOptions& options) {
  if (!options.program.empty()) return options.program;
  std::error_code error;
  const fs::path beside = fs::read_symlink("/proc/self/exe", error).parent_path() / kName;
  return !error && access(beside.c_str(), X_OK) == 0 ? beside.string() : kName;
}

// With an empty environment but PATH and TMPDIR, no signals blocked, and its output in a file.
absl::StatusOr<pid_t> Spawn(const std::string& program, const std::string& folder,
                            const std::string& output, const std::string& temporary) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::string words[] = {kName, "policy", "test", folder};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
  const char* path = std::getenv("PATH");
  std::string variables[] = {absl::StrCat("PATH=", path == nullptr ? "/usr/bin:/bin" : path),
                             absl::StrCat("TMPDIR=", temporary)};
  char* environment[] = {variables[0].data(), variables[1].data(), nullptr};
  pid_t child = 0;
  const int fault =
      posix_spawnp(&child, program.c_str(), &actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (fault == 0) return child;
  return absl::UnavailableError(absl::StrCat("the tests of the policy need ", kName,
                                             ", beside kluisd or in PATH: ", std::strerror(fault)));
}

// The exit code; UNAVAILABLE: a signal ended it, or we did.
absl::StatusOr<int> WaitFor(pid_t child, int seconds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  for (;;) {
    int state = 0;
    const pid_t ended = ::waitpid(child, &state, WNOHANG);
    if (ended == child && WIFEXITED(state)) return WEXITSTATUS(state);
    if (ended != 0 && !(ended < 0 && errno == EINTR))
      return absl::UnavailableError("the tests of the policy did not run to their end");
    if (std::chrono::steady_clock::now() > deadline) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &state, 0);
      return absl::UnavailableError(
          absl::StrCat("the tests of the policy were not done after ", seconds, " s"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

absl::Status Run(const PolicyFiles& files, const SelfTestOptions& options) {
  const std::string folder = options.scratch + "/policy", output = options.scratch + "/output";
  const std::string temporary = options.scratch + "/tmp";
  KLUIS_RETURN_IF_ERROR(MakePrivateDirectory(folder));
  KLUIS_RETURN_IF_ERROR(MakePrivateDirectory(temporary));
  KLUIS_RETURN_IF_ERROR(WritePrivateFiles(folder, files));
  KLUIS_ASSIGN_OR_RETURN(const pid_t child, Spawn(Program(options), folder, output, temporary));
  KLUIS_ASSIGN_OR_RETURN(const int exit, WaitFor(child, options.seconds_most));
  if (exit == 0) return absl::OkStatus();
  const absl::StatusOr<std::string> told = ReadFile(output);
  return absl::InvalidArgumentError(absl::StrCat("the tests beside the policy fail:\n",
                                                 told.ok() ? told->substr(0, kToldMost) : "",
                                                 "hint: kluis policy test"));
}

}  // namespace

absl::Status RunPolicyTests(const PolicyFiles& files, const SelfTestOptions& options) {
  const bool any = std::any_of(files.begin(), files.end(), [](const auto& file) {
    return absl::EndsWith(file.first, "_test.yaml");
  });
  if (!any) return absl::OkStatus();
  std::error_code error;
  fs::remove_all(options.scratch, error);
  const absl::Status status = Run(files, options);
  fs::remove_all(options.scratch, error);
  return status;
}

}  // namespace kluis
