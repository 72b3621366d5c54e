#include "server/demo/csv_file.h"

#include <fstream>

namespace kluis::demo {
namespace {

std::vector<std::string> SplitLine(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back().push_back(c);
    }
  }
  return fields;
}

}  // namespace

absl::StatusOr<CsvFile> CsvFile::Create(const std::string& path, absl::string_view header) {
  CsvFile file;
  file.path_ = path;
  file.file_.reset(std::fopen(path.c_str(), "wb"));
  if (file.file_ == nullptr)
    return absl::UnavailableError(absl::StrCat(path, ": cannot be written"));
  file.Row(header);
  return file;
}

void CsvFile::Flush() {
  if (std::fwrite(text_.data(), 1, text_.size(), file_.get()) != text_.size()) failed_ = true;
  text_.clear();
}

absl::Status CsvFile::Close() {
  Flush();
  if (std::fclose(file_.release()) != 0 || failed_) {
    return absl::UnavailableError(absl::StrCat(path_, ": not all of it could be written"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::vector<std::string>>> ReadCsv(const std::string& path) {
  std::ifstream in(path);
  if (!in) return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) rows.push_back(SplitLine(line));
  return rows;
}

}  // namespace kluis::demo
