// c2sp.org/tlog-tiles: a log as files, for auditors. Beside `checkpoint` stand
//   tile/<level>/<index>          256 hashes of 32 bytes, or the last few as <index>.p/<count>
//   tile/entries/<index>          256 entries, each after its length as a big-endian uint16
// An index is written in groups of three digits, all but the last after an x: x001/x234/067.
#ifndef KLUIS_DISCLOSURE_EVIDENCE_TILES_H_
#define KLUIS_DISCLOSURE_EVIDENCE_TILES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "disclosure/evidence/merkle.h"

namespace kluis {

inline constexpr int kTileHeight = 8;
inline constexpr uint64_t kTileWidth = 256;

// "tile/entries/x001/234" or "tile/0/067.p/17". `level`: "entries" or a number. `width` below
// kTileWidth: that of a tile which is not full.
std::string TilePath(absl::string_view level, uint64_t index, uint64_t width = kTileWidth);

// The entries of a bundle. INVALID_ARGUMENT when it is cut within one.
absl::StatusOr<std::vector<std::string>> ParseEntryBundle(absl::string_view bundle);

// Entries that pass by once -> files. Keeps at most one tile of each level.
class TileWriter {
 public:
  using Sink = std::function<absl::Status(const std::string& path, const std::string& bytes)>;
  // `sink` gets each file once, full tiles as they fill.
  explicit TileWriter(Sink sink);

  // INVALID_ARGUMENT for an entry over 65,535 bytes; an error of the sink as it is.
  absl::Status Add(absl::string_view entry);
  // The tiles that are not full. Call it once, last.
  absl::Status Finish();

 private:
  absl::Status Emit(absl::string_view level, uint64_t index, std::string* bytes, uint64_t width);

  Sink sink_;
  TreeHasher tree_;
  std::string bundle_;
  std::vector<std::string> hashes_;  // of the open tile of each level
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_EVIDENCE_TILES_H_
