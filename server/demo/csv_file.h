// Writing and reading the CSV files of the demo.
#ifndef KLUIS_SERVER_DEMO_CSV_FILE_H_
#define KLUIS_SERVER_DEMO_CSV_FILE_H_

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace kluis::demo {

// Comma, line feed, no quotes: the values hold neither.
class CsvFile {
 public:
  // UNAVAILABLE with the path when it cannot be made.
  static absl::StatusOr<CsvFile> Create(const std::string& path, absl::string_view header);

  // One line of the fields given.
  template <typename First, typename... Rest>
  void Row(const First& first, const Rest&... rest) {
    absl::StrAppend(&text_, first);
    (absl::StrAppend(&text_, ",", rest), ...);
    text_.push_back('\n');
    if (text_.size() > (1 << 20)) Flush();
  }

  // Writes what is left. UNAVAILABLE when any write failed.
  absl::Status Close();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void Flush();

  std::string path_, text_;
  std::unique_ptr<std::FILE, Closer> file_;
  bool failed_ = false;
};

// The rows of a small file, header first; quoted fields without line breaks. NOT_FOUND.
absl::StatusOr<std::vector<std::vector<std::string>>> ReadCsv(const std::string& path);

}  // namespace kluis::demo

#endif  // KLUIS_SERVER_DEMO_CSV_FILE_H_
