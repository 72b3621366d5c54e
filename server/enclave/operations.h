// What an operator does with an enclave, whether in this process or in the server that runs.
#ifndef KLUIS_SERVER_ENCLAVE_OPERATIONS_H_
#define KLUIS_SERVER_ENCLAVE_OPERATIONS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace kluis {

// The shortest term of a sealed part.
inline constexpr int kRetentionYears = 5;

struct NewUser {
  std::string id, role, organisation;
  std::string person = {};  // an id of the human being, who may be several users; empty: `id`
};

// Errors: INVALID_ARGUMENT, ALREADY_EXISTS and NOT_FOUND are the operator's (exit 2); UNAVAILABLE
// means that no server answers (exit 6); all else is ours (exit 1).
class Operations {
 public:
  using Progress = std::function<void(const std::string& line)>;
  virtual ~Operations() = default;

  // Loads microdata under a catalogue entry; `entry_path` is absolute. `progress` hears what is done,
  // and the share of the file that is read, "37 %". The text to print: rows,
  // dropped rows, snapshot hash. Bad input is INVALID_ARGUMENT with place, rule and hint.
  virtual absl::StatusOr<std::string> Import(const std::string& entry_path,
                                             const Progress& progress) = 0;
  // Registers the user and gives the bundle: JSON with server, ca, key, certificate, log_key.
  virtual absl::StatusOr<std::string> AddUser(const NewUser& user) = 0;
  // Removes the sealed parts of log entries before `day`, YYYY-MM-DD. Returns how many. The law wants
  // the reasons of a release kept for kRetentionYears: INVALID_ARGUMENT for a later day.
  virtual absl::StatusOr<int64_t> RemoveSealed(const std::string& day) = 0;
  // Holds from the moment it returns, on open connections too.
  virtual absl::Status RevokeUser(const std::string& id) = 0;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_OPERATIONS_H_
