// Another data key for an enclave: snapshots and the sealed parts of the log are encrypted anew.
#ifndef KLUIS_SERVER_ENCLAVE_CHANGE_DATA_KEY_H_
#define KLUIS_SERVER_ENCLAVE_CHANGE_DATA_KEY_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace kluis {

struct DataKeyChange {
  std::string dir;
  // The file of the new key: one of 32 bytes that is there, or a place for one that is made. Empty:
  // made in keys/ of the directory.
  std::string key_file = {};
  // Hears each step when it is done.
  std::function<void(const std::string& line)> progress = [](const std::string&) {};
};

// Changes the key, or goes on with a change that was cut off, at whatever moment; until it is done
// nothing is served. Gives the path of the key that holds from now on; the file of the old one is
// left where it is and needed no more. The change is an entry of the log (`key`).
// INVALID_ARGUMENT: a server or another command holds the directory, the key is the old one, or a
// file is not as it should be; DATA_LOSS: the log or a snapshot does not verify, and nothing of it
// was changed.
absl::StatusOr<std::string> ChangeDataKey(const DataKeyChange& change);

// OK when no change was cut off; else INVALID_ARGUMENT with what to do.
absl::Status CheckNoDataKeyChange(const std::string& dir);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_CHANGE_DATA_KEY_H_
