#include "server/duckdb/parquet.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "server/duckdb/duckdb.h"

namespace kluis {
namespace {

constexpr char kMagic[] = "PAR1";

std::string NameOf(int descriptor) { return absl::StrCat("/dev/fd/", descriptor); }

absl::Status Copy(const std::string& parquet, const std::string& csv) {
  KLUIS_ASSIGN_OR_RETURN(const auto database, DuckDatabase::Open("", {}));
  KLUIS_ASSIGN_OR_RETURN(const auto connection, database->Connect());
  const absl::Status copied = connection->Execute(
      absl::StrCat("COPY (SELECT * FROM read_parquet(", QuoteText(parquet), ")) TO ",
                   QuoteText(csv), " (FORMAT csv, HEADER true, USE_TMP_FILE false)"));
  if (copied.ok()) return copied;
  return absl::InvalidArgumentError(
      absl::StrCat(parquet, " cannot be read as Parquet (", std::string(copied.message()), ")"));
}

}  // namespace

bool IsParquet(const std::string& path) {
  char magic[4] = {};
  std::ifstream(path, std::ios::binary).read(magic, sizeof magic);
  return std::memcmp(magic, kMagic, sizeof magic) == 0;
}

absl::StatusOr<std::unique_ptr<ParquetAsCsv>> ParquetAsCsv::Open(const std::string& parquet) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::InternalError("there is no pipe to be had");
  std::unique_ptr<ParquetAsCsv> text(new ParquetAsCsv(parquet));
  text->read_end_ = ends[0];
  text->writer_ = std::thread([self = text.get(), end = ends[1]] { self->Write(end); });
  return text;
}

void ParquetAsCsv::Write(int end) {
  written_ = Copy(parquet_, NameOf(end));
  close(end);
}

ParquetAsCsv::~ParquetAsCsv() {
  char ignored[4096];
  // A writer whose pipe is closed would be stopped by a signal, and with it the process.
  while (writer_.joinable() && read(read_end_, ignored, sizeof ignored) > 0) continue;
  if (writer_.joinable()) writer_.join();
  close(read_end_);
}

std::string ParquetAsCsv::path() const { return NameOf(read_end_); }

absl::Status ParquetAsCsv::Finish() {
  if (writer_.joinable()) writer_.join();
  return written_;
}

}  // namespace kluis
