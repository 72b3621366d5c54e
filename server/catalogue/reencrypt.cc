#include "server/catalogue/reencrypt.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/catalogue/catalogue_store.h"
#include "server/catalogue/csv_reader.h"
#include "server/catalogue/files.h"
#include "server/catalogue/snapshot_writer.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

// Cleared like what an import has left.
constexpr char kScratch[] = ".import-data-key";

absl::StatusOr<nlohmann::json> ManifestOf(const std::string& folder) {
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(folder + "/manifest.json"));
  auto manifest = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!manifest.is_object())
    return absl::DataLossError(absl::StrCat("snapshot ", folder, ": its manifest is damaged"));
  return manifest;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> SnapshotFolders(const std::string& data_folder) {
  std::vector<std::string> folders;
  std::error_code error;
  for (const auto& dataset : fs::directory_iterator(data_folder, error)) {
    const std::string name = dataset.path().filename().string();
    if (!dataset.is_directory() || name.front() == '.') continue;
    for (const auto& snapshot : fs::directory_iterator(dataset.path(), error)) {
      if (snapshot.is_directory() && fs::exists(snapshot.path() / "manifest.json"))
        folders.push_back(snapshot.path().string());
    }
  }
  if (error && fs::exists(data_folder))
    return absl::InternalError("the data folder cannot be read");
  std::sort(folders.begin(), folders.end());
  return folders;
}

absl::StatusOr<std::string> KeyOfSnapshot(const std::string& folder) {
  KLUIS_ASSIGN_OR_RETURN(const nlohmann::json manifest, ManifestOf(folder));
  const auto key = manifest.find("data_key");
  return key != manifest.end() && key->is_string() ? key->get<std::string>() : std::string();
}

absl::Status ReencryptSnapshot(const std::string& data_folder, const std::string& folder,
                               const DataKey& from, const DataKey& to) {
  KLUIS_ASSIGN_OR_RETURN(const Snapshot snapshot, ReadSnapshot(folder));
  KLUIS_RETURN_IF_ERROR(CheckDataKey(snapshot, from));
  KLUIS_RETURN_IF_ERROR(ClearReencrypted(data_folder));
  const std::string scratch = absl::StrCat(data_folder, "/", kScratch);
  std::error_code error;
  fs::create_directories(scratch, error);
  for (const auto& item : fs::directory_iterator(folder, error)) {
    const fs::path name = item.path().filename();
    if (name == "snapshot.duckdb" || name == "manifest.json") continue;
    fs::copy(item.path(), fs::path(scratch) / name, fs::copy_options::recursive, error);
    if (error) break;
  }
  if (error) return absl::UnavailableError(absl::StrCat(folder, ": ", error.message()));
  const absl::Status copied =
      CopySnapshotFile(snapshot.file, from, scratch + "/snapshot.duckdb", to);
  if (!copied.ok()) {
    fs::remove_all(scratch, error);
    return absl::DataLossError(absl::StrCat("snapshot ", folder, ": ", copied.message()));
  }
  KLUIS_ASSIGN_OR_RETURN(nlohmann::json manifest, ManifestOf(folder));
  manifest["data_key"] = to.Fingerprint();
  KLUIS_RETURN_IF_ERROR(WriteFileDurably(scratch + "/manifest.json", manifest.dump(2) + "\n"));
  KLUIS_RETURN_IF_ERROR(SyncTree(scratch));
  KLUIS_RETURN_IF_ERROR(PutInPlace(scratch, folder));
  KLUIS_RETURN_IF_ERROR(SyncPath(fs::path(folder).parent_path().string()));
  return ClearReencrypted(data_folder);
}

absl::Status ClearReencrypted(const std::string& data_folder) {
  const std::string scratch = absl::StrCat(data_folder, "/", kScratch);
  std::error_code error;
  if (!fs::exists(scratch, error)) return absl::OkStatus();
  fs::remove_all(scratch, error);
  if (error) return absl::UnavailableError(absl::StrCat(scratch, ": ", error.message()));
  return SyncPath(data_folder);
}

}  // namespace kluis
