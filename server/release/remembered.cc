#include "server/release/remembered.h"

#include <iterator>

namespace kluis {

std::optional<RememberedTable> Remembered::Find(const std::string& question) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = places_.find(question);
  if (found == places_.end()) return std::nullopt;
  kept_.splice(kept_.begin(), kept_, found->second);
  return kept_.front().known;
}

void Remembered::Keep(const std::string& question, const ProtectedTable& table,
                      const Population& population) {
  const auto values = static_cast<int64_t>(table.values().size() * table.shape().statistics.size() +
                                           4 * table.review().size());
  if (values > most_) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (places_.count(question) > 0) return;
  kept_.push_front({question, {table, population}, values});
  places_[question] = kept_.begin();
  for (values_ += values; values_ > most_; kept_.pop_back()) {
    values_ -= kept_.back().values;
    places_.erase(kept_.back().question);
  }
}

}  // namespace kluis
