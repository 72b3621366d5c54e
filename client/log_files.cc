#include "client/log_files.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/files.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/entry.h"
#include "disclosure/evidence/tiles.h"

namespace kluis {
namespace {

constexpr char kCsvHead[] = "index,type,time,policy,snapshot,answer,sealed\n";

absl::Status CannotWrite(const std::string& path) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": cannot write"));
}

std::string CsvLine(const Entry& e) {
  return absl::StrCat(e.index, ",", e.type, ",", e.time, ",", e.policy, ",", e.snapshot, ",",
                      e.answer, ",", e.sealed, "\n");
}

std::string JsonLine(const Entry& e) {
  const nlohmann::ordered_json object = {
      {"index", e.index},       {"type", e.type},     {"time", e.time},    {"policy", e.policy},
      {"snapshot", e.snapshot}, {"answer", e.answer}, {"sealed", e.sealed}};
  return object.dump();
}

// One file: plain, csv or json.
class OneFileWriter : public LogFileWriter {
 public:
  OneFileWriter(std::string path, std::string form)
      : path_(std::move(path)),
        form_(std::move(form)),
        file_(path_ + ".tmp", std::ios::binary | std::ios::trunc) {
    if (form_ == "csv") file_ << kCsvHead;
    if (form_ == "json") file_ << "[";
  }
  ~OneFileWriter() override { std::remove((path_ + ".tmp").c_str()); }

  absl::Status Add(const std::string& leaf) override {
    if (form_ == "plain") {
      file_ << leaf;
    } else {
      KLUIS_ASSIGN_OR_RETURN(const Entry entry, ParseEntry(leaf));
      if (form_ == "json") file_ << (entry.index == 0 ? "\n" : ",\n");
      file_ << (form_ == "csv" ? CsvLine(entry) : JsonLine(entry));
    }
    return file_ ? absl::OkStatus() : CannotWrite(path_);
  }
  absl::Status Finish() override {
    if (form_ == "json") file_ << "\n]\n";
    file_.close();
    if (file_ && std::rename((path_ + ".tmp").c_str(), path_.c_str()) == 0) return absl::OkStatus();
    return CannotWrite(path_);
  }

 private:
  const std::string path_, form_;
  std::ofstream file_;
};

class TileFileWriter : public LogFileWriter {
 public:
  explicit TileFileWriter(std::string folder)
      : tiles_([folder = std::move(folder)](const std::string& name, const std::string& bytes) {
          const std::string path = absl::StrCat(folder, "/", name);
          KLUIS_RETURN_IF_ERROR(MakeDirectories(path.substr(0, path.rfind('/'))));
          return WriteWholeFile(path, bytes, 0666);
        }) {}
  absl::Status Add(const std::string& leaf) override { return tiles_.Add(leaf); }
  absl::Status Finish() override { return tiles_.Finish(); }

 private:
  TileWriter tiles_;
};

absl::Status Damaged(const std::string& path, absl::string_view why) {
  return absl::DataLossError(absl::StrCat(path, ": ", why));
}

LeafReader ReadPlain(const std::string& path) {
  auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
  return [file, path](std::string* leaf) -> absl::StatusOr<bool> {
    leaf->resize(kEntrySize);
    file->read(leaf->data(), kEntrySize);
    if (file->gcount() == 0) return false;
    if (file->gcount() == static_cast<std::streamsize>(kEntrySize)) return true;
    return Damaged(path, "ends within an entry");
  };
}

LeafReader ReadCsv(const std::string& path) {
  auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
  auto started = std::make_shared<bool>(false);
  return [file, started, path](std::string* leaf) -> absl::StatusOr<bool> {
    std::string line;
    if (!*started && (!std::getline(*file, line) || line + "\n" != kCsvHead))
      return Damaged(path, "its first line is not that of an exported log");
    *started = true;
    if (!std::getline(*file, line)) return false;
    const std::vector<std::string> f = absl::StrSplit(line, ',');
    Entry entry;
    if (f.size() != 7 || file->eof() || !absl::SimpleAtoi(f[0], &entry.index) ||
        absl::StrCat(entry.index) != f[0]) {
      return Damaged(path, "a line is not that of an entry");
    }
    entry = {entry.index, f[1], f[2], f[3], f[4], f[5], f[6]};
    auto bytes = FormatEntry(entry);
    if (!bytes.ok()) return Damaged(path, bytes.status().message());
    *leaf = *std::move(bytes);
    return true;
  };
}

LeafReader ReadJson(const std::string& path) {
  auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
  auto next = std::make_shared<uint64_t>(0);
  return [file, next, path](std::string* leaf) -> absl::StatusOr<bool> {
    std::string line;
    if (*next == 0 && (!std::getline(*file, line) || line != "["))
      return Damaged(path, "it does not begin as an exported log");
    if (!std::getline(*file, line)) return Damaged(path, "it is cut");
    if (line == "]") {
      if (file->eof() || file->get() != EOF)
        return Damaged(path, "it does not end as it was exported");
      return false;
    }
    if (line.back() == ',') line.pop_back();
    const auto object = nlohmann::ordered_json::parse(line, nullptr, false);
    Entry entry;
    entry.index = (*next)++;
    for (const auto& [key, field] : {std::pair{"type", &entry.type},
                                     {"time", &entry.time},
                                     {"policy", &entry.policy},
                                     {"snapshot", &entry.snapshot},
                                     {"answer", &entry.answer},
                                     {"sealed", &entry.sealed}}) {
      const bool there = object.is_object() && object.contains(key) && object[key].is_string();
      *field = there ? object[key].get<std::string>() : "";
    }
    auto bytes = FormatEntry(entry);
    if (!bytes.ok() || JsonLine(entry) != line)
      return Damaged(path, absl::StrCat("entry ", entry.index, " is not as it was exported"));
    *leaf = *std::move(bytes);
    return true;
  };
}

// Reads bundle after bundle, writes the tiles again in memory, and compares.
class TileReader {
 public:
  explicit TileReader(std::string folder)
      : folder_(std::move(folder)),
        tiles_([this](const std::string& name, const std::string& bytes) {
          const auto there = ReadWholeFile(absl::StrCat(folder_, "/", name));
          if (there.ok() && *there == bytes) return absl::OkStatus();
          return Damaged(name, "it does not hold what the entries give");
        }) {}

  absl::StatusOr<bool> Next(std::string* leaf) {
    if (at_ == bundle_.size()) KLUIS_RETURN_IF_ERROR(ReadBundle());
    if (at_ == bundle_.size()) {
      KLUIS_RETURN_IF_ERROR(tiles_.Finish());
      return false;
    }
    *leaf = bundle_[at_++];
    KLUIS_RETURN_IF_ERROR(tiles_.Add(*leaf));
    return true;
  }

 private:
  absl::Status ReadBundle() {
    bundle_.clear();
    at_ = 0;
    if (partial_) return absl::OkStatus();
    for (uint64_t width = kTileWidth; width > 0; --width) {
      const std::string path = absl::StrCat(folder_, "/", TilePath("entries", bundles_, width));
      if (!FileExists(path)) continue;
      KLUIS_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(path));
      auto entries = ParseEntryBundle(bytes);
      if (!entries.ok() || entries->size() != width)
        return Damaged(path, "it is no bundle of as many entries as its name says");
      bundle_ = *std::move(entries);
      partial_ = width < kTileWidth;
      ++bundles_;
      return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  const std::string folder_;
  TileWriter tiles_;
  std::vector<std::string> bundle_;
  size_t at_ = 0;
  uint64_t bundles_ = 0;
  bool partial_ = false;
};

std::string FormIn(const std::string& folder) {
  if (FileExists(folder + "/entries")) return "plain";
  if (FileExists(folder + "/tile")) return "tiles";
  if (FileExists(folder + "/entries.csv")) return "csv";
  return FileExists(folder + "/entries.json") ? "json" : "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogFileWriter>> LogFileWriter::Open(const std::string& folder,
                                                                   const std::string& form) {
  KLUIS_RETURN_IF_ERROR(MakeDirectories(folder));
  const std::string there = FormIn(folder);
  const bool tiles = form == "tiles";
  if (!there.empty() && (there != form || tiles)) {
    return absl::InvalidArgumentError(
        absl::StrCat(folder, " holds a log (", there, ") already; give another folder"));
  }
  if (tiles) return std::make_unique<TileFileWriter>(folder);
  const std::string suffix = form == "plain" ? "" : "." + form;
  if (form != "plain" && form != "csv" && form != "json")
    return absl::InvalidArgumentError("a log is exported as plain, tiles, csv or json");
  return std::make_unique<OneFileWriter>(absl::StrCat(folder, "/entries", suffix), form);
}

absl::StatusOr<LeafReader> ReadLogFolder(const std::string& folder) {
  const std::string form = FormIn(folder);
  const std::string path = absl::StrCat(folder, "/entries");
  if (form == "plain") return ReadPlain(path);
  if (form == "csv") return ReadCsv(path + ".csv");
  if (form == "json") return ReadJson(path + ".json");
  if (form.empty())
    return absl::InvalidArgumentError(absl::StrCat(folder, ": it holds no exported log"));
  auto reader = std::make_shared<TileReader>(folder);
  return LeafReader([reader](std::string* leaf) { return reader->Next(leaf); });
}

absl::StatusOr<std::vector<std::string>> ReadLogNotes(const std::string& folder) {
  std::vector<std::string> notes;
  KLUIS_ASSIGN_OR_RETURN(notes.emplace_back(), ReadWholeFile(folder + "/checkpoint"));
  if (FileExists(folder + "/cosigned")) {
    KLUIS_ASSIGN_OR_RETURN(notes.emplace_back(), ReadWholeFile(folder + "/cosigned"));
  }
  return notes;
}

}  // namespace kluis
