// What past releases would look like under a draft of the policy: which cells would be hidden or
// shown. Nothing is committed, and no figure leaves: places and signs only.
#ifndef KLUIS_SERVER_RELEASE_DRAFT_REPLAY_H_
#define KLUIS_SERVER_RELEASE_DRAFT_REPLAY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

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

// Answers under one draft by question, so that equal questions are computed once. Not thread safe.
class KnownAnswers {
 public:
  std::shared_ptr<const std::string> Find(const std::string& question) const;
  // Keeps it while all together are below kBytesMost.
  void Add(const std::string& question, std::shared_ptr<const std::string> answer);
  int64_t computed() const { return computed_; }

 private:
  static constexpr size_t kBytesMost = size_t{256} << 20;
  std::map<std::string, std::shared_ptr<const std::string>> answers_;
  size_t bytes_ = 0;
  int64_t computed_ = 0;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RELEASE_DRAFT_REPLAY_H_
