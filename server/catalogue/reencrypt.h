// Snapshots under another data key.
#ifndef KLUIS_SERVER_CATALOGUE_REENCRYPT_H_
#define KLUIS_SERVER_CATALOGUE_REENCRYPT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/catalogue/data_key.h"

namespace kluis {

// Every snapshot folder of a data folder, those of earlier imports too; an import that was cut off
// has left none. DATA_LOSS names one that cannot be read.
absl::StatusOr<std::vector<std::string>> SnapshotFolders(const std::string& data_folder);

// Of the key of the snapshot, as its manifest has it.
absl::StatusOr<std::string> KeyOfSnapshot(const std::string& folder);

// Writes the snapshot anew under `to` and puts it in the place of the old one, which is gone then:
// in one step, so after a crash the folder is whole and under one of the keys. The hash of a
// snapshot has no key in it and stays. REQUIRES: no import runs. INVALID_ARGUMENT: it is not of the
// key `from`; DATA_LOSS: it does not open.
absl::Status ReencryptSnapshot(const std::string& data_folder, const std::string& folder,
                               const DataKey& from, const DataKey& to);

// Removes what a ReencryptSnapshot() that was cut off has left: a half of the new one, or the old
// one.
absl::Status ClearReencrypted(const std::string& data_folder);

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_REENCRYPT_H_
