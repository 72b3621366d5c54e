#include "server/catalogue/catalogue_store.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/sha256.h"
#include "server/catalogue/csv_reader.h"
#include "server/catalogue/files.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

absl::Status Damaged(const std::string& folder, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("snapshot ", folder, ": ", what));
}

// Throws json::exception on a wrong type; ReadSnapshot turns that into a status.
void FillFromManifest(const json& manifest, Snapshot* snapshot) {
  snapshot->sha256 = manifest.at("sha256").get<std::string>();
  snapshot->rows = manifest.at("rows").get<int64_t>();
  snapshot->rows_dropped = manifest.at("rows_dropped").get<int64_t>();
  snapshot->imported_at = manifest.at("imported_at").get<std::string>();
  snapshot->data_key = manifest.value("data_key", "");
  snapshot->unique = manifest.at("unique").get<std::map<std::string, bool>>();
  snapshot->constant =
      manifest.at("constant").get<std::map<std::string, std::vector<std::string>>>();
  snapshot->nested =
      manifest.value("nested", std::map<std::string, std::vector<std::string>>());
}

}  // namespace

std::string SnapshotHash(const std::string& entry_sha256,
                         const std::map<std::string, std::string>& code_sha256,
                         const SnapshotOrigin& origin) {
  std::string text = absl::StrCat("kluis snapshot v1\nentry ", entry_sha256, "\n");
  for (const auto& [name, hash] : code_sha256)
    absl::StrAppend(&text, "codes ", hash, " ", name, "\n");
  return Sha256Hex(
      absl::StrCat(text, "source ", origin.source_sha256, "\nkey ", origin.key_fingerprint, "\n"));
}

absl::Status WriteManifest(const std::string& folder, const Snapshot& snapshot,
                           const SnapshotOrigin& origin) {
  const json manifest = {{"dataset", snapshot.entry.name},
                         {"sha256", snapshot.sha256},
                         {"source_sha256", origin.source_sha256},
                         {"pseudonym_key", origin.key_fingerprint},
                         {"data_key", snapshot.data_key},
                         {"rows", snapshot.rows},
                         {"rows_dropped", snapshot.rows_dropped},
                         {"imported_at", snapshot.imported_at},
                         {"unique", snapshot.unique},
                         {"constant", snapshot.constant},
                         {"nested", snapshot.nested}};
  return WriteFileDurably(absl::StrCat(folder, "/manifest.json"), manifest.dump(2) + "\n");
}

absl::StatusOr<Snapshot> ReadSnapshot(const std::string& folder) {
  Snapshot snapshot;
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(folder + "/manifest.json"));
  KLUIS_ASSIGN_OR_RETURN(const std::string yaml, ReadTextFile(folder + "/entry.yaml"));
  const json manifest = json::parse(text, nullptr, /*allow_exceptions=*/false);
  std::map<std::string, std::string> code_hashes;
  const auto read = [&](const std::string& path) -> absl::StatusOr<std::string> {
    KLUIS_ASSIGN_OR_RETURN(std::string codes,
                           ReadTextFile(absl::StrCat(folder, "/policies/", path)));
    code_hashes[path] = Sha256Hex(codes);
    return codes;
  };
  Parsed<DatasetEntry> entry = ParseDatasetEntry(yaml, "entry.yaml", read);
  if (!entry.ok()) return Damaged(folder, entry.diagnostics.front().message);
  snapshot.entry = std::move(entry.value);
  SnapshotOrigin origin;
  try {
    FillFromManifest(manifest, &snapshot);
    origin.source_sha256 = manifest.at("source_sha256").get<std::string>();
    origin.key_fingerprint = manifest.at("pseudonym_key").get<std::string>();
  } catch (const json::exception&) {
    return Damaged(folder, "manifest.json does not hold what it should");
  }
  if (SnapshotHash(Sha256Hex(yaml), code_hashes, origin) != snapshot.sha256) {
    return Damaged(folder, "entry or code lists are not those of the import");
  }
  snapshot.file = fs::absolute(folder).lexically_normal().string() + "/snapshot.duckdb";
  if (!fs::exists(snapshot.file)) return Damaged(folder, "snapshot.duckdb is missing");
  return snapshot;
}

absl::Status CheckDataKey(const Snapshot& snapshot, const DataKey& key) {
  if (snapshot.data_key == key.Fingerprint()) return absl::OkStatus();
  const std::string& name = snapshot.entry.name;
  if (snapshot.data_key.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the snapshot of ", name, " is not encrypted: it was imported by an earlier ",
                     "version\nhint: import ", name, " again; that replaces it"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the snapshot of ", name, " is encrypted with another data key\nhint: put the ",
                   "key file back that it was imported with"));
}

absl::StatusOr<std::unique_ptr<Catalogue>> Catalogue::Open(const std::string& data_folder) {
  auto view = std::make_shared<CatalogueView>();
  std::error_code error;
  for (fs::directory_iterator it(data_folder, error), end; !error && it != end;
       it.increment(error)) {
    const std::string folder = it->path().string();
    if (!fs::exists(folder + "/current")) continue;
    KLUIS_ASSIGN_OR_RETURN(const std::string current, ReadTextFile(folder + "/current"));
    KLUIS_ASSIGN_OR_RETURN(Snapshot snapshot, ReadSnapshot(absl::StrCat(
                                                  folder, "/", absl::StripSuffix(current, "\n"))));
    const std::string name = snapshot.entry.name;
    view->datasets[name] = std::move(snapshot);
  }
  if (error && fs::exists(data_folder))
    return absl::InternalError("the data folder cannot be read");
  std::unique_ptr<Catalogue> catalogue(new Catalogue());
  catalogue->view_ = std::move(view);
  return catalogue;
}

std::shared_ptr<const CatalogueView> Catalogue::view() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return view_;
}

absl::Status Catalogue::Add(const std::string& manifest) {
  KLUIS_ASSIGN_OR_RETURN(Snapshot snapshot,
                         ReadSnapshot(fs::path(manifest).parent_path().string()));
  const std::lock_guard<std::mutex> lock(mutex_);
  auto next = std::make_shared<CatalogueView>(*view_);
  const std::string name = snapshot.entry.name;
  next->datasets[name] = std::move(snapshot);
  view_ = std::move(next);
  return absl::OkStatus();
}

}  // namespace kluis
