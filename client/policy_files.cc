#include "client/policy_files.h"

#include <zlib.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/files.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr size_t kUnzippedMax = size_t{64} << 20;  // what a code list may have

absl::StatusOr<std::string> ReadZipped(const std::string& path) {
  const gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return FileError(path, "cannot read");
  std::string text, block(size_t{1} << 16, '\0');
  int got = 0;
  while (text.size() <= kUnzippedMax &&
         (got = gzread(file, block.data(), static_cast<unsigned>(block.size()))) > 0)
    text.append(block, 0, static_cast<size_t>(got));
  const bool whole = got >= 0 && gzclose(file) == Z_OK;
  if (!whole || text.size() > kUnzippedMax)
    return absl::InvalidArgumentError(absl::StrCat(path, ": cannot be unzipped, or is too large"));
  return text;
}

bool IsPolicy(const fs::path& folder) {
  for (const char* name : {"rules", "projects", "datasets", "presets", "indicators"}) {
    if (fs::is_directory(folder / name)) return true;
  }
  return fs::exists(folder / "officers.yaml") || fs::exists(folder / "witnesses.yaml");
}

bool IsText(const std::string& path) {
  for (const char* ending : {".yaml", ".yml"}) {
    if (absl::EndsWith(path, ending)) return true;
  }
  const bool codes = absl::StartsWith(path, "codes/");
  return codes && (absl::EndsWith(path, ".csv") || absl::EndsWith(path, ".csv.gz"));
}

// Hidden, templates, schemas, or a policy of its own.
bool IsElsewhere(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  if (absl::StartsWith(name, ".")) return true;
  return entry.is_directory() &&
         (name == "templates" || name == "schema" || IsPolicy(entry.path()));
}

absl::Status AddFile(const fs::path& file, const std::string& path,
                     std::map<std::string, std::string>* files) {
  if (absl::EndsWith(path, ".gz")) {
    KLUIS_ASSIGN_OR_RETURN((*files)[std::string(absl::StripSuffix(path, ".gz"))],
                           ReadZipped(file.string()));
    return absl::OkStatus();
  }
  KLUIS_ASSIGN_OR_RETURN((*files)[path], ReadWholeFile(file.string()));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::map<std::string, std::string>> ReadPolicyFiles(const std::string& folder) {
  std::error_code error;
  fs::path root = folder;
  if (!fs::is_directory(root, error))
    return absl::InvalidArgumentError(absl::StrCat(folder, ": there is no such folder"));
  if (!IsPolicy(root) && fs::is_directory(root / "policies", error)) root /= "policies";
  if (!IsPolicy(root))
    return absl::InvalidArgumentError(
        absl::StrCat(folder,
                     ": no policy: it has no folder rules, projects or datasets\nhint: "
                     "kluis policy new lists what to begin with"));
  std::map<std::string, std::string> files;
  fs::recursive_directory_iterator walk(root, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    if (IsElsewhere(*walk)) {
      walk.disable_recursion_pending();
      continue;
    }
    const std::string path = walk->path().lexically_relative(root).generic_string();
    if (!walk->is_regular_file(error) || !IsText(path)) continue;
    KLUIS_RETURN_IF_ERROR(AddFile(walk->path(), path, &files));
  }
  if (error)
    return absl::InvalidArgumentError(absl::StrCat(folder, ": cannot read: ", error.message()));
  return files;
}

}  // namespace kluis
