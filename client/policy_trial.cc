#include "client/policy_trial.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

extern char** environ;

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr char kName[] = "kluis-sdc";

// Beside this program, where both are installed and built; else as the shell finds it.
std::string Program() {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  const fs::path beside = self.parent_path() / kName;
  return !error && access(beside.c_str(), X_OK) == 0 ? beside.string() : kName;
}

std::vector<std::string> Arguments(const PolicyOptions& options, const std::string& language) {
  std::vector<std::string> arguments = {kName,      "policy",       options.action, options.folder,
                                        "--format", options.format, "--lang",       language};
  if (options.action == "explain")
    arguments.insert(arguments.end(), {"--query", options.query, "--project", options.project});
  return arguments;
}

}  // namespace

absl::StatusOr<int> RunTrial(const Console& console, const PolicyOptions& options) {
  console.out.flush();
  const std::string program = Program();
  std::vector<std::string> arguments = Arguments(options, LanguageOf(console, options.language));
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  pid_t child = 0;
  const int fault =
      posix_spawnp(&child, program.c_str(), nullptr, nullptr, pointers.data(), environ);
  if (fault != 0)
    return absl::InvalidArgumentError(absl::StrCat("policy ", options.action, " needs ", kName,
                                                   ", which is neither beside this "
                                                   "program nor in PATH: ",
                                                   std::strerror(fault)));
  int state = 0;
  while (waitpid(child, &state, 0) < 0) {
    if (errno != EINTR) return absl::InternalError("the exit of kluis-sdc was lost");
  }
  return WIFEXITED(state) ? WEXITSTATUS(state) : static_cast<int>(kExitFault);
}

}  // namespace kluis
