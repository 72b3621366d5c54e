// The demo data: CBS-like registers of the seven municipalities of Parkstad Limburg, and the files
// that the catalogue entries of policies/demo/datasets describe. All of it is generated.
#ifndef KLUIS_SERVER_DEMO_DEMO_H_
#define KLUIS_SERVER_DEMO_DEMO_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace kluis {

struct DemoOptions {
  uint64_t seed = 20221231;
  std::string figures = "";  // the folder policies/demo/figures
  std::string output = "";   // exists; the files of a former run are replaced
  int shrink = 1;            // divides all populations; for tests
  bool registers = true;     // also the registers as CBS delivers them, in output/registers
};

// Writes the CSV files. The same seed gives the same bytes on every machine. `progress` gets one
// line per file. NOT_FOUND when a figure is missing, UNAVAILABLE when a file cannot be written.
absl::Status GenerateDemo(const DemoOptions& options,
                          const std::function<void(absl::string_view)>& progress);

}  // namespace kluis

#endif  // KLUIS_SERVER_DEMO_DEMO_H_
