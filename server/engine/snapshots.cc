#include "server/engine/snapshots.h"

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"

namespace kluis {

std::string SchemaAt(size_t place) { return absl::StrCat("s", place); }

absl::StatusOr<std::unique_ptr<DuckDatabase>> OpenSnapshots(const EngineOptions& options,
                                                            const std::vector<std::string>& files) {
  DuckConfig config = {{"threads", absl::StrCat(options.threads)},
                       {"memory_limit", absl::StrCat(options.memory_limit_mb, "MB")},
                       {"autoload_known_extensions", "false"},
                       {"autoinstall_known_extensions", "false"},
                       {"preserve_insertion_order", "false"}};
  if (!options.temp_directory.empty())
    config.emplace_back("temp_directory", options.temp_directory);
  KLUIS_ASSIGN_OR_RETURN(auto database, DuckDatabase::Open("", config));
  KLUIS_ASSIGN_OR_RETURN(const auto connection, database->Connect());
  for (size_t place = 0; place < files.size(); ++place) {
    KLUIS_RETURN_IF_ERROR(connection->Execute(absl::StrCat(
        "ATTACH ", QuoteText(files[place]), " AS ", SchemaAt(place), " (READ_ONLY)")));
  }
  KLUIS_RETURN_IF_ERROR(connection->Execute("SET enable_external_access = false"));
  KLUIS_RETURN_IF_ERROR(connection->Execute("SET lock_configuration = true"));
  return database;
}

}  // namespace kluis
