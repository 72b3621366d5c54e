#include "disclosure/evidence/tiles.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"

namespace kluis {
namespace {

constexpr size_t kEntryMax = 65'535;

}  // namespace

std::string TilePath(absl::string_view level, uint64_t index, uint64_t width) {
  std::string path = absl::StrFormat("%03d", index % 1000);
  while (index >= 1000) {
    index /= 1000;
    path = absl::StrFormat("x%03d/%s", index % 1000, path);
  }
  return absl::StrCat("tile/", level, "/", path,
                      width < kTileWidth ? absl::StrCat(".p/", width) : "");
}

absl::StatusOr<std::vector<std::string>> ParseEntryBundle(absl::string_view bundle) {
  std::vector<std::string> entries;
  while (!bundle.empty()) {
    if (bundle.size() < 2) return absl::InvalidArgumentError("an entry bundle is cut in a length");
    const size_t size =
        static_cast<unsigned char>(bundle[0]) << 8 | static_cast<unsigned char>(bundle[1]);
    bundle.remove_prefix(2);
    if (bundle.size() < size)
      return absl::InvalidArgumentError("an entry bundle is cut in an entry");
    entries.emplace_back(bundle.substr(0, size));
    bundle.remove_prefix(size);
  }
  return entries;
}

TileWriter::TileWriter(Sink sink)
    : sink_(std::move(sink)), tree_([this](int level, uint64_t index, const std::string& hash) {
        if (level % kTileHeight != 0) return absl::OkStatus();
        const size_t row = level / kTileHeight;
        if (hashes_.size() <= row) hashes_.resize(row + 1);
        hashes_[row] += hash;
        if ((index + 1) % kTileWidth != 0) return absl::OkStatus();
        return Emit(absl::StrCat(row), index / kTileWidth, &hashes_[row], kTileWidth);
      }) {}

absl::Status TileWriter::Emit(absl::string_view level, uint64_t index, std::string* bytes,
                              uint64_t width) {
  KLUIS_RETURN_IF_ERROR(sink_(TilePath(level, index, width), *bytes));
  bytes->clear();
  return absl::OkStatus();
}

absl::Status TileWriter::Add(absl::string_view entry) {
  if (entry.size() > kEntryMax) return absl::InvalidArgumentError("an entry over 65,535 bytes");
  bundle_ += static_cast<char>(entry.size() >> 8);
  bundle_ += static_cast<char>(entry.size() & 0xFF);
  absl::StrAppend(&bundle_, entry);
  KLUIS_RETURN_IF_ERROR(tree_.Add(entry));
  if (tree_.size() % kTileWidth != 0) return absl::OkStatus();
  return Emit("entries", tree_.size() / kTileWidth - 1, &bundle_, kTileWidth);
}

absl::Status TileWriter::Finish() {
  const uint64_t size = tree_.size();
  if (!bundle_.empty())
    KLUIS_RETURN_IF_ERROR(Emit("entries", size / kTileWidth, &bundle_, size % kTileWidth));
  for (size_t row = 0; row < hashes_.size(); ++row) {
    if (hashes_[row].empty()) continue;
    const uint64_t count = size >> (row * kTileHeight);
    KLUIS_RETURN_IF_ERROR(
        Emit(absl::StrCat(row), count / kTileWidth, &hashes_[row], count % kTileWidth));
  }
  return absl::OkStatus();
}

}  // namespace kluis
