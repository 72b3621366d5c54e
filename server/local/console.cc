#include "server/local/console.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace kluis {
namespace {

constexpr std::chrono::milliseconds kBetweenUpdates(100);

LocalExit ExitOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kLocalDone;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kDataLoss:
      return kLocalUsage;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kPermissionDenied:
      return kLocalPolicy;
    case absl::StatusCode::kDeadlineExceeded:
      return kLocalTime;
    default:
      return kLocalFault;
  }
}

absl::Status CannotWrite(const std::string& path) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": cannot write: ", std::strerror(errno)));
}

bool IsPlace(const std::string& path) {  // a device or a pipe is written through
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
         !std::filesystem::is_directory(status);
}

bool IsStandardOutput(const std::string& path) { return path.empty() || path == "-"; }

std::string Beside(const std::string& path) { return absl::StrCat(path, ".", getpid(), ".tmp"); }

}  // namespace

LocalExit LocalFail(const LocalConsole& console, const absl::Status& status) {
  std::string text(status.message());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  console.err << "error: " << text << "\n";
  return ExitOf(status);
}

void LocalProgress::Show(absl::string_view stage, double done) {
  if (!console_.err_terminal) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < kBetweenUpdates) return;
  last_ = now;
  Clear();
  const int percent = static_cast<int>(100 * std::clamp(done, 0.0, 1.0));
  const std::string line = absl::StrCat(stage.substr(0, 60), " ", percent, " %");
  width_ = line.size();
  console_.err << line << std::flush;
}

void LocalProgress::Clear() {
  if (width_ == 0) return;
  console_.err << '\r' << std::string(width_, ' ') << '\r' << std::flush;
  width_ = 0;
}

absl::Status WriteOutput(const LocalConsole& console, const std::string& path,
                         absl::string_view text, bool secret) {
  if (IsStandardOutput(path)) {
    console.out.write(text.data(), static_cast<std::streamsize>(text.size()));
    console.out.flush();
    if (console.out || (console.reader_gone && console.reader_gone())) return absl::OkStatus();
    return absl::InvalidArgumentError("cannot write to standard output");
  }
  const std::string target = IsPlace(path) ? path : Beside(path);
  {
    std::ofstream file(target, std::ios::binary | std::ios::trunc);
    if (secret && target != path) chmod(target.c_str(), S_IRUSR | S_IWUSR);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.flush();
    if (!file) {
      const absl::Status status = CannotWrite(path);
      if (target != path) unlink(target.c_str());
      return status;
    }
  }
  if (target == path || std::rename(target.c_str(), path.c_str()) == 0) return absl::OkStatus();
  const absl::Status status = CannotWrite(path);
  unlink(target.c_str());
  return status;
}

absl::Status CheckOutput(const std::string& path) {
  if (IsStandardOutput(path) || IsPlace(path)) return absl::OkStatus();
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return absl::InvalidArgumentError(absl::StrCat(path, " is a folder"));
  const std::string trial = Beside(path);
  std::ofstream file(trial);
  if (!file) return CannotWrite(path);
  file.close();
  unlink(trial.c_str());
  return absl::OkStatus();
}

}  // namespace kluis
