#include "server/local/argus_files.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "disclosure/base/status_macros.h"
#include "server/catalogue/csv_reader.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr size_t kSmallFile = size_t{64} << 20;
constexpr size_t kHstFile = size_t{256} << 20;
constexpr size_t kJjFile = size_t{2} << 30;
constexpr int kLinesBeforeCells = 2;

// The text of a file that a .rda names.
absl::StatusOr<std::string> ReadNamedFile(const fs::path& folder, std::string name) {
  std::replace(name.begin(), name.end(), '\\', '/');
  const fs::path named = folder / name;
  const fs::path beside = folder / ArgusBaseName(name);
  std::error_code ignored;
  const bool there = fs::is_regular_file(named, ignored);
  return ReadArgusText((there ? named : beside).string(), kSmallFile);
}

// Cells stand one on a line, after two lines that are not blank.
std::vector<int> LinesOfCells(const std::string& text, size_t cells) {
  std::vector<int> lines;
  int number = 0, seen = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (lines.size() == cells) break;
    ++number;
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    if (++seen > kLinesBeforeCells) lines.push_back(number);
  }
  lines.resize(cells, 0);
  return lines;
}

}  // namespace

absl::Status AsStatus(const std::vector<Diagnostic>& diagnostics) {
  return absl::InvalidArgumentError(FormatDiagnostics(diagnostics));
}

absl::Status FaultAt(const std::string& file, int line, int column, const std::string& message,
                     const std::string& hint) {
  return AsStatus({{.file = file,
                    .line = line,
                    .column = column,
                    .message = message,
                    .hint = hint,
                    .excerpt = ""}});
}

absl::Status ArgusDescription::At(const ArgusVariable& variable, const std::string& message,
                                  const std::string& hint) const {
  return FaultAt(file, variable.line, 1, message, hint);
}

absl::StatusOr<std::string> ReadArgusText(const std::string& file, size_t limit) {
  std::error_code ignored;
  if (fs::is_directory(file, ignored))
    return absl::InvalidArgumentError(absl::StrCat(file, " is a folder"));
  if (!fs::exists(file, ignored))
    return absl::InvalidArgumentError(absl::StrCat(file, ": there is no such file"));
  absl::StatusOr<std::string> text = ReadTextFile(file, limit);
  if (text.ok() || absl::IsInternal(text.status())) return text;
  return absl::InvalidArgumentError(text.status().message());
}

absl::StatusOr<ArgusDescription> ReadArgusDescription(const std::string& file, RdaKind kind) {
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadArgusText(file, kSmallFile));
  Parsed<ArgusMetadata> metadata = ParseRda(text, file, kind);
  if (!metadata.ok()) return AsStatus(metadata.diagnostics);
  const fs::path folder = fs::absolute(file).parent_path();
  Parsed<std::vector<ArgusCodes>> codes = ReadCodeFiles(
      metadata.value, file, [&](const std::string& name) { return ReadNamedFile(folder, name); });
  if (!codes.ok()) return AsStatus(codes.diagnostics);
  return ArgusDescription{
      .file = file, .metadata = std::move(metadata.value), .codes = std::move(codes.value)};
}

absl::StatusOr<std::vector<AprioriLine>> ReadApriori(const std::string& file, int dimensions) {
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadArgusText(file, kHstFile));
  Parsed<std::vector<AprioriLine>> lines =
      ParseHst(text, file, {.dimensions = dimensions, .separator = '\0'});
  if (!lines.ok()) return AsStatus(lines.diagnostics);
  return std::move(lines.value);
}

absl::StatusOr<JjFile> ReadJj(const std::string& file) {
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadArgusText(file, kJjFile));
  Parsed<JjTable> table = ParseJj(text, file);
  if (!table.ok()) return AsStatus(table.diagnostics);
  std::vector<int> lines = LinesOfCells(text, table.value.cells.size());
  return JjFile{.table = std::move(table.value), .lines = std::move(lines)};
}

}  // namespace kluis
