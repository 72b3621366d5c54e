// How engines run a plan, and what a caller hears of a failed run. Internal to this folder.
#ifndef KLUIS_SERVER_ENGINE_MASKED_H_
#define KLUIS_SERVER_ENGINE_MASKED_H_

#include <atomic>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {

// Thread safe.
class Masked {
 public:
  explicit Masked(std::function<void(const std::string&)> operator_log)
      : operator_log_(std::move(operator_log)) {}

  // An error, unless it is CANCELLED, becomes a number for the caller; the operator's log gets the
  // number with the error's text.
  absl::StatusOr<AggregateTable> operator()(const AggregationPlan& plan,
                                            absl::StatusOr<AggregateTable> table) {
    if (table.ok() || absl::IsCancelled(table.status())) return table;
    const int64_t reference = ++references_;
    if (operator_log_) {
      operator_log_(absl::StrCat("engine failure ", reference, ": plan ", plan.sha256, ": ",
                                 std::string(table.status().message())));
    }
    return absl::InternalError(absl::StrCat("engine failed (reference ", reference, ")"));
  }

 private:
  const std::function<void(const std::string&)> operator_log_;
  std::atomic<int64_t> references_ = 0;
};

// Numbers of 64 bits first, which is faster; where one is larger, `run` again with wide ones.
template <typename RunPlan>
absl::StatusOr<AggregateTable> NarrowThenWide(RunPlan&& run) {
  absl::StatusOr<AggregateTable> table = run(/*narrow=*/true);
  const bool overflow = !table.ok() && absl::IsOutOfRange(table.status());
  if (overflow) table = run(/*narrow=*/false);
  return table;
}

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_MASKED_H_
