// c2sp.org/tlog-witness: signs the checkpoints that continue all it has seen of a log.
#ifndef KLUIS_SERVER_WITNESS_WITNESS_H_
#define KLUIS_SERVER_WITNESS_WITNESS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/evidence/cosignature.h"
#include "disclosure/evidence/trust.h"
#include "server/store/database.h"
#include "server/witness/http.h"

namespace kluis {

// A request to add-checkpoint:
//   old <size>
//   <base64 hash> ... of the consistency proof, one line each
//   <empty line>
//   <checkpoint: a signed note>
struct AddCheckpoint {
  uint64_t old_size = 0;
  std::vector<std::string> proof;
  std::string note;
};
std::string FormatAddCheckpoint(const AddCheckpoint& request);
// INVALID_ARGUMENT for other texts.
absl::StatusOr<AddCheckpoint> ParseAddCheckpoint(absl::string_view body);

// Two checkpoints of one log that do not go together, both with its signature.
struct ForkEvidence {
  std::string seen, shown;  // notes
};

// Thread safe.
class Witness {
 public:
  struct Options {
    CosignatureSigner key;
    TrustPolicy logs;               // of which only the logs matter
    std::function<uint64_t()> now;  // seconds since 1970
    std::function<void(const ForkEvidence&)> on_fork = {};
  };
  // `database` must outlive the witness; its tables are made.
  static absl::StatusOr<std::unique_ptr<Witness>> Open(Database& database, Options options);

  // The answer to POST /add-checkpoint; 404 for anything else. What is signed is durable before
  // the answer is there. 200: cosignature lines. 400: no such request. 403: the log's signature
  // does not hold. 404: an unknown log. 409: another size was seen last (the body is that size), or
  // the size that was seen last with another root. 422: the proof does not hold. 500: the disk
  // fails.
  HttpResponse Answer(const HttpRequest& request);

  // All that was kept, oldest first.
  absl::StatusOr<std::vector<ForkEvidence>> Forks() const;

 private:
  Witness(Database& database, Options options)
      : database_(database), options_(std::move(options)) {}
  HttpResponse Judge(const AddCheckpoint& request);
  HttpResponse JudgeAgainstSeen(Connection& connection, const AddCheckpoint& request,
                                const Checkpoint& shown, absl::Status* kept);

  Database& database_;
  Options options_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_WITNESS_WITNESS_H_
