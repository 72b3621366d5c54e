// Snapshots opened to be read, by the engine and for records. Internal to this folder.
#ifndef KLUIS_SERVER_ENGINE_SNAPSHOTS_H_
#define KLUIS_SERVER_ENGINE_SNAPSHOTS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/duckdb/duckdb.h"
#include "server/engine/engine.h"

namespace kluis {

// The name under which OpenSnapshots() attaches its `place`-th file: its rows are SchemaAt(0).data.
std::string SchemaAt(size_t place);

// A database in memory with the files attached, read-only. No connection to it reads or writes any
// other file, or changes that, but for spilling into a folder of its own below temp_directory, gone
// with the database. Errors as DuckConnection's.
absl::StatusOr<std::unique_ptr<DuckDatabase>> OpenSnapshots(const EngineOptions& options,
                                                            const std::vector<std::string>& files);

}  // namespace kluis

#endif  // KLUIS_SERVER_ENGINE_SNAPSHOTS_H_
