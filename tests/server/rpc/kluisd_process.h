// `kluisd serve` as a child, and the programs' commands as a shell runs them.
#ifndef KLUIS_TESTS_SERVER_RPC_KLUISD_PROCESS_H_
#define KLUIS_TESTS_SERVER_RPC_KLUISD_PROCESS_H_

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace kluis {

struct Ran {
  int exit = -1;
  std::string output;  // both streams
};

inline Ran RunShell(const std::string& command) {
  Ran ran;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  char bytes[4096];
  for (size_t got; (got = std::fread(bytes, 1, sizeof bytes, pipe)) > 0;)
    ran.output.append(bytes, got);
  const int status = ::pclose(pipe);
  ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

// Serves `dir` on a free port of loopback; killed when it is destroyed.
class KluisdProcess {
 public:
  // `descriptors`: RLIMIT_NOFILE of the child, 0 for ours. `journal`: where standard error goes.
  explicit KluisdProcess(const std::string& dir, rlim_t descriptors = 0,
                         const std::string& journal = "") {
    int out[2] = {-1, -1};
    EXPECT_EQ(::pipe(out), 0);
    id_ = ::fork();
    if (id_ == 0) {
      const rlimit limit = {descriptors, descriptors};
      if (descriptors > 0) setrlimit(RLIMIT_NOFILE, &limit);
      if (!journal.empty())
        ::dup2(::open(journal.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600), STDERR_FILENO);
      ::dup2(out[1], STDOUT_FILENO);
      ::execl(KLUISD, "kluisd", "serve", dir.c_str(), "--listen", "127.0.0.1:0", nullptr);
      _exit(127);
    }
    ::close(out[1]);
    std::string text;
    for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) text.push_back(c);
    ::close(out[0]);
    EXPECT_EQ(text.rfind("listening on 127.0.0.1:", 0), 0u) << text;
    if (text.rfind(':') != std::string::npos) port_ = std::stoi(text.substr(text.rfind(':') + 1));
  }
  ~KluisdProcess() {
    if (id_ > 0) ::kill(id_, SIGKILL), ::waitpid(id_, nullptr, 0);
  }

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  pid_t id() const { return id_; }
  void Signal(int signal) const { ::kill(id_, signal); }
  // The exit code after SIGTERM; -1 when a signal ended it.
  int Terminate() {
    ::kill(id_, SIGTERM);
    int status = 0;
    ::waitpid(id_, &status, 0);
    id_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t id_ = 0;
  int port_ = 0;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_RPC_KLUISD_PROCESS_H_
