#include "server/local/argus_microdata.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "disclosure/argus/columns.h"
#include "disclosure/argus/microdata.h"
#include "disclosure/base/status_macros.h"
#include "server/catalogue/csv_reader.h"
#include "server/local/argus_files.h"
#include "server/local/inputs.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPieceBytes = size_t{1} << 20;
constexpr char kName[] = "microdata";

absl::Status CannotWrite(const std::string& path) {
  return absl::InternalError(absl::StrCat(path, ": cannot write"));
}

absl::Status WriteWhole(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  return file.flush() ? absl::OkStatus() : CannotWrite(path.string());
}

class MicrodataImport {
 public:
  MicrodataImport(const ArgusMicrodataFiles& files, ArgusDescription description,
                  const std::string& folder)
      : files_(files),
        description_(std::move(description)),
        root_(fs::path(folder) / "argus"),
        csv_(root_ / "microdata.csv"),
        converter_(description_.metadata, files.data) {}

  absl::StatusOr<Snapshot> Run(const std::string& folder, const ImportEffort& effort) {
    KLUIS_RETURN_IF_ERROR(WriteRecords());
    const Parsed<ArgusCatalogue> described = DescribeMicrodata(
        description_.metadata, description_.codes, converter_.seen(), files_.data,
        {.dataset = kName, .source_file = csv_.filename().string(), .identifying = true});
    if (!described.ok()) return AsStatus(described.diagnostics);
    const fs::path entry = root_ / "policies" / "datasets" / "microdata.yaml";
    KLUIS_RETURN_IF_ERROR(WriteWhole(entry, described.value.yaml));
    for (const auto& [path, text] : described.value.code_lists)
      KLUIS_RETURN_IF_ERROR(WriteWhole(root_ / "policies" / path, text));
    absl::StatusOr<Snapshot> snapshot = ImportMicrodata({csv_.string(), entry.string()}, folder, effort);
    if (snapshot.ok() || !absl::IsInvalidArgument(snapshot.status())) return snapshot;
    return absl::InvalidArgumentError(InTheirPlaces(std::string(snapshot.status().message())));
  }

 private:
  absl::Status WriteRecords() {
    KLUIS_ASSIGN_OR_RETURN(const auto source, ByteSource::Open(files_.data));
    fs::create_directories(root_);
    std::ofstream out(csv_, std::ios::binary);
    out << converter_.header();
    std::vector<char> piece(kPieceBytes);
    for (;;) {
      const absl::StatusOr<size_t> bytes = source->Read(piece.data(), piece.size());
      if (!bytes.ok()) return absl::InvalidArgumentError(bytes.status().message());
      if (*bytes == 0) break;
      std::string csv;
      AddLines(absl::string_view(piece.data(), *bytes), &csv);
      out << csv;
    }
    std::string last;
    converter_.Finish(&last);
    out << last;
    if (!converter_.diagnostics().empty()) return AsStatus(converter_.diagnostics());
    if (!out.flush()) return CannotWrite(csv_.string());
    if (static_cast<size_t>(converter_.records()) > blank_.size()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(files_.data, ": there is no record"));
  }

  // Line by line, to know which lines say nothing: the CSV does not have them.
  void AddLines(absl::string_view bytes, std::string* csv) {
    while (!bytes.empty()) {
      const size_t end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
      const int64_t records = converter_.records();
      const size_t written = csv->size();
      converter_.Add(bytes.substr(0, end), csv);
      if (converter_.records() > records && csv->size() == written)
        blank_.push_back(converter_.records());
      bytes.remove_prefix(end);
    }
  }

  // A line of the CSV is a record of the file.
  int64_t LineOf(int64_t csv_line) const {
    int64_t line = csv_line - 1;
    for (const int64_t blank : blank_) line += blank <= line ? 1 : 0;
    return line;
  }

  int ColumnOf(const std::string& name) const {
    for (const ArgusVariable& variable : description_.metadata.variables) {
      if (variable.name == name) return std::max(variable.start, 1);
    }
    return 1;
  }

  // The CSV is nobody's file: "CSV:17: Wgt: ..." is the 16th record of theirs.
  std::string InTheirPlaces(const std::string& message) const {
    std::vector<std::string> lines = absl::StrSplit(message, '\n');
    for (std::string& line : lines) {
      absl::string_view rest = line;
      if (!absl::ConsumePrefix(&rest, absl::StrCat(csv_.string(), ":")) &&
          !absl::ConsumePrefix(&rest, absl::StrCat(csv_.filename().string(), ":")))
        continue;
      const std::vector<std::string> parts = absl::StrSplit(rest, absl::MaxSplits(": ", 2));
      int64_t number = 0;
      if (!absl::SimpleAtoi(parts[0], &number)) continue;
      const int column = parts.size() == 3 ? ColumnOf(parts[1]) : 1;
      line = absl::StrCat(files_.data, ":", LineOf(number), ":", column, ": ",
                          absl::StrJoin(parts.begin() + 1, parts.end(), ": "));
    }
    return absl::StrJoin(lines, "\n");
  }

  const ArgusMicrodataFiles& files_;
  const ArgusDescription description_;
  const fs::path root_, csv_;
  RecordConverter converter_;
  std::vector<int64_t> blank_;  // numbers of lines without a record, ascending
};

// What would be left out without a word.
absl::Status CheckRequests(const ArgusDescription& description,
                           const std::optional<RequestParameters>& rule) {
  const ArgusVariable* request = description.metadata.Find(ArgusRole::kRequest);
  if (request == nullptr) return absl::OkStatus();
  constexpr char kHint[] = "remove its <REQUEST> to judge by the other rules alone";
  const std::string name = SqlName(request->name);
  if (!rule || rule->variable != name) {
    return description.At(*request,
                          absl::StrCat(request->name,
                                       " holds requests for protection, and no request rule of the "
                                       "rule set has the variable ",
                                       name),
                          kHint);
  }
  for (const std::string& code : request->request_codes) {
    const bool known = std::any_of(rule->codes.begin(), rule->codes.end(),
                                   [&](const RequestCode& c) { return c.code == code; });
    if (known) continue;
    return description.At(*request,
                          absl::StrCat(request->name, ": the request rule has no code '", code, "'"),
                          kHint);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Snapshot> ImportArgusMicrodata(const ArgusMicrodataFiles& files,
                                              const std::string& folder,
                                              const ImportEffort& effort) {
  KLUIS_ASSIGN_OR_RETURN(ArgusDescription description,
                         ReadArgusDescription(files.metadata, RdaKind::kDetect));
  if (description.metadata.table) {
    return FaultAt(files.metadata, 0, 0, "describes a table, and not microdata",
                   "give the table with --table-file");
  }
  KLUIS_RETURN_IF_ERROR(CheckRequests(description, files.request));
  std::error_code ignored;
  if (!fs::is_regular_file(files.data, ignored))
    return absl::InvalidArgumentError(absl::StrCat(files.data, ": there is no such file"));
  for (ArgusVariable& variable : description.metadata.variables) {
    if (variable.role == ArgusRole::kWeight && !files.weighted)
      variable.role = ArgusRole::kResponse;
  }
  return MicrodataImport(files, std::move(description), folder).Run(folder, effort);
}

}  // namespace kluis
