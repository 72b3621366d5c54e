// What a command reads: rule set, microdata with their catalogue entry.
#ifndef KLUIS_SERVER_LOCAL_INPUTS_H_
#define KLUIS_SERVER_LOCAL_INPUTS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/policy/rule_set.h"
#include "server/catalogue/catalogue.h"
#include "server/catalogue/data_key.h"

namespace kluis {

// As the server would load it, without its floors, and with the keys that need records.
// INVALID_ARGUMENT holds the diagnostics, with the file's name.
absl::StatusOr<RuleSet> LoadRules(const std::string& file);

// INVALID_ARGUMENT at a key of the rule set: {"waiver", "variable"}.
absl::Status RuleFault(const std::string& rules_file, const std::vector<std::string>& path,
                       const std::string& message, const std::string& hint);

// The key of the snapshots of this process: random, and nowhere but in its memory.
std::shared_ptr<const DataKey> ProcessDataKey();

struct Microdata {
  std::string file;   // CSV, CSV.gz or Parquet; empty: the entry's own
  std::string entry;  // YAML
};

// With how many threads it is read, and who hears which share is.
struct ImportEffort {
  int threads = 1;
  std::function<void(double done)> progress = {};
};

// The snapshot stands in `folder`, which must outlive its use. Code lists are relative to the
// nearest folder named policies above the entry, or beside the entry. INVALID_ARGUMENT: what is
// wrong with entry or rows, by place and never by value.
absl::StatusOr<Snapshot> ImportMicrodata(const Microdata& microdata, const std::string& folder,
                                         const ImportEffort& effort);

// The text of a code list named in `description`: beside it, or below the nearest policies folder.
absl::StatusOr<std::string> ReadCodesBeside(const std::string& description,
                                            const std::string& codes);

}  // namespace kluis

#endif  // KLUIS_SERVER_LOCAL_INPUTS_H_
