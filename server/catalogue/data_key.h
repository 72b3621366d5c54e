// The key of the data files.
#ifndef KLUIS_SERVER_CATALOGUE_DATA_KEY_H_
#define KLUIS_SERVER_CATALOGUE_DATA_KEY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// 256 bits under which snapshots are written and read. Nothing prints it, and it is wiped with the
// object. Immutable, so safe to share between threads.
class DataKey {
 public:
  // INVALID_ARGUMENT when it is not 32 bytes; the message has their number only.
  static absl::StatusOr<std::shared_ptr<const DataKey>> FromBytes(absl::string_view bytes);
  // From the operating system's random numbers: for data that nobody reads after this process.
  static std::shared_ptr<const DataKey> Random();
  ~DataKey();
  DataKey(const DataKey&) = delete;  // a key has one place in memory
  DataKey& operator=(const DataKey&) = delete;

  absl::string_view bytes() const { return bytes_; }
  // SHA-256 of the key, in hex: tells keys apart and gives none away.
  std::string Fingerprint() const;

 private:
  explicit DataKey(absl::string_view bytes) : bytes_(bytes.data(), bytes.size()) {}
  std::string bytes_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_CATALOGUE_DATA_KEY_H_
