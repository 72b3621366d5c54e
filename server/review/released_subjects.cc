#include "server/review/released_subjects.h"

#include <algorithm>
#include <cstddef>
#include <functional>

#include "disclosure/base/status_macros.h"
#include "server/review/log_reader.h"

namespace kluis {
namespace {

constexpr int64_t kReleasesSearched = 10'000;

}  // namespace

absl::Status ReleasedSubjects::ReadOn() {
  const uint64_t end = ledger_.size();
  if (end == read_) return absl::OkStatus();
  KLUIS_ASSIGN_OR_RETURN(
      std::vector<uint64_t> fresh,
      started_ ? ReleasedBetween(log_, read_, end) : ReleasedBefore(log_, end, kReleasesSearched));
  std::sort(fresh.begin(), fresh.end());
  for (const uint64_t index : fresh) {
    const auto sealed = ReadSealedRequest(ledger_, index);
    if (absl::IsNotFound(sealed.status())) continue;  // its term is over
    if (!sealed.ok()) return sealed.status();
    const PlanSubject subject = SubjectOfPlan(sealed->plan_canonical());
    released_[{subject.lineages, subject.variables}].push_back(index);
    started_ = true;
    read_ = index + 1;  // where one fails, the next call goes on with it
  }
  started_ = true;
  read_ = end;
  return absl::OkStatus();
}

absl::StatusOr<Overlap> ReleasedSubjects::About(const PlanSubject& subject, uint64_t before,
                                                size_t limit, std::optional<uint64_t> except) {
  const std::lock_guard<std::mutex> lock(mutex_);
  KLUIS_RETURN_IF_ERROR(ReadOn());
  Overlap about;
  for (const auto& [key, indices] : released_) {
    if (SharedVariables(subject, {key.first, key.second}).empty()) continue;
    const auto end = std::lower_bound(indices.begin(), indices.end(), before);
    const auto all = end - indices.begin();
    const bool has_except = except && std::binary_search(indices.begin(), end, *except);
    about.count += has_except ? all - 1 : all;
    const auto kept = static_cast<ptrdiff_t>(has_except ? limit + 1 : limit);
    about.newest.insert(about.newest.end(), end - std::min(all, kept), end);
  }
  if (except) std::erase(about.newest, *except);
  std::sort(about.newest.begin(), about.newest.end(), std::greater<>());
  about.newest.resize(std::min(about.newest.size(), limit));
  return about;
}

}  // namespace kluis
