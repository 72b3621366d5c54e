#include "server/rpc/commands.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include "server/enclave/change_data_key.h"
#include "server/enclave/files.h"
#include "server/rpc/operator_client.h"

namespace kluis {
namespace {

constexpr int kDone = 0, kFault = 1, kWrongInput = 2, kUnreachable = 6;

void Say(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

// A line for each thing that is done, and a bar for a share of it, "37 %": rewritten on a terminal,
// and nowhere else.
class ProgressView {
 public:
  ProgressView() {
    const char* terminal = std::getenv("TERM");
    rewrites_ = isatty(STDERR_FILENO) && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
  }
  ~ProgressView() { EndBar(); }
  ProgressView(const ProgressView&) = delete;  // one bar on one terminal
  ProgressView& operator=(const ProgressView&) = delete;

  void Show(const std::string& line) {
    int percent = 0, read = 0;
    const bool is_share = std::sscanf(line.c_str(), "%d %%%n", &percent, &read) == 1 &&
                          read == static_cast<int>(line.size());
    if (!is_share) {
      EndBar();
      Say(line);
    } else if (rewrites_) {
      ShowBar(std::clamp(percent, 0, 100));
    }
  }

 private:
  void ShowBar(int percent) {
    constexpr int kWidth = 40;
    const std::string done(static_cast<size_t>(percent) * kWidth / 100, '#');
    std::fprintf(stderr, "\r[%-*s] %3d %%", kWidth, done.c_str(), percent);
    in_bar_ = true;
  }
  void EndBar() {
    if (in_bar_) std::fputc('\n', stderr);
    in_bar_ = false;
  }

  bool rewrites_ = false, in_bar_ = false;
};

// What `work` gives, when the bar of its progress has ended.
template <typename Work>
auto Watched(const Work& work) {
  ProgressView view;
  return work([&view](const std::string& line) { view.Show(line); });
}

int ExitCodeOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return kDone;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kDataLoss:
      return kWrongInput;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return kUnreachable;
    default:
      return kFault;
  }
}

int Report(const absl::Status& status) { return ReportStatus(status); }

}  // namespace

int ReportStatus(const absl::Status& status) {
  if (!status.ok()) std::fprintf(stderr, "kluisd: %s\n", std::string(status.message()).c_str());
  return ExitCodeOf(status.code());
}

int RunInit(const InitOptions& options) {
  const absl::Status status =
      Watched([&](const Operations::Progress& progress) { return InitEnclave(options, progress); });
  if (status.ok())
    Say("the enclave is in " + options.dir + "; start it: kluisd serve " + options.dir);
  return Report(status);
}

int RunImport(const std::string& dir, const std::string& entry) {
  const auto operations = OpenOperations(dir);
  if (!operations.ok()) return Report(operations.status());
  const auto report = Watched([&](const Operations::Progress& progress) {
    return (*operations)->Import(std::filesystem::absolute(entry).string(), progress);
  });
  if (report.ok()) std::printf("%s\n", report->c_str());
  return Report(report.status());
}

int RunUserAdd(const std::string& dir, const NewUser& user, const std::string& output) {
  const std::string file = output.empty() ? user.id + ".bundle" : output;
  if (std::filesystem::exists(file)) {
    return Report(absl::AlreadyExistsError(file + " exists; name another file with -o"));
  }
  const auto operations = OpenOperations(dir);
  if (!operations.ok()) return Report(operations.status());
  const auto bundle = (*operations)->AddUser(user);
  if (!bundle.ok()) return Report(bundle.status());
  const absl::Status written = WritePrivateFile(file, *bundle);
  if (written.ok()) std::printf("%s\n", file.c_str());
  return Report(written);
}

int RunUserRevoke(const std::string& dir, const std::string& id) {
  const auto operations = OpenOperations(dir);
  return Report(operations.ok() ? (*operations)->RevokeUser(id) : operations.status());
}

int RunRetain(const std::string& dir, const std::string& before) {
  const auto operations = OpenOperations(dir);
  if (!operations.ok()) return Report(operations.status());
  const auto removed = (*operations)->RemoveSealed(before);
  if (removed.ok()) std::printf("removed %lld sealed parts\n", static_cast<long long>(*removed));
  return Report(removed.status());
}

int RunRekey(const std::string& dir, const std::string& key_file) {
  const auto key = ChangeDataKey({.dir = dir, .key_file = key_file, .progress = Say});
  if (!key.ok()) return Report(key.status());
  std::printf("the data key is %s; the file of the old one is needed for backups alone\n",
              key->c_str());
  return kDone;
}

int RunServe(const ServeOptions& options) { return Report(Serve(options)); }

}  // namespace kluis
