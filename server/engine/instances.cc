#include "server/engine/instances.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "disclosure/base/status_macros.h"
#include "server/engine/snapshots.h"

namespace kluis {
namespace {

constexpr size_t kRecent = 32;  // files kept attached
constexpr auto kPoll = std::chrono::milliseconds(5);

EngineOptions WithHalfTheMemory(EngineOptions options) {
  options.memory_limit_mb /= 2;
  return options;
}

}  // namespace

bool Instance::Has(const std::vector<std::string>& wanted) const {
  return std::all_of(wanted.begin(), wanted.end(), [this](const std::string& file) {
    return std::find(files.begin(), files.end(), file) != files.end();
  });
}

std::string Instance::SchemaOf(const std::string& file) const {
  return SchemaAt(static_cast<size_t>(std::find(files.begin(), files.end(), file) - files.begin()));
}

Instances::Instances(EngineOptions options) : options_(WithHalfTheMemory(std::move(options))) {}

absl::StatusOr<std::shared_ptr<const Instance>> Instances::With(
    const std::vector<std::string>& files, const std::atomic<bool>* cancelled) {
  for (;; std::this_thread::sleep_for(kPoll)) {
    if (cancelled != nullptr && cancelled->load()) return absl::CancelledError("cancelled");
    const std::lock_guard<std::mutex> lock(mutex_);
    if (current_ != nullptr && current_->Has(files)) {
      Touch(files);
      return current_;
    }
    if (!previous_.expired()) continue;
    KLUIS_ASSIGN_OR_RETURN(auto opened, Open(files));
    Touch(files);
    previous_ = current_;
    current_ = std::move(opened);
    return current_;
  }
}

// With what was asked for of late, so that plans on different snapshots share one database. A
// snapshot can have been replaced since; then its file is gone.
absl::StatusOr<std::shared_ptr<const Instance>> Instances::Open(
    const std::vector<std::string>& files) const {
  auto instance = std::make_shared<Instance>();
  instance->files = files;
  for (const std::string& file : recent_) {
    std::error_code ignored;
    if (!instance->Has({file}) && std::filesystem::exists(file, ignored))
      instance->files.push_back(file);
  }
  auto database = OpenSnapshots(options_, instance->files);
  if (!database.ok()) {  // another file may be damaged
    instance->files = files;
    database = OpenSnapshots(options_, files);
  }
  KLUIS_ASSIGN_OR_RETURN(instance->database, std::move(database));
  return instance;
}

void Instances::Touch(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    recent_.remove(file);
    recent_.push_front(file);
  }
  if (recent_.size() > kRecent) recent_.resize(kRecent);
}

}  // namespace kluis
