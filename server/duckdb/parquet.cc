#include "server/duckdb/parquet.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/duckdb/duckdb.h"

namespace kluis {
namespace {

constexpr char kMagic[] = "PAR1";

std::string NameOf(int descriptor) { return absl::StrCat("/dev/fd/", descriptor); }

}  // namespace

bool IsParquet(const std::string& path) {
  char magic[4] = {};
  std::ifstream(path, std::ios::binary).read(magic, sizeof magic);
  return std::memcmp(magic, kMagic, sizeof magic) == 0;
}

ParquetAsCsv::ParquetAsCsv(std::string parquet) : parquet_(std::move(parquet)) {}

absl::StatusOr<std::unique_ptr<ParquetAsCsv>> ParquetAsCsv::Open(const std::string& parquet) {
  std::unique_ptr<ParquetAsCsv> text(new ParquetAsCsv(parquet));
  KLUIS_ASSIGN_OR_RETURN(text->database_, DuckDatabase::Open("", {}));
  KLUIS_ASSIGN_OR_RETURN(text->connection_, text->database_->Connect());
  text->file_ = open(parquet.c_str(), O_RDONLY | O_CLOEXEC);
  if (text->file_ < 0) return absl::NotFoundError(absl::StrCat(parquet, " cannot be opened"));
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::InternalError("there is no pipe to be had");
  text->read_end_ = ends[0];
  text->write_end_ = ends[1];
  text->writer_ = std::thread([self = text.get()] { self->Write(); });
  return text;
}

// The file by its descriptor: in a path DuckDB takes *, ? and [ for patterns and a=b for columns.
void ParquetAsCsv::Write() {
  written_ = connection_->Execute(absl::StrCat(
      "COPY (SELECT * FROM read_parquet(", QuoteText(NameOf(file_)), ")) TO ",
      QuoteText(NameOf(write_end_)), " (FORMAT csv, HEADER true, USE_TMP_FILE false)"));
  close(std::exchange(write_end_, -1));
  if (written_.ok()) return;
  written_ = absl::InvalidArgumentError(
      absl::StrCat(parquet_, " cannot be read as Parquet (", std::string(written_.message()), ")"));
}

ParquetAsCsv::~ParquetAsCsv() {
  char ignored[1 << 16];
  // A writer whose pipe is closed would be stopped by a signal, and with it the process.
  while (writer_.joinable() && read(read_end_, ignored, sizeof ignored) > 0)
    connection_->Interrupt();
  if (writer_.joinable()) writer_.join();
  for (const int descriptor : {file_, read_end_, write_end_})
    if (descriptor >= 0) close(descriptor);
}

std::string ParquetAsCsv::path() const { return NameOf(read_end_); }

absl::Status ParquetAsCsv::Finish() {
  if (writer_.joinable()) writer_.join();
  return written_;
}

}  // namespace kluis
