#include "tests/server/engine/two_clusters.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

constexpr char kBin[] = "/usr/lib/postgresql/15/bin/";
constexpr int kPort = 5432;  // of the socket's name only

// A server refuses to run as root.
std::vector<std::string> AsUser() {
  if (getuid() != 0) return {"setpriv", "--pdeathsig=INT"};
  return {"setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=INT"};
}

pid_t Spawn(std::vector<std::string> words, const std::string& log) {
  std::vector<std::string> all = AsUser();
  all.insert(all.end(), words.begin(), words.end());
  const pid_t child = fork();
  if (child != 0) return child;
  std::vector<char*> raw;
  for (std::string& word : all) raw.push_back(word.data());
  raw.push_back(nullptr);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(out, 1);
  dup2(out, 2);
  if (chdir("/") == 0) execvp(raw[0], raw.data());
  _exit(127);
}

bool Succeeds(std::vector<std::string> words, const std::string& log) {
  int status = 0;
  return waitpid(Spawn(std::move(words), log), &status, 0) > 0 && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

}  // namespace

TwoClusters* TwoClusters::Get() {
  static const std::unique_ptr<TwoClusters> clusters = [] {
    std::unique_ptr<TwoClusters> made(new TwoClusters());
    return made->Make() ? std::move(made) : nullptr;
  }();
  return clusters.get();
}

bool TwoClusters::Make() {
  namespace fs = std::filesystem;
  if (!fs::exists(absl::StrCat(kBin, "initdb"))) return false;
  std::string name = (fs::temp_directory_path() / "kluis_pg_XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return false;
  folder_ = name;
  const passwd* const user = getuid() == 0 ? getpwnam("postgres") : nullptr;
  if (user != nullptr && chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) return false;
  const std::string log = absl::StrCat(folder_, "/log");
  const std::string first = absl::StrCat(folder_, "/0");
  if (!Succeeds({absl::StrCat(kBin, "initdb"), "-D", first, "-U", "kluis", "-A", "trust",
                 "--no-sync", "-E", "UTF8", "--locale=C"},
                log) ||
      !Succeeds({"cp", "-a", first, absl::StrCat(folder_, "/1")}, log)) {
    return false;
  }
  for (const int i : {0, 1}) Start(i);
  return true;
}

void TwoClusters::Start(int cluster) {
  const std::string data = absl::StrCat(folder_, "/", cluster);
  servers_[cluster] =
      Spawn({absl::StrCat(kBin, "postgres"), "-D", data, "-k", data, "-p", absl::StrCat(kPort),
             "-c", "listen_addresses=", "-c", "shared_preload_libraries=auto_explain", "-c",
             "fsync=off", "-c", "shared_buffers=32MB", "-c", "jit=off"},
            absl::StrCat(folder_, "/log", cluster));
  for (int i = 0; i < 500; ++i) {
    if (PQping(DsnOf(cluster).c_str()) == PQPING_OK) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

PgResult TwoClusters::Sql(int cluster, const std::string& sql) const {
  auto connection =
      PgConnection::Connect(DsnOf(cluster), "test", {.read_only = false}, nullptr, nullptr);
  EXPECT_TRUE(connection.ok()) << connection.status();
  auto result = (*connection)->Query(sql);
  EXPECT_TRUE(result.ok()) << result.status() << ": " << sql;
  return std::move(*result);
}

std::string TwoClusters::LogOf(int cluster) const {
  std::ifstream in(absl::StrCat(folder_, "/log", cluster), std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

namespace {

// Of /proc/PID/stat: the parent, and the CPU time with that of children that have ended.
struct ProcessTimes {
  pid_t parent = 0;
  long ticks = 0;
};

ProcessTimes TimesOf(const std::string& pid) {
  std::ifstream in("/proc/" + pid + "/stat");
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  ProcessTimes times;
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return times;
  std::istringstream fields(text.substr(name_end + 1));
  std::string field;
  for (int i = 3; i <= 17 && fields >> field; ++i) {
    if (i == 4) times.parent = std::stoi(field);
    if (i >= 14) times.ticks += std::stol(field);
  }
  return times;
}

}  // namespace

double TwoClusters::CpuSeconds() const {
  long ticks = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    const ProcessTimes times = TimesOf(pid);
    for (const pid_t server : servers_) {
      if (times.parent == server || pid == std::to_string(server)) ticks += times.ticks;
    }
  }
  return static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

void TwoClusters::ExplainAll(bool on) const {
  for (const int cluster : {0, 1}) {
    if (!on) {
      Sql(cluster, "ALTER ROLE kluis RESET ALL");
      continue;
    }
    Sql(cluster,
        "ALTER ROLE kluis SET auto_explain.log_min_duration = 0;"
        "ALTER ROLE kluis SET auto_explain.log_analyze = on;"
        "ALTER ROLE kluis SET auto_explain.log_verbose = on;"
        "ALTER ROLE kluis SET auto_explain.log_format = json");
  }
}

void TwoClusters::Stop(int cluster) {
  if (servers_[cluster] <= 0) return;
  kill(servers_[cluster], SIGCONT);
  kill(servers_[cluster], SIGQUIT);
  waitpid(servers_[cluster], nullptr, 0);
  servers_[cluster] = 0;
}

void TwoClusters::Freeze(int cluster, bool frozen) {
  kill(servers_[cluster], frozen ? SIGSTOP : SIGCONT);
}

TwoClusters::~TwoClusters() {
  for (const int i : {0, 1}) Stop(i);
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

std::string TwoClusters::DsnOf(int cluster) const {
  return absl::StrCat("host=", folder_, "/", cluster, " port=", kPort,
                      " user=kluis dbname=postgres");
}

}  // namespace kluis
