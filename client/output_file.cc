#include "client/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/files.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr int kLinksMax = 40;  // as the kernel
constexpr int kNewFileMode = 0666;

// What was closed to others stays closed to them.
int ModeOf(const std::string& path) {
  struct stat facts;
  return stat(path.c_str(), &facts) == 0 ? static_cast<int>(facts.st_mode & 0777) : kNewFileMode;
}

// The target of one link; nothing when `path` is none.
std::optional<std::string> LinkTarget(const std::string& path) {
  char target[PATH_MAX];
  const ssize_t size = readlink(path.c_str(), target, sizeof target);
  if (size < 0 || size == sizeof target) return std::nullopt;
  const std::string text(target, size);
  if (text.empty() || text[0] == '/') return text;
  return absl::StrCat(path.substr(0, path.rfind('/') + 1), text);
}

// N of /dev/fd/N: to open it again would lose the place where a shell's >> stands.
std::optional<int> DescriptorOf(absl::string_view path) {
  int descriptor = -1;
  const bool named =
      absl::ConsumePrefix(&path, "/proc/self/fd/") || absl::ConsumePrefix(&path, "/dev/fd/");
  if (!named || !absl::SimpleAtoi(path, &descriptor)) return std::nullopt;
  return descriptor;
}

// A descriptor that is open for writing, by another number.
int Duplicate(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFL);
  if (flags >= 0 && (flags & O_ACCMODE) == O_RDONLY) return errno = EBADF, -1;
  return fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
}

// Behind the links of `path`, as far as a descriptor of this process.
std::string Followed(const std::string& path) {
  std::string target = path;
  for (int links = 0; links < kLinksMax && !DescriptorOf(target); ++links) {
    auto next = LinkTarget(target);
    if (!next) break;
    target = *std::move(next);
  }
  return target;
}

}  // namespace

absl::StatusOr<OutputFile> OutputFile::Open(const std::string& path) {
  const auto through = [&path](int descriptor) -> absl::StatusOr<OutputFile> {
    if (descriptor < 0) return FileError(path, "cannot write");
    return OutputFile(path, descriptor);
  };
  const std::string target = Followed(path);
  if (const auto descriptor = DescriptorOf(target)) return through(Duplicate(*descriptor));
  struct stat facts;
  const bool there = stat(target.c_str(), &facts) == 0;
  if (!there && errno != ENOENT) return FileError(path, "cannot write");
  if (there && S_ISDIR(facts.st_mode))
    return absl::InvalidArgumentError(absl::StrCat(path, ": is a folder"));
  if (there && !S_ISREG(facts.st_mode))
    return through(open(target.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (there && access(target.c_str(), W_OK) != 0) return FileError(path, "cannot write");
  KLUIS_RETURN_IF_ERROR(TryBeside(target));
  return OutputFile(target, -1);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::Status OutputFile::Write(absl::string_view content) const {
  return is_file() ? WriteWholeFile(path_, content, ModeOf(path_))
                   : WriteAll(descriptor_, content, path_);
}

absl::StatusOr<AnswerFiles> AnswerFiles::Open(const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(OutputFile answer, OutputFile::Open(path));
  AnswerFiles files = {std::move(answer), std::nullopt};
  if (!files.answer.is_file()) return files;
  KLUIS_ASSIGN_OR_RETURN(OutputFile receipt, OutputFile::Open(absl::StrCat(path, ".receipt")));
  files.receipt.emplace(std::move(receipt));
  return files;
}

}  // namespace kluis
