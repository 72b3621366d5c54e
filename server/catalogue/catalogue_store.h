// The snapshots of a data folder: which there are, and which is current for each dataset.
#ifndef KLUIS_SERVER_CATALOGUE_CATALOGUE_STORE_H_
#define KLUIS_SERVER_CATALOGUE_CATALOGUE_STORE_H_

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/catalogue/catalogue.h"
#include "server/catalogue/data_key.h"

namespace kluis {

// Reads a snapshot folder: manifest.json, entry.yaml and codes/. DATA_LOSS when the copied entry or
// code lists are not those that the snapshot hash names.
absl::StatusOr<Snapshot> ReadSnapshot(const std::string& folder);

// INVALID_ARGUMENT, with what to do, when the snapshot is of another data key or was written before
// data files were encrypted. Believes the manifest; the file itself is not opened.
absl::Status CheckDataKey(const Snapshot& snapshot, const DataKey& key);

// Whether the DuckDB file is there, encrypted with this key, and its head undamaged.
bool OpensWith(const std::string& snapshot_file, const DataKey& key);

// What a snapshot is made of besides its entry and code lists.
struct SnapshotOrigin {
  std::string source_sha256;
  std::string key_fingerprint;  // of the pseudonyms: under another key the units do not link
};

// Writes manifest.json; entry.yaml and codes/ are there already.
absl::Status WriteManifest(const std::string& folder, const Snapshot& snapshot,
                           const SnapshotOrigin& origin);

// SHA-256 of the manifest text: one line per part (entry, each code list in order of name, source,
// key).
std::string SnapshotHash(const std::string& entry_sha256,
                         const std::map<std::string, std::string>& code_sha256,
                         const SnapshotOrigin& origin);

// Thread safe: readers keep the view that they have.
class Catalogue {
 public:
  // Reads the current snapshot of every dataset in the folder; an empty folder is an empty
  // catalogue.
  static absl::StatusOr<std::unique_ptr<Catalogue>> Open(const std::string& data_folder);

  std::shared_ptr<const CatalogueView> view() const;
  // Takes the snapshot that an import made into the view.
  absl::Status Add(const std::string& manifest);

 private:
  Catalogue() = default;
  mutable std::mutex mutex_;
  std::shared_ptr<const CatalogueView> view_;  // guarded by mutex_
};

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_CATALOGUE_STORE_H_
