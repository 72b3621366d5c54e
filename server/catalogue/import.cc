#include "server/catalogue/import.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy/sha256.h"
#include "server/catalogue/catalogue_store.h"
#include "server/catalogue/csv_reader.h"
#include "server/catalogue/files.h"
#include "server/catalogue/snapshot_writer.h"
#include "server/duckdb/parquet.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr char kScratchPrefix[] = ".import-";

// A folder that disappears unless it is renamed away.
class ScratchFolder {
 public:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {
    fs::create_directories(path_);
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;  // owns the folder
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

absl::StatusOr<std::string> PoliciesRoot(const ImportRequest& request) {
  if (!request.policies_root.empty()) return request.policies_root;
  for (fs::path folder = fs::absolute(request.entry_file).lexically_normal().parent_path();
       folder.has_relative_path(); folder = folder.parent_path()) {
    if (folder.filename() == "policies") return folder.string();
  }
  return fs::absolute(request.entry_file).parent_path().string();
}

// The entry, and copies of it and of its code lists in the scratch folder.
struct LoadedEntry {
  DatasetEntry entry;
  std::string yaml, sha256;
  std::map<std::string, std::string> code_sha256;
};

absl::Status CopyText(const std::string& path, absl::string_view text) {
  fs::create_directories(fs::path(path).parent_path());
  return WriteFileDurably(path, text);
}

absl::StatusOr<LoadedEntry> LoadEntry(const ImportRequest& request, const std::string& folder) {
  LoadedEntry loaded;
  KLUIS_ASSIGN_OR_RETURN(const std::string yaml, ReadTextFile(request.entry_file));
  KLUIS_ASSIGN_OR_RETURN(const std::string root, PoliciesRoot(request));
  const auto read = [&](const std::string& path) -> absl::StatusOr<std::string> {
    const fs::path normal = fs::path(path).lexically_normal();
    if (normal.is_absolute() || (!normal.empty() && *normal.begin() == "..")) {
      return absl::InvalidArgumentError("a code list stands below the policies folder");
    }
    KLUIS_ASSIGN_OR_RETURN(std::string text, ReadTextFile(absl::StrCat(root, "/", path)));
    KLUIS_RETURN_IF_ERROR(CopyText(absl::StrCat(folder, "/policies/", path), text));
    loaded.code_sha256[path] = Sha256Hex(text);
    return text;
  };
  Parsed<DatasetEntry> parsed = ParseDatasetEntry(yaml, request.entry_file, read);
  if (!parsed.ok()) {
    std::vector<std::string> lines;
    for (const Diagnostic& diagnostic : parsed.diagnostics)
      lines.push_back(FormatDiagnostic(diagnostic, yaml));
    return absl::InvalidArgumentError(absl::StrJoin(lines, "\n"));
  }
  KLUIS_RETURN_IF_ERROR(CopyText(folder + "/entry.yaml", yaml));
  loaded.entry = std::move(parsed.value);
  loaded.sha256 = Sha256Hex(yaml);
  loaded.yaml = yaml;
  return loaded;
}

// A dataset that is not there yet cannot be joined; one that is misspelt never will be.
void NoteUnknownDatasets(const DatasetEntry& entry, const CatalogueView& catalogue,
                         std::vector<std::string>* notes) {
  for (const Variable& variable : entry.variables) {
    for (const std::string& name : variable.forbidden_with) {
      const size_t dot = name.find('.');
      const std::string dataset = name.substr(0, dot);
      if (dot == std::string::npos || dataset == entry.name || catalogue.datasets.count(dataset) > 0)
        continue;
      notes->push_back(absl::StrCat(variable.name, " is forbidden with ", name,
                                    ", and there is no dataset '", dataset, "' yet"));
    }
  }
}

// The entry against those in force, of which the one that it replaces is none.
absl::Status CheckAgreement(const ImportRequest& request, const LoadedEntry& loaded,
                            std::vector<std::string>* notes) {
  KLUIS_ASSIGN_OR_RETURN(const auto catalogue, Catalogue::Open(request.data_folder));
  std::vector<EntryFile> files;
  for (const auto& [name, snapshot] : catalogue->view()->datasets) {
    if (name == loaded.entry.name) continue;
    const std::string file = fs::path(snapshot.file).parent_path().string() + "/entry.yaml";
    KLUIS_ASSIGN_OR_RETURN(std::string yaml, ReadTextFile(file));
    files.push_back({snapshot.entry, std::move(yaml), file});
  }
  NoteUnknownDatasets(loaded.entry, *catalogue->view(), notes);
  files.push_back({loaded.entry, loaded.yaml, request.entry_file});
  const std::vector<Diagnostic> diagnostics = CheckEntries(files, /*complete=*/false);
  if (diagnostics.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StripSuffix(FormatDiagnostics(diagnostics), "\n"));
}

// Reads the source to its end into the writer, as long as the data are kept. `lines` may be null.
absl::Status ImportRows(Conversion& conversion, SnapshotWriter& writer, bool drop_bad_rows,
                        const std::function<void()>& progress, RowLines* lines, BadRows& bad,
                        ImportReport* report) {
  ConvertedRows rows;
  for (;;) {
    KLUIS_ASSIGN_OR_RETURN(const bool found, conversion.Next(&rows));
    if (!found) break;
    report->rows += rows.rows;
    report->outside += rows.outside;
    for (size_t i = 0; lines != nullptr && i < rows.lines.size(); ++i) lines->Add(rows.lines[i]);
    for (const auto& [line, problems] : rows.bad) bad.Add(line, problems);
    if (drop_bad_rows || report->dropped == 0) KLUIS_RETURN_IF_ERROR(writer.Append(rows));
    progress();
  }
  return absl::OkStatus();
}

struct LoadedRows {
  SnapshotFacts facts;
  SnapshotOrigin origin;
};

// The text of the source file, and what tells this file from any other.
struct Source {
  std::unique_ptr<ParquetAsCsv> parquet;  // null: the file is text already
  std::unique_ptr<ByteSource> bytes;      // of the text

  static absl::StatusOr<Source> Open(const std::string& file) {
    Source source;
    if (IsParquet(file)) {
      KLUIS_ASSIGN_OR_RETURN(source.parquet, ParquetAsCsv::Open(file));
    }
    KLUIS_ASSIGN_OR_RETURN(
        source.bytes, ByteSource::Open(source.parquet == nullptr ? file : source.parquet->path()));
    return source;
  }

  // Only when the text has been read.
  absl::StatusOr<std::string> Sha256(const std::string& file) {
    if (parquet == nullptr) return bytes->Sha256();
    KLUIS_ASSIGN_OR_RETURN(const auto raw, ByteSource::Open(file));
    std::string block(size_t{1} << 18, '\0');
    for (size_t got = 1; got > 0;) {
      KLUIS_ASSIGN_OR_RETURN(got, raw->Read(&block[0], block.size()));
    }
    return raw->Sha256();
  }
};

absl::StatusOr<LoadedRows> LoadRows(const ImportRequest& request, const DatasetEntry& entry,
                                    const std::string& folder, ImportReport* report) {
  const std::string file =
      request.source_file.empty()
          ? (fs::path(request.entry_file).parent_path() / entry.source_file).string()
          : request.source_file;
  KLUIS_ASSIGN_OR_RETURN(Source source, Source::Open(file));
  CsvReader reader(*source.bytes);
  KLUIS_ASSIGN_OR_RETURN(const bool has_header, reader.Next());
  if (!has_header && source.parquet != nullptr) KLUIS_RETURN_IF_ERROR(source.parquet->Finish());
  if (!has_header) return absl::InvalidArgumentError(absl::StrCat(file, ":1: no header line"));
  const auto conversion =
      Conversion::Start(reader, entry, request.pseudonym_key, reader.fields(), request.threads);
  if (!conversion.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(file, ":1: ", conversion.status().message()));
  }
  KLUIS_ASSIGN_OR_RETURN(
      auto writer, SnapshotWriter::Create(folder + "/snapshot.duckdb", (*conversion)->columns(),
                                          *request.data_key, request.memory_limit_mb));
  report->file = fs::path(file).filename().string();
  const auto progress = [&] {
    if (request.progress) request.progress(source.bytes->done());
  };
  BadRows bad(report);
  const std::vector<UnitRule> rules = UnitRules(entry);
  RowLines lines;
  KLUIS_RETURN_IF_ERROR(ImportRows(**conversion, *writer, entry.drop_bad_rows, progress,
                                   rules.empty() ? nullptr : &lines, bad, report));
  if (source.parquet != nullptr) KLUIS_RETURN_IF_ERROR(source.parquet->Finish());
  if (!rules.empty() && (entry.drop_bad_rows || report->dropped == 0)) {
    KLUIS_ASSIGN_OR_RETURN(
        const int64_t dropped,
        writer->DropBadUnits(rules, [&](int64_t row, const std::vector<RowProblem>& problems) {
          bad.Add(lines.LineOf(row), problems);
        }));
    report->rows -= dropped;
  }
  if (!entry.drop_bad_rows && report->dropped > 0) return bad.Refusal();
  LoadedRows loaded;
  KLUIS_ASSIGN_OR_RETURN(loaded.facts, writer->Finish(entry.contributor));
  KLUIS_ASSIGN_OR_RETURN(loaded.origin.source_sha256, source.Sha256(file));
  loaded.origin.key_fingerprint = Pseudonymizer::Fingerprint(request.pseudonym_key);
  return loaded;
}

absl::Status CheckLink(const std::string& from, const Link& link, const Snapshot& target,
                       const DataKey& data_key, const std::string& spill_folder) {
  KLUIS_RETURN_IF_ERROR(CheckDataKey(target, data_key));
  KLUIS_ASSIGN_OR_RETURN(const bool unique,
                         KeyIsUnique(target.file, data_key,
                                     link.to_key.empty() ? link.key : link.to_key, spill_folder));
  if (unique) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("link ", from, ".", link.name,
                                                    " says one: true, but dataset ", link.to,
                                                    " has a repeated key"));
}

// Links of the new snapshot, which is in the scratch folder, to what is there, and of what is there
// to the new snapshot.
absl::Status CheckLinks(const Snapshot& fresh, const std::string& data_folder,
                        const DataKey& data_key) {
  KLUIS_ASSIGN_OR_RETURN(const auto catalogue, Catalogue::Open(data_folder));
  std::map<std::string, Snapshot> all = catalogue->view()->datasets;
  all[fresh.entry.name] = fresh;
  for (const auto& [name, snapshot] : all) {
    for (const Link& link : snapshot.entry.links) {
      const auto target = all.find(link.to);
      const bool concerned = name == fresh.entry.name || link.to == fresh.entry.name;
      if (!link.one || !concerned || target == all.end()) continue;
      KLUIS_RETURN_IF_ERROR(CheckLink(name, link, target->second, data_key, fresh.file + ".tmp"));
    }
  }
  return absl::OkStatus();
}

absl::Status Publish(const std::string& scratch, const Snapshot& snapshot,
                     const std::string& data_folder) {
  const std::string dataset = absl::StrCat(data_folder, "/", snapshot.entry.name);
  const std::string target = absl::StrCat(dataset, "/", snapshot.sha256);
  fs::create_directories(dataset);
  KLUIS_RETURN_IF_ERROR(SyncTree(scratch));
  // One of the same hash that is there, damaged or of another key, ends with the scratch folder.
  KLUIS_RETURN_IF_ERROR(PutInPlace(scratch, target));
  KLUIS_RETURN_IF_ERROR(SyncPath(dataset));
  KLUIS_RETURN_IF_ERROR(SyncPath(data_folder));
  return WriteFileDurably(dataset + "/current", snapshot.sha256 + "\n");
}

void ClearLeftovers(const std::string& data_folder) {
  std::error_code error;
  std::vector<fs::path> leftovers;
  for (const auto& item : fs::directory_iterator(data_folder, error)) {
    if (item.path().filename().string().rfind(kScratchPrefix, 0) == 0)
      leftovers.push_back(item.path());
  }
  for (const fs::path& path : leftovers) fs::remove_all(path, error);
}

absl::StatusOr<ImportReport> ImportLocked(const ImportRequest& request) {
  ClearLeftovers(request.data_folder);
  const ScratchFolder scratch(absl::StrCat(request.data_folder, "/", kScratchPrefix, getpid()));
  ImportReport report;
  KLUIS_ASSIGN_OR_RETURN(LoadedEntry loaded, LoadEntry(request, scratch.path()));
  KLUIS_RETURN_IF_ERROR(CheckAgreement(request, loaded, &report.notes));
  if (loaded.entry.episodes.has_value()) report.reference_date = loaded.entry.reference_date;
  KLUIS_ASSIGN_OR_RETURN(LoadedRows rows, LoadRows(request, loaded.entry, scratch.path(), &report));
  Snapshot snapshot;
  snapshot.entry = std::move(loaded.entry);
  snapshot.file = scratch.path() + "/snapshot.duckdb";
  snapshot.sha256 = SnapshotHash(loaded.sha256, loaded.code_sha256, rows.origin);
  snapshot.rows = report.rows;
  snapshot.rows_dropped = report.dropped;
  snapshot.imported_at = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(), absl::UTCTimeZone());
  snapshot.unique = rows.facts.unique;
  snapshot.constant = rows.facts.constant;
  snapshot.nested = rows.facts.nested;
  snapshot.data_key = request.data_key->Fingerprint();
  KLUIS_RETURN_IF_ERROR(CheckLinks(snapshot, request.data_folder, *request.data_key));
  KLUIS_RETURN_IF_ERROR(WriteManifest(scratch.path(), snapshot, rows.origin));
  KLUIS_RETURN_IF_ERROR(Publish(scratch.path(), snapshot, request.data_folder));
  report.dataset = snapshot.entry.name;
  report.sha256 = snapshot.sha256;
  report.manifest =
      absl::StrCat(request.data_folder, "/", report.dataset, "/", report.sha256, "/manifest.json");
  return report;
}

}  // namespace

absl::StatusOr<ImportReport> ImportDataset(const ImportRequest& request) {
  if (request.pseudonym_key.size() != 32) {
    return absl::InvalidArgumentError("the pseudonym key must have 32 bytes");
  }
  if (request.data_key == nullptr) return absl::InvalidArgumentError("an import needs a data key");
  try {
    fs::create_directories(request.data_folder);
    KLUIS_ASSIGN_OR_RETURN(const FileLock lock,
                           FileLock::Take(request.data_folder + "/.import.lock"));
    return ImportLocked(request);
  } catch (const fs::filesystem_error& error) {
    return absl::InternalError(error.what());
  }
}

}  // namespace kluis
