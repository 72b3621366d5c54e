// Encryption at rest of what only reviewers may read: AES-256-GCM of OpenSSL.
#ifndef KLUIS_SERVER_LEDGER_SEALED_BOX_H_
#define KLUIS_SERVER_LEDGER_SEALED_BOX_H_

#include <initializer_list>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// Immutable, thread safe. A closed text is 12 random bytes, the cipher text and a tag of 16.
class SealedBox {
 public:
  // INVALID_ARGUMENT when the key does not have 32 bytes.
  static absl::StatusOr<std::unique_ptr<const SealedBox>> FromKey(absl::string_view key);
  ~SealedBox();
  SealedBox(const SealedBox&) = delete;  // a key has one place in memory
  SealedBox& operator=(const SealedBox&) = delete;

  std::string Close(absl::string_view plain, absl::string_view bound_to) const;
  // Of their concatenation.
  std::string Close(std::initializer_list<absl::string_view> parts,
                    absl::string_view bound_to) const;
  // DATA_LOSS when it was closed under another key, bound to something else, or changed.
  absl::StatusOr<std::string> Open(absl::string_view closed, absl::string_view bound_to) const;

 private:
  struct Contexts;
  explicit SealedBox(absl::string_view key);
  std::string key_;
  std::unique_ptr<Contexts> contexts_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_LEDGER_SEALED_BOX_H_
