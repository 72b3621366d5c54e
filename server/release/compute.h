// From a judged request to what may leave. Internal to this folder.
#ifndef KLUIS_SERVER_RELEASE_COMPUTE_H_
#define KLUIS_SERVER_RELEASE_COMPUTE_H_

#include <atomic>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "disclosure/protect/protected_model.h"
#include "disclosure/protect/protected_table.h"
#include "server/engine/engine.h"
#include "server/ledger/ledger.h"
#include "server/release/judge.h"
#include "server/release/population.h"

namespace kluis {

struct Outcome {
  std::variant<Refusal, ProtectedTable, ProtectedModel> answer;
  AggregateTable table;  // RAW: of a table, for who may see it before protection
  Population population = {};
  bool read = false;  // the data were read for it
};

struct ComputeOptions {
  std::string cost_key;
  int round_to = 0;  // ProtectOptions; of tables only
  const std::atomic<bool>* cancelled = nullptr;
};

// Aggregates and protects. A model whose tables may not be shown is a refusal. Errors: of the
// engine; of protection, by their code alone (their text may name cells).
absl::StatusOr<Outcome> Compute(const JudgedRequest& request, Engine& engine,
                                const ComputeOptions& options,
                                const ReleasePipeline::Progress& progress);

// The canonical answer of it.
std::string AnswerOf(const Outcome& outcome, const AnswerContext& context);

// What the entry of it says of data that were read.
void FillUse(const Outcome& outcome, const JudgedRequest& request, ReleaseContext* context);

// The entry of it, and the release. Errors: as Ledger::Commit().
absl::StatusOr<CommittedRelease> CommitOutcome(
    const Outcome& outcome, const ReleaseContext& context, Ledger& ledger,
    const std::optional<DecidedAgainst>& against = std::nullopt);

}  // namespace kluis

#endif  // KLUIS_SERVER_RELEASE_COMPUTE_H_
