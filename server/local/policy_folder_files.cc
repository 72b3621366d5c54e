#include "server/local/policy_folder_files.h"

#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "server/catalogue/csv_reader.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolders[] = {"rules",   "projects",   "datasets",
                                    "presets", "indicators", "codes"};

bool IsText(const std::string& folder, const std::string& name) {
  if (folder == "codes") return absl::EndsWith(name, ".csv") || absl::EndsWith(name, ".csv.gz");
  return absl::EndsWith(name, ".yaml") || absl::EndsWith(name, ".yml");
}

absl::Status AddFolder(const fs::path& folder, PolicyFiles* files) {
  std::error_code error;
  for (const auto& file : fs::recursive_directory_iterator(folder, error)) {
    const std::string name = file.path().filename().string();
    if (!file.is_regular_file() || absl::StartsWith(name, ".") ||
        !IsText(folder.filename().string(), name))
      continue;
    const std::string path =
        (folder.filename() / file.path().lexically_relative(folder)).generic_string();
    KLUIS_ASSIGN_OR_RETURN((*files)[std::string(absl::StripSuffix(path, ".gz"))],
                           ReadTextFile(file.path().string()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LoadedPolicy> LoadPolicyFolder(const std::string& path) {
  fs::path root = path;
  if (!fs::is_directory(root / "rules") && fs::is_directory(root / "policies")) root /= "policies";
  if (!fs::is_directory(root / "rules"))
    return absl::InvalidArgumentError(absl::StrCat(path, ": no policy: it has no folder rules"));
  PolicyFiles files;
  for (const char* folder : kFolders) {
    if (fs::is_directory(root / folder)) KLUIS_RETURN_IF_ERROR(AddFolder(root / folder, &files));
  }
  for (const auto& file : fs::directory_iterator(root)) {
    const std::string name = file.path().filename().string();
    if (!file.is_regular_file() || !absl::EndsWith(name, ".yaml")) continue;
    KLUIS_ASSIGN_OR_RETURN(files[name], ReadTextFile(file.path().string()));
  }
  LoadedPolicy loaded{root.string(), ReadPolicyFolder(std::move(files))};
  if (!loaded.folder.ok())
    return absl::InvalidArgumentError(FormatDiagnostics(loaded.folder.errors));
  return loaded;
}

}  // namespace kluis
