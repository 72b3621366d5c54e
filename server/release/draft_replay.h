// What past releases would look like under a draft of the policy: which cells would be hidden or
// shown. Nothing is committed, and no figure leaves: places and signs only.
#ifndef KLUIS_SERVER_RELEASE_DRAFT_REPLAY_H_
#define KLUIS_SERVER_RELEASE_DRAFT_REPLAY_H_

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

// One release, then and under the draft.
struct DraftEffect {
  std::string
      refusal;        // the code, where the draft refuses the whole; then `hidden` counts all shown
  int64_t cells = 0;  // rows x statistics of the release
  int64_t hidden = 0;                      // shown then, not under the draft
  int64_t shown = 0;                       // the other way round
  std::vector<std::string> examples = {};  // at most kEffectExamples: "GM0917 1, n: hidden"
  bool changed() const { return hidden > 0 || shown > 0 || !refusal.empty(); }
};
inline constexpr size_t kEffectExamples = 3;

// Of two canonical answers (docs/answer.md) of one request. Rows are matched by their dimensions;
// one that only the first has counts as hidden, one that only the second has as shown.
DraftEffect CompareAnswers(absl::string_view then, absl::string_view under_draft);

// Answers under one draft by question, so that equal questions are computed once. Thread safe.
class KnownAnswers {
 public:
  using Answer = std::shared_ptr<const std::string>;

  // What `compute` gives, the first time that the question is asked; whoever asks it meanwhile
  // waits for that one. Answers are kept while all together are below kBytesMost, errors never.
  absl::StatusOr<Answer> Get(const std::string& question,
                             absl::FunctionRef<absl::StatusOr<Answer>()> compute);
  int64_t computed() const;

 private:
  struct Slot {
    bool done = false;
    absl::StatusOr<Answer> answer = nullptr;
  };

  static constexpr size_t kBytesMost = size_t{256} << 20;
  mutable std::mutex mutex_;
  std::condition_variable done_;
  std::map<std::string, std::shared_ptr<Slot>> slots_;
  size_t bytes_ = 0;
  int64_t computed_ = 0;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RELEASE_DRAFT_REPLAY_H_
