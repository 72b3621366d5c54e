#include "server/engine/snapshots.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/duckdb/collect.h"

namespace kluis {
namespace {

constexpr char kSpillPrefix[] = "spill-";

// DuckDB numbers the files of a spill from zero, so two databases must not share a folder.
std::string NextSpillFolder(const std::string& temp_directory) {
  static std::atomic<int64_t> count = 0;
  return absl::StrCat(temp_directory, "/", kSpillPrefix, getpid(), "-", ++count);
}

}  // namespace

std::string SchemaAt(size_t place) { return absl::StrCat("s", place); }

void ClearSpills(const std::string& temp_directory) {
  std::error_code error;
  std::vector<std::filesystem::path> spills;
  for (const auto& item : std::filesystem::directory_iterator(temp_directory, error)) {
    if (item.path().filename().string().rfind(kSpillPrefix, 0) == 0) spills.push_back(item.path());
  }
  for (const std::filesystem::path& path : spills) std::filesystem::remove_all(path, error);
}

absl::StatusOr<std::unique_ptr<DuckDatabase>> OpenSnapshots(const EngineOptions& options,
                                                            const std::vector<std::string>& files) {
  DuckConfig config = {{"threads", absl::StrCat(options.threads)},
                       {"memory_limit", absl::StrCat(options.memory_limit_mb, "MB")},
                       {"autoload_known_extensions", "false"},
                       {"autoinstall_known_extensions", "false"},
                       {"preserve_insertion_order", "false"}};
  if (options.data_key == nullptr) return absl::FailedPreconditionError("no data key");
  if (!options.temp_directory.empty()) {
    std::error_code ignored;  // without the folder a query that spills fails
    std::filesystem::create_directories(options.temp_directory, ignored);
    config.emplace_back("temp_directory", NextSpillFolder(options.temp_directory));
  }
  KLUIS_ASSIGN_OR_RETURN(auto database, DuckDatabase::Open("", config));
  KLUIS_ASSIGN_OR_RETURN(const auto connection, database->Connect());
  for (size_t place = 0; place < files.size(); ++place) {
    KLUIS_RETURN_IF_ERROR(connection->Attach(files[place], SchemaAt(place), options.data_key->bytes(),
                                             DuckConnection::Access::kRead));
  }
  KLUIS_RETURN_IF_ERROR(AllowCollect(*connection));
  KLUIS_RETURN_IF_ERROR(connection->Execute("SET enable_external_access = false"));
  KLUIS_RETURN_IF_ERROR(connection->Execute("SET lock_configuration = true"));
  return database;
}

}  // namespace kluis
